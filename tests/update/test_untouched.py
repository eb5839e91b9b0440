"""From every released version to the work tree: projects that nobody has touched, and toggles."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from render.reading import files
from rendering import Answers, commit, copy

from .releases import CLASSES, NOW, RELEASES, begin

VERSIONS = [*(f"v{one['version']}" for one in RELEASES), NOW]
LEAN = {"api": False, "deployment": False, "task": "regression", "way_of_working": "sprints"}


def but_for_seeded(project: Path) -> dict[str, bytes]:
    return {path: text for path, text in files(project).items() if CLASSES.of(path) != "seeded"}


def check(project: Path) -> subprocess.CompletedProcess[str]:
    """`lab check` as the project's own copy of the tool says it."""
    own = os.environ | {"PYTHONPATH": str(project / "lab/src"), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-m", "lab", "check"],
        cwd=project,
        env=own,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("answers", [{}, LEAN], ids=["defaults", "lean"])
@pytest.mark.parametrize("version", VERSIONS)
def test_an_update_is_a_fresh_copy_outside_seeded_paths(
    releases: Path, tmp_path: Path, version: str, answers: Answers
) -> None:
    history = begin(releases, tmp_path, answers, version)
    seeded = {
        path: text for path, text in files(history.project).items() if CLASSES.of(path) == "seeded"
    }
    done = history.update(trust=True)
    assert (done.after, done.conflicts, done.kept) == (NOW, [], [])
    fresh = copy(history.template, tmp_path / "fresh", answers)
    assert but_for_seeded(history.project) == but_for_seeded(fresh)
    assert files(history.project).items() >= seeded.items()
    checked = check(history.project)
    assert checked.returncode == 0, checked.stdout + checked.stderr


TOGGLES = [
    ("api", "false", "true"),
    ("deployment", "false", "true"),
    ("way_of_working", "kanban", "sprints"),
    ("risk", "low", "high"),
    ("task", "binary", "multiclass"),
]


@pytest.mark.parametrize(("question", "first", "then"), TOGGLES, ids=[one[0] for one in TOGGLES])
def test_an_answer_can_be_changed_and_changed_back(
    releases: Path, tmp_path: Path, question: str, first: str, then: str
) -> None:
    """What is switched on comes with its seeded files; what is switched off leaves them."""
    history = begin(releases, tmp_path, {question: first})
    before = files(history.project)
    done = history.update({question: then})
    fresh = copy(history.template, tmp_path / "then", {question: then})
    assert (done.conflicts, done.kept, done.left) == ([], [], [])
    assert but_for_seeded(history.project) == but_for_seeded(fresh)
    brought = {path for path in files(fresh).keys() - before.keys() if CLASSES.of(path) == "seeded"}
    assert set(done.added) == {path for path in brought if not path.startswith("stages/")}
    commit(history.project)

    back = history.update({question: first})
    assert (back.conflicts, back.kept, back.added) == ([], [], [])
    after = files(history.project)
    assert after == before | {path: files(fresh)[path] for path in done.added}
