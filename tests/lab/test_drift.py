"""Tests of drift, each beside a second computation: scipy's, a permutation, or one by hand."""

from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from lab.evidence import drift

pytestmark = pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning:scipy")
NUMBERS = st.lists(st.integers(-6, 6).map(float), min_size=1, max_size=60).map(np.array)
COUNTS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=2, max_size=6)


@given(NUMBERS, NUMBERS)
def test_the_distance_is_that_of_scipy_where_values_repeat_too(live, training):
    expected = stats.ks_2samp(live, training, method="asymp").statistic
    n = len(live) * len(training) / (len(live) + len(training))
    p = stats.kstwobign.sf(sqrt(n) * expected)
    assert drift.smirnov(live, training) == pytest.approx(p)


@pytest.mark.parametrize(("n", "m"), [(30, 30), (30, 276), (200, 276), (1000, 3000)])
@pytest.mark.parametrize("shift", [0.0, 0.3, 0.8])
def test_smirnov_errs_on_the_side_of_caution(n: int, m: int, shift: float):
    generator = np.random.default_rng(n + m)
    live, training = generator.normal(shift, size=n), generator.normal(size=m)
    exact = stats.ks_2samp(live, training, method="exact").pvalue
    assert 0.98 * exact <= drift.smirnov(live, training) <= 2 * exact + 1e-5


def test_smirnov_is_what_a_permutation_gives():
    generator = np.random.default_rng(3)
    live, training = generator.normal(0.35, size=60), generator.normal(size=90)
    seen = stats.ks_2samp(live, training).statistic
    steps = np.repeat([1 / 60, -1 / 90], [60, 90])  # of the gap, in the order of the values
    mixed = generator.permuted(np.tile(steps, (4000, 1)), axis=1)
    distances = np.abs(np.cumsum(mixed, axis=1)).max(axis=1)
    share = np.mean(distances >= seen - 1e-12)
    assert drift.smirnov(live, training) == pytest.approx(share, abs=0.02)


