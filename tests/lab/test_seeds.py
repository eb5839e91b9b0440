"""Seeds: which count, how many a recipe needs, and the rate at which it is then falsely shown."""

from math import sqrt

import numpy as np
import pytest
from scipy.stats import t

from lab.data.tables import Prediction
from lab.evidence.bounds import Bounds, Rates
from lab.evidence.recipes import seeds_needed
from lab.evidence.seeds import distinct_seeds, over_seeds


def said(label, score=None) -> Prediction:
    return Prediction(np.array(label), None if score is None else np.array(score), {})


def test_seeds_that_predict_the_same_are_one():
    ones, others = said([1, 0], [0.9, 0.2]), said([1, 0], [0.8, 0.2])
    rounded = said([1, 0], [0.9 + 1e-16, 0.2])
    assert distinct_seeds({3: ones, 1: rounded, 2: others, 7: ones}) == [[1, 3, 7], [2]]
    assert distinct_seeds({1: said([1.0, 2.5]), 2: said([1.0, 2.5])}) == [[1, 2]]
    assert distinct_seeds({1: said([1.0, 2.5]), 2: said([1.0, 2.6])}) == [[1], [2]]
    assert distinct_seeds({1: ones, 2: said([1, 0])}) == [[1], [2]]


@pytest.mark.parametrize(("error", "seeds"), [(0.05, 14), (0.005, 24)])
def test_so_many_seeds_miss_every_collapse_seldom_enough(error, seeds):
    assert seeds_needed(error) == seeds
    assert 0.8**seeds <= error < 0.8 ** (seeds - 1)


def falsely_shown(seeds: int, error: float, runs: int) -> float:
    """One seed in five has 0.70, the others 0.95; the claim is that the recipe is above 0.90."""
    generator = np.random.default_rng(1)
    found = 0
    for collapsed in generator.binomial(seeds, 0.2, runs):
        values = np.r_[np.full(collapsed, 0.70), np.full(seeds - collapsed, 0.95)]
        mean = values.mean()
        found += over_seeds(Bounds(mean, mean, mean), values, [], Rates.both(error)).lower > 0.90
    return found / runs


@pytest.mark.parametrize("error", [0.05, 0.005])
@pytest.mark.parametrize("more", [0, 2, 6, 20])
def test_from_then_on_a_recipe_that_collapses_is_seldom_shown(error, more):
    runs = 2000
    found = falsely_shown(seeds_needed(error) + more, error, runs)
    assert found <= error + 3 * sqrt(error * (1 - error) / runs)


def test_with_three_seeds_it_would_be_shown_half_of_the_time():
    assert falsely_shown(3, 0.005, 500) == pytest.approx(0.512, abs=0.07)


def test_two_uncertainties_are_added_as_squares():
    values = 0.9 + 0.01 * np.array([-1, 1, -1, 1, -1, 1, -1, 1, -1, 1])
    found = over_seeds(Bounds(0.9, 0.88, 0.93), values, [], Rates.both(0.05))
    part = t.ppf(0.95, 9) * values.std(ddof=1) / sqrt(10)
    assert found.lower == pytest.approx(0.9 - sqrt(0.02**2 + part**2))
    assert found.upper == pytest.approx(0.9 + sqrt(0.03**2 + part**2))
    both = over_seeds(Bounds(0.0, -0.02, 0.03), values, values, Rates.both(0.05))
    assert both.lower == pytest.approx(-sqrt(0.02**2 + 2 * part**2))


def test_the_seed_of_the_reference_that_might_be_better_counts():
    plain = Bounds(0.0, -0.01, 0.01)
    lucky = [0.9] * 9 + [0.99]
    found = over_seeds(plain, [], lucky, Rates.both(0.05))
    assert plain.lower - found.lower > 2 * (found.upper - plain.upper)


def test_equal_seeds_and_a_single_one_add_nothing():
    plain = Bounds(0.9, 0.88, 0.93)
    for values in ([0.9], [0.9, 0.9, 0.9]):
        found = over_seeds(plain, values, [], Rates.both(0.05))
        assert (found.lower, found.upper) == (pytest.approx(0.88), pytest.approx(0.93))
