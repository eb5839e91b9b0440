"""Bounds by Student's t, and what they say of examples that nobody has seen.

The bound is the most careful of three. Student's t, with as many degrees of freedom as the
samples give together; the same, with its skewness taken out, because a mean of losses is too
small most of the time where few of them are large; and what a share of examples that is missing
in the sample by chance would do to the value, if they were as bad as can be, or, where there is no
limit, twice as bad as the worst that was seen. Twice is the mean beyond the largest value where
the variance just exists (a tail index of 1/2). That is never added to the bound: with tails that
are not heavy it costs nothing, and Student's t decides.

No bound can keep its promise whatever the tail. So `is_heavy` says where the examples themselves
show that theirs is too heavy, and `holds_up_to` says what a bound rests on.

Sources. Welch (1947), "The generalization of 'Student's' problem when several different population
variances are involved"; Hall (1992), "On the removal of skewness by transformation"; Hill (1975),
"A simple general approach to inference about the tail of a distribution"; Fieller (1954), "Some
problems in interval estimation", for quotients.
"""

from math import ceil, inf, isfinite

import numpy as np
from scipy.special import stdtrit

from .bounds import Bounds, Rates
from .influence import Influence, of_mean, of_ratio

BEYOND = 2  # an example that was not seen may be so many times as bad as the worst that was
HEAVIEST = 0.6  # the tail index of a loss; from 1/2 on it has no variance
PRECISION = 1e-6  # of a bound that is searched, in standard errors
NO_SKEW = 1e-9  # below it, Hall's transformation is the identity


def student(value: Influence, at: Rates) -> Bounds:
    """One-sided bounds of a value.

    Args:
        value: with the contributions of its examples.
        at: the error rates.

    Returns:
        Without limits where all contributions are 0 and a single example may count any amount.
    """
    return Bounds(value.estimate, _least(value, at.lower), -_least(value.mirrored(), at.upper))


def _least(value: Influence, error: float) -> float:
    """The lower bound."""
    missing = min(np.multiply(_worst(value), _unseen(value, error)))
    if not value.error:
        return value.estimate + missing
    steps = float(stdtrit(degrees(value), 1 - error))
    skew = value.skewness
    careful = steps
    if abs(skew) > NO_SKEW:
        careful = 3 / skew * (np.cbrt(1 + skew * (steps - skew / 6)) - 1)
    return float(value.estimate + min(-steps * value.error, -careful * value.error, missing))


def of_quotient(
    over: np.ndarray, under: np.ndarray, at: Rates, unit: np.ndarray | None = None
) -> Bounds:
    """One-sided bounds of the sum of one column over that of another that varies much itself.

    They are the more careful of two: those of the quotient, and Fieller's, the quotients r that
    the mean of `over - r * under` allows. r2 is 1 less the quotient of squared errors and squared
    distances from the mean.

    Args:
        over: shape (n,).
        under: shape (n,), not negative.
        at: the error rates.
        unit: which unit each row belongs to, shape (n,), codes from 0; None if each row is one.

    Raises:
        NoValueError: nothing is counted, or there are fewer than two rows or units.
    """
    value = of_ratio(over, under, unit)
    plain = student(value, at)
    low = _fieller(over, under, at.lower, unit, value)
    high = -_fieller(-over, under, at.upper, unit, value.mirrored())
    return Bounds(value.estimate, min(plain.lower, low), max(plain.upper, high))


def _fieller(
    over: np.ndarray, under: np.ndarray, error: float, unit: np.ndarray | None, value: Influence
) -> float:
    """The greatest quotient below the estimate that is too small; minus infinity if none is."""

    def too_small(quotient: float) -> bool:
        return _least(of_mean(over - quotient * under, unit), error) > 0

    step = value.error or 1.0
    outside = next(
        (step * 2.0**k for k in range(20) if too_small(value.estimate - step * 2.0**k)), None
    )
    if outside is None:
        return -inf
    inside = 0.0
    while outside - inside > PRECISION * step:
        middle = (inside + outside) / 2
        inside, outside = (
            (inside, middle) if too_small(value.estimate - middle) else (middle, outside)
        )
    return value.estimate - outside


def degrees(value: Influence) -> float:
    """Degrees of freedom of the standard error, by Welch and Satterthwaite."""
    parts = zip(value.variances, value.parts, strict=True)
    return sum(value.variances) ** 2 / sum(own**2 / (len(part) - 1) for own, part in parts)


def _worst(value: Influence) -> list[float]:
    """In each sample, how bad an example that was not seen may be; not above 0."""
    limit = value.ends[0]
    if isfinite(limit) or not value.error:
        return [limit] * len(value.parts)
    return [BEYOND * float(part.min()) for part in value.parts]


def _unseen(value: Influence, error: float) -> list[float]:
    """In each sample, how many examples' worth of the population may be missing by chance.

    A share p of the population is missing in k examples with the chance (1 - p)^k.
    """
    return [len(part) * (1 - error ** (1 / len(part))) for part in value.parts]


def tail_index(losses: np.ndarray) -> float:
    """Hill's estimate of how heavy a tail is: small for a normal one, from 1/2 on without a
    variance, from 1 on without a mean.

    Args:
        losses: shape (n,); those above 0 count.

    Returns:
        0 if fewer than two are above 0.
    """
    ranked = np.sort(losses[losses > 0])
    if len(ranked) < 2:
        return 0.0
    count = min(len(ranked) - 1, ceil(len(ranked) ** (2 / 3) / 1.5))
    return float(np.log(ranked[-count:] / ranked[-count - 1]).mean())


def is_heavy(value: Influence) -> bool:
    """Is the lower tail so heavy that the lower bound would not keep its promise?

    Losses are measured from the best that was seen if there can be none much better, else from
    the median.
    """
    if isfinite(value.ends[0]):
        return False
    origin = np.max if isfinite(value.ends[1]) else np.median
    return max(tail_index(origin(part) - part) for part in value.parts) > HEAVIEST


def holds_up_to(value: Influence, bar: float, error: float) -> float:
    """What a value above the bar rests on: how many times as bad as the worst example that was
    seen those may be on average that a sample of this size misses by chance.

    Args:
        value: with the contributions of its examples.
        bar: below the value.
        error: the error rate; the share that may be missing of k examples is 1 - error^(1/k).

    Returns:
        Above 2 where the lower bound is above the bar.
    """
    missing = min(
        float(part.min()) * count
        for part, count in zip(value.parts, _unseen(value, error), strict=True)
    )
    return (bar - value.estimate) / missing if missing else inf
