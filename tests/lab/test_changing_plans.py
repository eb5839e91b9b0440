"""New requirements while an iteration runs, a stop in its middle, groups with their own pace."""

import json

import pytest
from playing import HYP, PROP, Play

REQ = "REQ-20261102-triage-biopsies"


@pytest.fixture
def play(tmp_path, monkeypatch, capsys) -> Play:
    play = Play(tmp_path / "project", monkeypatch, capsys)
    play.team_of_three()
    return play


def test_new_requirements_are_accepted_while_an_iteration_runs(play: Play):
    play.lab("start", "linear", "--by", "bob")
    play.lab("new", "REQ", "Triage at night, too", "--by", "ann")
    (newer,) = (path.parent.name for path in play.root.glob("stages/1-*/REQ-20261123-*/index.md"))
    play.fill_in(newer, name="nights_read_late", supersedes=REQ)
    said = play.lab("review", newer, "--approve", "--by", "ann")
    assert f"  {PROP} is open on what it replaces: look at it again." in said
    waiting = play.lab("status", "--for", "ann")
    assert f"rests on {REQ}, which {newer} replaces" in waiting
    assert "REC018" in play.type("check").out


def test_stakeholders_stop_an_iteration_in_its_middle(play: Play):
    play.lab("start", "linear", "--by", "bob")
    words = ["decide", PROP, "stop", "--because", "The clinic moves."]
    assert "the stakeholders decide (ann)" in play.refused(*words, "--by", "bob")
    assert "report first: lab report" in play.refused(
        "decide", PROP, "invest", "--because", "x", "--by", "ann"
    )
    said = play.lab(*words, "--by", "ann")
    assert f"{PROP} is decided: stop, by ann. Its iteration is closed." in said
    assert f"{HYP} is still open: lab close {HYP}" in said
    assert "no open iteration" in play.refused(*words, "--by", "ann")
    assert "its iteration was stopped" in play.lab("status", "--for", "bob")
    play.lab("new", "EDA", "Look at gaps", "--by", "bob", "--proposal", PROP)
    play.fill_in("EDA-20261123-look-gaps")
    play.lab("prioritise", "gaps", "2", "--by", "ann")
    play.at("2026-11-24T09:00:00Z")
    assert "was closed before by a decision to stop" in play.refused("start", "gaps", "--by", "bob")
    play.lab("close", "gaps", "--why", "stopped", "--learned", "Ask early.", "--by", "bob")
    play.lab("close", "linear", "--why", "stopped", "--learned", "Ask early.", "--by", "bob")
    said = play.lab("status")
    assert f"was stopped, without a report\tlab report {PROP}" in said
    play.lab("report", PROP, "--by", "bob")
    assert "without a report" not in play.lab("status")
    assert play.type("check").code == 0
    play.at("2027-03-01T09:00:00Z")  # its time box means nothing any more
    assert "REP005" not in play.type("check").out


def test_a_group_has_its_own_board_and_its_own_limits(play: Play):
    people = (play.root / "team/people.yml").read_text("utf-8")
    play.write(
        "team/people.yml", people.replace("backups: [cem]}", "backups: [cem], group: night}")
    )
    play.write(
        "team/policy.yml",
        "wip: {test hypothesis: 1}\ngroups: {night: {wip: {test hypothesis: 1}}}\n",
    )
    for by in ("bob", "cem"):
        play.lab("new", "EDA", f"Look at gaps of {by}", "--by", by)
        card = f"EDA-20261123-look-gaps-{by}"
        play.fill_in(card)
        play.lab("prioritise", card, "2", "--by", "ann")
        play.lab("start", card, "--by", by)
    assert "of night, and 1 is the limit" in play.refused("start", "linear", "--by", "bob")
    lanes = json.loads(play.lab("board", "--group", "night", "--json"))["lanes"]
    shown = [card["owner"] for lane in lanes for card in lane["cards"]]
    assert shown == ["bob", "bob"]
    assert lanes[1]["limit"] == 1
    assert "nobody is in the group day: team/people.yml knows night" in play.refused(
        "board", "--group", "day"
    )
