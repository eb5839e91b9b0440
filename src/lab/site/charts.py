"""Charts as inline SVG: no script, and colours that follow the page into dark mode and print.

Here are the plots of the pipeline; `svg` has the shapes that all charts are made of.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ..errors import LabError
from . import svg

WIDTH, HEIGHT = 480, 300
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 12, 48
LEGEND = 24  # height of each line that names one of several series
LONGEST = 30  # letters of a name that has to fit beside a chart
LARGEST = 1e300  # larger numbers, and their differences, overflow
Point = tuple[float, float]
Parts = Iterator[str]


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


def draw(plot: Plot) -> Markup:
    """The plot as one SVG element, without a blank line in it.

    Raises:
        LabError: there are no rows, or a value that has to be a number is not; the message
            names the plot and its files.
    """
    if not all(plot.series.values()):
        raise LabError(_fault(plot, "no rows"))
    shape = SHAPES.get(plot.template, _line)
    height, parts = shape(plot)
    return svg.chart(plot.title, WIDTH, height, parts)


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

    def drawn(self, plot: Plot) -> Parts:
        for tick in self.y:
            _, y = self.place((self.x[0], tick))
            yield svg.across(y, LEFT, WIDTH - RIGHT)
            yield svg.words(LEFT - 8, y + 4, f"{tick:g}", "end")
        for tick in self.x:
            x, _ = self.place((tick, self.y[0]))
            yield svg.words(x, HEIGHT - BOTTOM + 18, f"{tick:g}")
        yield svg.words((WIDTH + LEFT - RIGHT) / 2, HEIGHT - 10, plot.x_label, css="name")
        yield _sideways((HEIGHT - BOTTOM + TOP) / 2, plot.y_label)


def _line(plot: Plot) -> tuple[float, Parts]:
    points = _numbers(plot)
    axes = _axes(points)
    parts = [*axes.drawn(plot)]
    for number, line in enumerate(points.values()):
        way = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in map(axes.place, line))
        parts.append(svg.path(f"line series-{number}", way))
    if len(points) == 1:
        return HEIGHT, iter(parts)
    above = LEGEND * len(points)
    return HEIGHT + above, iter([*_legend(points), svg.group(f"translate(0 {above})", parts)])


def _legend(names: Iterable[str]) -> Parts:
    for number, name in enumerate(names):
        y = LEGEND * number + 10
        yield svg.path(f"line series-{number}", f"M{LEFT} {y}h24")
        yield svg.words(LEFT + 30, y + 4, name.replace("_", " "), "start", "name")


def _scatter(plot: Plot) -> tuple[float, Parts]:
    points = _numbers(plot)
    axes = _axes(points)
    parts = [*axes.drawn(plot)]
    low, high = max(axes.x[0], axes.y[0]), min(axes.x[-1], axes.y[-1])
    if {plot.x_label, plot.y_label} == {"actual", "predicted"} and low < high:
        (x0, y0), (x1, y1) = axes.place((low, low)), axes.place((high, high))
        parts.append(svg.path("reference", f"M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}"))
    for number, line in enumerate(points.values()):
        parts += [svg.circle(f"dot series-{number}", *axes.place(point), 3) for point in line]
    return HEIGHT, iter(parts)


def _bars(plot: Plot) -> tuple[float, Parts]:
    rows = [(_number(plot, x), _short(name)) for line in plot.series.values() for x, name in line]
    if plot.template == "bar_horizontal_sorted":
        rows.sort(key=lambda row: row[0], reverse=True)
    values = [value for value, _ in rows]
    axis = ticks(min(0.0, *values), max(0.0, *values) if any(values) else 1.0)
    step, left = 24, 24 + 7 * max(len(name) for _, name in rows)
    height = TOP + step * len(rows) + BOTTOM

    def place(value: float) -> float:
        share = (value - axis[0]) / (axis[-1] - axis[0])
        return left + share * (WIDTH - left - RIGHT - 40)

    parts = [svg.words(place(tick), height - 28, f"{tick:g}") for tick in axis]
    parts.append(svg.words((left + WIDTH) / 2, height - 8, plot.x_label, css="name"))
    for number, (value, name) in enumerate(rows):
        y = TOP + step * number
        start, end = sorted((place(0.0), place(value)))
        parts += [
            svg.words(left - 8, y + 16, name, "end"),
            svg.rect("bar", start, y + 5, end - start, 14),
            svg.words(end + 6, y + 16, f"{value:.3g}", "start"),
        ]
    return height, iter(parts)


def _confusion(plot: Plot) -> tuple[float, Parts]:
    pairs = Counter(pair for line in plot.series.values() for pair in line)
    names = sorted({name for pair in pairs for name in pair})
    left, top = 40 + 7.5 * max(len(_short(name)) for name in names), 44
    cell = min(64.0, (WIDTH - left) / len(names))
    most = max(pairs.values())
    middle = cell * len(names) / 2
    parts = [
        svg.words(left + middle, 14, plot.y_label, css="name"),
        _sideways(top + middle, plot.x_label),
    ]
    for place, name in enumerate(names):
        parts.append(svg.words(left + cell * (place + 0.5), top - 8, _short(name)))
        parts.append(svg.words(left - 8, top + cell * (place + 0.5) + 4, _short(name), "end"))
    for row, actual in enumerate(names):
        for column, predicted in enumerate(names):
            count = pairs[actual, predicted]
            x, y = left + cell * column, top + cell * row
            kind = "right" if actual == predicted else "wrong"
            shade = 0.12 + 0.55 * count / most if count else 0.0
            parts.append(svg.rect(f"cell {kind}", x, y, cell - 2, cell - 2, shade))
            if count:
                parts.append(svg.words(x + cell / 2 - 1, y + cell / 2 + 4, str(count)))
    return top + cell * len(names) + 8, iter(parts)


SHAPES: dict[str, Callable[[Plot], tuple[float, Parts]]] = {
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
        f"has {found}. Fix the stage that writes it, or take the plot out of dvc.yaml."
    )


def _axes(points: Mapping[str, Sequence[Point]]) -> _Axes:
    everything = [point for line in points.values() for point in line]
    x, y = [p[0] for p in everything], [p[1] for p in everything]
    return _Axes(ticks(min(x), max(x)), ticks(min(y), max(y)))


def _sideways(middle: float, name: str) -> str:
    """The name of an axis, read from bottom to top along the left edge."""
    return svg.group(f"rotate(-90 14 {middle:g})", [svg.words(14, middle, name, css="name")])


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"
