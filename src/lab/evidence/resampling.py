"""Criteria that the bootstrap decides.

What a metric of labels says depends on how many examples are in each cell, those with the same
label and the same predicted ones. The sum of k exponential weights has a gamma distribution with
shape k, so weights of cells are drawn at once: the same bounds, whatever the number of examples.
"""

from dataclasses import dataclass, replace
from math import ceil, isclose

import numpy as np

from .bounds import percentiles
from .case import Case
from .ratios import Statistic
from .result import Result
from .unseen import extremes, is_of_labels, on

ROUNDING = 1e-12  # sums of the same numbers differ by so little, and not on every processor


@dataclass(frozen=True)
class Drawn:
    """A case before the bootstrap; `ends` are its least and its greatest value.

    `sizes` says how many examples each cell has; None if each example has a weight of its own.
    """

    case: Case
    estimate: float
    ends: tuple[Statistic, Statistic]
    sizes: np.ndarray | None = None

    @property
    def drawn(self) -> int:
        """How many weights a resample has."""
        return len(self.case.tables) if self.sizes is None else len(self.sizes)


def to_draw(case: Case) -> Drawn:
    """What the bootstrap has to draw.

    Raises:
        NoValueError: the metric has no value on these examples.
    """
    rows, estimate, metric = case.rows, case.estimate, case.criterion.metric
    alone = case.tables.unit is None
    if alone and case.method.cells and is_of_labels(metric, case.tables.task, case.kpi):
        cells = case.sample.cells()
        return Drawn(case, estimate, extremes(metric, cells, case.kpi), cells.sizes)
    low, high = extremes(metric, case.sample, case.kpi, _copies(case))
    if not rows.all():
        kept = np.append(np.flatnonzero(rows), len(case.tables))
        low, high = on(kept, low), on(kept, high)
    return Drawn(case, estimate, (low, high))


def _copies(case: Case) -> int:
    """How many rows the unit has that nobody has seen."""
    if case.tables.unit is None:
        return 1
    sizes = np.unique_counts(case.tables.unit[case.rows]).counts
    return int(sizes.max()) if case.method.largest else ceil(sizes.sum() / len(sizes))


def settled(drawn: Drawn, least: np.ndarray, greatest: np.ndarray) -> Result:
    """A criterion after the bootstrap.

    Args:
        drawn: the criterion before it.
        least: its values with the worst unseen example, one for each resample.
        greatest: its values with the best one.
    """
    case = drawn.case
    plain = percentiles(drawn.estimate, least, greatest, case.at)
    result = case.result(plain, "bootstrap", case.tables.unit is not None)
    if result.status == "error" or case.is_small:
        return result
    if isclose(plain.lower, plain.upper, rel_tol=ROUNDING, abs_tol=ROUNDING):
        reason = "every resample gives the same value, so nothing is known of its error"
        return replace(result, status="unclear", reason=reason, needed_n=None)
    return result
