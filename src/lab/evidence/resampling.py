"""Criteria that the bootstrap decides."""

from dataclasses import dataclass, replace
from math import ceil, isclose, isfinite

import numpy as np

from ..data.kpi import Kpi
from ..data.tables import Tables
from .bounds import Bounds, percentiles
from .criteria import Criterion
from .method import Method
from .ratios import NoValueError, Statistic
from .result import Rates, Result, bar_of, in_range, with_bounds
from .unseen import Sample, extremes, is_unlimited, on, values_of

FEWEST = 30
FEWEST_UNLIMITED = 50
ROUNDING = 1e-12  # sums of the same numbers differ by so little, and not on every processor


@dataclass(frozen=True)
class Drawn:
    """A criterion before the bootstrap; `ends` are its least and its greatest value.

    `smallest` is how many examples the smallest class has, or how many units there are, if that
    is less; `fewest` is how many it needs. `values` are those of candidate and reference with each
    seed. `total` is how many held-out examples there are, in the slice or not.
    """

    criterion: Criterion
    result: Result
    n: int
    smallest: int
    fewest: int
    ends: tuple[Statistic, Statistic]
    estimate: float
    values: tuple[list[float], list[float]]
    total: int
    by_unit: bool
    method: Method


def fewest(metric: str, task: str) -> int:
    """With fewer examples of a class, or units, a bootstrap is not asked."""
    return FEWEST_UNLIMITED if is_unlimited(metric, task) else FEWEST


def to_draw(
    result: Result,
    one: Criterion,
    tables: Tables,
    rows: np.ndarray,
    sample: Sample,
    kpi: Kpi | None,
    method: Method,
) -> Drawn:
    """What the bootstrap has to draw.

    Args:
        result: a blank one.
        one: the criterion.
        tables: all examples.
        rows: which of them count, shape (n,), true or false.
        sample: those that count.
        kpi: the project's value function.
        method: how seeds and unseen units count.

    Raises:
        NoValueError: the metric has no value on these examples.
    """
    values = values_on(one.metric, sample, kpi)
    low, high = extremes(one.metric, sample, kpi, _copies(tables, rows, method))
    if not rows.all():
        kept = np.append(np.flatnonzero(rows), len(tables))
        low, high = on(kept, low), on(kept, high)
    return Drawn(
        criterion=one,
        result=result,
        n=len(sample.y),
        smallest=smallest_of(tables, rows, sample),
        fewest=fewest(one.metric, tables.task),
        ends=(low, high),
        estimate=float(np.mean(values[0])) - (float(np.mean(values[1])) if values[1] else 0.0),
        values=values,
        total=len(tables),
        by_unit=tables.unit is not None,
        method=method,
    )


def values_on(metric: str, sample: Sample, kpi: Kpi | None) -> tuple[list[float], list[float]]:
    """The metric of the candidate with each seed, and of the reference.

    Raises:
        NoValueError: it has no value on these examples.
    """
    plain = np.ones((1, len(sample.y)), dtype=np.uint8)
    mine, theirs = (
        [float(part(plain)[0]) for part in group] for group in values_of(metric, sample, kpi)
    )
    if not all(isfinite(value) for value in (*mine, *theirs)):
        raise NoValueError(f"`{metric}` has no value on these examples")
    return mine, theirs


def smallest_of(tables: Tables, rows: np.ndarray, sample: Sample) -> int:
    """How many examples the smallest class has, or how many units there are, if that is less."""
    counts = [len(sample.y)]
    if tables.unit is not None:
        counts.append(len(np.unique(tables.unit[rows])))
    if tables.task != "regression":
        counts.append(int(np.bincount(sample.y, minlength=len(tables.classes)).min()))
    return min(counts)


def _copies(tables: Tables, rows: np.ndarray, method: Method) -> int:
    """How many rows the unit has that nobody has seen."""
    if tables.unit is None:
        return 1
    sizes = np.unique_counts(tables.unit[rows]).counts
    return int(sizes.max()) if method.largest else ceil(sizes.sum() / len(sizes))


def settled(drawn: Drawn, least: np.ndarray, greatest: np.ndarray, at: Rates) -> Result:
    """A criterion after the bootstrap.

    Args:
        drawn: the criterion.
        least: its values with the worst unseen example, one for each resample.
        greatest: its values with the best one.
        at: the error rates.
    """
    one = drawn.criterion
    plain = percentiles(drawn.estimate, least, greatest, at.lower, at.upper)
    over_seeds = drawn.method.over_seeds(plain, *drawn.values, at.lower, at.upper)
    bounds = in_range(over_seeds, one)
    what = "bootstrap by unit" if drawn.by_unit else "bootstrap"
    method = f"paired {what}" if one.reference else what
    needed = needed_for(one, plain, bounds, drawn.total, drawn.method.farthest)
    seeds = len(drawn.values[0])
    result = with_bounds(drawn.result, one, drawn.n, bounds, method, seeds, needed)
    if result.status == "error":
        return result
    if drawn.smallest < drawn.fewest:
        return with_few(result, drawn.smallest, drawn.fewest, drawn.total, drawn.by_unit)
    if isclose(plain.lower, plain.upper, rel_tol=ROUNDING, abs_tol=ROUNDING):
        reason = "every resample gives the same value, so nothing is known of its error"
        return replace(result, status="unclear", reason=reason, needed_n=None)
    return result


def with_few(result: Result, smallest: int, least: int, total: int, by_unit: bool) -> Result:
    """A criterion that is unclear because examples of a class, or units, are too few."""
    few = ceil(total * least / smallest) if smallest else None
    what = "units, or examples of the smallest class" if by_unit else "examples of a class"
    needs = "a bootstrap needs" if "bootstrap" in (result.method or "") else "a bound needs"
    reason = f"there are only {smallest} {what}, and {needs} {least}"
    return replace(result, status="unclear", reason=reason, needed_n=few)


def needed_for(
    one: Criterion, plain: Bounds, bounds: Bounds, n: int, farthest: float
) -> int | None:
    """How many examples would settle it: widths shrink with the square root of n.

    None if more examples alone would not do, because the seeds differ too much, or if it would
    take more than `farthest` times as many.
    """
    bar = bar_of(one)
    above = bounds.estimate > bar
    gap = abs(bounds.estimate - bar)
    if not gap:
        return None
    examples = (plain.estimate - plain.lower) if above else (plain.upper - plain.estimate)
    both = (bounds.estimate - bounds.lower) if above else (bounds.upper - bounds.estimate)
    seeds = max(0.0, both**2 - examples**2)
    if gap**2 <= seeds:
        return None
    needed = n * examples**2 / (gap**2 - seeds)
    return None if needed > farthest * n else max(n, ceil(needed)) + 1
