"""Bounds by Student's t: against scipy, against Hall's equation, and the rates they promise."""

from math import inf, log, sqrt

import numpy as np
import pytest
from scipy.optimize import root_scalar
from scipy.stats import t, ttest_1samp, ttest_ind

from lab.evidence.bounds import Rates, clopper_pearson
from lab.evidence.influence import LOSS, Influence, of_mean, of_root
from lab.evidence.student import (
    BEYOND,
    degrees,
    holds_up_to,
    is_heavy,
    of_quotient,
    student,
    tail_index,
)

RUNS = 400


def limit(error: float) -> float:
    return error + 3 * sqrt(error * (1 - error) / RUNS)


def above(draw, truth: float, error: float) -> float:
    """How often a lower bound lies above the truth; a heavy tail is unclear."""
    generator = np.random.default_rng(1)
    values = (draw(generator) for _ in range(RUNS))
    found = [student(v, Rates.both(error)).lower > truth and not is_heavy(v) for v in values]
    return float(np.mean(found))


def test_of_symmetric_examples_it_is_students_t():
    half = np.random.default_rng(2).normal(size=200)
    values = np.r_[half, -half] + 5
    ours = student(of_mean(values), Rates.both(0.05))
    theirs = ttest_1samp(values, 0).confidence_interval(0.9)
    assert (ours.lower, ours.upper) == (pytest.approx(theirs.low), pytest.approx(theirs.high))


def test_two_samples_have_the_degrees_of_freedom_of_welch():
    generator = np.random.default_rng(3)
    one, other = generator.normal(size=12), 4 * generator.normal(size=40)
    parts = tuple((sample - sample.mean()) / len(sample) for sample in (one, other))
    found = degrees(Influence(one.mean() - other.mean(), parts))
    assert found == pytest.approx(ttest_ind(one, other, equal_var=False).df)


def test_skewness_is_taken_out_as_halls_equation_says():
    losses = np.random.default_rng(4).exponential(size=500)
    value = of_mean(losses, limits=LOSS)
    skew, steps = value.skewness, t.ppf(0.95, 499)

    def transformed(x: float) -> float:
        return x + skew * x**2 / 3 + skew**2 * x**3 / 27 + skew / 6

    root = root_scalar(lambda x: transformed(x) + steps, bracket=(-20, 20)).root
    found = student(value, Rates.both(0.05))
    assert found.upper == pytest.approx(losses.mean() - root * value.error)
    assert found.upper > losses.mean() + steps * value.error, "more careful than Student's t"
    assert found.lower == pytest.approx(losses.mean() - steps * value.error)


@pytest.mark.parametrize("n", [20, 300])
@pytest.mark.parametrize("error", [0.05, 0.005])
def test_without_a_mistake_a_limited_loss_has_the_bound_of_a_proportion(n, error):
    found = student(of_mean(np.zeros(n), limits=(0.0, 1.0)), Rates.both(error))
    assert found.upper == pytest.approx(clopper_pearson(0, n, Rates.both(error)).upper)
    assert found.lower == found.estimate == 0


def test_without_a_limit_equal_losses_say_nothing():
    found = student(of_mean(np.full(50, 0.3), limits=LOSS), Rates.both(0.05))
    assert found.upper == inf
    assert found.lower == pytest.approx(0.3 * 0.05 ** (1 / 50))


def test_what_may_be_missing_is_twice_as_bad_as_the_worst():
    losses = np.r_[np.zeros(99), 100.0]
    value = of_mean(losses, limits=LOSS)
    missing = 1 - 0.05 ** (1 / 100)
    assert student(value, Rates.both(0.05)).upper >= 1 + missing * BEYOND * 99


def test_what_a_bound_rests_on_is_what_would_undo_it():
    losses = np.random.default_rng(5).exponential(size=300)
    gain = of_mean(losses, limits=LOSS).mirrored()
    bar = gain.estimate - 0.3
    times = holds_up_to(gain, bar, 0.005)
    share = 1 - 0.005 ** (1 / 300)
    worst = losses.mean() + times * (losses.max() - losses.mean())
    assert (1 - share) * losses.mean() + share * worst == pytest.approx(-bar)
    assert student(gain, Rates.both(0.005)).lower > bar
    assert times > BEYOND
    assert holds_up_to(of_mean(np.zeros(9)), -1.0, 0.05) == inf


def test_a_tail_index_is_that_of_a_pareto_distribution():
    losses = np.random.default_rng(6).pareto(2.0, 100_000) + 1
    assert tail_index(losses) == pytest.approx(0.5, abs=0.06)
    by_hand = np.array([1.0, 2.0, 4.0, 8.0, -3.0])
    assert tail_index(by_hand) == pytest.approx((log(8 / 2) + log(4 / 2)) / 2)
    assert tail_index(np.zeros(5)) == tail_index(np.array([1.0])) == 0


