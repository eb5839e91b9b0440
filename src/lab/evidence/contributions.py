"""Criteria that the contributions of examples decide: areas under curves, means of losses, r2."""

from collections.abc import Sequence
from dataclasses import replace
from math import inf, isfinite, sqrt
from typing import NamedTuple

import numpy as np

from ..data.kpi import Kpi
from ..data.tables import Prediction, Tables
from .average_precision import average_precision, average_precision_bounds
from .bounds import Bounds
from .criteria import Criterion
from .delong import area_bounds, area_difference
from .influence import LOSS, Influence, of_mean, of_ratio, of_root
from .method import Method
from .ratios import NoValueError
from .resampling import fewest, needed_for, smallest_of, values_on, with_few
from .result import Rates, RestsOn, Result, bar_of, in_range, with_bounds
from .student import holds_up_to, is_heavy, of_quotient, student
from .unseen import Sample, losses_of
from .values import worth

MEANS = (
    "log_loss",
    "brier_score_loss",
    "mean_absolute_error",
    "mean_squared_error",
    "root_mean_squared_error",
    "mean_absolute_percentage_error",
    "latency_ms",
)
CURVES = ("roc_auc", "average_precision")
ROOT = "root_mean_squared_error"


class Found(NamedTuple):
    """Bounds, and by which method.

    `value` has what each example contributes, and `bar` is its own, where a single one may count
    any amount.
    """

    bounds: Bounds
    method: str
    value: Influence | None = None
    bar: float = 0.0


def is_decided(metric: str, task: str) -> bool:
    """Do the contributions of examples decide a metric?"""
    return metric in (*MEANS, *CURVES, "r2") or (metric, task) == ("kpi", "regression")


def of_contributions(
    result: Result,
    one: Criterion,
    tables: Tables,
    rows: np.ndarray,
    sample: Sample,
    kpi: Kpi | None,
    at: Rates,
    method: Method,
) -> Result:
    """A criterion with its bounds.

    Args:
        result: a blank one.
        one: the criterion.
        tables: all examples.
        rows: which of them count, shape (n,), true or false.
        sample: those that count.
        kpi: the project's value function.
        at: the error rates.
        method: how seeds count.

    Raises:
        NoValueError: the metric has no value on these examples.
    """
    values = values_on(one.metric, sample, kpi)
    estimate = float(np.mean(values[0])) - (float(np.mean(values[1])) if values[1] else 0.0)
    nothing = Bounds(estimate, estimate, estimate)
    unit = units_of(tables, rows)
    try:
        found, reason = _found(one, sample, kpi, unit, at), None
    except NoValueError as error:
        found, reason = Found(nothing, "no bounds"), str(error)
    if not all(map(isfinite, (found.bounds.lower, found.bounds.upper))):
        reason = "nothing is known of its error: the examples set no limit to it"
        found = found._replace(bounds=nothing)
    seeds = len(values[0])
    moved = estimate - found.bounds.estimate  # of a root of means, against the mean of roots
    plain = Bounds(estimate, found.bounds.lower + moved, found.bounds.upper + moved)
    bounds = in_range(method.over_seeds(plain, *values, at.lower, at.upper), one)
    name = ("paired " if one.reference else "") + found.method
    name += "" if unit is None else " by unit"
    needed = needed_for(one, plain, bounds, len(tables), method.farthest)
    n = len(sample.y)
    result = with_bounds(result, one, n, bounds, name, seeds, needed)
    smallest = smallest_of(tables, rows, sample)
    least = fewest(one.metric, tables.task)
    if smallest < least:
        return with_few(result, smallest, least, len(tables), unit is not None)
    if reason:
        return replace(result, status="unclear", reason=reason, needed_n=None)
    return _resting(result, one, found, n if unit is None else int(unit.max()) + 1, at)


def units_of(tables: Tables, rows: np.ndarray) -> np.ndarray | None:
    """Which unit each row that counts belongs to, codes from 0; None if each row is one."""
    if tables.unit is None:
        return None
    units, codes = np.unique(tables.unit[rows], return_inverse=True)
    return codes if len(units) < len(codes) else None


