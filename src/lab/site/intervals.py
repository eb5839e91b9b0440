"""Interval against bar: where a criterion's estimate and its bounds lie beside what was asked."""

from ..evidence.verdict import Decided
from ..evidence.words import number
from .markup import attribute

WIDTH, HEIGHT = 400, 84
EDGE = 14  # left free on both sides
MIDDLE = 34  # height of the interval
LETTER = 6.6  # about how wide a letter is


def interval_chart(one: Decided, status_quo: float | None = None) -> str:
    """One SVG element: the interval, the bar, the wanted side of it, and today's value.

    Args:
        one: a criterion as it was decided.
        status_quo: the same metric of the status quo, where the bar is no reference.
    """
    wanted_up = ">" in one.criterion.rpartition("]")[2]
    today = status_quo if one.reference is None else None
    across = _scale([one.lower, one.upper, one.estimate, one.threshold], today)
    bar, begin, end, dot = map(across, (one.threshold, one.lower, one.upper, one.estimate))
    left, right = (bar, WIDTH - EDGE) if wanted_up else (EDGE, bar)
    asked = f"asked: {'more' if wanted_up else 'less'} than {number(one.threshold)}"
    if one.reference:
        asked += f", as a difference to the {one.reference.replace('_', ' ')}"
    found = f"{number(one.estimate)} ({number(one.lower)} to {number(one.upper)})"
    parts = [
        f'<rect class="wanted" x="{left:.1f}" y="20" width="{right - left:.1f}" height="28"/>',
        f'<path class="grid" d="M{EDGE} {MIDDLE}H{WIDTH - EDGE}"/>',
        f'<path class="goal" d="M{bar:.1f} 16V52"/>',
        _beside(bar, 12, asked, "name"),
        f'<path class="interval" d="M{begin:.1f} {MIDDLE}H{end:.1f}"/>',
        f'<path class="cap" d="M{begin:.1f} {MIDDLE - 6}v12M{end:.1f} {MIDDLE - 6}v12"/>',
        f'<circle class="estimate {one.status}" cx="{dot:.1f}" cy="{MIDDLE}" r="5"/>',
        _beside((begin + end) / 2, 64, found, "name"),
    ]
    label = f"{one.criterion}: {one.status}. Estimate {found}, {asked}."
    if today is not None:
        x = across(today)
        parts.append(f'<path class="today" d="M{x:.1f} {MIDDLE + 4}l4 8h-8z"/>')
        parts.append(_beside(x, 80, f"status quo {number(today)}"))
        label += f" Status quo {number(today)}."
    height = HEIGHT if today is not None else HEIGHT - 16
    return (
        f'<svg class="lab-chart lab-interval" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{attribute(label)}">{"".join(parts)}</svg>'
    )


def small_interval(one: Decided) -> str:
    """The same in the height of a line, for a table."""
    width, middle = 120, 9
    span = _scale([one.lower, one.upper, one.estimate, one.threshold], None, width, 5)
    bar, begin, end, dot = map(span, (one.threshold, one.lower, one.upper, one.estimate))
    label = attribute(
        f"{number(one.estimate)}, between {number(one.lower)} and {number(one.upper)}; "
        f"the bar is {number(one.threshold)}"
    )
    return (
        f'<svg class="lab-small" viewBox="0 0 {width} 18" role="img" aria-label="{label}">'
        f'<path class="goal" d="M{bar:.1f} 1V17"/>'
        f'<path class="interval" d="M{begin:.1f} {middle}H{end:.1f}"/>'
        f'<circle class="estimate {one.status}" cx="{dot:.1f}" cy="{middle}" r="3.5"/></svg>'
    )


def _scale(values: list[float], today: float | None, width: int = WIDTH, edge: int = EDGE):
    """From a value to a place; all values lie inside, with some air around them."""
    known = values if today is None else [*values, today]
    low, high = min(known), max(known)
    air = 0.08 * (high - low) or 0.1 * abs(high) or 1.0
    low, high = low - air, high + air
    return lambda value: edge + (value - low) / (high - low) * (width - 2 * edge)


def _beside(x: float, y: float, words: str, css: str = "") -> str:
    """A text in the middle of a place, moved in where it would be cut off."""
    half = len(words) * LETTER / 2
    x = min(max(x, half + 2), WIDTH - half - 2)
    kind = f' class="{css}"' if css else ""
    return f'<text x="{x:.1f}" y="{y}" text-anchor="middle"{kind}>{attribute(words)}</text>'
