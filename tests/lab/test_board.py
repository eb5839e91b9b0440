"""The board: limits, what comes first, and the rhythm of sprints."""

import pytest
from playing import HYP, PROP, Play

from lab.process.board import Lane, board, rhythm
from lab.process.iterations import began_at, cards_of, ends_on, is_open, report_of, requirements_of
from lab.records.store import read_store


@pytest.fixture
def play(tmp_path, monkeypatch, capsys) -> Play:
    return Play(tmp_path / "project", monkeypatch, capsys)


def spikes(play: Play, *titles: str) -> list[str]:
    """Spikes that may be started, all with the priority 5."""
    ids = []
    for title in titles:
        ids.append(play.lab("new", "SPK", title, "--question", "Can we?").split("/")[-2])
        play.fill_in(ids[-1])
        play.lab("prioritise", ids[-1], "5")
    return ids


def lane(play: Play, name: str) -> Lane:
    return next(one for one in board(read_store(play.root)) if one.name == name)


def test_there_are_six_lanes_with_limits(play: Play):
    play.write("team/policy.yml", "wip: {test hypothesis: 4, update model: null}\n")
    assert [(one.name, one.limit) for one in board(read_store(play.root))] == [
        ("to do", None),
        ("test hypothesis", 4),
        ("code review hypothesis", 3),
        ("update model", None),
        ("code review update model", 2),
        ("done", None),
    ]


def test_an_empty_board_has_its_lanes(play: Play):
    for path in play.root.glob("stages/*/*-2026*/index.md"):
        path.unlink()
        path.parent.rmdir()
    assert [len(one.cards) for one in board(read_store(play.root))] == [0] * 6


def test_what_others_wait_for_comes_first_then_trouble_then_the_order(play: Play):
    play.write("team/policy.yml", "wip: {test hypothesis: null}\n")
    a, b, c, d, e = spikes(play, "a1", "b1", "c1", "d1", "e1")
    for number, one in enumerate((a, b, c, d, e)):
        play.at(f"2026-11-23T09:0{number}:00Z")
        play.lab("start", one)
    play.lab("prioritise", e, "1")
    play.at("2026-11-25T09:00:00Z")  # day 3 of 2
    play.lab("amend", a, "--timebox", "9", "--why", "x", "--impact", "x", "--results-seen", "no")
    play.lab("amend", e, "--timebox", "9", "--why", "x", "--impact", "x", "--results-seen", "no")
    play.lab("block", d, "--why", "no access")
    play.change(a, "size: S ", f"unblocks: [{HYP}]\nsize: S ")
    cards = lane(play, "test hypothesis").cards
    assert [one.id for one in cards] == [a, d, c, b, e]  # the later one came before it
    assert [one.left for one in cards] == [6, 0, -1, -1, 6]
    assert cards[0].waited_for_by == (HYP,)
    assert cards[1].blocked == "no access"
    assert (cards[-1].rank, cards[-1].age, cards[-1].used, cards[-1].timebox) == (1, 1, 3, 9)


def test_a_card_waits_for_what_it_depends_on(play: Play):
    (spike,) = spikes(play, "a1")
    play.change(HYP, "lock: null", f"depends_on: [{spike}]\nlock: null")
    cards = lane(play, "to do").cards
    assert [one.id for one in cards] == [spike, HYP]
    assert cards[0].waited_for_by == (HYP,)
    play.lab("close", spike, "--why", "no time", "--learned", "Plan first.")
    (card,) = lane(play, "done").cards
    assert card.waited_for_by == ()


def test_done_shows_what_was_finished_last(play: Play):
    ids = spikes(play, *(f"x{number}" for number in range(12)))
    for number, one in enumerate(ids):
        play.at(f"2026-11-23T10:{number:02}:00Z")
        play.lab("close", one, "--why", "no time", "--learned", "Plan first.")
    assert [one.id for one in lane(play, "done").cards] == ids[:1:-1]


def test_no_time_box_runs_outside_of_the_working_lanes(play: Play):
    (card,) = lane(play, "to do").cards
    assert (card.left, card.used, card.timebox) == (None, 0, 3)
    play.lab("start", "linear")
    play.judge("supported")
    (card,) = lane(play, "code review hypothesis").cards
    assert (card.left, card.used) == (None, 2)
    play.lab("review", "linear", "--approve")
    (card,) = lane(play, "update model").cards
    assert (card.left, card.used) == (None, 2)


def test_sprints_have_a_rhythm(play: Play):
    assert rhythm(read_store(play.root)) is None
    play.write("team/policy.yml", "way_of_working: sprints\nsprint: {days: 10}\n")
    assert rhythm(read_store(play.root)) == f"{PROP}: no card was started yet"
    play.lab("start", "linear")
    assert rhythm(read_store(play.root)) == f"{PROP}: 10 working days left, until 2026-12-04"
    play.at("2026-12-04T09:00:00Z")
    assert rhythm(read_store(play.root)) == f"{PROP}: 1 working day left, until 2026-12-04"
    play.at("2026-12-09T09:00:00Z")
    assert rhythm(read_store(play.root)) == f"{PROP}: ended on 2026-12-04, 3 working days ago"
    play.change(PROP, "to: accepted", "to: draft")
    assert rhythm(read_store(play.root)) == "no sprint is running"


def test_an_iteration_runs_from_its_proposal_to_its_report(play: Play):
    store = read_store(play.root)
    proposal = store.records[PROP]
    assert is_open(proposal, store)
    assert (began_at(proposal, store), ends_on(proposal, store)) == (None, None)
    assert [one.id for one in cards_of(proposal, store)] == [HYP]
    requirements = requirements_of(store.records[HYP], store)
    assert requirements
    assert requirements.id == "REQ-20261102-triage-biopsies"
    play.lab("log", "linear", "Nothing was tried.")
    play.lab("close", "linear", "--why", "no time", "--learned", "Plan first.")
    play.lab("new", "REP", "What we know")
    play.fill_in("REP-20261123-what-we-know")
    store = read_store(play.root)
    report = report_of(store.records[PROP], store)
    assert report
    assert report.id == "REP-20261123-what-we-know"
    assert is_open(store.records[PROP], store)
    play.lab("decide", "REP", "stop", "--because", "no labels", "--gate", "not passed")
    store = read_store(play.root)
    assert not is_open(store.records[PROP], store)


def test_a_chain_that_leads_nowhere_has_no_requirements(play: Play):
    play.change(
        "NEED-20261103-triage-biopsies", "answers: REQ-20261102-triage-biopsies", f"answers: {PROP}"
    )
    store = read_store(play.root)
    assert requirements_of(store.records[HYP], store) is None
