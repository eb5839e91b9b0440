"""The verbs that change a record: whole lives of cards and documents, and every wrong turn."""

import io
import re
from pathlib import Path

import pytest
from playing import HYP, PROP, Play

from lab.records import files

WHY = ("--why", "x", "--impact", "y", "--results-seen", "no")


@pytest.fixture
def play(tmp_path, monkeypatch, capsys) -> Play:
    return Play(tmp_path / "project", monkeypatch, capsys)


@pytest.fixture
def three(play: Play) -> Play:
    play.team_of_three()
    return play


def holds(play: Play) -> None:
    """The whole project holds, but for what only a team of one is told."""
    said = play.type("check")
    assert said.code == 0, said.out


# ---------------------------------------------------------------------------
# Lives.
# ---------------------------------------------------------------------------


def test_a_supported_hypothesis_goes_all_the_way_in_a_team_of_one(play: Play):
    assert "day 1 of 3" in play.lab("start", "linear")
    assert re.search(
        r"^lock: \{at: \"2026-11-23T09:00:00Z\", by: ann, digest: v1:", play.text(HYP), re.M
    )
    play.judge("supported")
    assert "in `update model`.\n" in play.lab("review", "linear", "--approve")
    assert "`code review update model`" in play.lab("move", "linear", "review")
    play.tick()
    said = play.lab("review", "linear", "--approve", "--learned", "Shape tells more than size.")
    assert said.startswith(f"{HYP} is done: supported. Learned: Shape tells more than size.\n")
    assert "learned: Shape tells more than size." in play.text(HYP)
    holds(play)


@pytest.mark.parametrize("verdict", ["refuted", "inconclusive"])
def test_what_is_not_supported_ends_after_its_review(three: Play, verdict: str):
    three.lab("start", "linear", "--by", "bob")
    three.judge(verdict, by="bob")
    three.tick()
    said = three.lab("review", "linear", "--approve", "--by", "cem", "--learned", "Size is enough.")
    assert said == f"{HYP} is done: {verdict}. Learned: Size is enough.\n"
    assert "to: update model" not in three.text(HYP)
    holds(three)


def test_a_supported_hypothesis_may_end_without_an_update(three: Play):
    three.lab("start", "linear", "--by", "bob")
    three.judge("supported", by="bob")
    three.tick()
    words = ["review", "linear", "--approve", "--by", "cem", "--learned", "It works."]
    assert "is done: supported" in three.lab(*words, "--not-shipped", "too dear to run")
    assert "not_shipped: too dear to run" in three.text(HYP)
    holds(three)


def test_a_supported_hypothesis_that_is_given_up_while_it_is_built_in_says_why(three: Play):
    three.lab("start", "linear", "--by", "bob")
    three.judge("supported", by="bob")
    three.lab("review", "linear", "--approve", "--by", "cem")
    three.tick()
    words = ["close", "linear", "--by", "bob", "--learned", "It works."]
    assert "say why it does not ship" in three.refused(*words)
    said = three.refused(*words, "--outcome", "abandoned", "--why", "the clinic left")
    assert "is supported, and stays so" in said
    assert "is done: supported" in three.lab(*words, "--not-shipped", "the clinic left")
    assert "not_shipped: the clinic left" in three.text(HYP)
    holds(three)


def test_a_spike_lives_from_its_question_to_its_answer(three: Play):
    three.lab("new", "SPK", "Can we get labels?", "--by", "cem", "--question", "Can we?")
    spike = "SPK-20261123-can-we-get-labels"
    assert "FLO007" in three.refused("start", "get-labels", "--by", "cem")
    three.lab("prioritise", "get-labels", "2", "--by", "ann")
    said = three.refused("start", "get-labels", "--by", "cem")
    assert "REC008" in said
    assert "REC009" in said
    three.fill_in(spike)
    assert "day 1 of 2" in three.lab("start", "get-labels", "--by", "cem")
    assert "in `code review hypothesis`" in three.lab("move", "get-labels", "review", "--by", "cem")
    words = ["review", "get-labels", "--approve", "--by", "bob"]
    said = three.refused(*words)
    assert "has no outcome" in said
    assert "has no answer" in said
    words += ["--outcome", "feasible", "--learned", "Ask early."]
    assert "has no answer" in three.refused(*words)
    assert "is done: feasible" in three.lab(*words, "--answer", "Yes, in two days")
    assert 'answer: "Yes, in two days"' in three.text(spike)
    holds(three)


