"""What an opening tells: in steps no finer than its uncertainty, or no more than each status.

Numbers of a held-out set are answers about its rows, and whoever collects enough of them builds a
model out of them. Steps keep a team that reads them honestly from steering by noise; they do not
stop one that combines models by what was published. Statuses alone do, as long as the bars are
those of claims, and not questions made to read the set out. How often, docs/explanation/
how-often-the-judge-is-wrong.md says.

Source: Blum and Hardt (2015), "The ladder: a reliable leaderboard for machine learning
competitions", for answers in steps.
"""

from dataclasses import replace
from math import ceil, floor, isfinite, log10
from typing import TYPE_CHECKING

from ..records.team import Tell
from .metrics import METRICS

if TYPE_CHECKING:  # it loads scipy, which reading a verdict does not need
    from .result import Result

STEPS = (5.0, 2.0, 1.0)
EXACT = ("share", "panel", "model_mb", "latency_ms")  # they are not about the held-out rows


def coarse(result: "Result", tell: Tell = "steps") -> "Result":
    """A result as it may be told; one that could not be computed is left as it is.

    With `status` the estimate and both bounds are the bar: on which side of it the truth is, is all
    that is told.
    """
    if result.metric in EXACT or result.estimate is None:
        return result
    if result.lower is None or result.upper is None or result.threshold is None:
        return result
    if tell == "status":
        bar = result.threshold
        return replace(result, estimate=bar, lower=bar, upper=bar, needed_n=None, rests_on=None)
    step = step_of((result.upper - result.lower) / 2)
    if step is None:
        return result
    bar = result.threshold

    def on_step(value: float, to: object) -> float:
        if not isfinite(value):
            return value
        rounds = {"down": floor, "up": ceil}.get(str(to), round)
        return _clipped(result, round(bar + rounds((value - bar) / step) * step, 12))

    return replace(
        result,
        estimate=on_step(result.estimate, "near"),
        lower=on_step(result.lower, "down"),
        upper=on_step(result.upper, "up"),
        needed_n=None if result.needed_n is None else _one_digit(result.needed_n),
        rests_on=None,
    )


def value_told(value: float | None, tell: Tell | None) -> float | None:
    """A value of the status quo as it may be told: every digit, two that matter, or none."""
    if value is None or tell is None:
        return value
    return float(f"{value:.2g}") if tell == "steps" else None


def step_of(width: float) -> float | None:
    """The largest of 1, 2 and 5 times a power of ten that is at most a width; None for none."""
    if not isfinite(width) or width <= 0:
        return None
    power = 10.0 ** floor(log10(width))
    return next(step * power for step in STEPS if step * power <= width * (1 + 1e-12))


def _clipped(result: "Result", value: float) -> float:
    """Inside of what the metric can be; a difference has no such limits."""
    metric = METRICS[result.metric]
    if result.reference:
        return value
    low = value if metric.low is None else max(metric.low, value)
    return low if metric.high is None else min(metric.high, low)


def _one_digit(n: int) -> int:
    """A number of examples, to one digit that matters, upwards."""
    power = 10 ** floor(log10(n)) if n > 0 else 1
    return ceil(n / power) * power
