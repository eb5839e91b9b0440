"""The judge: from criteria and tables to a verdict.

Let theta be a metric, or its paired difference to a reference, with signs flipped so that
larger is better, and t the bar. L is the one-sided lower bound at the error rate a, U the upper
one at a / m, where m counts all criteria and guardrails. A criterion is met if L > t, missed if
U < t, else unclear. All met: supported. Any missed: refuted. Else inconclusive. An error in any
of them: no verdict.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, inf, isfinite
from typing import Literal

import numpy as np

from .bounds import (
    Bounds,
    bootstrap,
    clopper_pearson,
    percentiles,
    resamples_for,
    with_seeds,
)
from .confusion import hits
from .criteria import Condition, Criterion
from .metrics import METRICS
from .ratios import NoValueError, Statistic
from .tables import Prediction, Tables
from .unseen import Sample, extremes, values_of
from .values import Kpi

Status = Literal["met", "missed", "unclear", "error"]
FEWEST = 30
SEED = 20261101
PROPORTIONS = {"binary": ("accuracy", "precision", "recall"), "multiclass": ("accuracy",)}
COMPARE: dict[str, Callable[[np.ndarray, float | str], np.ndarray]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}


@dataclass(frozen=True)
class Result:
    """What became of one criterion.

    `estimate`, `lower` and `upper` are in the metric's own direction; with a reference they are
    the difference to it, and `threshold` is the margin. `n` is how many examples were counted.
    `needed_n` is how many held-out examples would settle it, if the estimate stays.
    """

    criterion: str
    role: str
    metric: str
    slice: str | None
    status: Status
    n: int = 0
    estimate: float | None = None
    lower: float | None = None
    upper: float | None = None
    threshold: float | None = None
    reference: str | None = None
    method: str | None = None
    needed_n: int | None = None
    reason: str | None = None
    seeds: int = 1


@dataclass(frozen=True)
class Judgement:
    """All results, and what follows from them; the verdict is None if there is an error."""

    verdict: Literal["supported", "refuted", "inconclusive"] | None
    results: tuple[Result, ...]
    alpha: float
    resamples: int
    seed: int


@dataclass(frozen=True)
class Counted:
    """What people or scripts counted: k of n, for `share` and `panel`."""

    hits: int
    n: int


def judge(
    criteria: Sequence[Criterion],
    guardrails: Sequence[Criterion],
    tables: Tables | None,
    alpha: float,
    seeds: Sequence[int] | None = None,
    kpi: Kpi | None = None,
    shares: Mapping[str, Counted] | None = None,
    ballots: Mapping[str, Counted] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Judgement:
    """Decide criteria on tables.

    Args:
        criteria: what would prove the claim.
        guardrails: what must not get worse.
        tables: held-out examples and predictions; None if no criterion needs them.
        alpha: the error rate of this hypothesis.
        seeds: the candidate's seeds that count; None for all that are there.
        kpi: the project's value function.
        shares: by the name of a check, how many items passed.
        ballots: by criterion, how many said yes, of how many who voted.
        progress: called with how many resamples are done, of how many.
    """
    wanted = [(one, "criterion") for one in criteria] + [(one, "guardrail") for one in guardrails]
    upper = alpha / max(1, len(wanted))
    resamples = resamples_for(upper)
    prepared = [
        _prepared(one, role, tables, seeds, kpi, shares or {}, ballots or {}, alpha, upper)
        for one, role in wanted
    ]
    drawn = [(place, one) for place, one in enumerate(prepared) if isinstance(one, _Drawn)]
    results = [one for one in prepared if isinstance(one, Result)]
    if drawn and tables is not None:
        values = bootstrap(
            [end for _, one in drawn for end in one.ends],
            len(tables),
            tables.unit,
            resamples,
            SEED,
            progress,
        )
        results = [
            one
            if isinstance(one, Result)
            else _settled(one, *values[_rows(drawn, place)], alpha, upper)
            for place, one in enumerate(prepared)
        ]
    return Judgement(_verdict(results), tuple(results), alpha, resamples, SEED)


def _rows(drawn: Sequence[tuple[int, object]], place: int) -> slice:
    row = next(row for row, (number, _) in enumerate(drawn) if number == place)
    return slice(2 * row, 2 * row + 2)


def _verdict(results: Sequence[Result]) -> Literal["supported", "refuted", "inconclusive"] | None:
    statuses = {one.status for one in results}
    if "error" in statuses or not results:
        return None
    if "missed" in statuses:
        return "refuted"
    return "supported" if statuses == {"met"} else "inconclusive"


@dataclass(frozen=True)
class _Drawn:
    """A criterion that the bootstrap decides; `ends` are its least and its greatest value."""

    criterion: Criterion
    role: str
    n: int
    smallest: int
    ends: tuple[Statistic, Statistic]
    estimate: float
    spread: tuple[tuple[float, int], ...]
    seeds: int
    total: int
    by_unit: bool


def _prepared(
    one: Criterion,
    role: str,
    tables: Tables | None,
    seeds: Sequence[int] | None,
    kpi: Kpi | None,
    shares: Mapping[str, Counted],
    ballots: Mapping[str, Counted],
    alpha: float,
    upper: float,
) -> Result | _Drawn:
    """An exact result, an error, or what the bootstrap has to draw."""
    blank = _blank(one, role)
    if one.metric == "panel":
        return _of_panel(blank, one, ballots.get(one.text))
    if one.metric == "share":
        return _of_share(blank, one, shares.get(one.argument or ""), alpha, upper)
    if tables is None:
        return _failed(blank, "there are no tables")
    if tables.task not in METRICS[one.metric].tasks:
        return _failed(blank, f"`{one.metric}` is not for a {tables.task} task")
    try:
        rows = rows_of(one.slice, tables)
        said = _models(one, tables, seeds)
        if _is_proportion(one, tables):
            return _of_proportion(blank, one, tables, rows, said, alpha, upper)
        return _to_draw(one, role, tables, rows, said, kpi)
    except NoValueError as error:
        return _failed(blank, str(error))


def _blank(one: Criterion, role: str) -> Result:
    sliced = one.text.partition("[")[2].partition("]")[0] if one.slice else None
    bar = one.margin if one.reference else one.value
    return Result(
        criterion=one.text,
        role=role,
        metric=one.metric,
        slice=sliced,
        status="error",
        threshold=bar,
        reference=one.reference,
    )


def _failed(blank: Result, reason: str) -> Result:
    return replace(blank, status="error", reason=reason)


def rows_of(conditions: Sequence[Condition], tables: Tables) -> np.ndarray:
    """Which examples a slice keeps, shape (n,).

    Raises:
        NoValueError: it names a column that is not there, compares text with a number, or
            keeps nothing.
    """
    kept = np.ones(len(tables), dtype=bool)
    for one in conditions:
        if one.column not in tables.columns:
            known = ", ".join(tables.columns) or "none"
            raise NoValueError(
                f"the examples have no column `{one.column}` (they have {known}); "
                "name it under evaluate.slices in params.yaml"
            )
        column = tables.columns[one.column]
        textual = column.dtype.kind in "OUS"
        value = one.value
        if textual and one.op in ("==", "!=") and isinstance(value, float):
            value = f"{value:g}"
        if textual != isinstance(value, str) or (textual and one.op not in ("==", "!=")):
            raise NoValueError(f"`{one.column}` cannot be compared with {one.value} by {one.op}")
        kept &= COMPARE[one.op](column, value)
    if not kept.any():
        raise NoValueError("no example is in this part")
    return kept


def _models(
    one: Criterion, tables: Tables, seeds: Sequence[int] | None
) -> tuple[list[Prediction], list[Prediction]]:
    """The candidate's predictions, one for each seed, and those of the reference."""
    candidate = tables.predictions.get("candidate")
    if not candidate:
        raise NoValueError("there are no predictions of a candidate")
    if seeds is not None and (absent := sorted(set(seeds) - set(candidate))):
        raise NoValueError(f"the candidate's seed {absent[0]} is missing")
    if seeds is not None and (extra := sorted(set(candidate) - set(seeds))):
        raise NoValueError(f"the candidate has a seed {extra[0]} that was not registered")
    if not one.reference:
        return list(candidate.values()), []
    reference = tables.predictions.get(one.reference)
    if not reference:
        raise NoValueError(f"there are no predictions of the {one.reference}")
    return list(candidate.values()), list(reference.values())


