"""Metrics of the confusion matrix: actual classes in rows, predicted ones in columns."""

from collections.abc import Callable

import numpy as np

from .ratios import NoValueError, Statistic, Weights, divided, ratio

Matrices = np.ndarray  # shape (b, k, k)


def of_labels(metric: str, y: np.ndarray, label: np.ndarray) -> Statistic:
    """A metric of predicted classes.

    Args:
        metric: its name.
        y: codes of classes, shape (n,).
        label: codes of classes, shape (n,).

    Raises:
        NoValueError: scikit-learn would leave it undefined.
    """
    if metric in ("accuracy", "precision", "recall"):
        return ratio(*hits(metric, y, label))
    if metric == "f1":
        return ratio(2.0 * ((y == 1) & (label == 1)), 1.0 * (y == 1) + (label == 1))
    if metric not in CONFUSION:
        raise NoValueError(f"`{metric}` is not for this task")
    _defined(metric, y, label)
    return _of_matrix(metric, y, label)


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


def _defined(metric: str, y: np.ndarray, label: np.ndarray) -> None:
    name, _, mean = metric.partition("_")
    if mean in ("macro", "weighted"):
        if name == "precision" and len(np.setdiff1d(y, label)):
            raise NoValueError("a class is never predicted, so its precision is undefined")
        if name == "recall" and len(np.setdiff1d(label, y)):
            raise NoValueError("a class is predicted that never occurs: its recall is undefined")
    elif metric != "balanced_accuracy" and mean != "micro" and len(np.unique(y)) < 2:
        raise NoValueError("only one class occurs")


def _of_matrix(metric: str, y: np.ndarray, label: np.ndarray) -> Statistic:
    occurring, codes = np.unique(np.r_[y, label], return_inverse=True)
    size = len(occurring)
    cells = codes[: len(y)] * size + codes[len(y) :]
    order = np.argsort(cells, kind="stable")
    used, starts = np.unique(cells[order], return_index=True)

    def value(weights: Weights) -> np.ndarray:
        counts = np.zeros((len(weights), size * size))
        drawn = weights.take(order, axis=1)
        counts[:, used] = np.add.reduceat(drawn, starts, axis=1, dtype=np.int64)
        return CONFUSION[metric](counts.reshape(-1, size, size))

    return value


def _per_class(matrix: Matrices) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Precision, recall, f1 and support of each class, shape (b, k); 0 where undefined."""
    right = np.diagonal(matrix, axis1=1, axis2=2)
    actual, predicted = matrix.sum(axis=2), matrix.sum(axis=1)
    precision = np.nan_to_num(divided(right, predicted))
    recall = np.nan_to_num(divided(right, actual))
    f1 = np.nan_to_num(divided(2 * right, actual + predicted))
    return precision, recall, f1, actual


def _mean(which: int, how: str) -> Callable[[Matrices], np.ndarray]:
    def value(matrix: Matrices) -> np.ndarray:
        if how == "micro":
            right = np.einsum("bkk->b", matrix)
            return divided(right, matrix.sum(axis=(1, 2)))
        parts = _per_class(matrix)
        values, support = parts[which], parts[3]
        if how == "weighted":
            return divided((values * support).sum(axis=1), support.sum(axis=1))
        present = (support + matrix.sum(axis=1)) > 0
        return divided((values * present).sum(axis=1), present.sum(axis=1).astype(float))

    return value


def _balanced(matrix: Matrices) -> np.ndarray:
    _, recall, _, support = _per_class(matrix)
    present = support > 0
    return divided((recall * present).sum(axis=1), present.sum(axis=1).astype(float))


def _matthews(matrix: Matrices) -> np.ndarray:
    """Gorodkin's R_K, which is Matthews' coefficient for two classes; 0 for a constant label."""
    total, right = matrix.sum(axis=(1, 2)), np.einsum("bkk->b", matrix)
    actual, predicted = matrix.sum(axis=2), matrix.sum(axis=1)
    over = right * total - (actual * predicted).sum(axis=1)
    spread = (total**2 - (part**2).sum(axis=1) for part in (actual, predicted))
    under = np.prod([np.sqrt(part) for part in spread], axis=0)
    return np.nan_to_num(divided(over, under))


def _kappa(matrix: Matrices) -> np.ndarray:
    total = matrix.sum(axis=(1, 2))
    expected = divided((matrix.sum(axis=2) * matrix.sum(axis=1)).sum(axis=1), total**2)
    return divided(divided(np.einsum("bkk->b", matrix), total) - expected, 1 - expected)


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