def _found(
    one: Criterion, sample: Sample, kpi: Kpi | None, unit: np.ndarray | None, at: Rates
) -> Found:
    """Raises NoValueError if examples are too few, or too equal, for any bound."""
    if one.metric in CURVES:
        return _curve(one, sample, unit, at)
    mine = _mean_losses(one.metric, sample, sample.models[0], kpi)
    theirs = _mean_losses(one.metric, sample, sample.models[1], kpi) if one.reference else None
    if one.metric == "r2":
        return _r2(one, sample.y, mine, theirs, unit, at)
    if theirs is None:
        return _mean(one, mine, unit, at)
    if one.metric == ROOT:
        roots = (of_root(of_mean(losses, unit, LOSS)) for losses in (mine, theirs))
        value = next(roots).minus(next(roots))
    else:
        value = of_mean(mine - theirs, unit)
    bounds = student(value, at.lower, at.upper)
    unlimited = value if one.metric != "brier_score_loss" else None
    return Found(bounds, "Student's t", unlimited, bar_of(one))


def _curve(one: Criterion, sample: Sample, unit: np.ndarray | None, at: Rates) -> Found:
    mine = _scores(sample.models[0])
    area = one.metric == "roc_auc"
    if not one.reference:
        bounds = area_bounds if area else average_precision_bounds
        name = "DeLong" if area else "jackknife"
        return Found(bounds(sample.y, mine, at.lower, at.upper, unit), name)
    theirs = _scores(sample.models[1])
    if area:
        value = area_difference(sample.y, mine, theirs, unit)
    else:
        both = (average_precision(sample.y, scores, unit) for scores in (mine, theirs))
        value = next(both).minus(next(both))
    return Found(student(value, at.lower, at.upper), "DeLong" if area else "jackknife")


def _scores(group: Sequence[Prediction]) -> np.ndarray:
    return np.stack([said.score for said in group if said.score is not None])


def _mean_losses(
    metric: str, sample: Sample, group: Sequence[Prediction], kpi: Kpi | None
) -> np.ndarray:
    """What each example loses, or for the KPI gains, as a mean over seeds; shape (n,)."""
    if metric == "kpi" and kpi is not None:
        columns = [worth(sample.task, sample.classes, sample.y, said.label, kpi) for said in group]
    else:
        columns = [losses_of(metric, sample.y, said) for said in group]
    return np.mean(columns, axis=0)


def _mean(one: Criterion, losses: np.ndarray, unit: np.ndarray | None, at: Rates) -> Found:
    """One mean of losses; the root of one is bounded as what it is the root of."""
    if one.metric == "brier_score_loss":
        value = of_mean(losses, unit, (0.0, 1.0))
        return Found(student(value, at.lower, at.upper), "Student's t")
    value = of_mean(losses, unit, (-inf, 0.0) if one.metric == "kpi" else LOSS)
    bounds = student(value, at.lower, at.upper)
    bar = bar_of(one)
    if one.metric == ROOT:
        ends = (bounds.estimate, bounds.lower, bounds.upper)
        bounds = Bounds(*(sqrt(max(0.0, end)) for end in ends))
        bar = bar * abs(bar)
    return Found(bounds, "Student's t", value, bar)


def _r2(
    one: Criterion,
    y: np.ndarray,
    mine: np.ndarray,
    theirs: np.ndarray | None,
    unit: np.ndarray | None,
    at: Rates,
) -> Found:
    """r2 is 1 less a quotient: its lower bound is that quotient's upper one."""
    whole = 1.0 if theirs is None else 0.0
    over = mine if theirs is None else mine - theirs
    under = np.square(y - y.mean())
    quotient = of_quotient(over, under, at.upper, at.lower, unit)
    bounds = Bounds(whole - quotient.estimate, whole - quotient.upper, whole - quotient.lower)
    value = of_ratio(over, under, unit).mirrored()
    value = replace(value, estimate=whole + value.estimate)
    return Found(bounds, "Fieller", value, bar_of(one))


def _resting(result: Result, one: Criterion, found: Found, count: int, at: Rates) -> Result:
    """A result with what its bound rests on where a single example may count any amount.

    It is unclear where the examples themselves show that this is too much.
    """
    if found.value is None:
        return result
    above = ">" in one.op
    value, bar = (found.value, found.bar) if above else (found.value.mirrored(), -found.bar)
    if result.status == "met":
        error = at.lower if above else at.upper
        rests_on = RestsOn.of(1 - error ** (1 / count), holds_up_to(value, bar, error))
        result = replace(result, rests_on=rests_on)
    if is_heavy(value.mirrored() if result.status == "missed" else value):
        reason = (
            "a few examples count so much more than all others that nobody can tell how much "
            "those count that were not seen"
        )
        return replace(result, status="unclear", reason=reason, needed_n=None)
    return result