def _is_proportion(one: Criterion, tables: Tables) -> bool:
    rows_are_units = tables.unit is None or len(np.unique(tables.unit)) == len(tables)
    return not one.reference and rows_are_units and one.metric in PROPORTIONS.get(tables.task, ())


def _of_proportion(
    blank: Result,
    one: Criterion,
    tables: Tables,
    rows: np.ndarray,
    said: tuple[list[Prediction], list[Prediction]],
    alpha: float,
    upper: float,
) -> Result:
    counted = [hits(one.metric, tables.y[rows], said_.label[rows]) for said_ in said[0]]
    over = [float(hit.sum()) for hit, _ in counted]
    under = [float(count.sum()) for _, count in counted]
    mean_hits, mean_n = float(np.mean(over)), float(np.mean(under))
    spread = _spread([hit / count for hit, count in zip(over, under, strict=True)])

    def bounds(factor: float) -> Bounds:
        exact = clopper_pearson(mean_hits * factor, mean_n * factor, *_rates(one, alpha, upper))
        return _in_range(with_seeds(exact, spread, *_rates(one, alpha, upper)), one)

    method = "Clopper-Pearson" + (f", {len(over)} seeds" if len(over) > 1 else "")
    return _with_bounds(
        blank,
        one,
        round(mean_n),
        bounds(1.0),
        method,
        len(over),
        _searched(one, bounds, int(rows.sum())),
    )


