"""Metrics of scores: how well they rank the examples, and how good they are as probabilities."""

import numpy as np

from .ratios import NoValueError, Statistic, Weights, divided, ratio

SCORES = ("roc_auc", "average_precision", "log_loss", "brier_score_loss")


def of_scores(metric: str, y: np.ndarray, score: np.ndarray | None) -> Statistic:
    """A metric of the positive class's probability.

    Args:
        metric: one of SCORES.
        y: 1 and 0, shape (n,).
        score: the probability of 1, shape (n,); None if the model gives none.

    Raises:
        NoValueError: there is no score, or only one class.
    """
    if score is None:
        raise NoValueError("the model gives no score")
    if len(np.unique(y)) < 2:
        raise NoValueError("only one class occurs")
    if metric == "brier_score_loss":
        return ratio((score - y) ** 2)
    if metric == "log_loss":
        return ratio(log_losses(y, score))
    return _area(y, score) if metric == "roc_auc" else _average_precision(y, score)


def log_losses(y: np.ndarray, score: np.ndarray) -> np.ndarray:
    """The loss of each example, shape (n,); finite, as in scikit-learn."""
    tiny = np.finfo(float).eps
    return -np.log(np.clip(np.where(y == 1, score, 1 - score), tiny, 1 - tiny))


def _area(y: np.ndarray, score: np.ndarray) -> Statistic:
    """Area under the ROC curve: how often a positive example is ranked above a negative one.

    Weights are whole numbers, so that every sum is exact and the order of adding is no matter.
    """
    negative, positive = (np.flatnonzero(y == code) for code in (0, 1))
    negative = negative[np.argsort(score[negative], kind="stable")]
    positive = positive[np.argsort(score[positive], kind="stable")]
    first, last = (np.searchsorted(score[negative], score[positive], side) for side in SIDES)
    ties = bool((first != last).any())
    exact = np.int32 if len(negative) * 255 < 2**31 else np.int64

    def value(weights: Weights) -> np.ndarray:
        below = np.zeros((len(weights), len(negative) + 1), dtype=exact)
        np.cumsum(weights.take(negative, axis=1), axis=1, dtype=exact, out=below[:, 1:])
        up = weights.take(positive, axis=1)
        ahead = below.take(first, axis=1).astype(np.float64)
        if ties:
            ahead = (ahead + below.take(last, axis=1)) / 2
        won = np.einsum("bn,bn->b", up.astype(np.float64), ahead)
        return divided(won, up.sum(axis=1, dtype=np.float64) * below[:, -1])

    return value


SIDES = ("left", "right")


def _average_precision(y: np.ndarray, score: np.ndarray) -> Statistic:
    order = np.argsort(-score, kind="stable")
    ranked = score[order]
    positive = (y[order] == 1).astype(np.uint8)
    starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])

    def value(weights: Weights) -> np.ndarray:
        drawn = weights.take(order, axis=1)
        found = np.add.reduceat(drawn * positive, starts, axis=1, dtype=np.float64)
        named = np.add.reduceat(drawn, starts, axis=1, dtype=np.float64)
        recalled = np.cumsum(found, axis=1)
        precision = np.nan_to_num(divided(recalled, np.cumsum(named, axis=1)))
        return divided(np.einsum("bn,bn->b", found, precision), recalled[:, -1])

    return value
