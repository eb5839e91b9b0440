"""The value that a test set would show: it is shown about as often as that."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from rows import a_testset
from scipy.stats import binom, norm

from lab.data.kpi import Kpi
from lab.data.tables import Prediction, Tables
from lab.evidence.bounds import Rates, clopper_pearson
from lab.evidence.criteria import parse_criterion
from lab.evidence.delong import area, independent
from lab.evidence.detectable import (
    area_error,
    area_shown,
    proportion_shown,
    prospect,
    value_shown,
)
from lab.evidence.effective import as_proportion
from lab.evidence.judge import judge
from lab.evidence.power import fewest_for


@pytest.mark.parametrize(
    ("bar", "value"), [(0.80, 0.875), (0.85, 0.916), (0.90, 0.954), (0.95, 0.987)]
)
def test_a_proportion_that_is_shown_with_a_chance_of_four_in_five(bar, value):
    found = proportion_shown(293, bar, 0.005)
    assert found is not None
    assert found == pytest.approx(value, abs=6e-4)
    hits = np.arange(294)
    met = [clopper_pearson(float(k), 293, Rates.both(0.005)).lower > bar for k in hits]
    assert binom.pmf(hits, 293, found)[met].sum() == pytest.approx(0.8)


def test_a_set_that_is_too_small_shows_nothing():
    assert proportion_shown(50, 0.95, 0.005) is None
    assert fewest_for(0.95, 0.005) == 104
    assert proportion_shown(104, 0.95, 0.005) == pytest.approx(0.8 ** (1 / 104))
    assert area_shown(103, 900, 0.95, 0.005) is None
    assert area_shown(104, 900, 0.95, 0.005) is not None


def numbers(generator: np.random.Generator, gain: float) -> Tables:
    """A candidate whose mean absolute error is so much less than that of the status quo."""
    y = np.zeros(300)
    today = 5 + generator.normal(size=300)
    models = {
        "candidate": {1: Prediction(today - gain + generator.normal(size=300), None, {})},
        "status_quo": {0: Prediction(today, None, {})},
    }
    ids = np.arange(300).astype(str)
    return Tables("regression", ids, y, (), None, {}, "sample", models)


def test_a_difference_is_shown_as_often_as_said():
    generator = np.random.default_rng(1)
    one = parse_criterion("mean_absolute_error < status_quo - 0.5")
    gains = [value_shown(one, numbers(generator, gain), None, 0.05) for gain in (0.0, 3.0)]
    assert gains == pytest.approx([-0.5 - (1.645 + 0.842) / sqrt(300)] * 2, rel=0.03)
    shown = gains[0]
    assert shown is not None
    found = [
        judge([one], [], numbers(generator, -shown), 0.05).results[0].status == "met"
        for _ in range(300)
    ]
    assert np.mean(found) == pytest.approx(0.8, abs=0.08)


def classes(positives: int, wrong: int, today: int) -> Tables:
    """Of 300 examples, how many the candidate and the status quo have wrong."""
    place = np.arange(300)
    y = (place < positives).astype(int)
    said = [np.where(place % 100 < errors // 3, 1 - y, y) for errors in (wrong, today)]
    models = {
        name: {1: Prediction(label, label.astype(float), {})}
        for name, label in zip(("candidate", "status_quo"), said, strict=True)
    }
    ids = place.astype(str)
    return Tables("binary", ids, y, ("0", "1"), None, {}, "sample", models)


@pytest.mark.parametrize(
    ("text", "possible", "said"),
    [
        ("accuracy > 0.9", True, "a true value of 0.940 has a chance of 80 %"),
        ("roc_auc > 0.9", True, "a true value of 0.9"),
        ("roc_auc > 0.98", False, "at least 149 examples of the smaller class are needed"),
        (
            "f1 > 0.8",
            True,
            "if predictions vary as those of the last run, a true value of about 0.8",
        ),
        ("accuracy > status_quo", True, "a true difference of about 0.0"),
        ("accuracy > status_quo + 0.1", False, "not even a candidate without a mistake"),
        ("f1 > 0.99", False, "not even a candidate without a mistake would be supported: about"),
        ("kpi > 0.99", True, ""),
    ],
)
def test_what_a_test_set_would_show_is_said_of_every_criterion(text, possible, said):
    tables, one = classes(100, 30, 30), parse_criterion(text)
    kpi = Kpi(correct=1, wrong=-1)
    found = prospect(one, a_testset("binary", 300, 100), 0.05, tables, kpi)
    assert found[0] is possible
    assert said in found[1]


def test_without_a_run_only_what_follows_from_counts_is_known():
    known, unknown = (
        prospect(parse_criterion(text), a_testset("binary", 300, 100), 0.05, None, None)
        for text in ("recall > 0.8", "f1 > 0.8")
    )
    assert "a true value of 0.8" in known[1]
    assert unknown == (True, "")


@pytest.mark.parametrize("error", [0.05, 0.005])
def test_an_area_is_shown_at_least_as_often_as_said(error):
    generator, y = np.random.default_rng(2), (np.arange(293) < 107).astype(int)
    shown = area_shown(107, 186, 0.85, error)
    assert shown is not None
    assert 0.88 < shown < 0.95
    shift = norm.ppf(shown) * sqrt(2)
    areas = (area(y, generator.normal(size=293) + shift * y) for _ in range(200))
    found = [
        as_proportion(value, independent(y), Rates.both(error)).lower > 0.85 for value in areas
    ]
    assert 0.75 < np.mean(found) < 0.97


def test_the_error_of_an_area_is_that_of_exponential_scores():
    generator = np.random.default_rng(3)
    wins = [
        np.searchsorted(np.sort(generator.exponential(1, 50)), generator.exponential(4, 30)).mean()
        / 50
        for _ in range(2000)
    ]
    assert np.mean(wins) == pytest.approx(0.8, abs=0.006)
    assert np.std(wins) == pytest.approx(area_error(0.8, 30, 50), rel=0.06)


def test_what_a_flawless_candidate_would_need_is_enough():
    one = parse_criterion("f1 > 0.99")
    _, said = prospect(one, a_testset("binary", 300, 100), 0.05, classes(100, 30, 30), None)
    (needed,) = (int(word) for word in said.split() if word.isdigit())
    assert 300 < needed < 1500
    place = np.arange(needed)
    y = (place % 3 == 0).astype(int)
    flawless = Prediction(y, None, {})
    tables = classes(100, 30, 30)
    larger = replace(tables, ids=place.astype(str), y=y, predictions={"candidate": {0: flawless}})
    (found,) = judge([one], [], larger, 0.05).results
    assert found.lower == pytest.approx(0.99, abs=0.001)
