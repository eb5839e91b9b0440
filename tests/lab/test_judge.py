"""The judge: statuses, verdicts, and an error or unclear wherever there is a doubt."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lab.data.counts import Counted
from lab.data.kpi import Kpi
from lab.data.tables import Prediction, Tables
from lab.evidence.bounds import Bounds
from lab.evidence.criteria import Criterion, parse_criterion
from lab.evidence.judge import Judgement, judge
from lab.evidence.result import status_of

Labels = np.ndarray


def binary(y: Labels, *candidate: Labels, score: Labels | None = None, **others) -> Tables:
    models = {"candidate": {k + 1: Prediction(one, score, {}) for k, one in enumerate(candidate)}}
    for name in ("champion", "status_quo"):
        if name in others:
            models[name] = {0: Prediction(others.pop(name), score, {})}
    tables = Tables(
        task="binary",
        ids=np.arange(len(y)).astype(str),
        y=y,
        classes=("0", "1"),
        unit=None,
        columns={},
        source="sample",
        predictions=models,
    )
    return replace(tables, **others)


def counted(tp: int, fp: int, fn: int, tn: int = 0) -> Tables:
    y = np.repeat([1, 0, 1, 0], [tp, fp, fn, tn])
    return binary(y, np.repeat([1, 1, 0, 0], [tp, fp, fn, tn]))


def mixed(n: int = 200, wrong: int = 20) -> Tables:
    y = np.arange(n) % 2
    return binary(y, np.where(np.arange(n) < wrong, 1 - y, y))


def numbers(error: np.ndarray, **costs: np.ndarray) -> Tables:
    y = np.linspace(0, 10, len(error))
    models = {"candidate": {1: Prediction(y + error, None, costs)}}
    return replace(mixed(len(error)), task="regression", y=y, classes=(), predictions=models)


def parsed(*texts: str) -> list[Criterion]:
    return [parse_criterion(text) for text in texts]


def decided(tables: Tables | None, *texts: str, alpha: float = 0.05, **more) -> Judgement:
    guardrails = parsed(*more.pop("guardrails", ()))
    return judge(parsed(*texts), guardrails, tables, alpha, **more)


def one(tables: Tables | None, text: str, alpha: float = 0.05, **more) -> Any:
    (result,) = decided(tables, text, alpha=alpha, **more).results
    return result


@pytest.mark.parametrize(
    ("tp", "fp", "fn", "verdict"),
    [
        (480, 10, 120, "supported"),
        (20, 0, 5, "inconclusive"),
        (192, 8, 50, "inconclusive"),
        (960, 40, 200, "inconclusive"),
        (950, 80, 200, "refuted"),
        (620, 10, 380, "refuted"),
        (142, 2, 58, "inconclusive"),
    ],
)
def test_the_golden_cases(tp, fp, fn, verdict):
    found = decided(counted(tp, fp, fn), "precision > 0.95", "recall > 0.70")
    assert found.verdict == verdict


@pytest.mark.parametrize(
    ("op", "lower", "upper", "status"),
    [
        (">", 0.6, 0.7, "met"),
        (">=", 0.5, 0.7, "unclear"),
        (">", 0.3, 0.5, "unclear"),
        (">", 0.3, 0.4, "missed"),
        ("<", 0.3, 0.4, "met"),
        ("<=", 0.3, 0.5, "unclear"),
        ("<", 0.5, 0.7, "unclear"),
        ("<", 0.6, 0.7, "missed"),
        (">", float("nan"), 0.7, "error"),
        (">", 0.6, float("inf"), "error"),
    ],
)
def test_a_status_is_where_the_bounds_lie(op, lower, upper, status):
    assert status_of(parse_criterion(f"recall {op} 0.5"), Bounds(0.5, lower, upper)) == status


def test_all_must_be_met_and_one_that_is_missed_refutes():
    tables = mixed()
    assert decided(tables, "accuracy > 0.8").verdict == "supported"
    assert decided(tables, "accuracy > 0.8", "recall > 0.8").verdict == "supported"
    assert decided(tables, "accuracy > 0.8", "recall > 0.9").verdict == "inconclusive"
    assert decided(tables, "accuracy > 0.8", "recall > 0.99").verdict == "refuted"
    assert decided(tables, "recall > 0.9", "recall > 0.99").verdict == "refuted"
    assert decided(tables, "recall > 0.99", "roc_auc > 0.5").verdict is None
    assert decided(tables).verdict is None


def test_guardrails_count_like_criteria():
    found = decided(mixed(), "accuracy > 0.8", guardrails=["recall > 0.99"])
    assert found.verdict == "refuted"
    assert [result.role for result in found.results] == ["criterion", "guardrail"]
    assert decided(mixed(), "accuracy > 0.8", guardrails=["latency_ms < 5"]).verdict is None


def test_the_refuting_bound_shares_the_error_rate_and_the_supporting_one_does_not():
    alone = one(mixed(), "accuracy > 0.8")
    first: Any = decided(mixed(), "accuracy > 0.8", "recall > 0.8", "precision > 0.8").results[0]
    assert first.lower == alone.lower
    assert first.upper > alone.upper
    assert decided(mixed(), "accuracy > 0.8", alpha=0.001).resamples == 10_000


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("roc_auc > 0.5", "gives no score"),
        ("recall >= champion", "no predictions of the champion"),
        ("recall[age < 3] > 0.5", "have no column `age`"),
        ("kpi > 0", "no value function"),
        ("latency_ms < 5", "no column `latency_ms`"),
        ("model_mb < 5", "no column `model_mb`"),
        ("r2 > 0.5", "not for a binary task"),
        ("share(forms) > 0.9", "no results of `forms`"),
    ],
)
def test_what_is_missing_is_an_error(text, reason):
    result = one(mixed(), text)
    assert result.status == "error"
    assert reason in result.reason
    assert result.estimate is None


def test_without_tables_or_a_candidate_there_is_an_error():
    assert one(None, "recall > 0.5").reason == "there are no tables"
    empty = replace(mixed(), predictions={})
    assert "no predictions of a candidate" in one(empty, "recall > 0.5").reason


@pytest.mark.parametrize(
    ("seeds", "reason"),
    [([1, 2, 3], "seed 3 is missing"), ([1], "a seed 2 that was not registered"), ([1, 2], None)],
)
def test_the_seeds_are_those_that_were_registered(seeds, reason):
    tables = mixed()
    candidate = tables.predictions["candidate"][1]
    tables = replace(tables, predictions={"candidate": {1: candidate, 2: candidate}})
    result = one(tables, "accuracy > 0.5", seeds=seeds)
    assert (result.status == "error") == bool(reason)
    assert (reason or "") in (result.reason or "")


def test_a_class_that_never_occurs_decides_nothing():
    y = np.ones(100, dtype=int)
    all_right = binary(y, y, score=np.linspace(0, 1, 100))
    for text in (
        "roc_auc > 0.5",
        "average_precision > 0.5",
        "log_loss < 9",
        "cohen_kappa_score > 0",
    ):
        assert one(all_right, text).status == "error"
    for text in ("f1 > 0.5", "balanced_accuracy > 0.5"):
        assert one(all_right, text).status == "unclear"
    never = binary(np.arange(100) % 2, np.zeros(100, dtype=int))
    assert one(never, "precision > 0.5").status == "error"
    nobody = binary(np.zeros(100, dtype=int), np.zeros(100, dtype=int))
    assert one(nobody, "recall > 0.5").status == "error"
    assert one(nobody, "f1 > 0.5").status == "error"


def test_few_examples_are_unclear_whatever_the_bootstrap_says():
    y = np.repeat([0, 1], [500, 29])
    few = one(binary(y, y), "f1 > 0.1")
    assert few.status == "unclear"
    assert "only 29 examples of a class" in few.reason
    assert few.needed_n == 548
    y = np.repeat([0, 1], [500, 30])
    assert one(binary(y, y), "f1 > 0.1").status == "met"


def test_one_example_decides_nothing():
    single = counted(1, 0, 0)
    assert one(single, "accuracy > 0.5").status == "unclear"
    assert one(single, "f1 > 0.5").status == "unclear"
    assert one(numbers(np.ones(1)), "mean_absolute_error < 5").status == "unclear"
    assert one(numbers(np.ones(1)), "r2 > 0").status == "error"


def test_without_any_mistake_the_bound_is_no_better_than_that_of_a_proportion():
    perfect = counted(100, 0, 0, 100)
    found = one(perfect, "f1 > 0.9")
    assert found.estimate == 1
    assert found.lower == pytest.approx(2 * 0.05**0.01 / (1 + 0.05**0.01), abs=0.003)
    assert one(perfect, "f1 > 0.99").status == "unclear"
    assert one(perfect, "balanced_accuracy > 0.99").status == "unclear"


@pytest.mark.parametrize("noise", [0, 1e-16], ids=["exactly", "but for rounding"])
def test_losses_that_are_all_equal_are_unclear(noise: float):
    error = 0.5 + noise * np.random.default_rng(1).standard_normal(100)
    same = one(numbers(error), "mean_absolute_error < 5")
    assert same.status == "unclear"
    assert "nothing is known of its error" in same.reason
    assert same.lower == same.upper == pytest.approx(0.5)


def test_a_constant_score_ranks_nothing():
    y = np.arange(200) % 2
    tables = binary(y, y, score=np.full(200, 0.3))
    assert one(tables, "roc_auc > 0.5").status == "unclear"
    assert one(tables, "roc_auc > 0.5").estimate == 0.5
    assert one(tables, "roc_auc > 0.9").status == "missed"


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_number_that_is_none_is_an_error(bad):
    error = np.ones(100)
    error[3] = bad
    for text in ("mean_absolute_error < 5", "r2 > 0.1", "root_mean_squared_error < 5"):
        assert one(numbers(error), text).status == "error"


def test_the_same_predictions_as_the_champions_prove_nothing():
    tables = mixed()
    label = tables.predictions["candidate"][1].label
    same = binary(tables.y, label, champion=label)
    for text in ("accuracy > champion", "f1 >= champion", "balanced_accuracy >= champion + 0.01"):
        assert one(same, text).status == "unclear"
    assert one(same, "accuracy >= champion - 0.05").status == "met"
    assert one(same, "accuracy >= champion + 0.05").status == "missed"


def test_a_paired_difference_is_in_the_metrics_own_direction():
    y = np.arange(400) % 2
    worse = np.where(np.arange(400) < 80, 1 - y, y)
    found = one(binary(y, y, champion=worse), "accuracy >= champion + 0.1")
    assert (found.status, found.estimate, found.threshold) == ("met", 0.2, 0.1)
    assert found.method == "paired bootstrap"
    assert one(binary(y, worse, champion=y), "accuracy >= champion - 0.1").status == "missed"


def test_a_slice_keeps_only_its_part():
    tables = replace(
        mixed(400, 40),
        columns={
            "age": np.arange(400.0),
            "site": np.where(np.arange(400) < 100, "north", "south"),
            "gaps": np.where(np.arange(400) < 2, np.nan, 1.0),
            "words": np.where(np.arange(400) < 2, "", "a"),
        },
    )
    assert one(tables, "accuracy[age < 100] > 0.5").n == 100
    assert one(tables, "accuracy[age < 100] > 0.5").estimate == 0.6
    assert one(tables, "accuracy[site == north and age >= 50] > 0.5").n == 50
    assert one(tables, "f1[site != north] > 0.5").estimate == 1
    for text, reason in {
        "age > 999": "no example is in this part",
        "site > 3": "cannot be compared",
        "age == north": "cannot be compared",
        "gaps == 1": "missing in 2 examples",
        "words != b": "missing in 2 examples",
    }.items():
        found = one(tables, f"accuracy[{text}] > 0.5")
        assert found.status == "error"
        assert reason in found.reason


def test_the_unit_that_nobody_has_seen_is_as_large_as_the_largest():
    unit = np.r_[np.arange(40), np.full(40, 40)]
    y = np.arange(80) % 2
    found = one(replace(binary(y, y), unit=unit), "accuracy > 0.5")
    drawn = np.random.default_rng(1).exponential(size=(40_000, 42))
    unseen = 40 * drawn[:, 0]
    seen = drawn[:, 1:41].sum(axis=1) + 40 * drawn[:, 41]
    assert found.lower == pytest.approx(np.quantile(seen / (seen + unseen), 0.05), abs=0.02)
    assert found.lower < 0.4, "a unit of average size would still leave more than 0.9"


def test_rows_of_a_unit_are_not_independent():
    plain = mixed(300, 30)
    by_unit = replace(plain, unit=np.repeat(np.arange(60), 5))
    alone, grouped = (one(tables, "accuracy > 0.8") for tables in (plain, by_unit))
    assert alone.method == "Clopper-Pearson"
    assert grouped.method == "bootstrap by unit"
    assert grouped.lower < alone.lower - 0.03
    few = replace(plain, unit=np.repeat(np.arange(15), 20))
    assert "only 15 units" in one(few, "accuracy > 0.1").reason
    assert one(replace(plain, unit=np.arange(300)), "accuracy > 0.8") == alone


def test_with_few_seeds_a_claim_is_about_these_seeds():
    y = np.arange(400) % 2
    labels = [np.where(np.arange(400) < wrong, 1 - y, y) for wrong in (20, 40, 60)]
    found = decided(binary(y, *labels), "accuracy > 0.8", "f1 > 0.8")
    assert (found.claim, found.alike) == ("these seeds", ((1,), (2,), (3,)))
    assert [result.seeds for result in found.results] == [3, 3]
    assert found.results[0].estimate == 0.9
    assert found.results[0].lower == one(binary(y, labels[1]), "accuracy > 0.8").lower
    assert found.results[1].method == "bootstrap, 3 seeds"


@pytest.mark.parametrize("text", ["accuracy > 0.8", "f1 > 0.8", "brier_score_loss < 0.3"])
def test_with_enough_seeds_it_is_about_the_recipe_and_their_spread_counts(text: str):
    y = np.arange(400) % 2

    def tables(seeds: int) -> Tables:
        labels = [np.where(np.arange(400) < 20 + 4 * seed, 1 - y, y) for seed in range(seeds)]
        models = {
            seed: Prediction(label, abs(label - 0.1), {}) for seed, label in enumerate(labels)
        }
        return replace(mixed(400), predictions={"candidate": models})

    assert decided(tables(13), text).claim == "these seeds"
    recipe = decided(tables(14), text)
    assert recipe.claim == "recipe"
    assert decided(tables(14), text, alpha=0.005).claim == "these seeds"
    wide, alone = (
        result.upper - result.lower for result in (one(tables(14), text), one(tables(13), text))
    )
    assert wide > 1.1 * alone


def test_seeds_that_predict_the_same_count_as_one():
    y = np.arange(400) % 2
    good, bad = (np.where(np.arange(400) < wrong, 1 - y, y) for wrong in (20, 60))
    found = decided(binary(y, good, bad, good, good), "accuracy > 0.8")
    assert found.alike == ((1, 3, 4), (2,))
    assert (found.results[0].seeds, found.results[0].estimate) == (2, 0.9)
    many = decided(binary(y, *[good] * 30), "accuracy > 0.8")
    assert (many.claim, many.results[0].seeds) == ("these seeds", 1)


def test_what_was_measured_with_seeds_that_predict_the_same_all_counts():
    y = np.arange(60) % 2
    models = {
        seed: Prediction(y, None, {"latency_ms": np.linspace(1, 2, 60) + seed}) for seed in (0, 1)
    }
    found = one(replace(mixed(60), predictions={"candidate": models}), "latency_ms < 3")
    assert (found.estimate, found.seeds) == (2.0, 2)


def test_votes_are_about_no_seeds():
    text = "panel(team) >= 3 of 5"
    assert decided(mixed(), text, ballots={text: Counted(3, 3)}).claim is None


def test_a_share_is_a_proportion():
    shares = {"forms": Counted(95, 100), "none": Counted(0, 0)}
    found = one(None, "share(forms) > 0.85", shares=shares)
    assert (found.status, found.estimate, found.n) == ("met", 0.95, 100)
    assert one(None, "share(none) > 0.85", shares=shares).status == "error"


@pytest.mark.parametrize(
    ("yes", "voted", "status"),
    [(3, 3, "met"), (2, 4, "unclear"), (2, 5, "missed"), (0, 3, "missed"), (0, 0, "unclear"),
     (3, 6, "error")],
)  # fmt: skip
def test_a_panel_is_met_or_missed_as_soon_as_that_is_sure(yes, voted, status):
    text = "panel(team) >= 3 of 5"
    assert one(None, text, ballots={text: Counted(yes, voted)}).status == status
    assert one(None, text).status == "unclear"


def test_a_models_size_is_measured_and_not_sampled():
    tables = numbers(np.ones(60), model_mb=np.full(60, 4.0), latency_ms=np.linspace(1, 3, 60))
    found = one(tables, "model_mb <= 5")
    assert (found.status, found.lower, found.upper, found.method) == ("met", 4.0, 4.0, "measured")
    assert one(tables, "model_mb <= 3").status == "missed"
    assert one(tables, "latency_ms <= 3").status == "met"
    uneven = numbers(np.ones(60), model_mb=np.arange(60.0))
    assert one(uneven, "model_mb <= 500").status == "error"


def test_an_error_rate_that_takes_too_many_resamples_is_an_error_and_not_a_hang():
    criteria = [parse_criterion(text) for text in ("f1 > 0.5", "accuracy > 0.5")]
    drawn, exact = judge(criteria, [], mixed(), 1e-9).results
    assert (drawn.status, exact.method) == ("error", "Clopper-Pearson")
    assert "more resamples of" in (drawn.reason or "")


def test_the_kpi_is_decided_too():
    assert one(mixed(), "kpi > 0.5", kpi=Kpi(correct=1, wrong=-1)).status == "met"


@pytest.mark.parametrize("text", ["accuracy > 0.88", "f1 > 0.895", "accuracy >= champion + 0.08"])
def test_the_number_of_examples_that_would_settle_it_is_about_right(text):
    y = np.arange(300) % 2
    label = np.where(np.arange(300) % 10 == 0, 1 - y, y)
    other = np.where(np.arange(300) % 10 < 2, 1 - y, y)
    found = one(binary(y, label, champion=other), text)
    assert found.status == "unclear"

    def scaled(factor: float) -> str:
        times = int(np.ceil(factor * found.needed_n / 300))
        y_, label_, other_ = (np.tile(column, times) for column in (y, label, other))
        return one(binary(y_, label_, champion=other_), text).status

    assert scaled(1.15) == "met"
    assert found.needed_n > 300
    if found.needed_n > 1500:
        assert scaled(0.6) == "unclear"


def test_the_same_input_gives_the_same_answer():
    y = np.arange(300) % 2
    score = np.random.default_rng(1).random(300)
    tables = binary(y, (score > 0.5).astype(int), score=score)
    texts = ("f1 > 0.3", "roc_auc > 0.4", "accuracy > 0.4")
    assert decided(tables, *texts) == decided(tables, *texts)
    assert decided(tables, "f1 > 0.3").results[0].lower == one(tables, "f1 > 0.3").lower
