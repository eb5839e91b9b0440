"""Bounds against independent computations."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from scipy.stats import bootstrap as of_scipy

from lab.data.tables import Prediction
from lab.errors import LabError
from lab.evidence import bounds
from lab.evidence.bounds import (
    Bounds,
    Rates,
    bootstrap,
    clopper_pearson,
    exponential,
    percentiles,
    resamples_for,
    see_that_rate,
    too_many,
    with_seeds,
)
from lab.evidence.ratios import ratio
from lab.evidence.unseen import Sample, extremes


@given(st.integers(1, 2000), st.floats(0, 1), st.sampled_from([0.05, 0.005, 0.01, 0.25]))
def test_a_proportion_has_the_bounds_of_scipy(n, share, error):
    hits = round(n * share)
    theirs = binomtest(hits, n).proportion_ci(1 - 2 * error, method="exact")
    ours = clopper_pearson(hits, n, Rates.both(error))
    assert ours.lower == pytest.approx(theirs.low, abs=1e-9)
    assert ours.upper == pytest.approx(theirs.high, abs=1e-9)
    assert ours.estimate == hits / n


def test_the_two_error_rates_are_kept_apart():
    both = clopper_pearson(80, 100, Rates(0.05, 0.001))
    assert both.lower == clopper_pearson(80, 100, Rates.both(0.05)).lower
    assert both.upper == clopper_pearson(80, 100, Rates.both(0.001)).upper


def test_enough_resamples_lie_beyond_a_bound():
    assert resamples_for(0.05) == 2000
    assert resamples_for(0.0005) == 20_000


def test_no_more_resamples_are_drawn_than_anybody_waits_for():
    assert too_many(0.005 / 4, 1_000_000) is None
    assert too_many(1e-5, 1000) is None
    assert "1e-05 is the least" in (too_many(1e-9, 1000) or "")
    assert "0.001 is the least" in (too_many(0.0005, 10_000_000) or "")
    for error in (0.0, 1e-300, float("nan")):
        with pytest.raises(LabError, match="which no examples show: raise `alpha`"):
            see_that_rate(error)


def test_weights_are_exponential():
    drawn = exponential(np.random.default_rng(1), 1000, 1001)
    assert drawn.shape == (1000, 1001)
    assert drawn.min() == 1
    assert drawn.mean() == pytest.approx(16, rel=0.005)
    assert drawn.var() == pytest.approx(16**2, rel=0.01)
    assert (drawn > 16 * np.log(200)).mean() == pytest.approx(0.005, rel=0.1)


def test_far_from_the_edge_the_bounds_are_those_of_scipys_paired_bootstrap():
    generator = np.random.default_rng(5)
    one, other = generator.normal(0.3, 1, 600), generator.normal(0, 1, 600)
    worse = one - other
    values = bootstrap([ratio(np.append(worse, worse.mean()))], 600, None, 20_000, 1)[0]
    ours = percentiles(worse.mean(), values, values, Rates.both(0.05))
    theirs = of_scipy(
        (one, other),
        lambda a, b, axis: (a - b).mean(axis=axis),
        paired=True,
        method="percentile",
        confidence_level=0.9,
        n_resamples=20_000,
        rng=np.random.default_rng(2),
    ).confidence_interval
    noise = 4 * worse.std() / sqrt(600) * sqrt(2) * 2.1 / sqrt(20_000)
    assert ours.lower == pytest.approx(theirs.low, abs=noise)
    assert ours.upper == pytest.approx(theirs.high, abs=noise)


@pytest.mark.parametrize(("right", "n"), [(40, 40), (38, 40), (280, 300), (20, 60)])
@pytest.mark.parametrize("error", [0.05, 0.005])
def test_with_the_unseen_example_a_proportion_has_its_exact_bounds(right, n, error):
    y = np.arange(n) % 2
    label = np.where(np.arange(n) < right, y, 1 - y)
    sample = Sample("binary", ("0", "1"), y, ((Prediction(label, None, {}),), ()))
    ends = extremes("accuracy", sample, None)
    least, greatest = bootstrap(ends, n, None, 40_000, 1)
    ours = percentiles(right / n, least, greatest, Rates.both(error))
    exact = clopper_pearson(right, n, Rates.both(error))
    assert ours.lower == pytest.approx(exact.lower, abs=0.006)
    assert ours.upper == pytest.approx(exact.upper, abs=0.006)


def test_whole_units_are_weighted():
    unit = np.array([0, 0, 1, 2, 2, 2])
    seen = []

    def look(weights):
        seen.append(weights)
        return weights[:, 0].astype(float)

    bootstrap([look], 6, unit, 500, 3)
    weights = np.concatenate(seen)
    assert weights.shape == (500, 7)
    for group in range(3):
        of_one = weights[:, :6][:, unit == group]
        assert (of_one == of_one[:, :1]).all()
    firsts = weights[:, [0, 2, 3, 6]]
    assert np.abs(np.corrcoef(firsts.T) - np.eye(4)).max() < 0.15


def test_a_weighting_by_unit_is_that_of_a_slow_loop():
    generator = np.random.default_rng(6)
    unit = np.repeat(np.arange(80), 5)
    values = generator.normal(size=400) + np.repeat(generator.normal(size=80), 5)
    ours = bootstrap([ratio(np.append(values, values.mean()))], 400, unit, 8000, 1)[0]
    groups = [values[unit == code] for code in range(80)]
    slow = [
        np.concatenate([groups[code] for code in generator.integers(0, 80, 80)]).mean()
        for _ in range(2000)
    ]
    assert ours.std() == pytest.approx(np.std(slow), rel=0.08)
    assert np.quantile(ours, 0.05) == pytest.approx(np.quantile(slow, 0.05), abs=0.03)


def test_the_number_of_threads_is_no_matter(monkeypatch):
    column = ratio(np.random.default_rng(7).random(2001))
    monkeypatch.setattr(bounds, "BLOCK", 50_000)
    said = []
    monkeypatch.setattr(bounds, "THREADS", 1)
    one = bootstrap([column], 2000, None, 300, 9, lambda done, of: said.append((done, of)))
    monkeypatch.setattr(bounds, "THREADS", 4)
    four = bootstrap([column], 2000, None, 300, 9)
    assert (one == four).all()
    assert said[-1] == (300, 300)
    assert len(set(one[0])) > 290, "the blocks have seeds of their own"


def test_the_seeds_have_their_part_by_hand():
    # t with 2 degrees of freedom at 0.95 is 2.9200; the standard error is 0.03 / sqrt(3).
    found = with_seeds(Bounds(0.9, 0.88, 0.93), [(0.03, 3)], Rates.both(0.05))
    part = 2.9199856 * 0.03 / sqrt(3)
    assert found.lower == pytest.approx(0.9 - sqrt(0.02**2 + part**2))
    assert found.upper == pytest.approx(0.9 + sqrt(0.03**2 + part**2))
    two = with_seeds(Bounds(0.9, 0.88, 0.93), [(0.03, 3), (0.03, 3)], Rates.both(0.05))
    assert two.lower == pytest.approx(0.9 - sqrt(0.02**2 + 2 * part**2))


def test_one_seed_or_equal_seeds_add_nothing():
    plain = Bounds(0.9, 0.88, 0.93)
    for spread in ([], [(0.0, 3)], [(0.5, 1)]):
        found = with_seeds(plain, spread, Rates.both(0.05))
        assert (found.lower, found.upper) == (pytest.approx(0.88), pytest.approx(0.93))
