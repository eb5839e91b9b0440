"""Average precision: against scikit-learn, against changed weights, and the rate it promises."""

from math import sqrt

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.metrics import average_precision_score

from lab.evidence.average_precision import average_precision
from lab.evidence.bounds import Rates
from lab.evidence.delong import independent
from lab.evidence.effective import as_proportion
from lab.evidence.ratios import NoValueError
from lab.evidence.student import student

RUNS = 300


def limit(error: float) -> float:
    return error + 3 * sqrt(error * (1 - error) / RUNS)


@pytest.fixture
def scored():
    generator = np.random.default_rng(3)
    y = (generator.random(120) < 0.3).astype(int)
    return y, np.round(generator.normal(size=120) + y, 1)


def test_the_value_is_that_of_scikit_learn_with_ties(scored):
    y, score = scored
    found = average_precision(y, np.array([score, -score]))
    both = [average_precision_score(y, seed) for seed in (score, -score)]
    assert found.estimate == pytest.approx(np.mean(both))


def test_each_example_contributes_what_a_little_more_weight_of_it_changes(scored):
    y, score = scored
    (contributions,) = average_precision(y, score).parts
    slope = []
    for row in range(len(y)):
        weights = np.ones(len(y))
        weights[row] += 1e-6
        more = average_precision_score(y, score, sample_weight=weights)
        slope.append((more - average_precision_score(y, score)) / 1e-6)
    assert contributions == pytest.approx(slope, abs=1e-5)


def test_whole_units_are_one_contribution(scored):
    y, score = scored
    unit = np.arange(120) // 4
    (rows,), (units,) = average_precision(y, score).parts, average_precision(y, score, unit).parts
    assert units == pytest.approx(rows.reshape(30, 4).sum(axis=1))


def test_one_class_has_no_value():
    with pytest.raises(NoValueError):
        average_precision(np.ones(5), np.arange(5.0))


def test_a_perfect_ranking_is_known_as_well_as_its_positive_examples():
    y = (np.arange(100) < 20).astype(int)
    found = as_proportion(average_precision(y, y.astype(float)), independent(y), Rates.both(0.05))
    assert (found.estimate, found.lower, found.upper) == (1, pytest.approx(0.05 ** (1 / 20)), 1)


@pytest.mark.parametrize(("area", "truth"), [(0.8, 0.360), (0.95, 0.768)])
@pytest.mark.parametrize("error", [0.05, 0.005])
def test_a_value_at_the_bar_is_seldom_shown(area, truth, error):
    generator, y = np.random.default_rng(4), (np.arange(300) < 30).astype(int)
    shift, shown, refuted, better = norm.ppf(area) * sqrt(2), 0, 0, 0
    for _ in range(RUNS):
        common = generator.normal(size=300) * sqrt(0.6) + shift * y
        one, other = (common + generator.normal(size=300) * sqrt(0.4) for _ in range(2))
        found = as_proportion(average_precision(y, one), independent(y), Rates.both(error))
        shown += found.lower > truth
        refuted += found.upper < truth
        difference = average_precision(y, one).minus(average_precision(y, other))
        better += student(difference, Rates.both(error)).lower > 0
    for wrong in (shown, refuted, better):
        assert wrong / RUNS <= limit(error)
