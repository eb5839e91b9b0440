"""Average precision: one, and the paired difference of two on the same examples.

It is the mean, over the positive examples, of the precision among all that are ranked as high as
they are. An example contributes by its own precision, if it is positive, and by what it does to
the precision of all that are ranked as low or lower. One value is bounded by effective.py, a
difference by student.py. Half of the variance is that of the share of positive examples, so this
is one sample, not two.

Sources. Yilmaz and Aslam (2006), "Estimating average precision with incomplete and imperfect
judgments", for the value as a mean; Efron (1981), "Nonparametric estimates of standard error", for
the infinitesimal jackknife.
"""

import numpy as np

from .influence import Influence, by_unit, mean_of
from .ratios import NoValueError


def average_precision(
    y: np.ndarray, scores: np.ndarray, unit: np.ndarray | None = None
) -> Influence:
    """Average precision as scikit-learn has it, and what each example contributes to its error.

    Args:
        y: 1 and 0, shape (n,).
        scores: what the model says, shape (n,); with several seeds shape (seeds, n), for the mean.
        unit: which unit each row belongs to, shape (n,), codes from 0; None if each row is one.

    Raises:
        NoValueError: only one class occurs.
    """
    if len(np.unique(y)) < 2:
        raise NoValueError("only one class occurs")
    return mean_of([_of_seed(y, seed, unit) for seed in np.atleast_2d(scores)])


def _of_seed(y: np.ndarray, score: np.ndarray, unit: np.ndarray | None) -> Influence:
    order = np.argsort(-score)
    ranked, positive = score[order], (y[order] == 1).astype(float)
    starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])
    sizes = np.diff(np.r_[starts, len(y)])
    found = np.add.reduceat(positive, starts)
    recalled, named = np.cumsum(found), np.cumsum(sizes)
    value = float((found * recalled / named).sum() / recalled[-1])
    gained = _from_here_on(found / named)
    lost = _from_here_on(found * recalled / named**2)
    own = recalled / named - value + gained
    of_rows = np.empty(len(y))
    of_rows[order] = (positive * own.repeat(sizes) - lost.repeat(sizes)) / recalled[-1]
    return Influence(value, (by_unit(of_rows, unit),))


def _from_here_on(column: np.ndarray) -> np.ndarray:
    """The sum of each element and all that follow it."""
    return np.cumsum(column[::-1])[::-1]
