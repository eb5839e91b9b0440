"""Interval against bar: where a criterion's estimate and its bounds lie beside it."""

from collections.abc import Callable, Iterable

from markupsafe import Markup

from ..evidence.criteria import parse_criterion
from ..evidence.metrics import METRICS
from ..evidence.verdict import Decided
from ..evidence.words import bar_as_typed, found, has_numbers
from ..numerals import exact, number
from . import svg
from .charts import ticks

WIDTH, HEIGHT = 400, 84
EDGE = 14  # left free on both sides
MIDDLE = 34  # height of the interval
SMALL = 160  # width of the small drawing
SIDES = {">": "more than", ">=": "at least", "<": "less than", "<=": "at most"}
Range = tuple[float, float]


def interval_chart(result: Decided, status_quo: float | None = None) -> Markup:
    """One SVG element: the interval, the bar, the wanted side of it, and today's value.

    Args:
        result: a criterion as it was decided.
        status_quo: the same metric of the status quo, where the bar is no reference.
    """
    today = status_quo if result.reference is None else None
    place = _scale(range_of([result], today), WIDTH, EDGE)
    bar, begin, end = map(place, (result.threshold, result.lower, result.upper))
    told, wanted = found(result), f"bar: {_wanted(result)}"
    if result.reference:
        told = f"difference {told}"
    parts = [
        _wanted_side(result, bar, WIDTH - EDGE, EDGE, 20, 28),
        svg.across(MIDDLE, EDGE, WIDTH - EDGE),
        svg.path("goal", f"M{bar:.1f} 16V52"),
        svg.within(bar, 12, wanted, WIDTH, "name"),
        svg.across(MIDDLE, begin, end, "interval"),
        svg.path("cap", f"M{begin:.1f} {MIDDLE - 6}v12M{end:.1f} {MIDDLE - 6}v12"),
        svg.circle(f"estimate {result.status}", place(result.estimate), MIDDLE, 5),
        svg.within((begin + end) / 2, 64, told, WIDTH, "name"),
    ]
    label = f"{result.criterion}: {result.status}. Estimate {told}, {wanted}."
    if today is not None:
        x = place(today)
        parts.append(svg.path("today", f"M{x:.1f} {MIDDLE + 4}l4 8h-8z"))
        parts.append(svg.within(x, 80, f"status quo {number(today)}", WIDTH))
        label += f" Status quo {number(today)}."
    height = HEIGHT if today is not None else HEIGHT - 16
    return svg.chart(label, WIDTH, height, parts, css="lab-chart lab-interval")


def small_interval(result: Decided, over: Range | None = None) -> Markup:
    """The same small, for a list, with an axis below it.

    Args:
        result: a criterion as it was decided, with numbers.
        over: what the axis covers, where several drawings share one.
    """
    low, high = over or axes_of([result])[axis_of(result)]
    place = _scale((low, high), SMALL, 5)
    bar = place(result.threshold)
    parts = [
        _wanted_side(result, bar, SMALL - 5, 5, 2, 16),
        svg.across(18, 5, SMALL - 5),
        svg.path("goal", f"M{bar:.1f} 1V20"),
        svg.across(10, place(result.lower), place(result.upper), "interval"),
        svg.circle(f"estimate {result.status}", place(result.estimate), 10, 3.5),
        svg.words(5, 31, exact(low), "start", "tick", most=SMALL / 2 - 10),
        svg.words(SMALL - 5, 31, exact(high), "end", "tick", most=SMALL / 2 - 10),
    ]
    label = f"{found(result)}; the bar is {_wanted(result)}"
    return svg.chart(label, SMALL, 34, parts, css="lab-small")


def is_drawn(result: Decided) -> bool:
    """Has a result numbers that lie on a scale? Votes and a set that tells none have not."""
    return result.method != "ballot" and has_numbers(result)


def axes_of(results: Iterable[Decided]) -> dict[str, Range]:
    """By what results are drawn on one scale, what that scale has to cover."""
    groups: dict[str, list[Decided]] = {}
    for result in filter(is_drawn, results):
        groups.setdefault(axis_of(result), []).append(result)
    return {axis: _round(range_of(group, air=0), group[0]) for axis, group in groups.items()}


def _round(over: Range, result: Decided) -> Range:
    """Round ends of an axis, inside of what the metric can be."""
    marks = ticks(*over, 4)
    low, high = marks[0], marks[-1]
    metric = METRICS.get(result.metric)
    if metric and not result.reference:
        low = low if metric.low is None else max(low, metric.low)
        high = high if metric.high is None else min(high, metric.high)
    return low, high


def range_of(results: Iterable[Decided], today: float | None = None, air: float = 0.08) -> Range:
    """What an axis has to cover: every value that is drawn, with a share of air around them."""
    values = [] if today is None else [today]
    for result in results:
        values += [result.lower, result.upper, result.estimate, result.threshold]
    low, high = min(values), max(values)
    around = air * (high - low) or air * abs(high) or air
    return low - around, high + around


def axis_of(result: Decided) -> str:
    """What lies on one scale: the values of a metric, or its differences to a reference."""
    return f"{result.metric} less {result.reference}" if result.reference else result.metric


def _wanted(result: Decided) -> str:
    """The wanted side of the bar in words: at least status quo - 0.02."""
    criterion = parse_criterion(result.criterion)
    bar = bar_as_typed(result)
    if result.reference:
        sign, size = ("-", bar[1:]) if bar[0] in "-\u2212" else ("+", bar.lstrip("+"))
        bar = result.reference.replace("_", " ") + (f" {sign} {size}" if size != "0" else "")
    return f"{SIDES[criterion.op]} {bar}"


def _wanted_side(
    result: Decided, bar: float, right: float, left: float, top: float, height: float
) -> str:
    begin, end = (bar, right) if ">" in parse_criterion(result.criterion).op else (left, bar)
    return svg.rect("wanted", begin, top, end - begin, height)


def _scale(over: Range, width: int, edge: int) -> Callable[[float], float]:
    """From a value to a place."""
    low, high = over
    return lambda value: edge + (value - low) / (high - low) * (width - 2 * edge)
