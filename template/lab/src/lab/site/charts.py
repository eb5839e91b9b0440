"""Charts as inline SVG: no script, and colours that follow the page into dark mode and print.

Colours and sizes are classes of `assets/lab.css`, so a chart has no style of its own.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 480, 300
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 12, 48
LEGEND = 24  # height of the line that names several series
Point = tuple[float, float]


@dataclass(frozen=True)
class Plot:
    """What one chart shows: `series` gives the columns of each line, by its label."""

    title: str
    template: str
    x_label: str
    y_label: str
    series: Mapping[str, Sequence[tuple[str, str]]]


def draw(plot: Plot) -> str:
    """The plot as one SVG element, without a blank line in it.

    Raises:
        ValueError: a column that has to be a number is not.
    """
    shape = SHAPES.get(plot.template, _line)
    height, inside = shape(plot)
    label = escape(plot.title, quote=True)
    return (
        f'<svg class="lab-chart" viewBox="0 0 {WIDTH} {height:g}" role="img" aria-label="{label}">'
        f"{inside}</svg>"
    )


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round numbers that cover [low, high], about as many as asked."""
    if high <= low:
        low, high = low - 0.5, high + 0.5
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(number * step, 12) for number in range(first, last + 1)]


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
        parts.append(
            f'<g transform="rotate(-90 14 {middle:g})">'
            f"{_text(14, middle, plot.y_label, 'middle', 'name')}</g>"
        )
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
    moved = f'<g transform="translate(0 {LEGEND})">{"".join(lines)}</g>'
    return HEIGHT + LEGEND, _legend(points) + moved


def _legend(names: Iterable[str]) -> str:
    parts, x = [], float(LEFT)
    for number, name in enumerate(names):
        parts.append(f'<path class="line series-{number}" d="M{x:.1f} 10h24"/>')
        parts.append(_text(x + 30, 14, name.replace("_", " "), "start", "name"))
        x += 60 + 7.5 * len(name)
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
    rows = [pair for line in plot.series.values() for pair in line]
    axis = ticks(0.0, max(float(x) for x, _ in rows))
    step, left = 24, 24 + 7 * max(len(name) for _, name in rows)
    height = TOP + step * len(rows) + BOTTOM

    def across(value: float) -> float:
        return left + value / axis[-1] * (WIDTH - left - RIGHT - 40)

    parts = [_text(across(tick), height - 28, f"{tick:g}", "middle") for tick in axis]
    parts.append(_text((left + WIDTH) / 2, height - 8, plot.x_label, "middle", "name"))
    for number, (value, name) in enumerate(rows):
        y = TOP + step * number
        end = across(float(value))
        parts.append(_text(left - 8, y + 16, name, "end"))
        parts.append(
            f'<rect class="bar" x="{left}" y="{y + 5}" width="{end - left:.1f}" height="14"/>'
        )
        parts.append(_text(end + 6, y + 16, f"{float(value):.3g}", "start"))
    return height, "".join(parts)


def _confusion(plot: Plot) -> tuple[float, str]:
    pairs = Counter(pair for line in plot.series.values() for pair in line)
    names = sorted({name for pair in pairs for name in pair})
    cell = min(64.0, 340 / len(names))
    left, top = 40 + 7.5 * max(map(len, names)), 44
    most = max(pairs.values())
    parts = [_text(left + cell * len(names) / 2, 14, plot.y_label, "middle", "name")]
    middle = top + cell * len(names) / 2
    parts.append(
        f'<g transform="rotate(-90 14 {middle:g})">'
        f"{_text(14, middle, plot.x_label, 'middle', 'name')}</g>"
    )
    for column, name in enumerate(names):
        parts.append(_text(left + cell * (column + 0.5), top - 8, name, "middle"))
        parts.append(_text(left - 8, top + cell * (column + 0.5) + 4, name, "end"))
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
    return {label: [(float(x), float(y)) for x, y in line] for label, line in plot.series.items()}


def _axes(points: Mapping[str, Sequence[Point]]) -> _Axes:
    everything = [point for line in points.values() for point in line]
    x, y = [p[0] for p in everything], [p[1] for p in everything]
    return _Axes(ticks(min(x), max(x)), ticks(min(y), max(y)))


def _text(x: float, y: float, text: str, anchor: str, kind: str = "") -> str:
    css = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{css}>{escape(text)}</text>'
