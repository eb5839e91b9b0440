"""Which true value a test set would show with a good chance: its power, in the metric's own unit.

Sources. Lehmann and Romano (2005), "Testing statistical hypotheses", for the exact power of a
binomial test; Hanley and McNeil (1982), "The meaning and use of the area under a receiver
operating characteristic (ROC) curve", for the standard error of an area before there is a model.
"""

from math import sqrt

import numpy as np
from scipy.special import betaincinv, ndtri, stdtrit

from .bounds import clopper_pearson
from .effective import AT_MOST
from .influence import Influence
from .power import least_hits
from .student import degrees

CHANCE = 0.8


def proportion_shown(n: int, bar: float, error: float, chance: float = CHANCE) -> float | None:
    """The least true proportion that is supported with a chance, exactly.

    Args:
        n: how many examples are counted.
        bar: what has to be exceeded.
        error: the error rate.
        chance: of a supported claim.

    Returns:
        None if not even n of n would be above the bar.
    """
    hits = least_hits(n, bar, error)
    return None if hits is None else float(betaincinv(hits, n - hits + 1, chance))


def value_shown(
    value: Influence, rows: float, bar: float, error: float, chance: float = CHANCE
) -> float:
    """The least true value that is supported with a chance, if it varies as on other rows.

    Args:
        value: with the contributions of other rows, such as those of development; larger is
            better. For a paired difference, that of the two models.
        rows: how many held-out rows there are for each of the others.
        bar: what has to be exceeded.
        error: the error rate.
        chance: of a supported claim.
    """
    quantiles = float(stdtrit(max(1.0, degrees(value) * rows), 1 - error)) + ndtri(chance)
    return bar + float(quantiles) * value.error / sqrt(rows)


def area_shown(
    positives: int, negatives: int, bar: float, error: float, chance: float = CHANCE
) -> float | None:
    """The least true area under the ROC curve that is supported with a chance.

    Args:
        positives: how many examples are positive.
        negatives: how many are not.
        bar: what has to be exceeded.
        error: the error rate.
        chance: of a supported claim.

    Returns:
        None if not even an area of 1 would do: more examples of the smaller class are needed.
    """
    few = min(positives, negatives)
    if clopper_pearson(few, few, error, error).lower <= bar:
        return None
    low, high = bar, 1.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        spread = area_error(middle, positives, negatives)
        examples = float(np.clip(middle * (1 - middle) / spread**2, few, AT_MOST * few))
        seen = max(0.0, middle - float(ndtri(chance)) * spread)
        if clopper_pearson(seen * examples, examples, error, error).lower > bar:
            high = middle
        else:
            low = middle
    return high


def area_error(area: float, positives: int, negatives: int) -> float:
    """The standard error of an area, if scores are distributed exponentially."""
    above, below = area / (2 - area), 2 * area**2 / (1 + area)
    return sqrt(
        (
            area * (1 - area)
            + (positives - 1) * (above - area**2)
            + (negatives - 1) * (below - area**2)
        )
        / (positives * negatives)
    )
