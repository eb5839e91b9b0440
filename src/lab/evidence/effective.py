"""Bounds of a value from 0 to 1 that is no proportion, but as uncertain as one of so many examples.

Close to 1 no symmetric bound keeps its promise. So a value with a standard error is bounded like
a proportion that has the same: exactly, with the number of examples that would give it.

Sources. Korn and Graubard (1998), "Confidence intervals for proportions with small expected number
of positive counts estimated from survey data"; O'Neill (2014), "Some useful moment results in
sampling problems", for the degrees of freedom of a variance; Birnbaum and Klose (1957), "Bounds
for the variance of the Mann-Whitney statistic", for the least number of examples.
"""

import numpy as np
from scipy.special import ndtri, stdtrit

from .bounds import Bounds, Rates, clopper_pearson
from .influence import Influence

AT_MOST = 3  # a value is known as well as a proportion of so many times the smaller class


def as_proportion(value: Influence, few: int, at: Rates) -> Bounds:
    """One-sided bounds of a value from 0 to 1, such as an area or average precision.

    Args:
        value: with the contributions of its examples.
        few: how many independent examples the class has that limits it.
        at: the error rates.
    """
    low, high = (effective(value, few, error) for error in (at.lower, at.upper))
    return Bounds(
        value.estimate,
        clopper_pearson(value.estimate * low, low, at).lower,
        clopper_pearson(value.estimate * high, high, at).upper,
    )


def effective(value: Influence, few: int, error: float) -> float:
    """How many independent examples would give a proportion the same standard error.

    There are at least as many as the smaller class has: no area has a greater variance. There are
    at most three times as many: with fewer errors than that, too little has been seen of them.

    Args:
        value: with the contributions of its examples.
        few: how many independent examples the class has that limits it.
        error: the error rate of the bound; a standard error that is itself uncertain counts as
            the larger, the smaller the rate.
    """
    if not value.error:
        return float(few)
    same = value.estimate * (1 - value.estimate) / value.error**2
    normal, student = ndtri(1 - error), stdtrit(_degrees(value), 1 - error)
    return float(np.clip(min(same, AT_MOST * few) * (normal / student) ** 2, few, None))


def _degrees(value: Influence) -> float:
    """Degrees of freedom of the standard error, fewer where few examples make most of it."""
    parts = zip(value.variances, value.parts, strict=True)
    return sum(value.variances) ** 2 / sum(own**2 / _of_sample(part) for own, part in parts if own)


def _of_sample(part: np.ndarray) -> float:
    squares = np.square(part)
    excess = max(0.0, float(np.square(squares).mean() / squares.mean() ** 2) - 3)
    return 2 / (2 / (len(part) - 1) + excess / len(part))
