"""The value of a metric under many weightings of the examples at once.

A bootstrap resample is a weight for each example: how often it was drawn. With weights W of
shape (b, n), every metric here gives b values without a loop over resamples. Weights of one
give the plain metric, which agrees with scikit-learn's function of the same name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from .tables import Prediction, Tables

Weights = np.ndarray
Statistic = Callable[[Weights], np.ndarray]


class NoValueError(ValueError):
    """The metric has no value on these examples; the text says why."""


@dataclass(frozen=True)
class Kpi:
    """What one decision is worth: the project's own value function.

    Classes: `value[actual][decision]`, else `correct` or `wrong`. Numbers: minus the absolute
    error times `cost_of_error`.
    """

    value: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    correct: float = 1.0
    wrong: float = -1.0
    cost_of_error: float = 1.0
    positive: str | None = None
    negative: str | None = None


def statistic(
    metric: str, tables: Tables, said: Prediction, rows: np.ndarray, kpi: Kpi | None = None
) -> Statistic:
    """A metric as a function of weights, shape (b, n) to (b,).

    Args:
        metric: its name.
        tables: the examples.
        said: what the model says of them.
        rows: which examples count, shape (n,), true or false.
        kpi: the project's value function, for `kpi`.

    Raises:
        NoValueError: the metric cannot be computed on these examples.
    """
    y, label = tables.y[rows], said.label[rows]
    if not len(y):
        raise NoValueError("no example is in this part")
    if metric in ("latency_ms", "model_mb"):
        if metric not in said.cost:
            raise NoValueError(f"the predictions have no column `{metric}`")
        return _ratio(said.cost[metric][rows], np.ones(len(y)))
    if metric == "kpi":
        if kpi is None:
            raise NoValueError("params.yaml holds no value function (`lift`)")
        return _ratio(_worth(tables, y, label, kpi), np.ones(len(y)))
    if tables.task == "regression":
        return _of_numbers(metric, y, label)
    score = said.score[rows] if said.score is not None else None
    if metric in ("roc_auc", "average_precision", "log_loss", "brier_score_loss"):
        return _of_scores(metric, y, score)
    if tables.task == "binary" and metric in ("precision", "recall"):
        return _ratio(*hits(metric, y, label))
    if metric == "accuracy":
        return _ratio(*hits(metric, y, label))
    return _of_counts(metric, y, label)


def hits(metric: str, y: np.ndarray, label: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For a proportion: which examples succeed, and which are counted; both of shape (n,).

    Raises:
        NoValueError: none is counted.
    """
    if metric == "accuracy":
        return (y == label).astype(float), np.ones(len(y))
    counted = label == 1 if metric == "precision" else y == 1
    if not counted.any():
        what = "nothing is predicted as positive" if metric == "precision" else "none is positive"
        raise NoValueError(what)
    return ((y == 1) & (label == 1)).astype(float), counted.astype(float)


def _ratio(over: np.ndarray, under: np.ndarray) -> Statistic:
    both = np.column_stack([over, under])

    def value(weights: Weights) -> np.ndarray:
        sums = weights @ both
        return _divided(sums[:, 0], sums[:, 1])

    return value


def _divided(over: np.ndarray, under: np.ndarray) -> np.ndarray:
    """A quotient, NaN where nothing is counted."""
    return np.divide(over, under, out=np.full(over.shape, np.nan), where=under != 0)


def _worth(tables: Tables, y: np.ndarray, label: np.ndarray, kpi: Kpi) -> np.ndarray:
    if tables.task == "regression":
        return -kpi.cost_of_error * np.abs(y - label)
    names = list(tables.classes)
    if tables.task == "binary":
        names = [kpi.negative or "0", kpi.positive or "1"]
    size = int(max(y.max(), label.max())) + 1
    names += [f"?{number}" for number in range(len(names), size)]
    matrix = np.array(
        [
            [kpi.value.get(a, {}).get(d, kpi.correct if a == d else kpi.wrong) for d in names]
            for a in names
        ],
        dtype=float,
    )
    return matrix[y, label]


