"""What an opening tells: estimates and bounds no finer than their uncertainty.

Ten exact answers about one held-out set are enough to build an eleventh model out of them. So a
verdict keeps each number to a step of about half the width of its interval, counted from the bar:
whoever combines such answers learns next to nothing about single rows.

Source: Blum and Hardt (2015), "The ladder: a reliable leaderboard for machine learning
competitions", for answers in steps.
"""

from dataclasses import replace
from math import ceil, floor, isfinite, log10

from .metrics import METRICS
from .result import Result

STEPS = (5.0, 2.0, 1.0)
EXACT = ("share", "panel", "model_mb", "latency_ms")  # they are not about the held-out rows


def coarse(result: Result) -> Result:
    """A result in steps of about its own uncertainty; one that could not be computed is left."""
    if result.metric in EXACT or result.estimate is None:
        return result
    if result.lower is None or result.upper is None or result.threshold is None:
        return result
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


def step_of(width: float) -> float | None:
    """The largest of 1, 2 and 5 times a power of ten that is at most a width; None for none."""
    if not isfinite(width) or width <= 0:
        return None
    power = 10.0 ** floor(log10(width))
    return next(step * power for step in STEPS if step * power <= width * (1 + 1e-12))


def _clipped(result: Result, value: float) -> float:
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
