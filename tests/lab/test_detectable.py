"""The value that a test set would show: it is shown about as often as that."""

from math import sqrt

import numpy as np
import pytest
from scipy.stats import binom, norm

from lab.evidence.bounds import clopper_pearson
from lab.evidence.delong import area_bounds
from lab.evidence.detectable import area_error, area_shown, proportion_shown, value_shown
from lab.evidence.influence import of_mean
from lab.evidence.power import fewest_for
from lab.evidence.student import student


@pytest.mark.parametrize(
    ("bar", "value"), [(0.80, 0.875), (0.85, 0.916), (0.90, 0.954), (0.95, 0.987)]
)
def test_a_proportion_that_is_shown_with_a_chance_of_four_in_five(bar, value):
    found = proportion_shown(293, bar, 0.005)
    assert found is not None
    assert found == pytest.approx(value, abs=6e-4)
    hits = np.arange(294)
    met = [clopper_pearson(float(k), 293, 0.005, 0.005).lower > bar for k in hits]
    assert binom.pmf(hits, 293, found)[met].sum() == pytest.approx(0.8)


def test_a_set_that_is_too_small_shows_nothing():
    assert proportion_shown(50, 0.95, 0.005) is None
    assert fewest_for(0.95, 0.005) == 104
    assert proportion_shown(104, 0.95, 0.005) == pytest.approx(0.8 ** (1 / 104))
    assert area_shown(103, 900, 0.95, 0.005) is None
    assert area_shown(104, 900, 0.95, 0.005) is not None


def test_a_mean_is_shown_as_often_as_said():
    generator = np.random.default_rng(1)
    development = of_mean(generator.normal(size=900))
    shown = value_shown(development, 300 / 900, 0.0, 0.05)
    assert shown == pytest.approx((1.645 + 0.842) / sqrt(300), rel=0.08)
    found = [
        student(of_mean(shown + generator.normal(size=300)), 0.05, 0.05).lower > 0
        for _ in range(400)
    ]
    assert np.mean(found) == pytest.approx(0.8, abs=0.08)


@pytest.mark.parametrize("error", [0.05, 0.005])
def test_an_area_is_shown_at_least_as_often_as_said(error):
    generator, y = np.random.default_rng(2), (np.arange(293) < 107).astype(int)
    shown = area_shown(107, 186, 0.85, error)
    assert shown is not None
    assert 0.88 < shown < 0.95
    shift = norm.ppf(shown) * sqrt(2)
    found = [
        area_bounds(y, generator.normal(size=293) + shift * y, error, error).lower > 0.85
        for _ in range(200)
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
