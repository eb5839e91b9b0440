"""`lab forge codeowners` and `lab forge labels`."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from forging import FakeForge, in_a_job, listening
from hypothesis import given
from hypothesis import strategies as st
from playing import TEMPLATE, Play

from lab.errors import LabError
from lab.process.codeowners import BEGIN, END, owners, renewed
from lab.records.people import Held, Person, Role

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ROLES: tuple[Role, ...] = (
    "sponsor", "product owner", "data scientist", "machine-learning engineer", "data engineer",
    "software engineer", "platform engineer",
)  # fmt: skip


@pytest.fixture
def play(tmp_path, monkeypatch, capsys) -> Play:
    play = Play(tmp_path / "project", monkeypatch, capsys)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.delenv("GITLAB_CI", raising=False)
    seeded = (TEMPLATE / "CODEOWNERS.jinja").read_text("utf-8").replace("{{ handle }}", "ann")
    play.write("CODEOWNERS", f"{seeded}/docs/ @team/writers\n")
    return play


def test_alone_nothing_changes(play: Play):
    before = play.files()
    assert play.lab("forge", "codeowners") == "CODEOWNERS is what team/people.yml says.\n"
    assert "TEA009" not in play.type("check").out
    assert play.files() == before


def test_a_team_is_asked_by_its_roles_and_its_own_lines_stay(play: Play):
    play.team_of_three()
    assert "TEA009" in play.type("check").out
    play.lab("forge", "codeowners")
    lines = (play.root / "CODEOWNERS").read_text("utf-8").split("\n")
    inside = lines[lines.index(BEGIN) + 1 : lines.index(END)]
    assert inside == [
        "* @ann @bob @cem",
        "/stages/1-requirements/ @ann",
        "/stages/5-reports/ @ann",
        "/api/ @cem",
    ]
    assert lines[-2:] == ["/docs/ @team/writers", ""]
    assert "TEA009" not in play.type("check").out


@pytest.mark.parametrize(
    "text", ["* @ann\n", f"{BEGIN}\n", f"{END}\n{BEGIN}\n", f"{BEGIN}\n{BEGIN}\n{END}\n"]
)
def test_without_its_marks_nothing_is_written(play: Play, text: str):
    play.write("CODEOWNERS", text)
    assert "put the lines `# people: begin` and" in play.refused("forge", "codeowners")


def test_a_team_of_nobody_is_refused():
    with pytest.raises(LabError, match="names nobody"):
        renewed(f"{BEGIN}\n{END}\n", [], NOW)


@given(
    st.lists(st.lists(st.sampled_from(ROLES), min_size=1, unique=True), min_size=1, max_size=8).map(
        lambda roles: [
            Person(handle=f"h{number}", name="x", roles=list[Role | Held](own))
            for number, own in enumerate(roles)
        ]
    )
)
def test_every_line_names_people_of_the_team(people: list[Person]):
    first, *more = owners(people, NOW)
    everybody = [f"@{person.handle}" for person in people]
    assert first.split() == ["*", *everybody]
    for line in more:
        path, *who = line.split()
        assert path.startswith("/")
        assert who
        assert set(who) < set(everybody)
    again = renewed(f"a\n{BEGIN}\nold\n{END}\nb\n", people, NOW)
    assert renewed(again, people, NOW) == again
    assert again.startswith("a\n")
    assert again.endswith(f"{END}\nb\n")


@pytest.mark.parametrize("kind", ["github", "gitlab"])
def test_labels_are_made_once(
    play: Play, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    assert "No label was made" in play.lab("forge", "labels")
    with listening(FakeForge(kind)) as forge:
        forge.labels = [{"name": "Task"}]
        in_a_job(forge, tmp_path, monkeypatch)
        assert play.lab("forge", "labels") == "made hypothesis, spike, order, lab\n"
        assert play.lab("forge", "labels") == "All labels are there.\n"
        colours = {one["color"] for one in forge.labels[1:]}
        assert all(len(one) == (6 if kind == "github" else 7) for one in colours)
