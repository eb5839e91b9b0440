"""The first person of the team, and what is said when there is none."""

from pathlib import Path

import pytest

from lab.errors import LabError
from lab.records.team import first_person


def test_the_first_person_is_named(root: Path):
    assert first_person(root) == ("Ann Example", "ann")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "people:\n",
        "people: []\n",
        "people: ann\n",
        "people: {ann: Ann}\n",
        "people: [ann]\n",
        "people: [{handle: ann}]\n",
        "people: [{handle: ann, name: null}]\n",
        "people: [{handle: '', name: Ann}]\n",
        "- {handle: ann, name: Ann}\n",
    ],
)
def test_a_team_of_nobody_is_refused(root: Path, content: str):
    (root / "team/people.yml").write_text(content)
    with pytest.raises(LabError, match=r"names nobody: list one person with `handle` and `name`"):
        first_person(root)


def test_a_missing_list_is_named(root: Path):
    (root / "team/people.yml").unlink()
    with pytest.raises(LabError, match=r"people\.yml cannot be read"):
        first_person(root)
