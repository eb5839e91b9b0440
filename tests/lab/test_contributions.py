"""Criteria that the contributions of examples decide: power, promises, and what they rest on."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from scipy.stats import norm

from lab.data.kpi import Kpi
from lab.data.tables import Prediction, Tables
from lab.evidence.criteria import parse_criterion
from lab.evidence.judge import judge
from lab.evidence.result import Result
from lab.evidence.words import sentence

LIMIT = 1e-9


def tables(y: np.ndarray, candidate: Prediction, champion: Prediction | None = None) -> Tables:
    whole = set(np.unique(y)) <= {0, 1}
    models = {"candidate": {1: candidate}} | ({"champion": {0: champion}} if champion else {})
    return Tables(
        task="binary" if whole else "regression",
        ids=np.arange(len(y)).astype(str),
        y=y,
        classes=("0", "1") if whole else (),
        unit=None,
        columns={"half": np.arange(len(y)) % 2 * 1.0},
        source="sample",
        predictions=models,
    )


def one(of: Tables, text: str, alpha: float = 0.05, **more) -> Result:
    (result,) = judge([parse_criterion(text)], [], of, alpha, **more).results
    return result


def numbers(lot: np.random.Generator, n: int, *spreads: float, heavy: bool = False) -> Tables:
    y = lot.normal(size=n) * 3
    errors = [lot.standard_t(1.2, size=n) if heavy else lot.normal(size=n) for _ in spreads]
    models = [Prediction(y + s * error, None, {}) for s, error in zip(spreads, errors, strict=True)]
    return tables(y, *models)


def ranked(lot: np.random.Generator, n: int, positives: int, *areas: float) -> Tables:
    y = (np.arange(n) < positives).astype(int)
    common = lot.normal(size=n) * sqrt(0.9)
    scores = [
        norm.cdf(common + lot.normal(size=n) * sqrt(0.1) + sqrt(2) * norm.ppf(area) * (y - 0.5))
        for area in areas
    ]
    return tables(y, *(Prediction((score > 0.5).astype(int), score, {}) for score in scores))


def share_met(text: str, drawn, alpha: float, runs: int = 100) -> float:
    lot = np.random.default_rng(3)
    return float(np.mean([one(drawn(lot), text, alpha).status == "met" for _ in range(runs)]))


def test_a_difference_of_areas_has_the_power_of_delong():
    better, equal = (
        lambda lot, area=area: ranked(lot, 293, 107, area, 0.95) for area in (0.97, 0.95)
    )
    assert share_met("roc_auc > champion", better, 0.05) > 0.85
    assert share_met("roc_auc > champion", better, 0.005) > 0.5
    assert share_met("roc_auc > champion", equal, 0.05) <= 0.05 + 3 * sqrt(0.05 * 0.95 / 100)


def test_a_paired_error_is_shown_nearly_as_often_as_by_students_t():
    better = lambda lot: numbers(lot, 100, 1.0, 1.35)  # noqa: E731
    equal = lambda lot: numbers(lot, 100, 1.0, 1.0)  # noqa: E731
    for metric in ("mean_absolute_error", "root_mean_squared_error"):
        assert share_met(f"{metric} < champion", better, 0.05) > 0.6
        assert share_met(f"{metric} < champion", equal, 0.05) <= 0.05 + 3 * sqrt(0.05 * 0.95 / 100)


@pytest.mark.parametrize(
    ("text", "method"),
    [
        ("mean_absolute_error < 1", "Student's t"),
        ("root_mean_squared_error < champion", "paired Student's t"),
        ("r2 > 0.5", "Fieller"),
        ("r2 > champion", "paired Fieller"),
        ("kpi > -2", "Student's t"),
        ("median_absolute_error < 1", "bootstrap"),
    ],
)
def test_a_result_names_its_method(text: str, method: str):
    found = numbers(np.random.default_rng(1), 200, 1.0, 1.1)
    kpi = Kpi(cost_of_error=2.0)
    assert one(found, text, kpi=kpi).method == method
    by_unit = replace(found, unit=np.arange(200) // 2)
    assert one(by_unit, text, kpi=kpi).method == f"{method} by unit"
    if method != "bootstrap":
        assert one(replace(found, unit=np.arange(200)), text, kpi=kpi).method == method


@pytest.mark.parametrize("metric", ["mean_absolute_error", "root_mean_squared_error", "r2"])
def test_estimates_are_those_of_the_metric_whatever_the_seeds(metric: str):
    lot = np.random.default_rng(2)
    y = lot.normal(size=100)
    models = {seed: Prediction(y + lot.normal(size=100) * seed, None, {}) for seed in (1, 2, 3)}
    three = replace(numbers(lot, 100, 1.0), y=y, predictions={"candidate": models})
    alone = [
        one(replace(three, predictions={"candidate": {1: model}}), f"{metric} < 1").estimate or 0.0
        for model in models.values()
    ]
    found = one(three, f"{metric} < 1")
    assert found.estimate == pytest.approx(np.mean(alone), rel=LIMIT)
    assert found.lower is not None
    assert found.upper is not None
    assert found.lower < found.estimate < found.upper


def test_a_root_is_bounded_as_its_square_is():
    drawn = numbers(np.random.default_rng(4), 300, 1.0)
    root, square = (
        one(drawn, f"{metric} < 2") for metric in ("root_mean_squared_error", "mean_squared_error")
    )
    assert [root.lower, root.upper] == pytest.approx(
        [sqrt(square.lower or 0), sqrt(square.upper or 0)], rel=1e-8
    )


def test_rows_of_a_unit_count_together():
    lot = np.random.default_rng(5)
    for text, drawn in (
        ("roc_auc > 0.8", ranked(lot, 200, 100, 0.9)),
        ("average_precision > 0.5", ranked(lot, 200, 100, 0.9)),
        ("mean_absolute_error < 2", numbers(lot, 200, 1.0)),
    ):
        alone = one(drawn, text)
        five = np.tile(np.arange(200), 5)
        model = drawn.predictions["candidate"][1].at(five)
        copied = replace(
            drawn,
            ids=np.arange(1000).astype(str),
            y=drawn.y[five],
            unit=five,
            columns={},
            predictions={"candidate": {1: model}},
        )
        together = one(copied, text)
        assert together.n == 1000
        assert together.estimate == pytest.approx(alone.estimate)
        assert together.lower == pytest.approx(alone.lower, abs=0.02)
        assert together.upper == pytest.approx(alone.upper, abs=0.02)


def test_a_slice_and_its_units_are_those_of_its_rows():
    drawn = numbers(np.random.default_rng(6), 400, 1.0)
    part = one(replace(drawn, unit=np.arange(400) // 4), "mean_absolute_error[half == 1] < 2")
    rows = np.flatnonzero(drawn.columns["half"] == 1)
    alone = replace(
        drawn,
        ids=drawn.ids[rows],
        y=drawn.y[rows],
        unit=rows // 4,
        columns={},
        predictions={"candidate": {1: drawn.predictions["candidate"][1].at(rows)}},
    )
    whole = one(alone, "mean_absolute_error < 2")
    assert (part.n, part.lower, part.upper) == (200, whole.lower, whole.upper)


def test_heavy_tails_are_unclear_and_say_why():
    lot = np.random.default_rng(7)
    for text in ("mean_absolute_error < 50", "mean_squared_error < 1e9"):
        wild = one(numbers(lot, 300, 1.0, heavy=True), text)
        assert wild.status == "unclear"
        assert "count so much more than all others" in (wild.reason or "")
        assert wild.needed_n is None
        assert one(numbers(lot, 300, 1.0), text).status == "met"


def test_a_bound_without_a_limit_says_what_it_rests_on():
    drawn = numbers(np.random.default_rng(8), 300, 1.0)
    found = one(drawn, "mean_absolute_error < 1.2", 0.005)
    assert found.status == "met"
    assert found.rests_on is not None
    assert found.rests_on.unseen == pytest.approx(1 - 0.005 ** (1 / 300))
    assert found.rests_on.times > 2
    assert "the 1.8 % that so few examples can miss" in sentence(found, 0.005)
    by_unit = one(replace(drawn, unit=np.arange(300) // 3), "mean_absolute_error < 1.5")
    assert by_unit.rests_on is not None
    assert by_unit.rests_on.unseen == pytest.approx(1 - 0.05 ** (1 / 100))
    for limited in ("accuracy > 0.5", "brier_score_loss < 0.9", "roc_auc > 0.5"):
        assert one(ranked(np.random.default_rng(8), 300, 100, 0.95), limited).rests_on is None


def test_what_is_nearly_at_the_bar_names_no_absurd_number():
    drawn = numbers(np.random.default_rng(9), 300, 1.0)
    estimate = one(drawn, "mean_absolute_error < 1").estimate or 0.0
    near = one(drawn, f"mean_absolute_error < {estimate * (1 + 1e-7):.12f}")
    assert (near.status, near.needed_n) == ("unclear", None)
    far = one(drawn, f"mean_absolute_error < {estimate * 1.01:.12f}")
    assert far.status == "unclear"
    assert 300 < (far.needed_n or 0) < 3e6


def test_the_same_ranking_as_the_champions_proves_nothing():
    lot = np.random.default_rng(10)
    drawn = ranked(lot, 200, 100, 0.9)
    model = drawn.predictions["candidate"][1]
    same = replace(drawn, predictions={"candidate": {1: model}, "champion": {0: model}})
    for metric in ("roc_auc", "average_precision", "log_loss", "brier_score_loss"):
        found = one(same, f"{metric} < champion")
        assert (found.status, found.estimate) == ("unclear", 0)
    assert one(same, "roc_auc > champion - 0.1").status == "met"


@pytest.mark.parametrize("text", ["roc_auc > 0.5", "average_precision > 0.1", "log_loss < 9"])
def test_few_examples_of_a_class_are_unclear(text: str):
    few = one(ranked(np.random.default_rng(11), 200, 29, 0.9), text)
    assert few.status == "unclear"
    assert "only 29 examples of a class, and a bound needs" in (few.reason or "")
    assert one(ranked(np.random.default_rng(11), 200, 1, 0.9), text).status == "unclear"