def test_an_exploration_and_a_task_go_their_own_ways(three: Play):
    for kind, title in (("EDA", "Look at gaps"), ("TASK", "Build the stub")):
        three.lab("new", kind, title, "--by", "bob")
    exploration, task = "EDA-20261123-look-gaps", "TASK-20261123-build-stub"
    for rank, card in enumerate((exploration, task), 2):
        three.fill_in(card)
        three.lab("prioritise", card, str(rank), "--by", "ann")
        three.lab("start", card, "--by", "bob")
    assert "does not name one lane of a delivery task" in three.refused(
        "move", task, "test", "--by", "bob"
    )
    for card, outcome in ((exploration, "explored"), (task, "delivered")):
        three.lab("move", card, "review", "--by", "bob")
        three.tick(task)
        three.lab(
            *("review", card, "--approve", "--by", "cem", "--outcome", outcome),
            *("--learned", "Something."),
        )
    assert "to: update model" in three.text(task)
    assert "to: test hypothesis" in three.text(exploration)
    holds(three)


def accepted(play: Play, kind: str, title: str, *more: str, **texts: str) -> str:
    """Make a document, write it, and have it accepted; its id."""
    path = play.lab("new", kind, title, *more, "--by", "ann").split()[1]
    id_ = path.split("/")[-2]
    play.fill_in(id_, **texts)
    play.lab("review", id_, "--approve", "--by", "ann")
    return id_


def test_documents_lead_from_requirements_to_an_incident(three: Play):
    three.lab("start", "linear", "--by", "bob")
    three.lab("log", "linear", "Tried it.", "--by", "bob")
    three.judge("supported", by="bob")
    three.tick()
    three.lab(
        *("review", "linear", "--approve", "--by", "cem", "--learned", "It works."),
        *("--not-shipped", "one clinic only"),
    )
    three.lab("new", "REP", "What we know", "--by", "bob")
    report = "REP-20261124-what-we-know"
    said = three.refused("decide", report, "deploy", "--because", "It helps.", "--by", "ann")
    assert "REC009" in said
    three.fill_in(report)
    requirements = three.text("REQ-20261102-triage-biopsies")
    outcome = requirements.partition("customer_outcome: ")[2].partition("\n")[0]
    three.change(report, "## Customer outcome\n\nSomething.", f"## Customer outcome\n\n{outcome}")
    three.change(report, "## Results\n\nSomething.", f"## Results\n\n{HYP}: supported.")
    words = ["decide", report, "deploy", "--because", "It helps."]
    assert "REP003" in three.refused(*words, "--by", "bob")
    assert "decided: deploy, by ann" in three.lab(
        *words, "--by", "ann", "--revisit-on", "2027-03-01"
    )
    assert 'revisit_on: "2027-03-01T00:00:00Z"' in three.text(report)
    assert "\ngate: passed" in three.text(report)
    assert "was decided: deploy" in three.refused(*words, "--by", "ann")
    rollout = accepted(three, "ROLL", "To one clinic")
    assert "- kpi: tumours_read_late" in three.text(rollout)
    incident = accepted(
        three, "INC", "Too slow", learned="Measure it first.", reverted_at='"2026-11-24T09:00:00Z"'
    )
    assert f"answers: {rollout}" in three.text(incident)
    assert "kpi: tumours_read_late" in three.text(incident)
    retro = accepted(three, "RET", "November", attendance="[ann, bob, cem]")
    assert three.path(retro).is_relative_to(three.root / "team/retros")
    holds(three)


def test_a_chain_of_documents_starts_with_requirements(three: Play):
    requirements = accepted(three, "REQ", "Read letters", "--slug", "letters")
    need = three.lab("new", "NEED", "A need", "--answers", "letters", "--by", "bob").split()[1]
    assert f"answers: {requirements}" in (three.root / need).read_text()
    assert "REP001" not in three.type("check").out
    assert "it could belong to 2 records" in three.refused("new", "NEED", "Two", "--by", "bob")


# ---------------------------------------------------------------------------
# Reviews.
# ---------------------------------------------------------------------------


