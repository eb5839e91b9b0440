"""Charts of the flow: points over days, bars by week, lanes over time."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from markupsafe import Markup

from ..numerals import exact
from . import svg
from .charts import ticks

WIDTH, HEIGHT = 400, 220
LEFT, RIGHT, TOP, BOTTOM = 40, 12, 14, 40
WIDEST = 7.4  # how wide a letter of a name is at most, on average


def cycle_times(
    points: Sequence[tuple[date, int, str]], lines: Mapping[str, int], label: str
) -> Markup:
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
    parts = [*_grid(top, y), *_days(points[0][0], points[-1][0])]
    parts += [svg.across(y(height), LEFT, WIDTH - RIGHT, "reference") for height in lines.values()]
    parts += [_point(x(day.toordinal()), y(height), outcome) for day, height, outcome in points]
    for number, (name, height) in enumerate(lines.items()):
        anchor, place = (("start", LEFT + 4), ("end", WIDTH - RIGHT))[number % 2]
        parts.append(svg.words(place, y(height) - 5, f"{name}: {height} d", anchor, "name over"))
    return svg.chart(label, WIDTH, HEIGHT - 16, parts)


def weekly(
    weeks: Sequence[tuple[date, Mapping[str, int]]], names: Sequence[str], label: str
) -> Markup:
    """Bars by week, in layers of different hatching."""
    top = ticks(0, max(1, *(sum(counts.values()) for _, counts in weeks)))
    y = _up(top[-1])
    step = (WIDTH - LEFT - RIGHT) / len(weeks)
    parts = [*_grid(top, y), *_days(weeks[0][0], weeks[-1][0])]
    for number, (_, counts) in enumerate(weeks):
        begin, below = LEFT + step * number, 0
        for layer, name in enumerate(names):
            height = counts.get(name, 0)
            if height:
                high, low = y(below + height), y(below)
                parts.append(
                    svg.rect(f"layer-{layer}", begin + 0.1 * step, high, 0.8 * step, low - high)
                )
            below += height
    return svg.chart(label, WIDTH, HEIGHT + 40, [*parts, *_legend(names)])


def lanes_over_time(
    rows: Sequence[tuple[date, Sequence[int]]], names: Sequence[str], label: str
) -> Markup:
    """How many cards stood in each lane, one layer on the other, the last lane at the bottom."""
    top = ticks(0, max(1, *(sum(counts) for _, counts in rows)))
    x = _across(rows[0][0].toordinal(), rows[-1][0].toordinal())
    y = _up(top[-1])
    below = [0] * len(rows)
    parts = [*_grid(top, y), *_days(rows[0][0], rows[-1][0])]
    for layer in reversed(range(len(names))):
        above = [low + counts[layer] for low, (_, counts) in zip(below, rows, strict=True)]
        upper = [
            f"{x(d.toordinal()):.1f} {y(n):.1f}" for (d, _), n in zip(rows, above, strict=True)
        ]
        lower = [
            f"{x(d.toordinal()):.1f} {y(n):.1f}" for (d, _), n in zip(rows, below, strict=True)
        ]
        way = "M" + "L".join([*upper, *reversed(lower)]) + "Z"
        parts.append(svg.path(f"layer-{layer % 6}", way))
        below = above
    return svg.chart(label, WIDTH, HEIGHT + 40, [*parts, *_legend(names)])


def _across(first: int, last: int):
    width = WIDTH - LEFT - RIGHT - 16
    return lambda day: LEFT + 8 + (day - first) / max(1, last - first) * width


def _up(top: float):
    return lambda value: HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM)


def _grid(values: Sequence[float], y) -> Iterator[str]:
    for value in values:
        yield svg.across(y(value), LEFT, WIDTH - RIGHT)
        yield svg.words(LEFT - 6, y(value) + 4, exact(value), "end")


def _days(first: date, last: date) -> Iterator[str]:
    """The ends of the axis of days."""
    yield svg.words(LEFT, HEIGHT - BOTTOM + 16, first.isoformat(), "start")
    yield svg.words(WIDTH - RIGHT, HEIGHT - BOTTOM + 16, last.isoformat(), "end")


def _legend(names: Sequence[str]) -> Iterator[str]:
    """The name of each layer, below the chart, in two columns that do not meet."""
    column = 30 + WIDEST * max(len(name) for name in names)
    for layer, name in enumerate(names):
        x, y = LEFT + layer % 2 * column, HEIGHT + 16 * (layer // 2)
        yield svg.rect(f"layer-{layer}", x, y - 9, 12, 10)
        yield svg.words(x + 18, y, name, "start", "name")


def _point(x: float, y: float, outcome: str) -> str:
    """Its own shape for each outcome, so that no colour is needed."""
    match outcome:
        case "refuted" | "not feasible":
            return svg.path("dot", f"M{x:.1f} {y - 5:.1f}l5 5l-5 5l-5 -5z")
        case "abandoned":
            return svg.circle("dot hollow", x, y, 4)
        case "inconclusive":
            return svg.rect("dot hollow", x - 4, y - 4, 8, 8)
    return svg.circle("dot", x, y, 4)
