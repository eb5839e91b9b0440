"""The gate of a proposal follows from the verdicts of its iteration."""

import json

import pytest
from playing import HYP, PROP, Play

from lab.evidence.criteria import parse_criterion
from lab.evidence.verdict import written
from lab.proof import gate
from lab.records.store import read_store


@pytest.fixture
def play(tmp_path, monkeypatch, capsys) -> Play:
    return Play(tmp_path / "project", monkeypatch, capsys)


@pytest.mark.parametrize(
    ("found", "asked", "alike", "enough"),
    [
        ("recall > 0.85", "recall > 0.85", True, True),
        ("recall > 0.9", "recall > 0.85", True, True),
        ("recall > 0.8", "recall > 0.85", True, False),
        ("recall >= 0.85", "recall > 0.85", True, False),
        ("recall > 0.85", "recall >= 0.85", True, True),
        ("latency_ms < 40", "latency_ms < 50", True, True),
        ("latency_ms < 60", "latency_ms < 50", True, False),
        ("recall >= champion - 0.01", "recall >= champion - 0.02", True, True),
        ("recall >= champion - 0.03", "recall >= champion - 0.02", True, False),
        ("recall >= status_quo - 0.01", "recall >= champion - 0.02", False, None),
        ("recall[age < 30] > 0.9", "recall > 0.85", False, None),
        ("precision > 0.9", "recall > 0.85", False, None),
        ("recall < 0.9", "recall > 0.85", False, None),
        ("panel(team) >= 4 of 5", "panel(team) >= 3 of 5", True, True),
    ],
)
def test_what_a_criterion_says_of_a_gate(found: str, asked: str, alike: bool, enough: bool | None):
    pair = parse_criterion(found), parse_criterion(asked)
    assert gate._alike(*pair) is alike
    if enough is not None:
        assert gate._at_least_as_much(*pair) is enough


def reported(play: Play, verdict: str, mode: str = "confirmatory") -> str:
    """A finished iteration, its report drafted and filled in; the report's id."""
    play.lab("start", "linear")
    play.lab("log", "linear", "Tried it.")
    play.judge(verdict)
    path = play.path(HYP).parent / "verdict.json"
    content = json.loads(path.read_text("utf-8"))
    del content["seal"]
    content |= {"mode": mode, "reasons": ["dummy data"] if mode == "exploratory" else []}
    path.write_text(written(content), "utf-8")
    play.tick()
    words = ("--not-shipped", "too dear") if verdict == "supported" else ()
    play.lab("review", "linear", "--approve", "--learned", "Shape tells more.", *words)
    play.lab("report")
    (report,) = (path.parent.name for path in play.root.glob("stages/5-*/REP-*/index.md"))
    play.fill_in(report, not_deployed="too dear", revisit_on='"2027-01-01T00:00:00Z"')
    return report


@pytest.mark.parametrize(
    ("verdict", "mode", "word"),
    [
        ("supported", "confirmatory", "passed"),
        ("refuted", "confirmatory", "not passed"),
        ("inconclusive", "confirmatory", "not passed"),
        ("supported", "exploratory", "not passed"),
    ],
)
def test_the_gate_is_not_typed(play: Play, verdict: str, mode: str, word: str):
    report = reported(play, verdict, mode)
    words = ["decide", report, "pivot", "--because", "We know more."]
    other = "passed" if word != "passed" else "not passed"
    said = play.refused(*words, "--gate", other)
    assert f"the gate is {word}: {HYP} found `recall > 0.85`" in said
    assert f"  The gate is {word}: {HYP}" in play.lab(*words)
    assert f"\ngate: {word}" in play.text(report)


def test_who_overrides_the_gate_says_why_and_it_shows(play: Play):
    report = reported(play, "inconclusive")
    words = ["decide", report, "invest", "--because", "We know more."]
    play.lab(*words, "--gate", "passed", "--gate-because", "Two more weeks of labels settle it.")
    assert "gate_because: Two more weeks of labels settle it." in play.text(report)
    assert "REP019" not in play.type("check").out
    play.change(report, "gate_because: Two more weeks of labels settle it.", "gate_because: null")
    assert "REP019 `gate` is passed, and" in play.type("check").out


def test_a_gate_that_no_verdict_speaks_of_is_for_people(play: Play):
    play.change(PROP, "  criterion: recall > 0.85", "  criterion: precision > 0.999")
    report = reported(play, "supported")
    store = read_store(play.root)
    fallen = gate.gate_of(store.records[PROP], store)
    assert fallen is not None
    assert fallen.word == "not passed"
    play.change(
        PROP, "  criterion: precision > 0.999", "  criterion: recall[mean_radius < 17] > 0.8"
    )
    assert "REP007" in play.refused("decide", report, "pivot", "--because", "We know more.")
    play.lab("decide", report, "pivot", "--because", "We know more.", "--gate", "not passed")
