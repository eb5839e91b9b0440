"""`path_classes` in `copier.yml`: every path has one owner, and the lists agree."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from rendering import CONFIG, ROOT, Answers, each_choice

from lab.update.ownership import Classes

from . import faults
from .reading import files

CLASSES: dict[str, list[str]] = CONFIG["path_classes"]["default"]
PATTERNS = [(name, pattern) for name, patterns in CLASSES.items() for pattern in patterns]


@pytest.fixture(scope="module")
def every_path(render: Callable[[Answers], Path]) -> set[str]:
    """The paths of all projects together."""
    return {path for answers in each_choice() for path in files(render(answers))}


def test_what_is_copied_carries_its_notice(render: Callable[[Answers], Path]) -> None:
    notice = (render({}) / "lab/LICENSE").read_text(encoding="utf-8")
    assert notice.endswith((ROOT / "LICENSE").read_text(encoding="utf-8"))


def test_there_are_three_classes() -> None:
    assert list(CLASSES) == ["owned", "seeded", "shared"]


@pytest.mark.parametrize(("name", "pattern"), PATTERNS, ids=[item[1] for item in PATTERNS])
def test_every_pattern_is_anchored_and_matches_something(
    name: str, pattern: str, every_path: set[str]
) -> None:
    assert pattern.startswith("/")
    assert [path for path in every_path if faults.matches([pattern], path)]


def test_a_folder_itself_is_in_the_class_of_its_content() -> None:
    """A slash at the end would exclude what is in the folder, and make the folder."""
    assert [pattern for _, pattern in PATTERNS if pattern.endswith("/")] == []


def test_seeded_paths_are_kept_by_copy_and_recopy() -> None:
    assert CONFIG["_skip_if_exists"] == CLASSES["seeded"]


def test_lab_reads_the_classes_as_copier_does(every_path: set[str]) -> None:
    """`lab` has the classes in a file of its own, and matches without a library."""
    written = json.loads((ROOT / "template/lab/path-classes.json").read_text(encoding="utf-8"))
    assert written == CLASSES
    classes = Classes(written)
    for path in every_path:
        found = [name for name, patterns in CLASSES.items() if faults.matches(patterns, path)]
        assert found == [classes.of(path)], path


def test_what_a_team_adds_is_in_no_list_that_an_update_writes() -> None:
    """Records, sources and tests of the team are seeded, or nobody's."""
    added = [
        "stages/4-experiments/HYP-20270101-another-idea/index.md",
        "stages/4-experiments/HYP-20270101-another-idea/log/20270102T090000Z-ann.md",
        "src/churn/features_of_customers.py",
        "tests/test_features_of_customers.py",
        "team/retros/RET-20270101-first/index.md",
        "data/raw/customers.csv.dvc",
        "notebooks/first-look.ipynb",
    ]
    written = CLASSES["owned"] + CLASSES["shared"]
    assert [path for path in added if faults.matches(written, path)] == []