def _of_numbers(metric: str, y: np.ndarray, label: np.ndarray) -> Statistic:
    error = np.abs(y - label)
    ones = np.ones(len(y))
    if metric == "mean_absolute_error":
        return _ratio(error, ones)
    if metric == "mean_squared_error":
        return _ratio(error**2, ones)
    if metric == "root_mean_squared_error":
        squared = _ratio(error**2, ones)
        return lambda weights: np.sqrt(squared(weights))
    if metric == "mean_absolute_percentage_error":
        return _ratio(error / np.maximum(np.abs(y), np.finfo(float).eps), ones)
    if metric == "r2":
        return _r2(y, error)
    order = np.argsort(error, kind="stable")
    ranked = error[order]
    if metric == "max_error":
        return lambda weights: ranked[
            len(ranked) - 1 - np.argmax(weights[:, order][:, ::-1] > 0, axis=1)
        ]
    if metric == "median_absolute_error":
        return lambda weights: _medians(ranked, weights[:, order])
    raise NoValueError(f"`{metric}` is not for a regression")


def _medians(ranked: np.ndarray, weights: Weights) -> np.ndarray:
    """The median of values that occur as often as their weights say."""
    counts = np.cumsum(weights, axis=1)
    half = counts[:, -1:] / 2
    low = np.argmax(counts >= half, axis=1)
    high = np.argmax(counts > half, axis=1)
    return (ranked[low] + ranked[high]) / 2


def _r2(y: np.ndarray, error: np.ndarray) -> Statistic:
    if len(y) < 2 or np.all(y == y[0]):
        raise NoValueError("`y` does not vary, and r2 compares with its variance")
    centred = y - y.mean()
    sums = np.column_stack([np.ones(len(y)), centred, centred**2, error**2])

    def value(weights: Weights) -> np.ndarray:
        count, first, second, residual = (weights @ sums).T
        return 1 - _divided(residual, second - first**2 / count)

    return value


def _of_scores(metric: str, y: np.ndarray, score: np.ndarray | None) -> Statistic:
    if score is None:
        raise NoValueError("the model gives no score")
    if metric == "brier_score_loss":
        return _ratio((score - y) ** 2, np.ones(len(y)))
    if metric == "log_loss":
        tiny = np.finfo(float).eps
        given = np.clip(np.where(y == 1, score, 1 - score), tiny, 1 - tiny)
        return _ratio(-np.log(given), np.ones(len(y)))
    if len(np.unique(y)) < 2:
        raise NoValueError("only one class occurs")
    order = np.argsort(score, kind="stable")
    ranked = score[order]
    positive = (y[order] == 1).astype(float)
    starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])
    ties = len(starts) < len(ranked)

    def split(weights: Weights) -> tuple[np.ndarray, np.ndarray]:
        sorted_ = weights[:, order]
        up = sorted_ * positive
        down = sorted_ - up
        if ties:
            up, down = (np.add.reduceat(part, starts, axis=1) for part in (up, down))
        return up, down

    if metric == "roc_auc":

        def area(weights: Weights) -> np.ndarray:
            up, down = split(weights)
            below = np.cumsum(down, axis=1)
            ahead = np.einsum("bn,bn->b", up, below - down / 2)
            return _divided(ahead, up.sum(axis=1) * below[:, -1])

        return area

    def average(weights: Weights) -> np.ndarray:
        up, down = (part[:, ::-1] for part in split(weights))
        found, wrong = np.cumsum(up, axis=1), np.cumsum(down, axis=1)
        precision = _divided(found, found + wrong)
        return _divided(np.einsum("bn,bn->b", up, np.nan_to_num(precision)), found[:, -1])

    return average


