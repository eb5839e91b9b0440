"""What each example contributes to a value, and so to its error.

A value that is a smooth function of means is, but for what vanishes, the truth plus a sum of
independent contributions, one of each example, or of each unit where rows belong together. Their
squares give its standard error, whatever the value is; those of a difference are the differences.

Sources. Hampel (1974), "The influence curve and its role in robust estimation"; Efron (1981),
"Nonparametric estimates of standard error", for the infinitesimal jackknife; Cochran (1977),
"Sampling techniques", chapter 6, for ratios of the sums of units of unequal size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf, sqrt

import numpy as np

from .ratios import NoValueError

UNLIMITED = (-inf, inf)
LOSS = (0.0, inf)
ROUNDING = 1e-12  # sums of the same numbers differ by so little


@dataclass(frozen=True)
class Influence:
    """A value, and what independent examples or units contribute to its error.

    `parts` are samples that are independent of each other, such as positive and negative
    examples; each has shape (k,), two contributions at least, with the sum 0. `ends` are the
    least and the greatest contribution that an example can have.
    """

    estimate: float
    parts: tuple[np.ndarray, ...]
    ends: tuple[float, float] = UNLIMITED

    def __post_init__(self) -> None:
        if any(len(part) < 2 for part in self.parts):
            raise NoValueError("there are fewer than two independent examples")

    @cached_property
    def variances(self) -> tuple[float, ...]:
        """The part of the squared standard error that is due to each sample."""
        return tuple(
            float(len(part) / (len(part) - 1) * np.square(part).sum()) for part in self.parts
        )

    @property
    def error(self) -> float:
        """The standard error."""
        return sqrt(sum(self.variances))

    @property
    def skewness(self) -> float:
        """The third moment of the value, over the third power of its standard error."""
        return float(sum(np.power(part, 3).sum() for part in self.parts)) / self.error**3

    def minus(self, other: "Influence") -> "Influence":
        """The paired difference of two values on the same examples."""
        pairs = zip(self.parts, other.parts, strict=True)
        parts = tuple(_rounded(mine - theirs, mine) for mine, theirs in pairs)
        return Influence(self.estimate - other.estimate, parts)

    def mirrored(self) -> "Influence":
        """The value with its sign changed."""
        ends = (-self.ends[1], -self.ends[0])
        return Influence(-self.estimate, tuple(-part for part in self.parts), ends)


def of_ratio(
    over: np.ndarray,
    under: np.ndarray,
    unit: np.ndarray | None = None,
    limits: tuple[float, float] = UNLIMITED,
) -> Influence:
    """The sum of one column over that of another.

    Args:
        over: shape (n,).
        under: shape (n,), not negative.
        unit: which unit each row belongs to, shape (n,), codes from 0; None if each row is one.
        limits: between which values the ratio of a single row lies; a loss, from 0 on. The unit
            that nobody has seen is as large as the largest.

    Raises:
        NoValueError: nothing is counted, or there are fewer than two rows or units.
    """
    over, under = (by_unit(np.asarray(column, dtype=float), unit) for column in (over, under))
    whole = float(under.sum())
    if not whole:
        raise NoValueError("nothing is counted")
    value = float(over.sum()) / whole
    low, high = (float(under.max()) * (end - value) / whole for end in limits)
    return Influence(value, (_rounded(over - value * under, over) / whole,), (low, high))


def of_mean(
    losses: np.ndarray, unit: np.ndarray | None = None, limits: tuple[float, float] = UNLIMITED
) -> Influence:
    """The mean of what each example loses or gains, shape (n,); a paired difference of means
    is the mean of the differences.

    Raises:
        NoValueError: there are fewer than two rows or units.
    """
    return of_ratio(losses, np.ones(len(losses)), unit, limits)


def of_root(squared: Influence) -> Influence:
    """The square root of a value above 0, such as that of a mean squared error.

    Raises:
        NoValueError: the value is 0, where a root has no slope.
    """
    if squared.estimate <= 0:
        raise NoValueError("no prediction has an error, so nothing is known of their size")
    root = sqrt(squared.estimate)
    low, high = (end / (2 * root) for end in squared.ends)
    return Influence(root, tuple(part / (2 * root) for part in squared.parts), (low, high))


def mean_of(values: Sequence[Influence]) -> Influence:
    """The mean of values on the same examples, such as those of several seeds."""
    parts = zip(*(value.parts for value in values), strict=True)
    mean = float(np.mean([value.estimate for value in values]))
    return Influence(mean, tuple(np.mean(part, axis=0) for part in parts))


def _rounded(rest: np.ndarray, of: np.ndarray) -> np.ndarray:
    """What is left of numbers; exactly 0 if it is nothing but their rounding."""
    return rest if np.abs(rest).max() > ROUNDING * np.abs(of).max() else np.zeros_like(rest)


def by_unit(column: np.ndarray, unit: np.ndarray | None) -> np.ndarray:
    """The sum of a column in each unit, shape (units,); the column itself if each row is one."""
    return column if unit is None else np.bincount(unit, column)