def test_nobody_reviews_the_own_card(three: Play):
    three.lab("start", "linear", "--by", "bob")
    three.judge("refuted", by="bob")
    said = three.refused("review", "linear", "--approve", "--by", "bob", "--learned", "It is good.")
    assert "FLO005" in said
    assert "0 of 1 approvals by others" in said


def test_two_approvals_have_to_come_from_two(play: Play):
    play.team_of_three(reviewers=2)
    play.lab("start", "linear", "--by", "bob")
    play.judge("refuted", by="bob")
    play.tick()
    words = ["review", "linear", "--approve", "--learned", "Size is enough.", "--by"]
    said = play.lab(*words, "cem")
    assert said == (
        f"{HYP} stays in `code review hypothesis`: approved by cem, 1 of 2; it waits for ann.\n"
    )
    assert "cem has approved" in play.refused(*words, "cem")
    assert "is done: refuted" in play.lab(*words, "ann")
    assert play.text(HYP).count("says: approve") == 2


def test_changes_bring_a_card_one_lane_back_and_approvals_begin_again(play: Play):
    play.team_of_three(reviewers=2)
    play.lab("start", "linear", "--by", "bob")
    play.judge("refuted", by="bob")
    play.lab("review", "linear", "--approve", "--by", "cem")
    said = play.lab("review", "linear", "--changes", "which depth?", "--by", "ann")
    assert "is in `test hypothesis`, day 2 of 3" in said
    assert "outcome: null" in play.text(HYP)
    assert 'why: "which depth?"' in play.text(HYP)
    said = play.refused("review", "linear", "--approve", "--by", "cem")
    assert "nobody has asked for a review: go on with `lab judge" in said
    play.lab("move", "linear", "review", "--outcome", "refuted", "--by", "bob")
    said = play.lab("review", "linear", "--approve", "--by", "cem")
    assert "1 of 2" in said


def test_changes_in_the_last_review_bring_a_card_back_to_the_update(three: Play):
    three.lab("start", "linear", "--by", "bob")
    three.judge("supported", by="bob")
    three.lab("review", "linear", "--approve", "--by", "cem")
    three.lab("move", "linear", "5", "--by", "bob")
    three.lab("review", "linear", "--changes", "no test", "--by", "cem")
    assert "lane" in three.text(HYP)
    assert three.lab("list", "--lane", "update model", "--ids") == f"{HYP}\n"
    assert "outcome: supported" in three.text(HYP)


def test_changes_asked_of_a_draft_leave_it_a_draft(play: Play):
    play.lab("new", "REQ", "More")
    said = play.lab("review", "REQ-20261123", "--changes", "which clinic?")
    assert said == "REQ-20261123-more stays in `draft`: ann asks ann for changes.\n"
    assert 'says: changes, why: "which clinic?"' in play.text("REQ-20261123-more")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["review", "linear", "--approve"], "nobody has asked for a review"),
        (["review", "first-triage", "--approve"], "which is final"),
        (["review", "linear"], "one of the arguments --approve --changes is required"),
        (["review", "linear", "--approve", "--changes", "x"], "not allowed with"),
        (["review", "linear", "--changes", " "], "it is empty"),
    ],
)
def test_a_review_that_makes_no_sense(play: Play, words: list[str], why: str):
    use = play.refused if words[2:] == ["--approve"] else play.misused
    assert why in use(*words)


# ---------------------------------------------------------------------------
# Closing.
# ---------------------------------------------------------------------------


def test_an_abandoned_card_says_why_and_what_was_learned(play: Play):
    play.lab("start", "linear")
    assert "say why it is abandoned" in play.refused("close", "linear", "--learned", "Ask first.")
    assert "says nothing in `learned`" in play.refused("close", "linear", "--why", "no labels")
    play.lab("block", "linear", "--why", "no labels")
    said = play.lab("close", "linear", "--why", "no labels came", "--learned", "Ask first.")
    assert said.startswith(f"{HYP} is done: abandoned. Learned: Ask first.")
    text = play.text(HYP)
    assert "to: done, why: no labels came}" in text
    assert 'why: no labels, until: "2026-11-23T09:00:00Z"}' in text  # its way is free now
    holds(play)


@pytest.mark.parametrize("verb", [["move", "done"], ["review", "--approve"]])
def test_only_close_abandons(play: Play, verb: list[str]):
    play.lab("start", "linear")
    play.judge("refuted")
    words = [verb[0], "linear", *verb[1:], "--outcome", "abandoned", "--learned", "Nothing."]
    assert "a card is abandoned with a reason: lab close" in play.refused(*words)


