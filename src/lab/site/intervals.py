"""Interval against bar: where a criterion's estimate and its bounds lie beside it."""

from collections.abc import Callable

from markupsafe import Markup

from ..evidence.verdict import Decided
from ..evidence.words import number
from . import svg

WIDTH, HEIGHT = 400, 84
EDGE = 14  # left free on both sides
MIDDLE = 34  # height of the interval
LETTER = 6.6  # about how wide a letter is


def interval_chart(result: Decided, status_quo: float | None = None) -> Markup:
    """One SVG element: the interval, the bar, the wanted side of it, and today's value.

    Args:
        result: a criterion as it was decided.
        status_quo: the same metric of the status quo, where the bar is no reference.
    """
    wanted_up = ">" in result.criterion.rpartition("]")[2]
    today = status_quo if result.reference is None else None
    place = _scale(result, today)
    bar, begin, end = map(place, (result.threshold, result.lower, result.upper))
    left, right = (bar, WIDTH - EDGE) if wanted_up else (EDGE, bar)
    wanted = f"bar: {'more' if wanted_up else 'less'} than {number(result.threshold)}"
    if result.reference:
        wanted += f", as a difference to the {result.reference.replace('_', ' ')}"
    found = f"{number(result.estimate)} ({number(result.lower)} to {number(result.upper)})"
    parts = [
        svg.rect("wanted", left, 20, right - left, 28),
        svg.across(MIDDLE, EDGE, WIDTH - EDGE),
        svg.path("goal", f"M{bar:.1f} 16V52"),
        _beside(bar, 12, wanted, "name"),
        svg.across(MIDDLE, begin, end, "interval"),
        svg.path("cap", f"M{begin:.1f} {MIDDLE - 6}v12M{end:.1f} {MIDDLE - 6}v12"),
        svg.circle(f"estimate {result.status}", place(result.estimate), MIDDLE, 5),
        _beside((begin + end) / 2, 64, found, "name"),
    ]
    label = f"{result.criterion}: {result.status}. Estimate {found}, {wanted}."
    if today is not None:
        x = place(today)
        parts.append(svg.path("today", f"M{x:.1f} {MIDDLE + 4}l4 8h-8z"))
        parts.append(_beside(x, 80, f"status quo {number(today)}"))
        label += f" Status quo {number(today)}."
    height = HEIGHT if today is not None else HEIGHT - 16
    return svg.chart(label, WIDTH, height, parts, css="lab-chart lab-interval")


def small_interval(result: Decided) -> Markup:
    """The same in the height of a line, for a table."""
    width, height, middle = 120, 18, 9
    place = _scale(result, None, width, 5)
    parts = [
        svg.path("goal", f"M{place(result.threshold):.1f} 1V17"),
        svg.across(middle, place(result.lower), place(result.upper), "interval"),
        svg.circle(f"estimate {result.status}", place(result.estimate), middle, 3.5),
    ]
    label = (
        f"{number(result.estimate)}, between {number(result.lower)} and {number(result.upper)}; "
        f"the bar is {number(result.threshold)}"
    )
    return svg.chart(label, width, height, parts, css="lab-small")


def _scale(
    result: Decided, today: float | None, width: int = WIDTH, edge: int = EDGE
) -> Callable[[float], float]:
    """From a value to a place; all values lie inside, with some air around them."""
    values = [result.lower, result.upper, result.estimate, result.threshold]
    known = values if today is None else [*values, today]
    low, high = min(known), max(known)
    air = 0.08 * (high - low) or 0.1 * abs(high) or 1.0
    low, high = low - air, high + air
    return lambda value: edge + (value - low) / (high - low) * (width - 2 * edge)


def _beside(x: float, y: float, shown: str, css: str = "") -> str:
    """A text in the middle of a place, moved in where it would be cut off."""
    half = len(shown) * LETTER / 2
    return svg.words(min(max(x, half + 2), WIDTH - half - 2), y, shown, css=css)