def _in_range(bounds: Bounds, one: Criterion) -> Bounds:
    """Bounds that are values the metric can have; a difference is left as it is."""
    metric = METRICS.get(one.metric)
    if one.reference or metric is None:
        return bounds
    low = -inf if metric.low is None else metric.low
    high = inf if metric.high is None else metric.high
    return Bounds(bounds.estimate, max(low, bounds.lower), min(high, bounds.upper))


def _rates(one: Criterion, alpha: float, upper: float) -> tuple[float, float]:
    """The error rates of the lower and of the upper bound, in the metric's own direction."""
    return (alpha, upper) if ">" in one.op else (upper, alpha)


def _spread(values: Sequence[float]) -> tuple[tuple[float, int], ...]:
    """Standard deviation over the seeds, and how many."""
    return ((float(np.std(values, ddof=1)), len(values)),) if len(values) > 1 else ()


def _to_draw(
    one: Criterion,
    role: str,
    tables: Tables,
    rows: np.ndarray,
    said: tuple[list[Prediction], list[Prediction]],
    kpi: Kpi | None,
) -> _Drawn:
    sample = Sample(tables.task, tables.classes, tables.y, (tuple(said[0]), tuple(said[1]))).at(
        rows
    )
    plain = np.ones((1, len(sample.y)), dtype=np.uint8)
    parts = values_of(one.metric, sample, kpi)
    values = [[float(part(plain)[0]) for part in group] for group in parts]
    if not all(isfinite(value) for group in values for value in group):
        raise NoValueError(f"`{one.metric}` has no value on these examples")
    copies = _rows_of_a_unit(tables, rows)
    low, high = extremes(one.metric, sample, kpi, copies)
    if not rows.all() or copies > 1:
        kept = np.r_[np.flatnonzero(rows), np.full(copies, len(tables))]
        low, high = (_on(kept, end) for end in (low, high))
    return _Drawn(
        criterion=one,
        role=role,
        n=int(rows.sum()),
        smallest=_smallest(tables, rows),
        ends=(low, high),
        estimate=float(np.mean(values[0])) - (float(np.mean(values[1])) if values[1] else 0.0),
        spread=_spread(values[0]) + _spread(values[1]),
        seeds=len(values[0]),
        total=len(tables),
        by_unit=tables.unit is not None,
    )


def _on(kept: np.ndarray, end: Statistic) -> Statistic:
    return lambda weights: end(weights.take(kept, axis=1))


def _rows_of_a_unit(tables: Tables, rows: np.ndarray) -> int:
    """How many rows a unit has on the average, rounded up."""
    if tables.unit is None:
        return 1
    return ceil(int(rows.sum()) / len(np.unique(tables.unit[rows])))


def _smallest(tables: Tables, rows: np.ndarray) -> int:
    """How many examples the smallest class has, or how many units there are, if that is less."""
    counts = [int(rows.sum())]
    if tables.task != "regression":
        sizes = np.bincount(tables.y[rows], minlength=len(tables.classes))
        counts.append(int(sizes.min()))
    if tables.unit is not None:
        counts.append(len(np.unique(tables.unit[rows])))
    return min(counts)