@pytest.mark.parametrize("outcome", ["refuted", "supported", "nonsense"])
def test_what_was_not_reviewed_can_only_be_abandoned(play: Play, outcome: str):
    play.lab("start", "linear")
    said = play.refused(
        "close", "linear", "--outcome", outcome, "--why", "because", "--learned", "Nothing."
    )
    assert "was not reviewed, so it can only be abandoned" in said


def test_a_spike_is_not_closed_past_its_review(three: Play):
    three.lab("new", "SPK", "Labels", "--by", "cem", "--question", "Can we?")
    three.fill_in("SPK-20261123-labels")
    three.lab("prioritise", "SPK", "1", "--by", "ann")
    three.lab("start", "SPK", "--by", "cem")
    words = ["close", "SPK", "--outcome", "feasible", "--answer", "Yes", "--learned", "So."]
    said = three.refused(*words, "--by", "cem")
    assert "was not reviewed" in said
    assert "lab move SPK-20261123-labels review" in said
    three.lab("move", "SPK", "review", "--by", "cem")
    assert "FLO005" in three.refused(*words, "--by", "cem")


def test_a_verdict_is_not_abandoned(three: Play):
    three.lab("start", "linear", "--by", "bob")
    three.judge("refuted", by="bob")
    words = ["close", "linear", "--learned", "Nothing.", "--by", "bob"]
    said = three.refused(*words, "--outcome", "abandoned", "--why", "I do not like it")
    assert "is refuted, which is a result and not to be abandoned" in said
    assert "FLO005" in three.refused(*words)  # it ends after its review, and not before
    assert "EVD001" in three.refused(*words, "--outcome", "supported")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["close", "first-triage"], "only cards are closed"),
        (["start", "first-triage"], "only cards are started"),
        (["block", "first-triage", "--why", "x"], "not a card on the board"),
        (["prioritise", "first-triage", "1"], "not a card on the board"),
        (["log", "first-triage", "x"], "a research log belongs to a card"),
        (["decide", "linear", "stop", "--because", "x"], "decisions are taken on reports"),
        (["unblock", "linear"], "is not blocked"),
        (["move", "linear", "to do"], "is in `to do` already"),
        (["move", "linear", "model"], "does not name one lane"),
        (["move", "linear", "²"], "does not name one lane"),
        (["move", "linear", "99"], "does not name one lane"),
        (["move", "linear", "done"], "FLO002"),
        (["move", "linear", "update"], "FLO001"),
        (["move", "first-triage", "draft"], "FLO001"),
        (["move", "linear", "test", "--answer", "x"], "which has no `answer`"),
        (["review", "first-triage", "--approve", "--learned", "x"], "final"),
        (["amend", "linear", "--timebox", "5", *WHY], "simply edit"),
        (["start", "../../etc"], 'No record has "../../etc" in its id'),
        (["start", "2026"], "stands for 4 records"),
        (["start", "zebra"], "`lab list` shows all"),
        (["start", "linear", "--by", "zoe"], "zoe is not in team/people.yml (ann)"),
        (["log", "linear", "\udcff"], "not UTF-8"),
    ],
)  # fmt: skip
def test_a_wrong_turn_is_one_message_and_changes_nothing(play: Play, words: list[str], why: str):
    assert why in play.refused(*words)


@pytest.mark.parametrize(
    "verb", ["start", "close", "block", "unblock", "prioritise", "amend", "move", "review"]
)
def test_done_is_final(play: Play, verb: str):
    play.lab("close", "linear", "--why", "no time", "--learned", "Plan first.")
    more = {
        "block": ["--why", "x"],
        "prioritise": ["1"],
        "amend": ["--prior", "0.1", *WHY],
        "move": ["2"],
        "review": ["--approve"],
    }
    said = play.refused(verb, "linear", *more.get(verb, []))
    assert "final" in said or "started once" in said


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["prioritise", "linear", "0"], "0 is no rank"),
        (["prioritise", "linear", "first"], '"first" is no whole number'),
        (["amend", "linear", "--timebox", "0", *WHY], "0 is no time box"),
        (["amend", "linear", "--timebox", "abc", *WHY], '"abc" is no whole'),
        (["amend", "linear", "--why", "x", "--impact", "y"], "--results-seen"),
        (["amend", "linear", "--seed", "-1", *WHY], "-1 is no seed"),
        (["block", "linear"], "--why"),
        (["block", "linear", "--why", "\n"], "it is empty"),
        (["decide", "linear", "stop"], "--because"),
        (["decide", "linear", "wait", "--because", "x"], "\"wait\" is unknown"),
        (["decide", "x", "stop", "--because", "x", "--revisit-on", "soon"], '"soon" is no day'),
        (["start", ""], "it is empty"),
        (["start"], "ID"),
        (["start", "linear", "now"], "unknown: now"),
    ],
)  # fmt: skip
def test_wrong_usage_is_exit_code_2(play: Play, words: list[str], why: str):
    assert why in play.misused(*words)


