"""The example that nobody has seen yet, and that would hurt or help most.

A bootstrap knows only the examples that were drawn: where none of 40 is wrong, no resample has
a mistake. Its bounds are then too good. So one more example takes part with a random weight:
for the lower bound the one that lowers the value most, for the upper bound the one that raises
it most. For the mean of numbers between 0 and 1 this is the bound of Gaffke (2005), "Three test
statistics for a nonparametric one-sided hypothesis on the mean of a nonnegative variable"; for
a proportion it is exactly that of Clopper and Pearson.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

import numpy as np

from ..data.kpi import Kpi
from ..data.tables import COSTS, Prediction
from .payoff import KPI, unseen_worth
from .ranking import SCORES, log_losses
from .ratios import NoValueError, Statistic, ratio
from .values import statistic

SEEN = 2  # an example that was seen may be exceeded, so it counts so often
MOST_CODES = 2**62
OTHERS = 2  # so many wrong answers are tried for each class


@dataclass(frozen=True)
class Sample:
    """Examples, what the candidate says of them with each seed, and what a reference says.

    `y` has shape (n,). `models` are the candidate's predictions, and those of the reference or
    none. `sizes`, shape (n,), says how many examples each one stands for; None if each is one.
    """

    task: str
    classes: tuple[str, ...]
    y: np.ndarray
    models: tuple[tuple[Prediction, ...], tuple[Prediction, ...]]
    sizes: np.ndarray | None = None

    @property
    def counts(self) -> np.ndarray:
        """How many examples each one stands for, shape (n,)."""
        return np.ones(len(self.y), dtype=np.uint8) if self.sizes is None else self.sizes

    def cells(self) -> "Sample":
        """One example for all that have the same label and the same predicted ones."""
        columns = [self.y, *(said.label for group in self.models for said in group)]
        classes = 1 + max(int(column.max()) for column in columns)  # a label may be none of them
        codes, span = np.zeros(len(self.y), dtype=np.int64), 1
        for column in columns:
            if span > MOST_CODES // classes:  # renumbered before they overflow
                known, codes = np.unique(codes, return_inverse=True)
                span = len(known)
            codes, span = codes * classes + column, span * classes
        _, first, sizes = np.unique(codes, return_index=True, return_counts=True)
        return replace(self.at(first), sizes=sizes)

    def at(self, rows: np.ndarray) -> "Sample":
        """Some of the examples, in the order of `rows`."""
        models = tuple(tuple(prediction.at(rows) for prediction in group) for group in self.models)
        sizes = None if self.sizes is None else self.sizes[rows]
        return Sample(self.task, self.classes, self.y[rows], (models[0], models[1]), sizes)

    def with_one(self, actual: int, *decisions: int, copies: int) -> "Sample":
        """Further examples of one class, with what the candidate and the reference decide."""
        longer = self.at(np.r_[np.arange(len(self.y)), np.zeros(copies, dtype=int)])
        longer.y[-copies:] = actual
        if longer.sizes is not None:
            longer.sizes[-copies:] = 1
        for group, decision in zip(longer.models, decisions, strict=True):
            for prediction in group:
                prediction.label[-copies:] = decision
                if prediction.score is not None:
                    prediction.score[-copies:] = decision
        return longer

    def without_error(self, last: int) -> "Sample":
        """The same, but the last rows are predicted as they are."""
        exact = self.at(np.arange(len(self.y)))
        for group in exact.models:
            for prediction in group:
                prediction.label[-last:] = self.y[-last:]
        return exact


def values_of(metric: str, sample: Sample, kpi: Kpi | None) -> list[list[Statistic]]:
    """The metric of each model and seed.

    Raises:
        NoValueError: it has no value for one of them.
    """
    return [
        [
            statistic(metric, sample.task, sample.classes, sample.y, prediction, kpi)
            for prediction in group
        ]
        for group in sample.models
    ]


def difference(metric: str, sample: Sample, kpi: Kpi | None) -> Statistic:
    """The candidate's value, less that of the reference if there is one; means over seeds.

    Raises:
        NoValueError: the metric has no value for one of the models.
    """
    parts = [group for group in values_of(metric, sample, kpi) if group]

    def value(weights: np.ndarray) -> np.ndarray:
        means = [sum(part(weights) for part in group) / len(group) for group in parts]
        return np.asarray(means[0] - means[1] if len(means) > 1 else means[0])

    return value


def extremes(
    metric: str, sample: Sample, kpi: Kpi | None, copies: int = 1
) -> tuple[Statistic, Statistic]:
    """The metric with one example more: with the worst one, and with the best one.

    Args:
        metric: its name.
        sample: the examples.
        kpi: the project's value function.
        copies: how many rows the further example has; a unit may have several.

    Returns:
        Two functions of weights of shape (b, n + 1): the least value, and the greatest. The
        last weight is that of the further example.
    """
    if metric == KPI and kpi is not None and kpi.varies:
        return _of_the_unseen(sample, kpi, copies)
    candidates: list[tuple[float, Statistic]] = []
    if is_unlimited(metric, sample.task):
        copies *= SEEN
    for longer in _further(metric, sample, copies):
        try:
            value_of = difference(metric, longer, kpi)
        except NoValueError:
            continue
        value = float(value_of(longer.counts[None])[0])
        if np.isfinite(value):
            candidates.append((value, value_of))
    if not candidates:
        raise NoValueError(f"`{metric}` has no value on these examples")
    rows = np.r_[np.arange(len(sample.y)), np.full(copies, len(sample.y))]
    low, high = (choose(candidates, key=itemgetter(0))[1] for choose in (min, max))
    return (low, high) if copies == 1 else (on(rows, low), on(rows, high))


def _of_the_unseen(sample: Sample, kpi: Kpi, copies: int) -> tuple[Statistic, Statistic]:
    """The KPI where each row has a worth of its own, within limits."""
    low, high = unseen_worth(sample.task, sample.classes, kpi, copies)
    columns = [
        np.mean([prediction.cost[KPI] for prediction in group], axis=0)
        for group in sample.models
        if group
    ]
    seen = columns[0]
    if len(columns) > 1:
        seen, low, high = seen - columns[1], low - high, high - low
    rows = np.r_[np.arange(len(seen)), np.full(copies, len(seen))]
    return on(rows, ratio(np.append(seen, low))), on(rows, ratio(np.append(seen, high)))


def on(rows: np.ndarray, what: Statistic) -> Statistic:
    """A statistic of some rows, as one of the weights of all."""
    return lambda weights: what(weights.take(rows, axis=1))


def is_unlimited(metric: str, task: str, kpi: Kpi | None = None) -> bool:
    """Can a single example change the value by any amount?"""
    by_row = metric == KPI and kpi is not None and kpi.unlimited
    return by_row or task == "regression" or metric in (*COSTS, "log_loss")


def is_of_labels(metric: str, task: str, kpi: Kpi | None = None) -> bool:
    """Is a metric the same for examples with the same label and the same predicted ones?"""
    if metric == KPI:
        return task != "regression" and kpi is not None and not kpi.varies
    return task != "regression" and metric not in (*COSTS, *SCORES)


def _further(metric: str, sample: Sample, copies: int) -> Iterator[Sample]:
    """The samples with one example more that come into question."""
    if is_unlimited(metric, sample.task):
        yield from _seen_before(metric, sample, copies)
        return
    present = np.unique(sample.y)
    sizes = np.bincount(sample.y, sample.counts)[present]
    by_size = present[np.argsort(sizes, kind="stable")]
    codes = by_size if len(by_size) > 1 else np.arange(len(sample.classes))
    for actual in present:
        others = [int(code) for code in codes if code != actual]
        few = others if metric == "kpi" else sorted({*others[:OTHERS], *others[-OTHERS:]})
        for other in few:
            yield sample.with_one(int(actual), other, int(actual), copies=copies)
            yield sample.with_one(int(actual), int(actual), other, copies=copies)


def _seen_before(metric: str, sample: Sample, copies: int) -> Iterator[Sample]:
    """Where a value has no limit, the most extreme examples that were seen, once more."""
    columns = [_mean_loss(metric, sample, group) for group in sample.models if group]
    worse = columns[0] - columns[1] if len(columns) > 1 else columns[0]
    far = np.abs(sample.y - sample.y.mean()) if metric == "r2" else worse
    for place in sorted({int(end) for of in (worse, far) for end in (of.argmin(), of.argmax())}):
        again = sample.at(np.r_[np.arange(len(sample.y)), np.full(copies, place)])
        yield again
        if metric == "r2" and len(columns) == 1:
            yield again.without_error(copies)


def _mean_loss(metric: str, sample: Sample, group: Sequence[Prediction]) -> np.ndarray:
    return np.mean([losses_of(metric, sample.y, prediction) for prediction in group], axis=0)


def losses_of(metric: str, y: np.ndarray, prediction: Prediction) -> np.ndarray:
    """What each example adds to a metric that is a mean, or a function of one; shape (n,)."""
    if metric in COSTS:
        return prediction.cost[metric]
    if metric == "log_loss" and prediction.score is not None:
        return log_losses(y, prediction.score)
    if metric == "brier_score_loss" and prediction.score is not None:
        return np.square(prediction.score - y)
    error = np.abs(y - prediction.label)
    if metric == "mean_absolute_percentage_error":
        return error / np.maximum(np.abs(y), np.finfo(float).eps)
    return error if metric in ("mean_absolute_error", "median_absolute_error", "kpi") else error**2
