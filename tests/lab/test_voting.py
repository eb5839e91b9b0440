"""`lab vote`: one file for each voter, only while the card is tested, and counted by the judge."""

import pytest
from proving import CARD, HYP, VERDICT, Proof

TEAM, SCIENTISTS = "panel(team) >= 2 of 3", "panel(data scientist) >= 1 of 2"
BOB = f"{CARD}/ballots/bob.yml"


@pytest.fixture
def panel(proof: Proof) -> Proof:
    proof.change(HYP, "  - recall > 0.85", f"  - {TEAM}\n  - {SCIENTISTS}")
    proof.commit("Ask people")
    return proof.locked()


def vote(proof: Proof, by: str, answer: str = "yes", criterion: str = TEAM) -> str:
    return proof.lab("vote", "linear", answer, criterion, "--by", by)


def test_a_panel_decides(panel: Proof):
    said = vote(panel, "bob")
    assert said == f"bob says yes to `{TEAM}`.\n  Commit {BOB}: git shows who wrote it.\n"
    vote(panel, "ann", "no")
    vote(panel, "ann", "yes", SCIENTISTS)
    vote(panel, "cem")
    assert (panel.root / CARD / "ballots/ann.yml").read_text("utf-8") == (
        'at: "2026-11-23T09:00:00Z"\nby: ann\n'
        f'answers: {{{TEAM}: "no", {SCIENTISTS}: "yes"}}\nwhy: null\n'
    )
    panel.commit("Vote")
    panel.tested()
    assert f"bob did not vote on `{SCIENTISTS}` yet" in panel.refused("judge", "linear")
    assert f"has to be voted on: {SCIENTISTS}" in panel.lab("status", "--for", "bob")
    assert "has to be voted on" not in panel.lab("status", "--for", "ann")
    panel.lab("judge", "linear", "--panel-closed", "bob is at sea")
    assert "panel closed: bob is at sea" in panel.text(HYP)
    panel.commit("Judge")
    found = panel.verdict()
    assert found["counted"] == {TEAM: [2, 3], SCIENTISTS: [1, 1]}
    assert found["verdict"] == "supported"
    panel.green()


def test_a_person_may_think_better_of_it_before_the_verdict(panel: Proof):
    panel.lab("vote", "linear", "yes", TEAM, "--why", "It reads well.")
    assert "bob has said yes already." in panel.refused("vote", "linear", "yes", TEAM)
    assert "add --replace" in panel.refused("vote", "linear", "no", TEAM)
    panel.at("2026-11-23T10:00:00Z")
    panel.lab("vote", "linear", "no", TEAM, "--why", "It reads badly.", "--replace")
    assert (panel.root / BOB).read_text("utf-8") == (
        f'at: "2026-11-23T10:00:00Z"\nby: bob\nanswers: {{{TEAM}: "no"}}\nwhy: It reads badly.\n'
    )


def test_wrong_turns(panel: Proof):
    said = panel.refused("vote", "linear", "yes", SCIENTISTS, "--by", "cem")
    assert "cem is not on the panel of" in said
    assert "(ann, bob)" in said
    said = panel.refused("vote", "linear", "yes")
    assert f'asks several panels: say which, "{TEAM}" or "{SCIENTISTS}"' in said
    assert "does not ask a panel that" in panel.refused("vote", "linear", "yes", "recall > 0.85")
    assert "panels vote on hypotheses" in panel.refused("vote", "PROP", "yes")
    assert '"perhaps" is unknown. Choose from yes, no.' in panel.misused(
        "vote", "linear", "perhaps"
    )
    panel.write(BOB, "answers: 7\n")
    assert f"{BOB}:1: " in panel.refused("vote", "linear", "yes", TEAM)
    panel.write(BOB, 'at: "2026-11-23T09:00:00Z"\nby: ann\nanswers: {x: "yes"}\n')
    assert "holds a ballot of ann" in panel.refused("vote", "linear", "yes", TEAM)


def test_nobody_votes_before_the_start_or_on_numbers(proof: Proof):
    proof.change(HYP, "  - recall > 0.85", f"  - {TEAM}")
    said = proof.refused("vote", "linear", "yes")
    assert "is in `to do`; panels vote in `test hypothesis`" in said
    proof.change(HYP, f"  - {TEAM}", "  - recall > 0.85")
    proof.locked()
    assert "has no criterion for a panel" in proof.refused("vote", "linear", "yes")


@pytest.fixture
def voted(panel: Proof) -> Proof:
    for by in ("ann", "bob"):
        vote(panel, by)
        vote(panel, by, "yes", SCIENTISTS)
    vote(panel, "cem")
    assert "has to be voted on" not in panel.lab("status")
    panel.tested().judged()
    panel.green()
    return panel


def test_nobody_votes_after_the_verdict(voted: Proof):
    said = voted.refused("vote", "linear", "no", TEAM, "--by", "cem")
    assert "is in `code review hypothesis`" in said


def test_a_ballot_that_changes_after_the_verdict(voted: Proof):
    text = (voted.root / BOB).read_text("utf-8")
    voted.write(BOB, text.replace('"yes"', '"no"', 1))
    found = voted.audit()
    said = "a ballot was changed in the work tree, after the verdict"
    assert ("AUD003", BOB, said) in found
    assert ("AUD007", VERDICT) in [one[:2] for one in found]
    assert [one[0] for one in voted.check()] == ["AUD003"]
    voted.commit("Think better of it")
    assert ("AUD007", VERDICT) in [one[:2] for one in voted.audit()]


def test_two_ballots_that_change_places_after_the_verdict(panel: Proof):
    vote(panel, "ann", "no")
    vote(panel, "bob", "yes")
    vote(panel, "ann", "yes", SCIENTISTS)
    vote(panel, "bob", "yes", SCIENTISTS)
    vote(panel, "cem", "yes")
    panel.tested().judged()
    for by, old, new in (("ann", "no", "yes"), ("cem", "yes", "no")):
        path = f"{CARD}/ballots/{by}.yml"
        text = (panel.root / path).read_text("utf-8")
        panel.write(path, text.replace(f'"{old}"', f'"{new}"'))
    assert [one[:2] for one in panel.audit()] == [
        ("AUD003", f"{CARD}/ballots/ann.yml"),
        ("AUD003", f"{CARD}/ballots/cem.yml"),
    ]


def test_whoever_leaves_the_team_has_voted_all_the_same(voted: Proof):
    people = (voted.root / "team/people.yml").read_text("utf-8")
    voted.write("team/people.yml", people.replace("data scientist", "software engineer"))
    voted.commit("Bob does something else now")
    assert voted.audit() == []
