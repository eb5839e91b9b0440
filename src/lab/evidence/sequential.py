"""A difference between two arms that may be looked at every day.

Days are strata, because the share of an arm changes as a rollout widens, and a week-end is not a
Monday: the difference of a day is weighed by n1 n0 / (n1 + n0) (Mantel and Haenszel 1959; Greenland
and Robins 1985), so a trend over days cannot pass for an effect. The interval is that of the
mixture sequential probability ratio test (Robbins 1970; Johari, Koomen, Pekelis and Walsh 2022,
"Always Valid Inference", Operations Research 70): it holds at all looks together.
"""

from dataclasses import dataclass
from math import log, sqrt

import numpy as np

FEWEST = 100  # units in each arm before anything is said: the bounds rest on sums being normal
RAREST = 10  # of each answer in each arm, where a KPI is yes or no


@dataclass(frozen=True)
class Arm:
    """What is known of an arm, day by day; all of shape (days,).

    Attributes:
        n: how many units.
        total: the sum of the KPI over them.
        squares: the sum of its squares.
    """

    n: np.ndarray
    total: np.ndarray
    squares: np.ndarray

    @property
    def mean(self) -> float:
        """Over all days, nan where there is nobody."""
        return float(self.total.sum() / self.n.sum()) if self.n.sum() else float("nan")

    @property
    def enough(self) -> bool:
        """May a sum over this arm be taken for normal?"""
        n, total = self.n.sum(), self.total.sum()
        binary = bool(np.array_equal(self.total, self.squares))
        return bool(n >= FEWEST and (not binary or min(total, n - total) >= RAREST))

    def variance(self) -> float:
        """Of one unit, within a day; nan if no day has two units."""
        some = self.n > 0
        inside = self.squares[some] - self.total[some] ** 2 / self.n[some]
        freedom = (self.n[some] - 1).sum()
        return float(max(inside.sum(), 0.0) / freedom) if freedom > 0 else float("nan")


@dataclass(frozen=True)
class Difference:
    """Treatment less control, and an interval that holds at all looks together."""

    estimate: float
    low: float
    high: float


def difference(treatment: Arm, control: Arm, scale: float, alpha: float) -> Difference | None:
    """How much more an arm has than the control, as of the last of these days.

    Args:
        treatment: one arm; `control` is the other, on the same days.
        scale: the difference that is hoped for. It decides where looks are sharpest, not whether
            they hold; above 0.
        alpha: the probability that the interval ever misses the truth.

    Returns:
        None while there is too little to tell.
    """
    if not (treatment.enough and control.enough):
        return None
    both = (treatment.n > 0) & (control.n > 0)
    n1, n0 = treatment.n[both], control.n[both]
    if not both.any():
        return None
    weight = n1 * n0 / (n1 + n0)
    by_day = treatment.total[both] / n1 - control.total[both] / n0
    estimate = float(weight @ by_day / weight.sum())
    of_days = treatment.variance() / n1 + control.variance() / n0
    variance = float(weight**2 @ of_days / weight.sum() ** 2)
    if not variance > 0:
        return None
    reach = always_valid(variance, scale, alpha)
    return Difference(estimate, estimate - reach, estimate + reach)


def always_valid(variance: float, scale: float, alpha: float) -> float:
    """Half the width of an interval that holds at all looks together.

    Args:
        variance: of the estimate at this look.
        scale: standard deviation of the normal mixture.
        alpha: the probability that any look misses the truth.
    """
    mixed = variance + scale**2
    return sqrt(variance * mixed / scale**2 * log(mixed / (variance * alpha**2)))