@pytest.mark.parametrize(("n", "m", "moved"), [(40, 30, 1), (500, 276, 9), (30, 5000, 4)])
def test_an_exceedance_is_a_draw_without_replacement(n: int, m: int, moved: int):
    training, inside = np.arange(m, dtype=float), -(-m // drift.TAIL)
    live = np.where(np.arange(n) < moved, m + 1.0, m / 2)
    outermost = moved + inside - 1
    chance = stats.hypergeom.cdf(inside - 1, n + m, m, outermost)
    assert drift.exceedance(live, training) == pytest.approx(min(1, 2 * chance))
    assert drift.exceedance(-live, -training) == drift.exceedance(live, training)


@pytest.mark.parametrize("kind", ["normal", "counts", "constant"])
@pytest.mark.parametrize(("n", "m"), [(60, 30), (1000, 276), (200, 2000)])
def test_numbers_of_one_distribution_are_seldom_told_apart(kind: str, n: int, m: int):
    generator = np.random.default_rng(n + m)
    draw = {
        "normal": lambda size: generator.normal(size=size),
        "counts": lambda size: generator.poisson(1, size=size).astype(float),
        "constant": lambda size: np.full(size, 7.0),
    }[kind]
    runs, error = 2000, 0.05
    wrong = np.mean([drift.of_numbers(draw(n), draw(m)) <= error for _ in range(runs)])
    assert wrong <= error + 3 * sqrt(error * (1 - error) / runs)


@given(COUNTS)
def test_counts_are_compared_as_scipy_does_once_the_rare_ones_are_pooled(rows):
    live, training = (np.array(part) for part in zip(*rows, strict=True))
    if not live.sum() or not training.sum():
        return
    found = drift.homogeneity(live, training)
    table = sorted(([a, b] for a, b in rows if a + b), key=lambda pair: -sum(pair))
    least = min(live.sum(), training.sum()) / (live.sum() + training.sum())
    while len(table) > 2 and sum(table[-1]) * least < 5:
        table[-2:] = [[table[-2][0] + table[-1][0], table[-2][1] + table[-1][1]]]
    if len(table) == 1:
        assert found == 1
    elif len(table) == 2:
        assert found == pytest.approx(stats.fisher_exact(table).pvalue, abs=1e-9)
    else:
        expected = stats.chi2_contingency(np.array(table).T, correction=False).pvalue
        assert found == pytest.approx(expected, abs=1e-12)


def test_a_new_category_shows_even_if_training_never_had_it():
    assert drift.homogeneity(np.array([26, 4]), np.array([1000, 0])) < 1e-5
    assert drift.homogeneity(np.array([30, 0]), np.array([1000, 0])) == 1


def test_fishers_test_takes_a_million_rows():
    found = drift.homogeneity(np.array([999_000, 1000]), np.array([9_990, 10]))
    assert found == pytest.approx(1, abs=0.15)
    assert drift.homogeneity(np.array([990_000, 10_000]), np.array([10_000, 10])) < 1e-20


@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_is_a_step_down_of_bonferroni(p: list[float]):
    found = drift.holm(p)
    for alpha in (0.01, 0.05, 0.3):
        rejected, order = set(), sorted(range(len(p)), key=lambda one: (p[one], one))
        for place, one in enumerate(order):
            if p[one] * (len(p) - place) > alpha:
                break
            rejected.add(one)
        assert {one for one, value in enumerate(found) if value <= alpha} == rejected


def test_the_index_by_hand():
    # Shares of (20.5, 80.5) / 101 and (50.5, 50.5) / 101.
    shares = (20.5 / 101, 80.5 / 101)
    by_hand = sum((share - 0.5) * log(share / 0.5) for share in shares)
    found = drift.stability(np.array([20, 80]), np.array([50, 50]))
    assert found == pytest.approx(by_hand)
    assert drift.stability(np.array([7, 7]), np.array([7, 7])) == 0
    assert np.isfinite(drift.stability(np.array([0, 1000]), np.array([1000, 0])))


def test_the_index_of_a_shift_is_its_square():
    generator = np.random.default_rng(1)
    training, live = generator.normal(size=200_000), generator.normal(0.5, size=200_000)
    cuts = drift.cuts_of(training)
    found = drift.stability(drift.binned(live, cuts), drift.binned(training, cuts))
    assert found == pytest.approx(0.25, abs=0.03)  # ten bins lose a little of it


def test_a_bin_is_a_tenth_of_the_training_rows():
    training = np.random.default_rng(2).exponential(size=1000)
    assert drift.binned(training, drift.cuts_of(training)).tolist() == [100] * 10


@pytest.mark.parametrize("live", [6.9, 7.1])
def test_a_column_that_was_constant_has_a_bin_of_its_own(live: float):
    training = np.full(100, 7.0)
    cuts = drift.cuts_of(training)
    assert drift.binned(training, cuts).tolist() == [0, 100, 0]
    index = drift.stability(drift.binned(np.full(50, live), cuts), drift.binned(training, cuts))
    assert index > 1


@pytest.mark.parametrize("training", [276, 5000])
def test_as_many_rows_as_are_said_to_be_enough_show_a_change_at_the_limit_about_half_the_time(
    training: int,
):
    error = 0.05 / 30
    enough = drift.enough_numbers(training, error)
    assert enough is not None
    generator = np.random.default_rng(4)
    seen = [
        drift.of_numbers(
            generator.normal(sqrt(drift.LIMIT), size=enough), generator.normal(size=training)
        )
        <= error
        for _ in range(300)
    ]
    assert 0.4 < np.mean(seen) < 0.85


def test_the_same_of_counts():
    generator, training, error = np.random.default_rng(5), 400, 0.05 / 10
    before = np.array([0.4, 0.3, 0.2, 0.1])
    now = np.array([0.25, 0.26, 0.26, 0.23])
    index = float(((now - before) * np.log(now / before)).sum())
    assert index == pytest.approx(drift.LIMIT, abs=0.02)
    enough = drift.enough_counts(4, training, error)
    assert enough is not None
    seen = [
        drift.homogeneity(generator.multinomial(enough, now), generator.multinomial(400, before))
        <= error
        for _ in range(400)
    ]
    assert 0.4 < np.mean(seen) < 0.85


def test_with_too_few_training_rows_no_number_of_live_ones_is_enough():
    assert drift.enough_numbers(40, 0.05 / 100) is None
    assert drift.enough_counts(20, 60, 0.05 / 100) is None
    assert drift.enough_numbers(10**6, 0.9) == drift.FEWEST