# ---------------------------------------------------------------------------
# Blocks, priorities, amendments.
# ---------------------------------------------------------------------------


def test_a_blocked_card_stands_still(play: Play):
    play.lab("start", "linear")
    said = play.lab("block", "linear", "--why", "x: y # z\n\x1b[31m2")
    assert "its time box stands still: x: y # z  [31m2" in said
    assert "is blocked since 2026-11-23: x: y # z" in play.refused("block", "linear", "--why", "a")
    play.at("2026-12-23T09:00:00Z")
    assert "FLO018" in play.refused("move", "linear", "review")
    assert "in `test hypothesis`, day 1 of 3" in play.lab("unblock", "linear")
    assert "is not blocked" in play.refused("unblock", "linear")


def test_only_a_product_owner_sets_priorities(three: Play):
    said = three.refused("prioritise", "linear", "1", "--by", "bob")
    assert "bob is no product owner, and only they set priorities (ann)" in said
    said = three.lab(
        "prioritise", "linear", "4", "--concern", 'May doctors "see": it?', "--by", "ann"
    )
    assert "has priority 4." in said
    assert 'bob is asked to answer: May doctors "see": it?' in said
    assert "rank: 4, by: ann" in three.text(HYP)
    assert "concern of ann" in three.lab("status", "--for", "bob")


AMEND = ["--why", "two days were lost", "--impact", "none", "--results-seen"]


def test_a_time_box_is_extended_once(play: Play):
    play.lab("start", "linear")
    said = play.lab("amend", "linear", "--timebox", "5", *AMEND, "no")
    assert said.splitlines()[0] == f"{HYP} is amended, and the change is on record: timebox."
    assert "can still be confirmatory" in said
    assert "was: {timebox: 3}" in play.text(HYP)
    assert "FLO006" in play.refused("amend", "linear", "--timebox", "6", *AMEND, "no")
    assert "nothing would change" in play.refused("amend", "linear", "--timebox", "5", *AMEND, "no")
    assert "nothing would change" in play.refused("amend", "linear", *AMEND, "no")
    holds(play)


def test_what_stays_the_same_is_not_amended(play: Play):
    play.lab("start", "linear")
    said = play.lab("amend", "linear", "--timebox", "3", "--prior", "0.7", *AMEND, "no")
    assert "on record: prior." in said
    play.lab("amend", "linear", "--timebox", "5", *AMEND, "no")  # the first extension
    holds(play)


def test_criteria_are_amended_openly(play: Play):
    play.lab("start", "linear")
    said = play.refused("amend", "linear", "--criterion", "recal > 0.4", *AMEND, "no")
    assert "Did you mean `recall`?" in said
    words = ["amend", "linear", "--criterion", "recall > 0.8", "--value", "help: patients"]
    said = play.lab(*words, *AMEND, "yes")
    assert "on record: story.in_order_to and criteria." in said
    assert "exploratory" in said
    assert "criteria:\n  - recall > 0.8\nguardrails:" in play.text(HYP)
    holds(play)


def test_a_spike_has_no_criteria_to_amend(play: Play):
    play.lab("new", "SPK", "Labels", "--question", "Can we?")
    play.fill_in("SPK-20261123-labels")
    play.lab("prioritise", "SPK", "1")
    play.lab("start", "SPK")
    said = play.refused("amend", "SPK", "--criterion", "recall > 0.8", *AMEND, "no")
    assert "A spike has no `criteria`" in said
    play.lab("amend", "SPK", "--timebox", "4", *AMEND, "no")
    assert "timebox: 4" in play.text("SPK-20261123-labels")


