"""Charts of the flow: points over days, bars by week, lanes over time."""

from collections.abc import Mapping, Sequence
from datetime import date

from .charts import ticks
from .markup import attribute

WIDTH, HEIGHT = 400, 220
LEFT, RIGHT, TOP, BOTTOM = 40, 12, 14, 40
SHAPES = ("circle", "diamond", "ring", "square")


def cycle_times(
    points: Sequence[tuple[date, int, str]], lines: Mapping[str, int], label: str
) -> str:
    """Each finished card by the day on which it ended and its days, with lines across.

    Args:
        points: day, working days and outcome of each card.
        lines: by name, such as 85 %, the height of a line.
        label: what the chart shows, in words.
    """
    days = [day.toordinal() for day, _, _ in points]
    first, last = min(days), max(days)
    top = ticks(0, max(*(height for _, height, _ in points), *lines.values()))
    x, y = _across(first, last), _up(top[-1])
    parts = [_grid(top, y), _days(points[0][0], points[-1][0])]
    for height in lines.values():
        parts.append(f'<path class="reference" d="M{LEFT} {y(height):.1f}H{WIDTH - RIGHT}"/>')
    for day, height, outcome in points:
        parts.append(_point(x(day.toordinal()), y(height), outcome))
    for number, (name, height) in enumerate(lines.items()):
        anchor, place = (("start", LEFT + 4), ("end", WIDTH - RIGHT))[number % 2]
        parts.append(_text(place, y(height) - 5, f"{name}: {height} d", anchor, "name over"))
    return _svg(label, "".join(parts))


def weekly(
    weeks: Sequence[tuple[date, Mapping[str, int]]], names: Sequence[str], label: str
) -> str:
    """Bars by week, in layers of different hatching."""
    top = ticks(0, max(1, *(sum(counts.values()) for _, counts in weeks)))
    y = _up(top[-1])
    step = (WIDTH - LEFT - RIGHT) / len(weeks)
    parts = [_grid(top, y), _days(weeks[0][0], weeks[-1][0])]
    for number, (_, counts) in enumerate(weeks):
        begin, below = LEFT + step * number, 0
        for layer, name in enumerate(names):
            height = counts.get(name, 0)
            if height:
                high, low = y(below + height), y(below)
                parts.append(
                    f'<rect class="layer-{layer}" x="{begin + 0.1 * step:.1f}" y="{high:.1f}" '
                    f'width="{0.8 * step:.1f}" height="{low - high:.1f}"/>'
                )
            below += height
    return _svg(label, "".join(parts) + _legend(names))


def lanes_over_time(
    rows: Sequence[tuple[date, Sequence[int]]], names: Sequence[str], label: str
) -> str:
    """How many cards stood in each lane, one layer on the other, the last lane at the bottom."""
    top = ticks(0, max(1, *(sum(counts) for _, counts in rows)))
    x = _across(rows[0][0].toordinal(), rows[-1][0].toordinal())
    y = _up(top[-1])
    below = [0] * len(rows)
    parts = [_grid(top, y), _days(rows[0][0], rows[-1][0])]
    for layer in reversed(range(len(names))):
        above = [low + counts[layer] for low, (_, counts) in zip(below, rows, strict=True)]
        upper = [
            f"{x(d.toordinal()):.1f} {y(n):.1f}" for (d, _), n in zip(rows, above, strict=True)
        ]
        lower = [
            f"{x(d.toordinal()):.1f} {y(n):.1f}" for (d, _), n in zip(rows, below, strict=True)
        ]
        path = "M" + "L".join([*upper, *reversed(lower)]) + "Z"
        parts.append(f'<path class="layer-{layer % 6}" d="{path}"/>')
        below = above
    return _svg(label, "".join(parts) + _legend(names))


def _across(first: int, last: int):
    width = WIDTH - LEFT - RIGHT - 16
    return lambda day: LEFT + 8 + (day - first) / max(1, last - first) * width


def _up(top: float):
    return lambda value: HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM)


def _grid(values: Sequence[float], y) -> str:
    return "".join(
        f'<path class="grid" d="M{LEFT} {y(value):.1f}H{WIDTH - RIGHT}"/>'
        + _text(LEFT - 6, y(value) + 4, f"{value:g}", "end")
        for value in values
    )


def _days(first: date, last: date) -> str:
    """The ends of the axis of days."""
    begin = _text(LEFT, HEIGHT - BOTTOM + 16, first.isoformat(), "start")
    return begin + _text(WIDTH - RIGHT, HEIGHT - BOTTOM + 16, last.isoformat(), "end")


def _legend(names: Sequence[str]) -> str:
    """One line for each layer, below the chart."""
    parts = []
    for layer, name in enumerate(names):
        column, line = layer % 2, layer // 2
        x, y = LEFT + column * 180, HEIGHT + 16 * line
        parts.append(f'<rect class="layer-{layer}" x="{x}" y="{y - 9}" width="12" height="10"/>')
        parts.append(_text(x + 18, y, name, "start", "name"))
    return "".join(parts)


def _point(x: float, y: float, outcome: str) -> str:
    """Its own shape for each outcome, so that no colour is needed."""
    match outcome:
        case "refuted" | "not feasible":
            return f'<path class="dot" d="M{x:.1f} {y - 5:.1f}l5 5l-5 5l-5 -5z"/>'
        case "abandoned":
            return f'<circle class="dot hollow" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
        case "inconclusive":
            return (
                f'<rect class="dot hollow" x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8"/>'
            )
    return f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'


def _text(x: float, y: float, words: str, anchor: str, css: str = "") -> str:
    kind = f' class="{css}"' if css else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{kind}>{attribute(words)}</text>'


def _svg(label: str, inside: str) -> str:
    height = HEIGHT + 40 if "layer-" in inside else HEIGHT - 16
    return (
        f'<svg class="lab-chart" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{attribute(label)}">{inside}</svg>'
    )
