"""Areas under ROC curves: one, and the paired difference of two on the same examples.

The area is how often a positive example is ranked above a negative one. What each example
contributes to its error is the share of the other class that it is on the right side of. An area
is bounded by effective.py, a difference of two by student.py.

Sources. DeLong, DeLong and Clarke-Pearson (1988), "Comparing the areas under two or more
correlated receiver operating characteristic curves"; Sun and Xu (2014), "Fast implementation of
DeLong's algorithm", for ranks instead of pairs; Obuchowski (1997), "Nonparametric analysis of
clustered ROC curve data", for units.
"""

import numpy as np

from .influence import Influence, by_unit
from .ratios import NoValueError


def area(y: np.ndarray, scores: np.ndarray, unit: np.ndarray | None = None) -> Influence:
    """The area, and what each example contributes to its error.

    Args:
        y: 1 and 0, shape (n,).
        scores: what the model says, shape (n,); with several seeds shape (seeds, n), for the
            mean of their areas. Equal scores count one half.
        unit: which unit each row belongs to, shape (n,), codes from 0; None if each row is one.

    Returns:
        With two samples, positive and negative examples; or with one, of units.

    Raises:
        NoValueError: a class has fewer than two examples, or there are fewer than two units.
    """
    positive = y == 1
    if not positive.any() or positive.all():
        raise NoValueError("only one class occurs")
    over_seeds = np.atleast_2d(scores)
    right = np.mean([_on_the_right_side(positive, seed) for seed in over_seeds], axis=0)
    value = float(right[positive].mean())
    around = right - value
    if unit is None:
        return Influence(value, tuple(around[own] / own.sum() for own in (positive, ~positive)))
    of_rows = around / np.where(positive, positive.sum(), (~positive).sum())
    return Influence(value, (by_unit(of_rows, unit),))


def area_difference(
    y: np.ndarray, scores: np.ndarray, reference: np.ndarray, unit: np.ndarray | None = None
) -> Influence:
    """The area of a model less that of a reference; the arguments are those of `area`.

    Where both rank all examples alike, the difference is 0, and an example that was not seen may
    be ranked by one first and by the other last.

    Raises:
        NoValueError: a class has fewer than two examples, or there are fewer than two units.
    """
    difference = area(y, scores, unit).minus(area(y, reference, unit))
    if difference.error:
        return difference
    limit = 1 / independent(y, unit)
    return Influence(difference.estimate, difference.parts, (-limit, limit))


def independent(y: np.ndarray, unit: np.ndarray | None = None) -> int:
    """How many examples the smaller class has, or how many units have one of them."""
    classes = [y == 1, y == 0]
    if unit is None:
        return min(int(own.sum()) for own in classes)
    return min(len(np.unique(unit[own])) for own in classes)


def _on_the_right_side(positive: np.ndarray, score: np.ndarray) -> np.ndarray:
    """The share of the other class that each example is on the right side of, shape (n,).

    Equal scores count half. One sort is enough: what is below is a sum over what comes before.
    """
    order = np.argsort(score)
    ranked = score[order]
    starts = np.flatnonzero(np.concatenate(([True], ranked[1:] != ranked[:-1])))
    sizes = np.diff(np.append(starts, len(score)))
    up = np.add.reduceat(positive[order], starts, dtype=np.int64)
    down = sizes - up
    below = (np.cumsum(down) - down / 2) / down.sum()
    above = 1 - (np.cumsum(up) - up / 2) / up.sum()
    right = np.empty(len(score))
    right[order] = np.where(positive[order], below.repeat(sizes), above.repeat(sizes))
    return right
