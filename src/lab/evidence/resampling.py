"""Criteria that the bootstrap decides."""

from dataclasses import dataclass, replace
from math import ceil, isclose, isfinite

import numpy as np

from ..data.kpi import Kpi
from ..data.tables import Tables
from .bounds import Bounds, percentiles, with_seeds
from .criteria import Criterion
from .ratios import NoValueError, Statistic
from .result import Rates, Result, bar_of, in_range, spread, with_bounds
from .unseen import Sample, extremes, is_unlimited, on, values_of

FEWEST = 30
FEWEST_UNLIMITED = 50
ROUNDING = 1e-12  # sums of the same numbers differ by so little, and not on every processor


@dataclass(frozen=True)
class Drawn:
    """A criterion before the bootstrap; `ends` are its least and its greatest value.

    `smallest` is how many examples the smallest class has, or how many units there are, if that
    is less; `fewest` is how many it needs. `spread` is that of the seeds. `total` is how many
    held-out examples there are, in the slice or not.
    """

    criterion: Criterion
    result: Result
    n: int
    smallest: int
    fewest: int
    ends: tuple[Statistic, Statistic]
    estimate: float
    spread: tuple[tuple[float, int], ...]
    seeds: int
    total: int
    by_unit: bool


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
) -> Drawn:
    """What the bootstrap has to draw.

    Args:
        result: a blank one.
        one: the criterion.
        tables: all examples.
        rows: which of them count, shape (n,), true or false.
        sample: those that count.
        kpi: the project's value function.

    Raises:
        NoValueError: the metric has no value on these examples.
    """
    plain = np.ones((1, len(sample.y)), dtype=np.uint8)
    parts = values_of(one.metric, sample, kpi)
    values = [[float(part(plain)[0]) for part in group] for group in parts]
    if not all(isfinite(value) for group in values for value in group):
        raise NoValueError(f"`{one.metric}` has no value on these examples")
    units = None if tables.unit is None else len(np.unique(tables.unit[rows]))
    low, high = extremes(one.metric, sample, kpi, ceil(len(sample.y) / units) if units else 1)
    if not rows.all():
        kept = np.append(np.flatnonzero(rows), len(tables))
        low, high = on(kept, low), on(kept, high)
    counts = [len(sample.y)] if units is None else [len(sample.y), units]
    if tables.task != "regression":
        counts.append(int(np.bincount(sample.y, minlength=len(tables.classes)).min()))
    return Drawn(
        criterion=one,
        result=result,
        n=len(sample.y),
        smallest=min(counts),
        fewest=fewest(one.metric, tables.task),
        ends=(low, high),
        estimate=float(np.mean(values[0])) - (float(np.mean(values[1])) if values[1] else 0.0),
        spread=spread(values[0]) + spread(values[1]),
        seeds=len(values[0]),
        total=len(tables),
        by_unit=units is not None,
    )


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
    bounds = in_range(with_seeds(plain, drawn.spread, at.lower, at.upper), one)
    what = "bootstrap by unit" if drawn.by_unit else "bootstrap"
    method = f"paired {what}" if one.reference else what
    needed = _needed(one, plain, bounds, drawn.total)
    result = with_bounds(drawn.result, one, drawn.n, bounds, method, drawn.seeds, needed)
    if result.status == "error":
        return result
    if drawn.smallest < drawn.fewest:
        few = ceil(drawn.total * drawn.fewest / drawn.smallest) if drawn.smallest else None
        what = (
            "units, or examples of the smallest class" if drawn.by_unit else "examples of a class"
        )
        reason = f"there are only {drawn.smallest} {what}, and a bootstrap needs {drawn.fewest}"
        return replace(result, status="unclear", reason=reason, needed_n=few)
    if isclose(plain.lower, plain.upper, rel_tol=ROUNDING, abs_tol=ROUNDING):
        reason = "every resample gives the same value, so nothing is known of its error"
        return replace(result, status="unclear", reason=reason, needed_n=None)
    return result


def _needed(one: Criterion, plain: Bounds, bounds: Bounds, n: int) -> int | None:
    """How many examples would settle it: widths shrink with the square root of n."""
    bar = bar_of(one)
    above = bounds.estimate > bar
    gap = abs(bounds.estimate - bar)
    if not gap:
        return None
    examples = (plain.estimate - plain.lower) if above else (plain.upper - plain.estimate)
    both = (bounds.estimate - bounds.lower) if above else (bounds.upper - bounds.estimate)
    seeds = max(0.0, both**2 - examples**2)
    if gap**2 <= seeds:
        return None  # more examples alone would not do: the seeds differ too much
    return max(n, ceil(n * examples**2 / (gap**2 - seeds))) + 1
