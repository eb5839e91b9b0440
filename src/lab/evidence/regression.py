"""Metrics of predicted numbers."""

import numpy as np

from .ratios import NoValueError, Statistic, Weights, divided, ratio


def of_numbers(metric: str, y: np.ndarray, label: np.ndarray) -> Statistic:
    """A metric of a regression.

    Args:
        metric: its name.
        y: numbers, shape (n,).
        label: numbers, shape (n,).

    Raises:
        NoValueError: scikit-learn would leave it undefined.
    """
    error = np.abs(y - label)
    match metric:
        case "mean_absolute_error":
            return ratio(error)
        case "mean_squared_error":
            return ratio(error**2)
        case "root_mean_squared_error":
            squared = ratio(error**2)
            return lambda weights: np.sqrt(squared(weights))
        case "mean_absolute_percentage_error":
            return ratio(error / np.maximum(np.abs(y), np.finfo(float).eps))
        case "r2":
            return _r2(y, error)
        case "median_absolute_error":
            return _median(error)
    raise NoValueError(f"`{metric}` is not for a regression")


def _median(error: np.ndarray) -> Statistic:
    order = np.argsort(error, kind="stable")
    ranked = error[order]

    def value(weights: Weights) -> np.ndarray:
        counts = np.cumsum(weights.take(order, axis=1), axis=1, dtype=np.int64)
        half = counts[:, -1:] / 2
        low = np.argmax(counts >= half, axis=1)
        high = np.argmax(counts > half, axis=1)
        return (ranked[low] + ranked[high]) / 2

    return value


def _r2(y: np.ndarray, error: np.ndarray) -> Statistic:
    if len(y) < 2 or np.all(y == y[0]):
        raise NoValueError("`y` does not vary, and r2 compares with its variance")
    centred = y - y.mean()
    sums = np.column_stack([np.ones(len(y)), centred, centred**2, error**2])

    def value(weights: Weights) -> np.ndarray:
        count, first, second, residual = (weights.astype(np.float64) @ sums).T
        return 1 - divided(residual, second - first**2 / count)

    return value
