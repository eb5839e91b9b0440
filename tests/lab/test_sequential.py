"""Looks at a split test: the interval holds at all of them, and a trend is no effect."""

from collections.abc import Callable

import numpy as np
import pytest

from lab.evidence.sequential import Arm, always_valid, difference

ALPHA, RUNS, DAYS = 0.05, 400, 40
Draw = Callable[[np.random.Generator, int, int, bool], np.ndarray]


def test_the_interval_is_where_the_mixture_is_as_likely_as_alpha():
    """The second way: the mixture's likelihood ratio, integrated by a grid."""
    for variance, scale in ((0.01, 0.05), (4.0, 0.3), (0.02, 2.0)):
        reach = always_valid(variance, scale, ALPHA)
        effects = np.linspace(-12 * scale, 12 * scale, 200_001)
        prior = np.exp(-(effects**2) / (2 * scale**2)) / np.sqrt(2 * np.pi * scale**2)
        ratio = np.exp((2 * reach * effects - effects**2) / (2 * variance))
        assert np.trapezoid(prior * ratio, effects) == pytest.approx(1 / ALPHA, rel=1e-3)


def arm(days: list[np.ndarray]) -> Arm:
    n, total, squares = (
        np.array([value(day) for day in days], dtype=float)
        for value in (len, np.sum, lambda day: np.sum(day**2))
    )
    return Arm(n, total, squares)


def until(whole: Arm, day: int) -> Arm:
    return Arm(whole.n[:day], whole.total[:day], whole.squares[:day])


def missed(draw: Draw, scale: float, seed: int) -> tuple[float, float]:
    """How often any of the daily looks says more than there is; and says anything false.

    The treatment's share climbs as that of a rollout does.
    """
    random = np.random.default_rng(seed)
    shares = np.repeat([0.1, 0.25, 0.5], [13, 13, 14])
    above = either = 0
    for _ in range(RUNS):
        counts = [(round(300 * share), round(300 * (1 - share))) for share in shares]
        treatment, control = (
            arm([draw(random, n[which], day, not which) for day, n in enumerate(counts)])
            for which in (0, 1)
        )
        found = [
            difference(until(treatment, day), until(control, day), scale, ALPHA)
            for day in range(1, DAYS + 1)
        ]
        seen = [look for look in found if look]
        assert seen
        above += any(look.low > 0 for look in seen)
        either += any(not look.low <= 0 <= look.high for look in seen)
    return above / RUNS, either / RUNS


def yes_or_no(rate: float, trend: float = 0.0) -> Draw:
    return lambda random, n, day, _: (random.random(n) < rate + trend * day).astype(float)


def amounts(random: np.random.Generator, n: int, day: int, _: bool) -> np.ndarray:
    return random.lognormal(0, 1, n)


@pytest.mark.parametrize(
    ("draw", "scale", "either"),
    [
        (yes_or_no(0.3), 0.05, ALPHA),
        (yes_or_no(0.02), 0.01, ALPHA),
        (yes_or_no(0.2, trend=0.01), 0.05, ALPHA),
        (amounts, 0.3, 2 * ALPHA),  # rare large amounts are not in a small arm: said on the page
    ],
    ids=["often", "rare", "a trend", "amounts"],
)
def test_looking_every_day_finds_nothing_where_nothing_is(draw: Draw, scale: float, either: float):
    above, wrong = missed(draw, scale, seed=7)
    noise = 2 * (either * (1 - either) / RUNS) ** 0.5
    assert above <= ALPHA / 2 + noise
    assert wrong <= either + noise


def test_days_are_compared_with_themselves():
    """All arms pooled, the treatment would look better: it has more of the good days."""
    control = Arm(*(np.array(part, dtype=float) for part in ([900, 500], [90, 250], [90, 250])))
    treatment = Arm(*(np.array(part, dtype=float) for part in ([100, 500], [10, 250], [10, 250])))
    assert treatment.mean > control.mean + 0.15
    found = difference(treatment, control, 0.1, ALPHA)
    assert found is not None
    assert found.estimate == pytest.approx(0)


@pytest.mark.parametrize(
    ("n", "yes", "says"), [(99, 50, False), (100, 9, False), (100, 91, False), (100, 10, True)]
)
def test_nothing_is_said_of_too_few(n: int, yes: int, says: bool):
    few = Arm(*(np.array([part], dtype=float) for part in (n, yes, yes)))
    many = Arm(*(np.array([part], dtype=float) for part in (1000, 500, 500)))
    assert (difference(few, many, 0.1, ALPHA) is not None) == says
    assert (difference(many, few, 0.1, ALPHA) is not None) == says


def test_a_real_difference_is_found():
    random = np.random.default_rng(5)
    better, worse = (
        arm([(random.random(150) < rate).astype(float) for _ in range(DAYS)])
        for rate in (0.36, 0.30)
    )
    found = difference(better, worse, 0.06, ALPHA)
    assert found is not None
    assert 0 < found.low < 0.06 < found.high
