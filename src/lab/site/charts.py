"""Charts as inline SVG: no script, and colours that follow the page into dark mode and print.

Colours and sizes are classes of `assets/lab.css`, so a chart has no style of its own.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from ..errors import LabError
from .markup import plain

WIDTH, HEIGHT = 480, 300
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 12, 48
LEGEND = 24  # height of each line that names one of several series
LONGEST = 30  # letters of a name that has to fit beside a chart
LARGEST = 1e300  # larger numbers, and their differences, overflow
Point = tuple[float, float]


@dataclass(frozen=True)
class Plot:
    """What one chart shows: `series` gives the columns of each line, by its label.

    `files` are those that the data was read from.
    """

    title: str
    template: str
    x_label: str
    y_label: str
    series: Mapping[str, Sequence[tuple[str, str]]]
    files: Sequence[str]


def draw(plot: Plot) -> str:
    """The plot as one SVG element, without a blank line in it.

    Raises:
        LabError: there are no rows, or a value that has to be a number is not; the message
            names the plot and its files.
    """
    if not all(plot.series.values()):
        raise LabError(_fault(plot, "no rows"))
    shape = SHAPES.get(plot.template, _line)
    height, inside = shape(plot)
    label = escape(plain(plot.title), quote=True)
    return (
        f'<svg class="lab-chart" viewBox="0 0 {WIDTH} {height:g}" role="img" aria-label="{label}">'
        f"{inside}</svg>"
    )


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round numbers that cover [low, high], about as many as asked.

    Numbers that differ by less than a billionth are drawn as if they were equal.
    """
    largest = max(abs(low), abs(high))
    if high - low <= max(1e-9 * largest, 1 / LARGEST):
        around = max(0.5, largest / 10)
        low, high = low - around, high + around
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [float(f"{number * step:.12g}") for number in range(first, last + 1)]


@dataclass(frozen=True)
class _Axes:
    x: list[float]
    y: list[float]

    def place(self, point: Point) -> Point:
        (x0, x1), (y0, y1) = (self.x[0], self.x[-1]), (self.y[0], self.y[-1])
        return (
            LEFT + (point[0] - x0) / (x1 - x0) * (WIDTH - LEFT - RIGHT),
            HEIGHT - BOTTOM - (point[1] - y0) / (y1 - y0) * (HEIGHT - TOP - BOTTOM),
        )

    def drawn(self, plot: Plot) -> str:
        parts = []
        for tick in self.y:
            _, y = self.place((self.x[0], tick))
            parts.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
            parts.append(_text(LEFT - 8, y + 4, f"{tick:g}", "end"))
        for tick in self.x:
            x, _ = self.place((tick, self.y[0]))
            parts.append(_text(x, HEIGHT - BOTTOM + 18, f"{tick:g}", "middle"))
        middle = (HEIGHT - BOTTOM + TOP) / 2
        parts.append(_text((WIDTH + LEFT - RIGHT) / 2, HEIGHT - 10, plot.x_label, "middle", "name"))
        parts.append(_sideways(middle, plot.y_label))
        return "".join(parts)


def _line(plot: Plot) -> tuple[float, str]:
    points = _numbers(plot)
    axes = _axes(points)
    lines = [axes.drawn(plot)]
    for number, line in enumerate(points.values()):
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in map(axes.place, line))
        lines.append(f'<path class="line series-{number}" d="{path}"/>')
    if len(points) == 1:
        return HEIGHT, "".join(lines)
    above = LEGEND * len(points)
    moved = f'<g transform="translate(0 {above})">{"".join(lines)}</g>'
    return HEIGHT + above, _legend(points) + moved


def _legend(names: Iterable[str]) -> str:
    parts = []
    for number, name in enumerate(names):
        y = LEGEND * number + 10
        parts.append(f'<path class="line series-{number}" d="M{LEFT} {y}h24"/>')
        parts.append(_text(LEFT + 30, y + 4, name.replace("_", " "), "start", "name"))
    return "".join(parts)


def _scatter(plot: Plot) -> tuple[float, str]:
    points = _numbers(plot)
    axes = _axes(points)
    parts = [axes.drawn(plot)]
    low, high = max(axes.x[0], axes.y[0]), min(axes.x[-1], axes.y[-1])
    if {plot.x_label, plot.y_label} == {"actual", "predicted"} and low < high:
        (x0, y0), (x1, y1) = axes.place((low, low)), axes.place((high, high))
        parts.append(f'<path class="reference" d="M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}"/>')
    for number, line in enumerate(points.values()):
        for point in line:
            x, y = axes.place(point)
            parts.append(f'<circle class="dot series-{number}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>')
    return HEIGHT, "".join(parts)


