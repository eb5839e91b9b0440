"""Criteria that need no resampling: proportions, what was measured once, and ballots."""

from collections.abc import Callable
from dataclasses import replace
from math import ceil

import numpy as np

from ..data.counts import Counted
from ..data.tables import Tables
from .bounds import Bounds, Rates, clopper_pearson
from .case import Case
from .confusion import hits
from .criteria import Criterion
from .method import FARTHEST
from .ratios import NoValueError
from .result import Result, failed, status_of, with_bounds

EXACT = "Clopper-Pearson"
PROPORTIONS = {"binary": ("accuracy", "precision", "recall"), "multiclass": ("accuracy",)}


def is_proportion(criterion: Criterion, tables: Tables) -> bool:
    """Is a metric k of n, with n examples that are independent of each other?"""
    rows_are_units = tables.unit is None or len(np.unique(tables.unit)) == len(tables)
    counted = criterion.metric in PROPORTIONS.get(tables.task, ())
    return counted and rows_are_units and not criterion.reference


def of_proportion(case: Case) -> Result:
    """Exact bounds of a proportion, at the mean over the seeds.

    Raises:
        NoValueError: nothing is counted.
    """
    criterion, at = case.criterion, case.at
    counted = [
        hits(criterion.metric, case.sample.y, prediction.label)
        for prediction in case.sample.models[0]
    ]
    over = [float(hit.sum()) for hit, _ in counted]
    under = [float(count.sum()) for _, count in counted]
    mean_hits, mean_n = float(np.mean(over)), float(np.mean(under))
    values = [hit / count for hit, count in zip(over, under, strict=True)]

    def bounds(factor: float) -> Bounds:
        exact = clopper_pearson(mean_hits * factor, mean_n * factor, at)
        return case.over_seeds(exact, (values, []))

    needed = _searched(criterion, bounds, len(case.tables))
    n = round(mean_n)
    return with_bounds(case.blank, criterion, n, bounds(1.0), EXACT, len(over), needed)


def _searched(criterion: Criterion, bounds: Callable[[float], Bounds], n: int) -> int | None:
    """How many examples would settle a proportion, if its estimate stays."""
    low, high = 1.0, 1.0
    while status_of(criterion, bounds(high)) == "unclear":
        low, high = high, high * 2
        if high > FARTHEST:
            return None
    while (high - low) * n > 1:
        middle = (low + high) / 2
        if status_of(criterion, bounds(middle)) == "unclear":
            low = middle
        else:
            high = middle
    return ceil(high * n)


def of_measured(case: Case) -> Result:
    """What is the same for all examples, such as a model's size: measured, not sampled.

    Raises:
        NoValueError: it is not there, or not the same for all.
    """
    metric = case.criterion.metric
    for prediction in (prediction for group in case.sample.models for prediction in group):
        column = prediction.cost.get(metric)
        if column is None:
            raise NoValueError(f"the predictions have no column `{metric}`")
        if not (column == column[0]).all():
            raise NoValueError(f"`{metric}` has to be the same for all examples")
    mine, theirs = (
        [float(prediction.cost[metric][0]) for prediction in group] for group in case.sample.models
    )
    value = float(np.mean(mine)) - (float(np.mean(theirs)) if theirs else 0.0)
    bounds = case.over_seeds(Bounds(value, value, value), (mine, theirs))
    n = len(case.sample.y)
    return with_bounds(case.blank, case.criterion, n, bounds, "measured", len(mine))


def of_share(result: Result, criterion: Criterion, counted: Counted | None, at: Rates) -> Result:
    """How many items passed a scripted check."""
    if counted is None:
        return failed(result, f"evaluation/checks holds no results of `{criterion.argument}`")
    if not counted.n:
        return failed(result, f"`{criterion.argument}` was tried on nothing")

    def bounds(factor: float) -> Bounds:
        return clopper_pearson(counted.hits * factor, counted.n * factor, at)

    needed = _searched(criterion, bounds, counted.n)
    return with_bounds(result, criterion, counted.n, bounds(1.0), EXACT, 1, needed)


def of_panel(result: Result, criterion: Criterion, counted: Counted | None) -> Result:
    """A ballot: met as soon as k have said yes, missed as soon as k can no longer be reached."""
    of, least = criterion.of or 0, int(criterion.value or 0)
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
