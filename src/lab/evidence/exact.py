"""Criteria that need no resampling: proportions, what was measured once, and ballots."""

from collections.abc import Callable
from dataclasses import replace
from math import ceil

import numpy as np

from ..data.counts import Counted
from ..data.tables import Tables
from .bounds import Bounds, clopper_pearson
from .confusion import hits
from .criteria import Criterion
from .method import FARTHEST, Method
from .ratios import NoValueError
from .result import Rates, Result, failed, in_range, status_of, with_bounds
from .unseen import Sample

PROPORTIONS = {"binary": ("accuracy", "precision", "recall"), "multiclass": ("accuracy",)}


def is_proportion(one: Criterion, tables: Tables) -> bool:
    """Is a metric k of n, with n examples that are independent of each other?"""
    rows_are_units = tables.unit is None or len(np.unique(tables.unit)) == len(tables)
    return not one.reference and rows_are_units and one.metric in PROPORTIONS.get(tables.task, ())


def of_proportion(
    result: Result, one: Criterion, sample: Sample, total: int, at: Rates, method: Method
) -> Result:
    """Exact bounds of a proportion, at the mean over the seeds.

    Raises:
        NoValueError: nothing is counted.
    """
    counted = [hits(one.metric, sample.y, said.label) for said in sample.models[0]]
    over = [float(hit.sum()) for hit, _ in counted]
    under = [float(count.sum()) for _, count in counted]
    mean_hits, mean_n = float(np.mean(over)), float(np.mean(under))
    values = [hit / count for hit, count in zip(over, under, strict=True)]

    def bounds(factor: float) -> Bounds:
        exact = clopper_pearson(mean_hits * factor, mean_n * factor, at.lower, at.upper)
        return in_range(method.over_seeds(exact, values, (), at.lower, at.upper), one)

    needed = _searched(one, bounds, total)
    n = round(mean_n)
    return with_bounds(result, one, n, bounds(1.0), "Clopper-Pearson", len(over), needed)


def _searched(one: Criterion, bounds: Callable[[float], Bounds], n: int) -> int | None:
    """How many examples would settle a proportion, if its estimate stays."""
    low, high = 1.0, 1.0
    while status_of(one, bounds(high)) == "unclear":
        low, high = high, high * 2
        if high > FARTHEST:
            return None
    while (high - low) * n > 1:
        middle = (low + high) / 2
        if status_of(one, bounds(middle)) == "unclear":
            low = middle
        else:
            high = middle
    return ceil(high * n)


def of_measured(
    result: Result, one: Criterion, sample: Sample, at: Rates, method: Method
) -> Result:
    """What is the same for all examples, such as a model's size: measured, not sampled.

    Raises:
        NoValueError: it is not there, or not the same for all.
    """
    values: list[list[float]] = []
    for group in sample.models:
        for said in group:
            column = said.cost.get(one.metric)
            if column is None:
                raise NoValueError(f"the predictions have no column `{one.metric}`")
            if not (column == column[0]).all():
                raise NoValueError(f"`{one.metric}` has to be the same for all examples")
        values.append([float(said.cost[one.metric][0]) for said in group])
    mine, theirs = values
    value = float(np.mean(mine)) - (float(np.mean(theirs)) if theirs else 0.0)
    same = Bounds(value, value, value)
    bounds = in_range(method.over_seeds(same, mine, theirs, at.lower, at.upper), one)
    return with_bounds(result, one, len(sample.y), bounds, "measured", len(mine))


def of_share(result: Result, one: Criterion, counted: Counted | None, at: Rates) -> Result:
    """How many items passed a scripted check."""
    if counted is None:
        return failed(result, f"evaluation/checks holds no results of `{one.argument}`")
    if not counted.n:
        return failed(result, f"`{one.argument}` was tried on nothing")

    def bounds(factor: float) -> Bounds:
        return clopper_pearson(counted.hits * factor, counted.n * factor, at.lower, at.upper)

    needed = _searched(one, bounds, counted.n)
    return with_bounds(result, one, counted.n, bounds(1.0), "Clopper-Pearson", 1, needed)


def of_panel(result: Result, one: Criterion, counted: Counted | None) -> Result:
    """A ballot: met as soon as k have said yes, missed as soon as k can no longer be reached."""
    of, least = one.of or 0, int(one.value or 0)
    yes, voted = (counted.hits, counted.n) if counted else (0, 0)
    if voted > of:
        return failed(result, f"{voted} have voted, and {of} were to be asked")
    status = "met" if yes >= least else "missed" if voted - yes > of - least else "unclear"
    waiting = f"{of - voted} of {of} have not voted" if status == "unclear" else None
    return replace(
        result,
        status=status,
        n=voted,
        estimate=float(yes),
        lower=float(yes),
        upper=float(yes + of - voted),
        threshold=float(least),
        method="ballot",
        reason=waiting,
    )
