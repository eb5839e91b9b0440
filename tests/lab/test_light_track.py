"""The light track: a page, a hypothesis and a start, by a person who types a few sentences."""

import shutil
from collections.abc import Iterator

import pytest
from playing import HYP, PROP, THREE, Play

from lab.process.definition import groups
from lab.records.store import read_store

PAGE, CARD = "PROP-20261123-call-who-leaves", "HYP-20261123-words-tell-who-leaves"
WHY = ("--why", "We lose customers whom a call would have kept", "--for-whom", "The call centre")
GATE = ("--gate", "recall > 0.6", "--then", "we call them", "--otherwise", "we call nobody")
CLAIM = ("--value", "keep customers", "--guardrail", "precision >= status_quo - 0.02")


@pytest.fixture
def play(tmp_path, monkeypatch, capsys) -> Play:
    """A team of one that works in the light track, and whose data are its own."""
    play = Play(tmp_path / "project", monkeypatch, capsys)
    play.write("team/policy.yml", "track: light\n")
    for id_ in (HYP, PROP):
        shutil.rmtree(play.path(id_).parent)
    # No tables lie in this project: how far a criterion can be decided is another test's matter.
    monkeypatch.setattr("lab.proof.reach.reach_of", lambda store, record: [])
    monkeypatch.setattr("lab.proof.terms.terms_of", lambda root, record, testset: None)
    return play


def page(play: Play) -> None:
    instead = ("--instead", "A list of complaints, which finds half of them")
    said = play.lab("new", "PROP", "Call who leaves", *WHY, *instead, *GATE)
    assert f'lab new HYP "…" --proposal {PAGE}' in said


def test_four_commands_lead_from_a_file_to_a_locked_hypothesis(play: Play):
    page(play)  # the first of the four is `lab data use`
    said = play.lab("new", "HYP", "Words tell who leaves", *CLAIM)
    assert f"lab start {CARD}" in said
    said = play.lab("start", CARD)
    assert f"{PAGE} is in `accepted`." in said
    assert f"{CARD} has priority 1." in said
    assert "Locked:" in said
    assert play.type("check").code == 0
    typed = [*WHY[1::2], "A list of complaints", *GATE[3::2], "Call who leaves"]
    typed += ["Words tell who leaves", CLAIM[1]]
    assert len(typed) <= 10


def test_a_hypothesis_says_what_follows_from_its_title_and_the_page(play: Play):
    page(play)
    play.lab("new", "HYP", "Words tell who leaves", *CLAIM)
    front = read_store(play.root).records[CARD].front
    assert front.criteria == ["recall > 0.6"]
    assert front.tldr == (
        "Words tell who leaves. We expect recall > 0.6, in order to keep customers."
    )
    assert (front.proposal, front.evaluation.testset) == (PAGE, "TS-2026-11")
    front = read_store(play.root).records[PAGE].front
    assert (front.answers, front.kpi, front.metrics.primary) == (None, None, "recall")
    assert front.tldr == "We lose customers whom a call would have kept. The call centre."


def test_in_a_terminal_it_asks_for_a_sentence_each(play: Play, monkeypatch):
    answers = iter(
        ["They leave.", "The call centre.", "A list.", "recal > 1", "recall > 0.6", "call", "stop"]
    )
    _at_a_terminal(monkeypatch, answers)
    said = play.lab("new", "PROP", "Call who leaves")
    assert "unknown metric" in said.lower()
    record = read_store(play.root).records[PAGE]
    assert [below.strip() for _, below in record.headings().values()] == [
        *("They leave.", "The call centre.", "A list.")
    ]
    gate = record.front.gate
    assert (gate.criterion, gate.then, gate.otherwise) == ("recall > 0.6", "call", "stop")


def test_what_a_page_leaves_open_is_asked_for_at_the_start_and_nothing_is_changed(play: Play):
    play.lab("new", "PROP", "Call who leaves", *WHY, *GATE)
    play.lab("new", "HYP", "Words tell who leaves", *CLAIM)
    refused = play.refused("start", CARD)
    assert 'nothing stands below "Alternatives"' in refused


def test_who_is_no_product_owner_starts_nothing_that_nobody_accepted(play: Play):
    page(play)
    play.lab("new", "HYP", "Words tell who leaves", *CLAIM)
    play.write("team/people.yml", THREE)
    refused = play.refused("start", CARD, "--by", "bob")
    assert f"{PAGE} was not accepted when the card started" in refused


def test_a_full_document_is_still_possible(play: Play):
    play.lab("new", "PROP", "Call who leaves", "--answers", "triage-biopsies")
    assert "## Data sets" in play.text(PAGE)
    refused = play.refused("new", "PROP", "Again", "--answers", "triage", "--why", "They leave.")
    assert "--why is for a proposal of one page" in refused


def test_the_full_track_knows_no_page(play: Play):
    play.write("team/policy.yml", "track: full\n")
    play.lab("new", "PROP", "Call who leaves")
    assert "answers: NEED-20261103-triage-biopsies" in play.text(PAGE)


def test_nobody_is_asked_to_tick_what_takes_somebody_else(play: Play):
    lines = [line for group in groups(read_store(play.root)).values() for line in group]
    assert "Tests were written, and all checks pass: `uv run nox`." in lines
    assert not [line for line in lines if "other than the owner" in line or "Someone else" in line]
    play.write("team/people.yml", THREE)
    lines = [line for group in groups(read_store(play.root)).values() for line in group]
    assert "Someone other than the owner has reviewed it." in lines


def test_a_rollout_after_a_page_takes_the_requirements_that_can_be_meant(play: Play):
    page(play)
    play.lab("new", "REP", "The first round")
    play.lab("new", "ROLL", "Live for all")
    front = read_store(play.root).records["ROLL-20261123-live-all"].front
    assert front.requirements == "REQ-20261102-triage-biopsies"


def _at_a_terminal(monkeypatch: pytest.MonkeyPatch, answers: Iterator[str]) -> None:
    monkeypatch.setattr("builtins.input", lambda words: next(answers))
    monkeypatch.setattr("lab.commands.new.can_ask", lambda: True)