@pytest.mark.parametrize("n", [100, 300, 1000])
def test_a_tail_without_a_variance_is_found_and_a_normal_one_is_not(n):
    generator = np.random.default_rng(7)
    wild = [of_mean(generator.standard_t(2.5, n) ** 2, limits=LOSS).mirrored() for _ in range(200)]
    tame = [of_mean(np.abs(generator.normal(size=n)), limits=LOSS).mirrored() for _ in range(200)]
    assert np.mean([is_heavy(value) for value in wild]) > 0.9
    assert np.mean([is_heavy(value) for value in tame]) < 0.01
    assert not is_heavy(wild[0].mirrored()), "no loss is below 0"


def losses(n: int, draw):
    return lambda generator: of_mean(draw(generator, n), limits=LOSS).mirrored()


def absolute(error: np.ndarray) -> Influence:
    return of_mean(np.abs(error), limits=LOSS)


def squared(error: np.ndarray) -> Influence:
    return of_mean(np.square(error), limits=LOSS)


def rooted(error: np.ndarray) -> Influence:
    return of_root(squared(error))


def paired(n: int, draw, metric):
    def difference(generator):
        common = draw(generator, n)
        one, other = (metric(common + 0.5 * draw(generator, n)) for _ in range(2))
        return one.minus(other)

    return difference


def normal(generator: np.random.Generator, n: int) -> np.ndarray:
    return generator.normal(size=n)


@pytest.mark.parametrize("error", [0.05, 0.005])
@pytest.mark.parametrize(
    ("draw", "truth"),
    [
        (losses(100, lambda g, n: np.abs(g.normal(size=n))), -sqrt(2 / np.pi)),
        (losses(300, lambda g, n: g.exponential(size=n)), -1.0),
        (losses(300, lambda g, n: g.normal(size=n) ** 2), -1.0),
        (losses(300, lambda g, n: g.lognormal(size=n)), -np.exp(0.5)),
        (losses(1000, lambda g, n: g.standard_t(2.5, n) ** 2), -5.0),
        (paired(300, normal, absolute), 0.0),
        (paired(300, lambda g, n: g.standard_t(4, n), absolute), 0.0),
        (paired(300, normal, rooted), 0.0),
    ],
)
def test_a_value_at_the_bar_is_seldom_shown(draw, truth, error):
    assert above(draw, truth, error) <= limit(error)


@pytest.mark.parametrize(
    ("metric", "error", "share"),
    [(absolute, 0.05, 0.97), (absolute, 0.005, 0.95), (rooted, 0.05, 0.9), (rooted, 0.005, 0.75)],
)
def test_where_tails_are_not_heavy_it_shows_nearly_as_much_as_students_t(metric, error, share):
    generator, draw = np.random.default_rng(8), paired(300, normal, metric)
    ours = theirs = 0
    for _ in range(RUNS):
        value = draw(generator)
        bar = -3.4 * value.error
        ours += student(value, Rates.both(error)).lower > bar and not is_heavy(value)
        theirs += value.estimate - t.ppf(1 - error, 299) * value.error > bar
    assert theirs > 0.7 * RUNS
    assert ours > share * theirs


def r2(y: np.ndarray, label: np.ndarray, error: float):
    return of_quotient(np.square(y - label), np.square(y - y.mean()), Rates.both(error))


@pytest.mark.parametrize("n", [50, 300])
def test_r2_with_a_heavy_target_is_seldom_shown_or_refuted(n):
    generator, error, runs = np.random.default_rng(9), 0.05, 100
    spread = sqrt((np.e - 1) * np.e)
    shown = refuted = 0
    for _ in range(runs):
        label = generator.lognormal(size=n)
        found = r2(label + spread * generator.normal(size=n), label, error)
        shown += found.upper < 0.5  # of what is not explained
        refuted += found.lower > 0.5
    assert shown / runs <= error
    assert refuted / runs <= 3 * error, "1.0.0's was 31 % where 0.5 % was promised"


def test_fiellers_bound_is_where_the_mean_can_no_longer_be_told_from_0():
    generator = np.random.default_rng(10)
    under = generator.lognormal(size=200)
    over = 0.4 * under + generator.normal(size=200) * 0.2
    found = of_quotient(over, under, Rates.both(0.05))
    for end, sign in ((found.lower, 1), (found.upper, -1)):
        assert student(of_mean(sign * (over - end * under)), Rates.both(0.05)).lower >= -1e-6
    assert found.estimate == pytest.approx(over.sum() / under.sum())
    assert found.lower < found.estimate < found.upper


def test_what_is_divided_by_may_be_too_uncertain_for_any_bound():
    under = np.r_[np.zeros(4), 1.0]
    found = of_quotient(np.array([1.0, 0.0, 2.0, 0.0, 1.0]), under, Rates.both(0.005))
    assert (found.lower, found.upper) == (-inf, inf)
