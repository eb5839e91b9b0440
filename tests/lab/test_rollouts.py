"""A rollout that is lived: widened, held, taken back; incidents and drift that come first."""

import json

import pytest
from playing import Play

from lab.process.attention import due, needs
from lab.process.reviews import asked
from lab.records.store import read_store


@pytest.fixture
def play(tmp_path, monkeypatch, capsys) -> Play:
    play = Play(tmp_path / "project", monkeypatch, capsys)
    play.team_of_three()
    return play


def drafted(play: Play) -> str:
    """A rollout of 10, 25, 50 and 100 %, written and filled in, but not accepted; its id."""
    play.lab("new", "REP", "What we know", "--by", "bob")
    play.lab("new", "ROLL", "To one clinic", "--by", "bob")
    (name,) = (path.parent.name for path in play.root.glob("stages/6-*/ROLL-*/index.md"))
    play.fill_in(name)
    return name


@pytest.fixture
def rollout(play: Play) -> str:
    return drafted(play)


def accept(play: Play, id_: str) -> None:
    """Let it be accepted, by hand: its report is none of this file's business."""
    text = play.text(id_)
    first = text.rindex("to: draft}") + len("to: draft}")
    step = '\n  - {at: "2026-11-23T09:00:00Z", by: ann, to: accepted}'
    play.path(id_).write_text(text[:first] + step + text[first:], encoding="utf-8")
    play.write(
        "team/policy.yml", "levels: {REP001: note, REP010: note, REC009: note, REC018: note}\n"
    )


def waiting(play: Play, id_: str) -> list[str]:
    return [need.what for need in needs(read_store(play.root)) if need.record == id_]


def test_a_rollout_climbs_is_held_and_is_taken_back(play: Play, rollout: str):
    words = ("--why", "a quiet week", "--by", "bob")
    assert "is a draft" in play.refused("rollout", rollout, "widen", *words)
    accept(play, rollout)
    play.at("2026-11-24T09:00:00Z")
    assert "goes to nobody" in play.refused("rollout", rollout, "hold", *words)
    assert "is widened: 10 % of the users." in play.lab("rollout", rollout, "widen", *words)
    assert waiting(play, rollout)[0].startswith("stands at 10 %. Does its gate hold: ")
    assert "is widened: 25 % of the users." in play.lab("rollout", rollout, "widen", *words)
    assert "is held: 25 % of the users." in play.lab("rollout", rollout, "hold", *words)
    said = play.lab("rollout", rollout, "revert", *words)
    assert "is reverted: 0 % of the users." in said
    assert "lab new INC" in said
    assert waiting(play, rollout) == ["was taken back, and nobody has written down why"]
    for share in (10, 25, 50, 100):
        said = play.lab("rollout", rollout, "widen", *words)
        assert f"is widened: {share} % of the users." in said
    assert "is at its last step, 100 %" in play.refused("rollout", rollout, "widen", *words)
    assert waiting(play, rollout) == []
    assert play.type("check").code == 0


def test_an_incident_comes_first_until_it_is_closed(play: Play, rollout: str):
    accept(play, rollout)
    play.at("2026-11-24T09:00:00Z")
    play.lab("rollout", rollout, "widen", "--why", "as planned", "--by", "bob")
    play.at("2026-11-25T09:00:00Z")
    play.lab("new", "INC", "Too slow", "--by", "cem")
    (incident,) = (path.parent.name for path in play.root.glob("stages/6-*/INC-*/index.md"))
    first, *rest = needs(read_store(play.root))
    assert (first.record, first.urgent, first.who) == (incident, True, ("cem", "bob"))
    assert first.what == "incident: users are not back yet"
    assert rest
    assert not any(need.urgent for need in rest)
    assert due(read_store(play.root))[0].record == incident
    said = play.refused("rollout", rollout, "widen", "--why", "x", "--by", "bob")
    assert f"{incident} is not closed" in said
    play.lab("rollout", rollout, "revert", "--why", "too slow", "--by", "bob")
    assert waiting(play, rollout) == []  # the incident says why
    play.fill_in(incident, learned="Measure it.", reverted_at='"2026-11-25T10:00:00Z"')
    play.at("2026-11-25T11:00:00Z")
    assert waiting(play, incident) == ["incident: it is not closed yet"]
    play.lab("review", incident, "--approve", "--by", "ann")
    assert waiting(play, incident) == []
    play.lab("rollout", rollout, "widen", "--why", "it is fast now", "--by", "bob")
    assert play.type("check").code == 0


@pytest.mark.parametrize(("code", "urgent"), [(1, True), (0, False), (3, False)])
def test_what_drifted_waits_until_somebody_decides(
    play: Play, rollout: str, code: int, urgent: bool
):
    accept(play, rollout)
    play.lab("rollout", rollout, "widen", "--why", "as planned", "--by", "bob")
    folder = f"stages/6-deployment/{rollout}/monitoring"
    older = {"at": "2026-11-23T12:00:00Z", "found": "1 of 2 columns drifted.", "code": 1}
    newer = {"at": "2026-11-24T12:00:00Z", "found": "age has drifted.", "code": code, "rows": 7}
    play.write(f"{folder}/20261123T120000Z.json", json.dumps(older))
    play.write(f"{folder}/20261124T120000Z.json", json.dumps(newer))
    play.write(f"{folder}/20261125T120000Z.json", "{")  # nobody can read it
    play.at("2026-11-24T13:00:00Z")
    found = [need for need in needs(read_store(play.root)) if need.urgent]
    assert [need.what for need in found] == (["monitor: age has drifted."] if urgent else [])
    play.lab("rollout", rollout, "hold", "--why", "the new scanner, as expected", "--by", "bob")
    assert not any(need.urgent for need in needs(read_store(play.root)))


def test_a_review_asks_one_or_two_people_and_backups_first(play: Play):
    names = {"dee": "software engineer", "eli": "data scientist", "fay": "data engineer"}
    more = "".join(
        f"  - {{handle: {name}, name: {name}, roles: [{role}], backups: [bob]}}\n"
        for name, role in names.items()
    )
    people = (play.root / "team/people.yml").read_text("utf-8")
    play.write("team/people.yml", people + more)
    play.lab("start", "linear", "--by", "bob")
    play.judge("supported", by="bob")
    store = read_store(play.root)
    card = store.find("linear")
    assert asked(store, card, set()) == ["ann", "cem"]  # cem stands in for bob; ann does the same
    assert asked(store, card, {"cem"}) == ["ann", "eli"]
    play.write("team/policy.yml", "reviewers: 3\n")
    assert asked(read_store(play.root), card, set()) == ["ann", "cem", "eli"]
    play.lab("review", "linear", "--approve", "--by", "fay")  # anybody may