def _settled(
    drawn: _Drawn, least: np.ndarray, greatest: np.ndarray, alpha: float, upper: float
) -> Result:
    """A criterion after the bootstrap."""
    one, blank = drawn.criterion, _blank(drawn.criterion, drawn.role)
    if not (np.isfinite(least).all() and np.isfinite(greatest).all()):
        return _failed(blank, f"`{one.metric}` has no value in some resamples")
    low, high = _rates(one, alpha, upper)
    plain = percentiles(drawn.estimate, least, greatest, low, high)
    bounds = _in_range(with_seeds(plain, drawn.spread, low, high), one)
    what = "bootstrap by unit" if drawn.by_unit else "bootstrap"
    method = f"paired {what}" if one.reference else what
    method += f", {drawn.seeds} seeds" if drawn.seeds > 1 else ""
    needed = _scaled(one, plain, bounds, drawn.total)
    result = _with_bounds(blank, one, drawn.n, bounds, method, drawn.seeds, needed)
    doubt = None
    if drawn.smallest < FEWEST:
        doubt = (
            f"only {drawn.smallest} examples in the smallest class or fewer units than {FEWEST}: "
            "too few for a bootstrap"
        )
        needed = ceil(drawn.total * FEWEST / max(1, drawn.smallest))
    elif plain.lower == plain.upper:
        doubt = "every resample gives the same value, so nothing is known of its error"
        needed = None
    if doubt is None:
        return result
    return replace(result, status="unclear", reason=doubt, needed_n=needed)


def _with_bounds(
    blank: Result,
    one: Criterion,
    n: int,
    bounds: Bounds,
    method: str,
    seeds: int,
    needed: int | None,
) -> Result:
    status = status_of(one, bounds)
    return replace(
        blank,
        status=status,
        n=n,
        estimate=bounds.estimate,
        lower=bounds.lower,
        upper=bounds.upper,
        method=method,
        seeds=seeds,
        needed_n=needed if status == "unclear" else None,
    )


def status_of(one: Criterion, bounds: Bounds) -> Status:
    """Where the bounds lie beside the bar."""
    bar = one.margin if one.reference else (one.value or 0.0)
    if not all(isfinite(value) for value in (bounds.lower, bounds.upper, bar)):
        return "error"
    if ">" in one.op:
        return "met" if bounds.lower > bar else "missed" if bounds.upper < bar else "unclear"
    return "met" if bounds.upper < bar else "missed" if bounds.lower > bar else "unclear"


def _scaled(one: Criterion, plain: Bounds, bounds: Bounds, n: int) -> int | None:
    """How many examples would settle it: widths shrink with the square root of n."""
    bar = one.margin if one.reference else (one.value or 0.0)
    above = bounds.estimate > bar
    gap = abs(bounds.estimate - bar)
    if not gap:
        return None
    examples = (plain.estimate - plain.lower) if above else (plain.upper - plain.estimate)
    both = (bounds.estimate - bounds.lower) if above else (bounds.upper - bounds.estimate)
    seeds = max(0.0, both**2 - examples**2)
    if gap**2 <= seeds:
        return None  # more examples alone would not do: the seeds differ too much
    return ceil(n * examples**2 / (gap**2 - seeds)) + 1


def _searched(one: Criterion, bounds: Callable[[float], Bounds], n: int) -> int | None:
    """How many examples would settle a proportion, if its estimate stays."""
    low, high = 1.0, 1.0
    while status_of(one, bounds(high)) == "unclear":
        low, high = high, high * 2
        if high > 1e5:
            return None
    while (high - low) * n > 1:
        middle = (low + high) / 2
        if status_of(one, bounds(middle)) == "unclear":
            low = middle
        else:
            high = middle
    return ceil(high * n)


def _of_share(
    blank: Result, one: Criterion, counted: Counted | None, alpha: float, upper: float
) -> Result:
    if counted is None:
        return _failed(blank, f"evaluation/checks holds no results of `{one.argument}`")
    if not counted.n:
        return _failed(blank, f"`{one.argument}` was tried on nothing")

    def bounds(factor: float) -> Bounds:
        return clopper_pearson(
            counted.hits * factor, counted.n * factor, *_rates(one, alpha, upper)
        )

    needed = _searched(one, bounds, counted.n)
    return _with_bounds(blank, one, counted.n, bounds(1.0), "Clopper-Pearson", 1, needed)


def _of_panel(blank: Result, one: Criterion, counted: Counted | None) -> Result:
    """A ballot: met as soon as k have said yes, missed as soon as k can no longer be reached."""
    of, least = one.of or 0, int(one.value or 0)
    yes, voted = (counted.hits, counted.n) if counted else (0, 0)
    status: Status = "met" if yes >= least else "missed" if voted - yes > of - least else "unclear"
    waiting = f"{of - voted} of {of} have not voted" if status == "unclear" else None
    return replace(
        blank,
        status=status,
        n=voted,
        estimate=float(yes),
        lower=float(yes),
        upper=float(yes + of - voted),
        threshold=float(least),
        method="ballot",
        reason=waiting,
    )