def _of_counts(metric: str, y: np.ndarray, label: np.ndarray) -> Statistic:
    """Metrics of the confusion matrix: actual in rows, predicted in columns."""
    size = int(max(y.max(), label.max())) + 1
    cells = y * size + label
    used, where = np.unique(cells, return_inverse=True)
    onehot = np.zeros((len(y), len(used)))
    onehot[np.arange(len(y)), where] = 1
    occurring = np.union1d(y, label)

    def value(weights: Weights) -> np.ndarray:
        counts = np.zeros((len(weights), size * size))
        counts[:, used] = weights @ onehot
        matrix = counts.reshape(-1, size, size)[:, occurring][:, :, occurring]
        return CONFUSION[metric](matrix)

    if metric == "f1":
        return lambda weights: _f1_binary(weights, y, label)
    if metric not in CONFUSION:
        raise NoValueError(f"`{metric}` is not for this task")
    if len(np.unique(y)) < 2 and metric in ("matthews_corrcoef", "cohen_kappa_score"):
        raise NoValueError("only one class occurs")
    return value


def _f1_binary(weights: Weights, y: np.ndarray, label: np.ndarray) -> np.ndarray:
    hit = ((y == 1) & (label == 1)).astype(float)
    sums = weights @ np.column_stack([hit, (y == 1).astype(float) + (label == 1)])
    return _divided(2 * sums[:, 0], sums[:, 1])


Matrices = np.ndarray  # shape (b, k, k)


def _per_class(matrix: Matrices) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Precision, recall, f1 and support of each class, shape (b, k); 0 where undefined."""
    right = np.diagonal(matrix, axis1=1, axis2=2)
    actual, predicted = matrix.sum(axis=2), matrix.sum(axis=1)
    precision = np.nan_to_num(_divided(right, predicted))
    recall = np.nan_to_num(_divided(right, actual))
    f1 = np.nan_to_num(_divided(2 * right, actual + predicted))
    return precision, recall, f1, actual


def _mean(which: int, how: str) -> Callable[[Matrices], np.ndarray]:
    def value(matrix: Matrices) -> np.ndarray:
        if how == "micro":
            right = np.einsum("bkk->b", matrix)
            return _divided(right, matrix.sum(axis=(1, 2)))
        parts = _per_class(matrix)
        values, support = parts[which], parts[3]
        if how == "weighted":
            return _divided((values * support).sum(axis=1), support.sum(axis=1))
        present = (support + matrix.sum(axis=1)) > 0
        return _divided((values * present).sum(axis=1), present.sum(axis=1).astype(float))

    return value


def _balanced(matrix: Matrices) -> np.ndarray:
    _, recall, _, support = _per_class(matrix)
    present = support > 0
    return _divided((recall * present).sum(axis=1), present.sum(axis=1).astype(float))


def _matthews(matrix: Matrices) -> np.ndarray:
    """Gorodkin's R_K, which is Matthews' coefficient for two classes."""
    total, right = matrix.sum(axis=(1, 2)), np.einsum("bkk->b", matrix)
    actual, predicted = matrix.sum(axis=2), matrix.sum(axis=1)
    over = right * total - (actual * predicted).sum(axis=1)
    under = np.sqrt((total**2 - (predicted**2).sum(axis=1)) * (total**2 - (actual**2).sum(axis=1)))
    return np.where(under > 0, np.nan_to_num(_divided(over, under)), 0.0)


def _kappa(matrix: Matrices) -> np.ndarray:
    total = matrix.sum(axis=(1, 2))
    expected = _divided((matrix.sum(axis=2) * matrix.sum(axis=1)).sum(axis=1), total**2)
    return _divided(_divided(np.einsum("bkk->b", matrix), total) - expected, 1 - expected)


CONFUSION: dict[str, Callable[[Matrices], np.ndarray]] = {
    "balanced_accuracy": _balanced,
    "matthews_corrcoef": _matthews,
    "cohen_kappa_score": _kappa,
    **{
        f"{name}_{how}": _mean(which, how)
        for which, name in enumerate(("precision", "recall", "f1"))
        for how in ("macro", "micro", "weighted")
    },
}
