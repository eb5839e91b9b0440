"""What became of a criterion: its bounds beside its bar."""

from dataclasses import dataclass, replace
from math import inf, isfinite
from typing import Literal

from .bounds import Bounds, Rates
from .criteria import Criterion
from .metrics import METRICS

Status = Literal["met", "missed", "unclear", "error"]


@dataclass(frozen=True)
class RestsOn:
    """What a bound rests on where a single example may count any amount.

    The share `unseen` of all cases may be missing among the examples by chance. They have to be
    on average less than so many `times` as bad as the worst example that was seen.
    """

    unseen: float
    times: float

    @classmethod
    def of(cls, unseen: float, times: float) -> "RestsOn | None":
        """None where nothing that was not seen would change the bound."""
        return cls(_rounded(unseen), _rounded(times)) if isfinite(times) else None


@dataclass(frozen=True)
class Result:
    """What became of one criterion.

    `estimate`, `lower` and `upper` are in the metric's own direction; with a reference they are
    the difference to it, and `threshold` is the margin. `n` is how many examples were counted.
    `needed_n` is how many held-out examples would settle it, if the estimate stays. `rests_on` is
    known since format 2 of a verdict.
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
    rests_on: RestsOn | None = None


def rates(criterion: Criterion, support: float, refute: float) -> Rates:
    """Where a larger value is good, the lower bound supports; else the upper one does."""
    return Rates(support, refute) if ">" in criterion.op else Rates(refute, support)


def blank(criterion: Criterion, role: str) -> Result:
    """A result with nothing found yet."""
    return Result(
        criterion=criterion.text,
        role=role,
        metric=criterion.metric,
        slice=criterion.text.partition("[")[2].rpartition("]")[0] if criterion.slice else None,
        status="error",
        threshold=bar_of(criterion),
        reference=criterion.reference,
    )


def failed(result: Result, reason: str) -> Result:
    """A criterion that cannot be computed."""
    return replace(result, status="error", reason=reason)


def bar_of(criterion: Criterion) -> float:
    """The bar; with a reference, that of the difference."""
    return criterion.margin if criterion.reference else (criterion.value or 0.0)


def status_of(criterion: Criterion, bounds: Bounds) -> Status:
    """Where the bounds lie beside the bar."""
    bar = bar_of(criterion)
    if not all(isfinite(value) for value in (bounds.lower, bounds.upper, bar)):
        return "error"
    if ">" in criterion.op:
        return "met" if bounds.lower > bar else "missed" if bounds.upper < bar else "unclear"
    return "met" if bounds.upper < bar else "missed" if bounds.lower > bar else "unclear"


def with_bounds(
    result: Result,
    criterion: Criterion,
    n: int,
    bounds: Bounds,
    method: str,
    seeds: int = 1,
    needed: int | None = None,
) -> Result:
    """A result with its numbers and what follows from them."""
    bounds = Bounds(*(_rounded(v) for v in (bounds.estimate, bounds.lower, bounds.upper)))
    status = status_of(criterion, bounds)
    if status == "error":
        return failed(result, f"`{criterion.metric}` has no finite bounds on these examples")
    return replace(
        result,
        status=status,
        n=n,
        estimate=bounds.estimate,
        lower=bounds.lower,
        upper=bounds.upper,
        method=method + (f", {seeds} seeds" if seeds > 1 else ""),
        seeds=seeds,
        needed_n=needed if status == "unclear" else None,
    )


def _rounded(value: float) -> float:
    """Without the last digits, which differ between processors."""
    return float(f"{value:.10g}")


def in_range(bounds: Bounds, criterion: Criterion) -> Bounds:
    """Bounds that are values the metric can have; a difference is left as it is."""
    metric = METRICS.get(criterion.metric)
    if criterion.reference or metric is None:
        return bounds
    low = -inf if metric.low is None else metric.low
    high = inf if metric.high is None else metric.high
    return Bounds(bounds.estimate, max(low, bounds.lower), min(high, bounds.upper))
