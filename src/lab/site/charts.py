"""Charts as inline SVG: no script, and colours that follow the page into dark mode and print.

Here are the plots of the pipeline; `svg` has the shapes that all charts are made of.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ..errors import LabError
from ..numerals import exact, number
from . import svg

WIDTH, HEIGHT = 480, 300
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 12, 48
LEGIBLE = 16  # width of a cell that a number fits into
LEGEND = 24  # height of each line that names one of several series
LONGEST = 30  # letters of a name that has to fit beside a chart
SPREAD = ("low", "high", "n")  # columns that say how far each point is known, and from how many
LARGEST = 1e300  # larger numbers, and their differences, overflow
Point = tuple[float, float]
Parts = Iterator[str]


@dataclass(frozen=True)
class Plot:
    """What one chart shows: `series` gives the columns of each line, by its label.

    `files` are those that the data was read from. `spread` has, for each point of the only line,
    the ends of its interval and the number of examples.
    """

    title: str
    template: str
    x_label: str
    y_label: str
    series: Mapping[str, Sequence[tuple[str, str]]]
    files: Sequence[str]
    spread: Sequence[tuple[str, ...]] = ()


def draw(plot: Plot) -> Markup:
    """The plot as one SVG element, without a blank line in it.

    Raises:
        LabError: there are no rows, or a value that has to be a number is not; the message
            names the plot and its files.
    """
    if not all(plot.series.values()):
        raise LabError(_fault(plot, "no rows"))
    shape = _spread if plot.spread else SHAPES.get(plot.template, _line)
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
    return [float(f"{place * step:.12g}") for place in range(first, last + 1)]


@dataclass(frozen=True)
class _Axes:
    x: list[float]
    y: list[float]

    @property
    def left(self) -> float:
        """How much room the numbers of the y axis take."""
        return max(LEFT, 34 + svg.LETTER * max(len(exact(tick)) for tick in self.y))

    def place(self, point: Point) -> Point:
        (x0, x1), (y0, y1) = (self.x[0], self.x[-1]), (self.y[0], self.y[-1])
        return (
            self.left + (point[0] - x0) / (x1 - x0) * (WIDTH - self.left - RIGHT),
            HEIGHT - BOTTOM - (point[1] - y0) / (y1 - y0) * (HEIGHT - TOP - BOTTOM),
        )

    def drawn(self, plot: Plot) -> Parts:
        for tick in self.y:
            _, y = self.place((self.x[0], tick))
            yield svg.across(y, self.left, WIDTH - RIGHT)
            yield svg.words(self.left - 8, y + 4, exact(tick), "end")
        yield from _numbered(
            [(self.place((tick, self.y[0]))[0], exact(tick)) for tick in self.x],
            HEIGHT - BOTTOM + 18,
        )
        yield svg.within((WIDTH + self.left - RIGHT) / 2, HEIGHT - 10, plot.x_label, WIDTH, "name")
        yield _sideways((HEIGHT - BOTTOM + TOP) / 2, plot.y_label)


def _numbered(ticks_at: Sequence[tuple[float, str]], y: float) -> Parts:
    """The numbers of an axis from left to right; where they would meet, only some of them."""
    widest = max(len(shown) for _, shown in ticks_at) * svg.LETTER + 8
    apart = abs(ticks_at[-1][0] - ticks_at[0][0]) / max(1, len(ticks_at) - 1)
    every = math.ceil(widest / apart) if apart else 1
    for x, shown in ticks_at[::every]:
        yield svg.within(x, y, shown, WIDTH)


def _line(plot: Plot) -> tuple[float, Parts]:
    points = _numbers(plot)
    axes = _axes(points)
    parts = [*axes.drawn(plot)]
    for series, line in enumerate(points.values()):
        way = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in map(axes.place, line))
        parts.append(svg.path(f"line series-{series}", way))
    if len(points) == 1:
        return HEIGHT, iter(parts)
    above = LEGEND * len(points)
    return HEIGHT + above, iter([*_legend(points), svg.group(f"translate(0 {above})", parts)])


def _legend(names: Iterable[str]) -> Parts:
    for series, name in enumerate(names):
        y = LEGEND * series + 10
        yield svg.path(f"line series-{series}", f"M{LEFT} {y}h24")
        yield svg.words(LEFT + 30, y + 4, name.replace("_", " "), "start", "name")


def _spread(plot: Plot) -> tuple[float, Parts]:
    """Points with their intervals, beside the diagonal on which they lie if x is what y shows."""
    (points,) = _numbers(plot).values()
    bounds = [(_number(plot, low), _number(plot, high)) for low, high, _ in plot.spread]
    reached = [(x, end) for (x, _), ends in zip(points, bounds, strict=True) for end in ends]
    axes = _axes({"": [*points, *reached]})
    parts = [*axes.drawn(plot)]
    low, high = max(axes.x[0], axes.y[0]), min(axes.x[-1], axes.y[-1])
    if low < high:
        (x0, y0), (x1, y1) = axes.place((low, low)), axes.place((high, high))
        parts.append(svg.path("reference", f"M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}"))
    counted = [f"n {int(_number(plot, row[-1])):,}" for row in plot.spread]
    spans = []
    for point, (least, most), shown in zip(points, bounds, counted, strict=True):
        (x, y), half = axes.place(point), len(shown) * svg.LETTER / 2 + 2
        top, bottom = axes.place((point[0], most))[1], axes.place((point[0], least))[1]
        parts.append(svg.path("interval", f"M{x:.1f} {top:.1f}V{bottom:.1f}"))
        parts.append(svg.circle("dot series-0", x, y, 4))
        middle = min(max(x, half), WIDTH - half)
        spans.append((middle - half, middle + half))
    rows = svg.rows(spans)
    above = 8 + 15 * (1 + max(rows))
    for row, (begin, end), shown in zip(rows, spans, counted, strict=True):
        parts.append(svg.words((begin + end) / 2, TOP - 14 - 15 * row, shown))
    return HEIGHT + above, iter([svg.group(f"translate(0 {above})", parts)])


def _scatter(plot: Plot) -> tuple[float, Parts]:
    points = _numbers(plot)
    axes = _axes(points)
    parts = [*axes.drawn(plot)]
    low, high = max(axes.x[0], axes.y[0]), min(axes.x[-1], axes.y[-1])
    if {plot.x_label, plot.y_label} == {"actual", "predicted"} and low < high:
        (x0, y0), (x1, y1) = axes.place((low, low)), axes.place((high, high))
        parts.append(svg.path("reference", f"M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}"))
    for series, line in enumerate(points.values()):
        parts += [svg.circle(f"dot series-{series}", *axes.place(point), 3) for point in line]
    return HEIGHT, iter(parts)


def _bars(plot: Plot) -> tuple[float, Parts]:
    rows = [(_number(plot, x), _short(name)) for line in plot.series.values() for x, name in line]
    if plot.template == "bar_horizontal_sorted":
        rows.sort(key=lambda row: row[0], reverse=True)
    values = [value for value, _ in rows]
    axis = ticks(min(0.0, *values), max(0.0, *values) if any(values) else 1.0)
    step, left = 24, 24 + 7 * max(len(name) for _, name in rows)
    height = TOP + step * len(rows) + BOTTOM
    beside = 10 + svg.LETTER * max(len(number(value)) for value, _ in rows)

    def place(value: float) -> float:
        share = (value - axis[0]) / (axis[-1] - axis[0])
        return left + share * (WIDTH - left - beside)

    parts = [*_numbered([(place(tick), exact(tick)) for tick in axis], height - 28)]
    parts.append(svg.within((left + WIDTH) / 2, height - 8, plot.x_label, WIDTH, "name"))
    for row, (value, name) in enumerate(rows):
        y = TOP + step * row
        start, end = sorted((place(0.0), place(value)))
        parts += [
            svg.words(left - 8, y + 16, name, "end"),
            svg.rect("bar", start, y + 5, end - start, 14),
            svg.words(end + 6, y + 16, number(value), "start"),
        ]
    return height, iter(parts)


def _confusion(plot: Plot) -> tuple[float, Parts]:
    pairs = Counter(pair for line in plot.series.values() for pair in line)
    names = sorted({name for pair in pairs for name in pair})
    longest = 7.5 * max(len(_short(name)) for name in names)
    left = 40 + longest
    cell = min(64.0, (WIDTH - left) / len(names))
    turned = longest > cell
    top = 44 + (longest if turned else 0)
    most = max(pairs.values())
    middle = cell * len(names) / 2
    parts = [
        svg.within(left + middle, 14, plot.y_label, WIDTH, "name"),
        _sideways(top + middle, plot.x_label),
    ]
    for place, name in enumerate(names):
        x = left + cell * (place + 0.5)
        if turned:
            label = [svg.words(x + 4, top - 8, _short(name), "start")]
            parts.append(svg.group(f"rotate(-90 {x + 4:.1f} {top - 8:.1f})", label))
        else:
            parts.append(svg.words(x, top - 8, _short(name)))
        parts.append(svg.words(left - 8, top + cell * (place + 0.5) + 4, _short(name), "end"))
    for row, actual in enumerate(names):
        for column, predicted in enumerate(names):
            count = pairs[actual, predicted]
            x, y = left + cell * column, top + cell * row
            kind = "right" if actual == predicted else "wrong"
            shade = 0.12 + 0.55 * count / most if count else 0.0
            parts.append(svg.rect(f"cell {kind}", x, y, cell - 2, cell - 2, shade))
            if count and cell >= LEGIBLE:
                middle_of = x + cell / 2 - 1, y + cell / 2 + 4
                parts.append(svg.words(*middle_of, f"{count:,}", most=cell - 6))
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
        read = float(value)
    except ValueError:
        read = math.nan
    if abs(read) <= LARGEST:
        return read
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
