"""Values under many weightings of the examples at once, and the plainest of them: quotients.

A resample is a weight for each example: how much it counts. With weights of shape (b, n), a
statistic gives b values without a loop over resamples. Weights of one give the plain metric,
and whole numbers give the metric of rows that are repeated so often.
"""

from collections.abc import Callable

import numpy as np

Weights = np.ndarray  # shape (b, n), whole numbers from 0 to 255
Statistic = Callable[[Weights], np.ndarray]


class NoValueError(ValueError):
    """The metric has no value on these examples; the text says why."""


def ratio(over: np.ndarray, under: np.ndarray | None = None) -> Statistic:
    """The sum of one column over the sum of another, both of shape (n,); or a mean."""
    columns = np.column_stack([over, np.ones(len(over)) if under is None else under])

    def value(weights: Weights) -> np.ndarray:
        sums = weights.astype(np.float64) @ columns
        return divided(sums[:, 0], sums[:, 1])

    return value


def divided(over: np.ndarray, under: np.ndarray) -> np.ndarray:
    """A quotient, NaN where nothing is counted."""
    return np.divide(over, under, out=np.full(over.shape, np.nan), where=under != 0)
