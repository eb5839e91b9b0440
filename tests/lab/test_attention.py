"""What needs a decision, whose, and since when."""

import re

import pytest
from playing import HYP, PROP, Play

from lab.process.attention import needs
from lab.process.card_needs import MENTION
from lab.records.store import read_store


@pytest.fixture
def play(tmp_path, monkeypatch, capsys) -> Play:
    play = Play(tmp_path / "project", monkeypatch, capsys)
    play.team_of_three()
    return play


def waiting(play: Play) -> list[tuple[str, str, str, str]]:
    """Since when, for whom, which record, what."""
    return [
        (f"{one.since:%m-%d}", " ".join(one.who), one.record, one.what)
        for one in needs(read_store(play.root))
    ]


def test_nothing_waits_in_a_tidy_project(play: Play):
    assert waiting(play) == []


def test_a_time_box_that_is_over_waits_for_its_owner_since_it_was_over(play: Play):
    play.lab("start", "linear", "--by", "bob")
    play.at("2026-11-25T09:00:00Z")  # day 3 of 3
    assert waiting(play) == []
    play.at("2026-11-27T09:00:00Z")
    assert waiting(play) == [("11-26", "bob", HYP, "time box is over: day 5 of 3")]
    (need,) = needs(read_store(play.root))
    assert need.do == f"lab judge {HYP}, lab amend {HYP} --timebox N, or lab close {HYP}"


def test_a_blocked_card_waits_for_its_owner(play: Play):
    play.lab("start", "linear", "--by", "bob")
    play.lab("block", "linear", "--why", "no labels", "--by", "cem")
    play.at("2026-12-01T09:00:00Z")
    assert waiting(play) == [("11-23", "bob", HYP, "blocked: no labels")]


def test_a_review_waits_for_the_others_until_they_have_spoken(play: Play):
    play.write("team/policy.yml", "reviewers: 2\nreminders: {review: 2}\n")
    play.lab("start", "linear", "--by", "bob")
    play.judge("supported", by="bob")
    assert waiting(play) == [("11-24", "ann cem", HYP, "waits for a review")]
    play.at("2026-11-27T09:00:00Z")
    play.lab("review", "linear", "--approve", "--by", "cem")
    assert waiting(play) == [("11-24", "ann", HYP, "waits for a review, for 3 working days")]


def test_alone_a_review_waits_for_the_owner(tmp_path, monkeypatch, capsys):
    play = Play(tmp_path / "alone", monkeypatch, capsys)
    play.lab("start", "linear")
    play.judge("supported")
    assert waiting(play) == [("11-24", "ann", HYP, "waits for a review")]


def test_a_report_is_due_when_the_iteration_is_over(play: Play):
    play.change(PROP, "timebox: 10", "timebox: 2")
    play.change(PROP, "owner: ann", "owner: cem")
    play.lab("start", "linear", "--by", "bob")
    play.at("2026-11-24T23:00:00Z")
    assert waiting(play) == []
    play.at("2026-11-25T00:00:00Z")
    what = "the iteration's time box ended on 2026-11-24, and there is no report"
    assert waiting(play) == [("11-24", "cem", PROP, what)]
    play.lab("new", "REP", "What we know", "--by", "bob")
    report = "REP-20261125-what-we-know"
    what = "the iteration's time box ended on 2026-11-24, and its report is not written yet"
    assert waiting(play) == [("11-24", "bob", report, what)]
    play.fill_in(report)
    assert waiting(play) == [("11-25", "ann", report, "waits for a decision")]


def test_drafts_wait_for_who_signs_them(play: Play):
    play.lab("new", "REQ", "More", "--by", "bob")
    assert waiting(play) == []  # it is not written yet
    play.fill_in("REQ-20261123-more")
    assert waiting(play) == [("11-23", "ann", "REQ-20261123-more", "waits to be accepted")]
    play.write(
        "team/people.yml",
        (play.root / "team/people.yml").read_text("utf-8")
        + "  - {handle: sue, name: Sue, roles: [sponsor]}\n",
    )
    assert waiting(play) == [("11-23", "sue", "REQ-20261123-more", "waits to be accepted")]


