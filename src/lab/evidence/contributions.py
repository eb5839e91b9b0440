"""Criteria that the contributions of examples decide: areas under curves, means of losses, r2."""

from collections.abc import Sequence
from dataclasses import replace
from math import inf, isfinite, sqrt
from typing import NamedTuple

import numpy as np

from ..data.kpi import Kpi
from ..data.tables import Prediction
from .average_precision import average_precision
from .bounds import Bounds, Rates
from .case import Case
from .delong import area, area_difference, independent
from .effective import as_proportion
from .influence import LOSS, UNLIMITED, Influence, of_mean, of_ratio, of_root
from .payoff import KPI, worth
from .ratios import NoValueError
from .result import RestsOn, Result, bar_of
from .student import holds_up_to, is_heavy, of_quotient, student
from .unseen import is_unlimited, losses_of

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


class Bounded(NamedTuple):
    """Bounds, and by which method.

    `value` has what each example contributes, and `bar` is its own, where a single one may count
    any amount.
    """

    bounds: Bounds
    method: str
    value: Influence | None = None
    bar: float = 0.0


def is_decided(metric: str, task: str, kpi: Kpi | None = None) -> bool:
    """Do the contributions of examples decide a metric?"""
    if metric == KPI:
        return is_unlimited(metric, task, kpi)
    return metric in (*MEANS, *CURVES, "r2")


def of_contributions(case: Case) -> Result:
    """A criterion with its bounds.

    Raises:
        NoValueError: the metric has no value on these examples.
    """
    estimate, unit = case.estimate, _units(case)
    nothing = Bounds(estimate, estimate, estimate)
    try:
        bounded, reason = _bounded(case, unit), None
    except NoValueError as error:
        bounded, reason = Bounded(nothing, "no bounds"), str(error)
    if not all(map(isfinite, (bounded.bounds.lower, bounded.bounds.upper))):
        reason = "nothing is known of its error: the examples set no limit to it"
        bounded = bounded._replace(bounds=nothing)
    moved = estimate - bounded.bounds.estimate  # of a root of means, against the mean of roots
    plain = Bounds(estimate, bounded.bounds.lower + moved, bounded.bounds.upper + moved)
    result = case.result(plain, bounded.method, unit is not None)
    if case.is_small:
        return result
    if reason:
        return replace(result, status="unclear", reason=reason, needed_n=None)
    return _resting(
        result, case, bounded, len(case.sample.y) if unit is None else int(unit.max()) + 1
    )


def _units(case: Case) -> np.ndarray | None:
    """Which unit each row that counts belongs to, codes from 0; None if each row is one."""
    if case.tables.unit is None:
        return None
    units, codes = np.unique(case.tables.unit[case.rows], return_inverse=True)
    return codes if len(units) < len(codes) else None


def _bounded(case: Case, unit: np.ndarray | None) -> Bounded:
    """Raises NoValueError if examples are too few, or too equal, for any bound."""
    criterion, sample = case.criterion, case.sample
    if criterion.metric in CURVES:
        return _curve(case, unit)
    mine = _mean_losses(case, sample.models[0])
    theirs = _mean_losses(case, sample.models[1]) if criterion.reference else None
    if criterion.metric == "r2":
        return _r2(case, mine, theirs, unit)
    if theirs is None:
        return _mean(case, mine, unit)
    if criterion.metric == ROOT:
        roots = (of_root(of_mean(losses, unit, LOSS)) for losses in (mine, theirs))
        value = next(roots).minus(next(roots))
    else:
        value = of_mean(mine - theirs, unit)
    bounds = student(value, case.at)
    unlimited = value if criterion.metric != "brier_score_loss" else None
    return Bounded(bounds, "Student's t", unlimited, bar_of(criterion))


def _curve(case: Case, unit: np.ndarray | None) -> Bounded:
    y, at = case.sample.y, case.at
    is_area = case.criterion.metric == "roc_auc"
    of, name = (area, "DeLong") if is_area else (average_precision, "jackknife")
    mine = _scores(case.sample.models[0])
    if not case.criterion.reference:
        bounds = as_proportion(of(y, mine, unit), independent(y, unit), at)
        return Bounded(bounds, name)
    theirs = _scores(case.sample.models[1])
    if is_area:
        value = area_difference(y, mine, theirs, unit)
    else:
        value = of(y, mine, unit).minus(of(y, theirs, unit))
    return Bounded(student(value, at), name)


def _scores(group: Sequence[Prediction]) -> np.ndarray:
    return np.stack([prediction.score for prediction in group if prediction.score is not None])


def _mean_losses(case: Case, group: Sequence[Prediction]) -> np.ndarray:
    """What each example loses, or for the KPI gains, as a mean over seeds; shape (n,)."""
    metric, sample, kpi = case.criterion.metric, case.sample, case.kpi
    if metric == KPI and kpi is not None:
        columns = [
            prediction.cost[KPI]
            if KPI in prediction.cost
            else worth(sample.task, sample.classes, sample.y, prediction.label, kpi)
            for prediction in group
        ]
    else:
        columns = [losses_of(metric, sample.y, prediction) for prediction in group]
    return np.mean(columns, axis=0)


def _mean(case: Case, losses: np.ndarray, unit: np.ndarray | None) -> Bounded:
    """One mean of losses; the root of one is bounded as what it is the root of."""
    metric, at = case.criterion.metric, case.at
    if metric == "brier_score_loss":
        value = of_mean(losses, unit, (0.0, 1.0))
        return Bounded(student(value, at), "Student's t")
    limits = LOSS
    if metric == KPI:
        limits = (-inf, 0.0) if case.tables.task == "regression" else UNLIMITED
    value = of_mean(losses, unit, limits)
    bounds = student(value, at)
    bar = bar_of(case.criterion)
    if metric == ROOT:
        ends = (bounds.estimate, bounds.lower, bounds.upper)
        bounds = Bounds(*(sqrt(max(0.0, end)) for end in ends))
        bar = bar * abs(bar)
    return Bounded(bounds, "Student's t", value, bar)


def _r2(
    case: Case, mine: np.ndarray, theirs: np.ndarray | None, unit: np.ndarray | None
) -> Bounded:
    """r2 is 1 less a quotient: its lower bound is that quotient's upper one."""
    y, at = case.sample.y, case.at
    whole = 1.0 if theirs is None else 0.0
    over = mine if theirs is None else mine - theirs
    under = np.square(y - y.mean())
    quotient = of_quotient(over, under, Rates(at.upper, at.lower), unit)
    bounds = Bounds(whole - quotient.estimate, whole - quotient.upper, whole - quotient.lower)
    value = of_ratio(over, under, unit).mirrored()
    value = replace(value, estimate=whole + value.estimate)
    return Bounded(bounds, "Fieller", value, bar_of(case.criterion))


def _resting(result: Result, case: Case, bounded: Bounded, count: int) -> Result:
    """A result with what its bound rests on where a single example may count any amount.

    It is unclear where the examples themselves show that this is too much.
    """
    if bounded.value is None:
        return result
    above = ">" in case.criterion.op
    value, bar = bounded.value, bounded.bar
    if not above:
        value, bar = value.mirrored(), -bar
    if result.status == "met":
        error = case.at.lower if above else case.at.upper
        rests_on = RestsOn.of(1 - error ** (1 / count), holds_up_to(value, bar, error))
        result = replace(result, rests_on=rests_on)
    if is_heavy(value.mirrored() if result.status == "missed" else value):
        reason = (
            "a few examples count so much more than all others that nobody can tell how much "
            "those count that were not seen"
        )
        return replace(result, status="unclear", reason=reason, needed_n=None)
    return result