def _bars(plot: Plot) -> tuple[float, str]:
    rows = [(_number(plot, x), _short(name)) for line in plot.series.values() for x, name in line]
    if plot.template == "bar_horizontal_sorted":
        rows.sort(key=lambda row: row[0], reverse=True)
    values = [value for value, _ in rows]
    axis = ticks(min(0.0, *values), max(0.0, *values) if any(values) else 1.0)
    step, left = 24, 24 + 7 * max(len(name) for _, name in rows)
    height = TOP + step * len(rows) + BOTTOM

    def across(value: float) -> float:
        share = (value - axis[0]) / (axis[-1] - axis[0])
        return left + share * (WIDTH - left - RIGHT - 40)

    parts = [_text(across(tick), height - 28, f"{tick:g}", "middle") for tick in axis]
    parts.append(_text((left + WIDTH) / 2, height - 8, plot.x_label, "middle", "name"))
    for number, (value, name) in enumerate(rows):
        y = TOP + step * number
        start, end = sorted((across(0.0), across(value)))
        parts.append(_text(left - 8, y + 16, name, "end"))
        parts.append(
            f'<rect class="bar" x="{start:.1f}" y="{y + 5}" width="{end - start:.1f}" height="14"/>'
        )
        parts.append(_text(end + 6, y + 16, f"{value:.3g}", "start"))
    return height, "".join(parts)


def _confusion(plot: Plot) -> tuple[float, str]:
    pairs = Counter(pair for line in plot.series.values() for pair in line)
    names = sorted({name for pair in pairs for name in pair})
    left, top = 40 + 7.5 * max(len(_short(name)) for name in names), 44
    cell = min(64.0, (WIDTH - left) / len(names))
    most = max(pairs.values())
    parts = [_text(left + cell * len(names) / 2, 14, plot.y_label, "middle", "name")]
    middle = top + cell * len(names) / 2
    parts.append(_sideways(middle, plot.x_label))
    for column, name in enumerate(names):
        parts.append(_text(left + cell * (column + 0.5), top - 8, _short(name), "middle"))
        parts.append(_text(left - 8, top + cell * (column + 0.5) + 4, _short(name), "end"))
    for row, actual in enumerate(names):
        for column, predicted in enumerate(names):
            count = pairs[actual, predicted]
            x, y = left + cell * column, top + cell * row
            kind = "right" if actual == predicted else "wrong"
            shade = 0.12 + 0.55 * count / most if count else 0.0
            parts.append(
                f'<rect class="cell {kind}" x="{x:.1f}" y="{y:.1f}" width="{cell - 2:.1f}" '
                f'height="{cell - 2:.1f}" fill-opacity="{shade:.2f}"/>'
            )
            if count:
                parts.append(_text(x + cell / 2 - 1, y + cell / 2 + 4, str(count), "middle"))
    return top + cell * len(names) + 8, "".join(parts)


SHAPES: dict[str, Callable[[Plot], tuple[float, str]]] = {
    "bar_horizontal": _bars,
    "bar_horizontal_sorted": _bars,
    "confusion": _confusion,
    "confusion_normalized": _confusion,
    "linear": _line,
    "scatter": _scatter,
    "simple": _line,
    "smooth": _line,
}


def _numbers(plot: Plot) -> dict[str, list[Point]]:
    return {
        label: [(_number(plot, x), _number(plot, y)) for x, y in line]
        for label, line in plot.series.items()
    }


def _number(plot: Plot, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if abs(number) <= LARGEST:
        return number
    raise LabError(_fault(plot, f"{value!r} where a number has to be"))


def _fault(plot: Plot, found: str) -> str:
    return (
        f"The plot {plot.title!r} of dvc.yaml cannot be drawn: {' and '.join(plot.files)} "
        f"has {found}. Mend the stage that writes it, or take the plot out of dvc.yaml."
    )


def _axes(points: Mapping[str, Sequence[Point]]) -> _Axes:
    everything = [point for line in points.values() for point in line]
    x, y = [p[0] for p in everything], [p[1] for p in everything]
    return _Axes(ticks(min(x), max(x)), ticks(min(y), max(y)))


def _text(x: float, y: float, text: str, anchor: str, kind: str = "") -> str:
    css = f' class="{kind}"' if kind else ""
    shown = escape(plain(text))
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{css}>{shown}</text>'


def _sideways(middle: float, name: str) -> str:
    """The name of an axis, read from bottom to top along the left edge."""
    inside = _text(14, middle, name, "middle", "name")
    return f'<g transform="rotate(-90 14 {middle:g})">{inside}</g>'


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"