def test_a_card_without_a_priority_and_a_concern_without_an_answer(play: Play):
    play.lab("new", "TASK", "Stub", "--by", "bob")
    task = "TASK-20261123-stub"
    assert waiting(play) == [("11-23", "ann", task, "has no priority yet")]
    play.lab("prioritise", task, "1", "--concern", "too dear?", "--by", "ann")
    assert waiting(play) == [("11-23", "bob", task, "concern of ann: too dear?")]
    play.change(task, 'what: "too dear?"', 'what: "too dear?", answer: no')
    play.change(task, "answer: no", 'answer: "no"')
    assert waiting(play) == []


def test_a_decision_is_to_be_looked_at_again(play: Play):
    play.change(PROP, "timebox: 10", 'revisit_on: "2026-11-30T00:00:00Z"\ntimebox: 10')
    assert waiting(play) == []
    play.at("2026-11-30T00:00:00Z")
    assert waiting(play) == [("11-30", "ann", PROP, "was to be looked at again")]


def test_who_was_asked_in_a_log_is_waited_for_until_they_write(play: Play):
    play.lab("log", "linear", "Why, @cem and @ann? Not @bob, @zoe or x@ann.", "--by", "bob")
    play.at("2026-11-24T09:00:00Z")
    play.lab("log", "linear", "Because.", "--by", "cem")
    assert waiting(play) == [("11-23", "ann", HYP, "was asked for help in the log")]


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("@ann", ["ann"]),
        ("(@ann-b, @c.d_e.)", ["ann-b", "c.d_e"]),
        ("mail@ann.org @@ann /@ann .@ann @-ann", []),
        ("**@ann**\n@bob:", ["ann", "bob"]),
    ],
)
def test_what_is_a_mention(text: str, handles: list[str]):
    assert MENTION.findall(text) == handles


def test_a_retro_is_due_after_a_month(play: Play):
    play.lab("start", "linear", "--by", "bob")
    play.lab("block", "linear", "--why", "x", "--by", "bob")
    play.at("2026-12-24T09:00:00Z")
    assert "a retro is due" not in str(waiting(play))
    play.at("2026-12-24T09:00:01Z")
    assert ("12-24", "ann bob cem", "team/retros", "a retro is due") in waiting(play)
    play.lab("new", "RET", "December", "--by", "ann")
    assert "a retro is due" not in str(waiting(play))


def test_a_waiver_ends(play: Play):
    play.write(
        "team/waivers.yml",
        f"waivers:\n  - {{rule: FLO004, record: {HYP}, reason: a holiday, owner: cem, "
        'until: "2026-12-01T00:00:00Z"}\n',
    )
    assert waiting(play) == []
    play.at("2026-11-24T00:00:00Z")
    assert waiting(play) == [("11-24", "cem", HYP, "the waiver of FLO004 ends on 2026-12-01")]
    play.at("2026-12-03T00:00:00Z")
    assert waiting(play) == [("12-01", "cem", HYP, "the waiver of FLO004 ended on 2026-12-01")]


def test_the_oldest_comes_first(play: Play):
    play.lab("new", "TASK", "Stub", "--by", "bob")
    play.at("2026-11-24T09:00:00Z")
    play.lab("start", "linear", "--by", "bob")
    play.lab("block", "linear", "--why", "x", "--by", "bob")
    assert [one[0] for one in waiting(play)] == ["11-23", "11-24"]


@pytest.mark.parametrize(
    ("budget", "what"),
    [(10, None), (2, "has 1 of its 2 slots left"), (1, "its slots are used up")],
)
def test_a_test_set_that_is_nearly_used_up_waits_for_new_examples(
    play: Play, budget: int, what: str | None
):
    play.lab("start", "linear", "--by", "bob")
    path = play.root / "team/testsets/TS-2026-11.yml"
    text = path.read_text("utf-8")
    path.write_text(re.sub(r"budget: \d+", f"budget: {budget}", text), encoding="utf-8")
    assert waiting(play) == ([("11-23", "ann", "TS-2026-11", what)] if what else [])
    path.write_text(
        path.read_text("utf-8") + 'retired: {at: "2026-11-23T09:00:00Z", by: ann, why: Enough.}\n'
    )
    assert waiting(play) == []
