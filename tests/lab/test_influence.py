"""What examples contribute, against formulas of textbooks and against leaving each out."""

from math import inf, sqrt

import numpy as np
import pytest

from lab.evidence.influence import LOSS, Influence, mean_of, of_mean, of_ratio, of_root
from lab.evidence.ratios import NoValueError


def jackknifed(statistic, n: int) -> float:
    """The standard error by leaving out one row after the other."""
    left = np.array([statistic(np.delete(np.arange(n), row)) for row in range(n)])
    return sqrt((n - 1) / n * np.square(left - left.mean()).sum())


@pytest.fixture
def columns():
    generator = np.random.default_rng(3)
    return generator.exponential(size=400), generator.uniform(1, 2, size=400)


def test_the_error_of_a_mean_is_the_textbooks(columns):
    losses, _ = columns
    found = of_mean(losses, limits=LOSS)
    assert found.estimate == pytest.approx(losses.mean())
    assert found.error == pytest.approx(losses.std(ddof=1) / sqrt(400))
    assert found.skewness == pytest.approx(
        np.power(losses - losses.mean(), 3).sum() / 400**3 / found.error**3
    )
    assert found.ends == (pytest.approx(-losses.mean() / 400), inf)


def test_the_error_of_a_ratio_is_that_of_leaving_out_each_row(columns):
    over, under = columns
    found = of_ratio(over, under)
    assert found.estimate == over.sum() / under.sum()
    assert found.error == pytest.approx(
        jackknifed(lambda rows: over[rows].sum() / under[rows].sum(), 400), rel=0.01
    )


def test_the_error_of_a_root_is_that_of_leaving_out_each_row(columns):
    squared, other = columns
    found = of_root(of_mean(squared)).minus(of_root(of_mean(other)))
    assert found.estimate == pytest.approx(sqrt(squared.mean()) - sqrt(other.mean()))
    assert found.error == pytest.approx(
        jackknifed(lambda rows: sqrt(squared[rows].mean()) - sqrt(other[rows].mean()), 400),
        rel=0.01,
    )


def test_units_of_unequal_size_are_left_out_as_a_whole():
    generator = np.random.default_rng(4)
    unit = np.repeat(np.arange(60), generator.integers(1, 9, 60))
    losses = generator.normal(size=60)[unit] + generator.normal(size=len(unit))
    found = of_mean(losses, unit, (-5.0, 5.0))
    of_units = jackknifed(lambda units: losses[np.isin(unit, units)].mean(), 60)
    assert len(found.parts[0]) == 60
    assert found.error == pytest.approx(of_units, rel=0.03)
    assert found.error > 1.5 * of_mean(losses).error


def test_the_unit_that_nobody_has_seen_is_as_large_as_the_largest():
    unit = np.array([0, 1, 2, 2, 2, 2])
    found = of_mean(np.array([1.0, 0.0, 1.0, 1.0, 0.0, 1.0]), unit, (0.0, 1.0))
    value = 4 / 6
    assert found.ends == (pytest.approx(-4 * value / 6), pytest.approx(4 * (1 - value) / 6))


def test_seeds_are_averaged_for_each_example(columns):
    one, other = (of_mean(column) for column in columns)
    found = mean_of([one, other])
    together = of_mean(np.mean(columns, axis=0))
    assert found.estimate == pytest.approx(together.estimate)
    assert found.parts[0] == pytest.approx(together.parts[0])


def test_what_only_rounding_tells_apart_does_not_differ():
    losses = np.full(300, 0.1)
    assert of_mean(losses).error == 0
    noise = of_mean(np.arange(300.0))
    again = Influence(noise.estimate, (noise.parts[0] * (1 + 1e-15),))
    assert noise.minus(again).error == 0


def test_mirrored_twice_is_the_same(columns):
    found = of_mean(columns[0], limits=(0.0, 9.0))
    back = found.mirrored().mirrored()
    assert found.mirrored().estimate == -found.estimate
    assert found.mirrored().ends == (-found.ends[1], -found.ends[0])
    assert (back.estimate, back.ends) == (found.estimate, found.ends)


def test_too_little_has_no_value():
    with pytest.raises(NoValueError, match="fewer than two"):
        of_mean(np.array([1.0]))
    with pytest.raises(NoValueError, match="fewer than two"):
        of_mean(np.array([1.0, 2.0]), np.array([0, 0]))
    with pytest.raises(NoValueError, match="nothing is counted"):
        of_ratio(np.ones(3), np.zeros(3))
    with pytest.raises(NoValueError, match="no prediction has an error"):
        of_root(of_mean(np.zeros(5)))
