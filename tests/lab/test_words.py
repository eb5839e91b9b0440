"""A judgement in plain words."""

from dataclasses import replace

import pytest

from lab.evidence.judge import Judgement
from lab.evidence.result import Result
from lab.evidence.verdict import Opening
from lab.evidence.words import about_opening, about_seeds, explained, headline, sentence, statuses

RECALL = Result(
    criterion="recall > 0.7",
    role="criterion",
    metric="recall",
    slice=None,
    status="met",
    n=107,
    estimate=0.96884,
    lower=0.924,
    upper=0.99,
    threshold=0.7,
    method="Clopper-Pearson",
)


def test_a_met_criterion_has_its_bound_and_its_bar():
    assert sentence(RECALL, 0.005) == (
        "The recall is 0.969 (107 examples, Clopper-Pearson): "
        "we can be 99.5 % sure that it is above 0.924; the bar is 0.7."
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"status": "missed", "upper": 0.6}, "at least 95 % sure that it is below 0.600"),
        (
            {"criterion": "log_loss < 0.3", "metric": "log_loss", "upper": 0.2},
            "The log loss is 0.969 (107 examples, Clopper-Pearson): we can be 95 % sure that it "
            "is below 0.200",
        ),
        (
            {"criterion": "recall[age > 3] <= 0.99", "slice": "age > 3", "upper": 0.98},
            "The recall where age > 3 is 0.969 (107 examples, Clopper-Pearson): we can be 95 % "
            "sure that it is below 0.980",
        ),
        (
            {"criterion": "recall > status_quo", "reference": "status_quo", "threshold": 0.0},
            "0.969 above that of the status quo (107 examples, Clopper-Pearson): we can be 95 % "
            "sure that the difference is above +0.924",
        ),
        (
            {"lower": 0.7, "threshold": 0.7},  # as a sealed test set may tell it
            "we can be 95 % sure that it is above the bar, 0.7.",
        ),
        ({"status": "unclear", "needed_n": 400}, "about 400 examples would settle it"),
        ({"status": "unclear"}, "more examples alone would not settle it"),
        (
            {"status": "unclear", "reason": "there are only 3"},
            "the bar is 0.7; there are only 3.",
        ),
        ({"status": "error", "reason": "there are none"}, "could not be computed: there are none."),
    ],
)
def test_every_status_has_its_words(changes, said):
    assert said in sentence(replace(RECALL, **changes), 0.05)


def test_what_a_claim_is_about():
    verdict = Judgement("supported", (RECALL,), 0.005, 2000, 1)
    assert about_seeds(verdict, 0.005) == ""
    two = replace(verdict, claim="these seeds", alike=((1, 2, 4), (3,)))
    assert about_seeds(two, 0.005) == (
        "The seeds 1, 2 and 4 predict the same for every example, so they count as one. "
        "This is about these 2 seeds, not about the recipe: at this error rate, what holds for a "
        "recipe takes 24 seeds that predict differently."
    )
    assert list(explained(two))[-1] == about_seeds(two, 0.005)
    assert "this one model" in about_seeds(replace(two, alike=((1,),)), 0.05)
    recipe = replace(verdict, claim="recipe", alike=tuple((seed,) for seed in range(24)))
    assert about_seeds(recipe, 0.005) == "This is about the recipe, as 24 seeds show it."


def test_how_the_held_out_rows_were_asked_is_told():
    enclosed, open_ = (
        about_opening(Opening(model="m.dir", champion=None, enclosed=kind, dry_run=50))
        for kind in ("landlock", None)
    )
    assert enclosed.endswith("and Landlock kept it from the sealed files.")
    assert "nothing on that machine kept it" in open_
    assert about_opening(None).startswith("The held-out rows were on show")
    later, given = (
        about_opening(Opening(model="m", champion=None, enclosed=None, dry_run=50, parted=by))
        for by in ("time", "column")
    )
    assert later.endswith("that a whole week or month may differ is not in them.")
    assert given.endswith("said by a column of the data, and by no rule.")


def test_a_ballot_is_told_in_votes():
    ballot = replace(RECALL, criterion="panel(team) >= 2 of 3", method="ballot", estimate=2.0, n=2)
    assert sentence(ballot, 0.05) == "2 of 2 who voted said yes."


def test_the_whole_has_a_line_for_each_and_its_meaning():
    guard = replace(RECALL, criterion="f1 > 0.5", role="guardrail", status="unclear")
    lines = list(explained(Judgement("inconclusive", (RECALL, guard), 0.05, 2000, 1)))
    assert lines[0] == "recall > 0.7  met"
    assert lines[2] == "f1 > 0.5      unclear (guardrail)"
    assert statuses((RECALL, guard)) == "1 met, 1 unclear"
    named = [headline(one).split(":")[0] for one in ("supported", "refuted", "inconclusive", None)]
    assert named == ["Supported", "Refuted", "Inconclusive", "No verdict"]
