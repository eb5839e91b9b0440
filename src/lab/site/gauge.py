"""The lift gauge: where decisions at random, those of today and perfect ones lie."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from markupsafe import Markup

from ..numerals import apart
from . import svg

WIDTH = 400
LEFT, RIGHT, ROW = 44, 44, 34
ABOVE, BELOW = ("status_quo", "candidate"), ("random", "perfect", "realised")
POINTS = ("random", "status_quo", "candidate", "perfect", "realised")


def lift_gauge(estimate: Mapping[str, Any], realised: float | None = None) -> Markup:
    """One SVG element: points on a line, each with its interval; empty if they coincide.

    The models stand above the line, the yardsticks below, each name where it meets no other.

    Args:
        estimate: `unit`, and `random`, `status_quo`, `perfect` and perhaps `candidate`, each
            with `value`, `low` and `high`.
        realised: the value that was measured after the launch, if it was.
    """
    points = {name: estimate[name] for name in POINTS if name in estimate}
    if realised is not None:
        points["realised"] = {"value": realised, "low": realised, "high": realised}
    low = min(float(point["low"]) for point in points.values())
    high = max(float(point["high"]) for point in points.values())
    if not low < high:
        return Markup("")

    def place(value: float) -> float:
        return LEFT + (float(value) - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    written = apart(*(float(point["value"]) for point in points.values()))
    shown = dict(zip(points, written, strict=True))
    listed = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in shown.items())
    above, below = (_rows(names, shown, points, place) for names in (ABOVE, BELOW))
    axis = 26 + ROW * (1 + max(above.values(), default=-1))
    parts = [svg.across(axis, LEFT, WIDTH - RIGHT)]
    for name, point in points.items():
        x, begin, end = (place(point[key]) for key in ("value", "low", "high"))
        y = axis - 26 - ROW * above[name] if name in above else axis + 22 + ROW * below[name]
        edge, near = (axis - 6, y + 18) if name in above else (axis + 6, y - 12)
        parts += [
            svg.path("grid", f"M{x:.1f} {edge}V{near}"),
            svg.across(axis, begin, end, "interval"),
            svg.circle(f"dot {name}", x, axis, 5),
            svg.within(x, y, name.replace("_", " "), WIDTH, "name"),
            svg.within(x, y + 14, shown[name], WIDTH),
        ]
    height = axis + 22 + ROW * max(below.values(), default=0) + 36
    return svg.chart(f"Lift in {estimate['unit']}: {listed}", WIDTH, height, parts, -14)


def _rows(
    names: Iterable[str],
    shown: Mapping[str, str],
    points: Mapping[str, Any],
    place: Callable[[float], float],
) -> dict[str, int]:
    """How far from the line each name stands, so that no two of them meet."""
    there = [name for name in names if name in points]
    spans = []
    for name in there:
        half = max(len(name), len(shown[name])) * svg.LETTER / 2 + 4
        middle = min(max(place(points[name]["value"]), half), WIDTH - half)
        spans.append((middle - half, middle + half))
    return dict(zip(there, svg.rows(spans), strict=True))