# ---------------------------------------------------------------------------
# The research log.
# ---------------------------------------------------------------------------


def entries(play: Play) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in play.path(HYP).parent.glob("log/*")}


def test_two_entries_within_one_second_are_two_files(three: Play):
    said = three.lab("log", "linear", "First. @ann, @cem and @zoe: why?", "--by", "bob")
    assert "ann and cem: asked for help" in said
    assert "nobody in team/people.yml is zoe" in said
    three.lab("log", "--by", "bob", "linear", "Second.")
    three.lab("log", "linear", "Third.", "--by", "cem")
    assert entries(three) == {
        "20261123T090000Z-bob.md": "First. @ann, @cem and @zoe: why?\n",
        "20261123T090001Z-bob.md": "Second.\n",
        "20261123T090000Z-cem.md": "Third.\n",
    }
    holds(three)


@pytest.mark.parametrize("words", [["log", "linear"], ["log", "linear", "-"]])
def test_an_entry_comes_from_a_pipe(play: Play, words: list[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("# Tried\r\n\n\tdepth 3 \x1b[2J\n"))
    play.lab(*words)
    assert list(entries(play).values()) == ["# Tried\n\n    depth 3  [2J\n"]


@pytest.mark.parametrize("typed", ["", " \n\n"])
def test_an_empty_entry_is_none(play: Play, typed: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert "the entry is empty: lab log" in play.refused("log", "linear")


def test_an_entry_in_another_encoding_is_refused(play: Play, monkeypatch: pytest.MonkeyPatch):
    pipe = io.TextIOWrapper(io.BytesIO(b"caf\xe9"), encoding="utf-8")
    monkeypatch.setattr("sys.stdin", pipe)
    assert "the entry is not UTF-8" in play.refused("log", "linear")


# ---------------------------------------------------------------------------
# Who acts, and what the disk does.
# ---------------------------------------------------------------------------


def test_who_acts_is_asked_of_the_option_then_of_lab_by(
    three: Play, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("lab.commands.session._git", lambda project, key: "")
    said = three.refused("start", "linear")
    assert "git knows you as nobody" in said
    assert "ann, bob, cem" in said
    assert "--by HANDLE" in said
    monkeypatch.setenv("LAB_BY", "zoe")
    assert "zoe is not in team/people.yml (ann, bob, cem)" in three.refused("start", "linear")
    monkeypatch.setenv("LAB_BY", "@cem")
    three.lab("start", "linear", "--by", "@bob")
    assert "by: bob, to: test hypothesis" in three.text(HYP)


@pytest.mark.parametrize(
    "settings",
    [
        {"user.name": "Bob Müller"},
        {"user.name": "bob"},
        {"user.email": "bob"},
        {"user.email": "bob@example.org"},
        {"user.email": "123+bob@users.example.org"},
    ],
)
def test_git_knows_who_acts(three: Play, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("lab.commands.session._git", lambda project, key: settings.get(key, ""))
    three.lab("start", "linear")
    assert "by: bob, to: test hypothesis" in three.text(HYP)


def test_without_git_and_alone_it_is_the_only_one(play: Play, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "")
    play.lab("start", "linear")
    assert "by: ann, to: test hypothesis" in play.text(HYP)


def test_without_git_in_a_team_it_asks_who(three: Play, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "")
    assert "say who you are with --by HANDLE" in three.refused("start", "linear")


def test_a_team_of_nobody_cannot_act(play: Play):
    (play.root / "team/people.yml").unlink()
    assert "team/people.yml names nobody" in play.refused("start", "linear")


def test_a_file_that_cannot_be_written_is_as_it_was(play: Play, monkeypatch: pytest.MonkeyPatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "replace", full)
    said = play.refused("start", "linear")
    assert "cannot be written (No space left on device): it is as it was" in said


def test_a_folder_that_is_read_only(play: Play, monkeypatch: pytest.MonkeyPatch):
    def refuse(path: Path, content: bytes) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(files, "_write", refuse)
    said = play.refused("start", "linear")
    assert "cannot be written (Permission denied): it is as it was" in said


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("---\nid: [\n---\n", "not valid YAML"),
        ("no front matter\n", "there is no front matter"),
        ("---\nid: x\n", "the front matter does not end"),
        ("---\nid: x\n---\n", '`id` is "x"'),
    ],
)
def test_a_broken_record_says_where_it_is_broken(play: Play, text: str, why: str):
    play.path(HYP).write_text(text)
    for verb in (["start"], ["show"], ["log"], ["close"]):
        said = play.refused(*verb, "linear")
        assert f"{HYP} cannot be read: stages/4-experiments/{HYP}/index.md:" in said
        assert why in said


def test_a_project_that_does_not_hold_elsewhere_lets_a_card_move(play: Play):
    play.change(PROP, "timebox: 10", "timebox: ten")
    said = play.type("start", "linear")
    assert said.code == 0, said.err


def test_a_lane_that_is_too_full_can_be_emptied(play: Play):
    play.write("team/policy.yml", "wip: {test hypothesis: 1}\n")
    cards = []
    for number in range(4):
        play.lab("new", "SPK", f"Question {number}", "--question", "Can we?")
        cards.append(f"SPK-20261123-question-{number}")
        play.fill_in(cards[-1])
        play.lab("prioritise", cards[-1], "1")
    play.write("team/policy.yml", "wip: {test hypothesis: null}\n")
    for card in cards:
        play.lab("start", card)
    play.write("team/policy.yml", "wip: {test hypothesis: 1}\n")
    assert "FLO003" in play.refused("start", "linear")
    assert "in `code review hypothesis`" in play.lab("move", cards[0], "review")
    play.lab("close", cards[3], "--why", "too many", "--learned", "Start less.")


@pytest.mark.parametrize("risk", ["low", "medium", "high"])
def test_at_low_risk_a_card_starts_lightly(play: Play, risk: str):
    play.write("team/policy.yml", f"risk: {risk}\n")
    play.lab("new", "TASK", "Build the stub", "--tldr", "A stub.")
    said = play.type("start", "stub")
    assert said.code == (0 if risk == "low" else 1)
    assert ("warning FLO007" in said.out) == (risk == "low")
    assert ("FLO007" in said.err) == (risk != "low")


# ---------------------------------------------------------------------------
# The definition of done.
# ---------------------------------------------------------------------------


def test_the_teams_definition_of_done_comes_with_the_review(three: Play):
    three.lab("new", "TASK", "Build the stub", "--by", "bob")
    task = "TASK-20261123-build-stub"
    three.fill_in(task)
    three.lab("prioritise", task, "2", "--by", "ann")
    three.lab("start", task, "--by", "bob")
    three.lab("move", task, "review", "--by", "bob")
    body = three.text(task).partition("## Definition of done")[2]
    assert "**Every card**\n\n- [ ] Someone other than the owner has reviewed it.\n" in body
    assert "**A change to the model or its interface**" in body
    assert "**A hypothesis**" not in body
    words = ["review", task, "--approve", "--by", "cem", "--outcome", "delivered"]
    words += ["--learned", "Ask early."]
    assert "FLO011 a line of the definition of done is not ticked" in three.refused(*words)
    three.lab("review", task, "--changes", "Test it.", "--by", "cem")
    three.lab("move", task, "review", "--by", "bob")
    assert three.text(task).count("**Every card**") == 1  # it is not written twice
    three.change(task, "- [ ] Tests were written", "- [x] Our own list")
    three.change(task, "- [ ]", "- [x]")
    assert 'FLO019 the definition of done lacks "Tests were written' in three.refused(*words)
    three.change(task, "- [x] Our own list", "- No code, so no tests were written")
    three.lab(*words)
    holds(three)


def test_the_definition_of_done_keeps_windows_line_ends(three: Play):
    three.lab("new", "TASK", "Build the stub", "--by", "bob")
    task = "TASK-20261123-build-stub"
    three.fill_in(task)
    three.lab("prioritise", task, "2", "--by", "ann")
    path = three.path(task)
    text = path.read_text("utf-8").partition("## Definition of done")[0]
    path.write_bytes(text.replace("\n", "\r\n").encode())
    three.lab("start", task, "--by", "bob")
    three.lab("move", task, "review", "--by", "bob")
    written = path.read_bytes()
    assert b"\r\n## Definition of done\r\n\r\n**Every card**\r\n" in written
    assert written.count(b"\n") == written.count(b"\r\n")
