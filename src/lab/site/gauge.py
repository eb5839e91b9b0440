"""The lift gauge: where decisions at random, those of today and perfect ones lie."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from ..evidence.words import number
from . import svg

WIDTH = 400
LEFT, RIGHT, AXIS = 44, 44, 84
# Where the name of a point stands, from the line: the models above, the yardsticks below.
OFFSET = {"random": 22, "status_quo": -26, "candidate": -62, "perfect": 22, "realised": 56}
POINTS = ("random", "status_quo", "candidate", "perfect", "realised")


def lift_gauge(estimate: Mapping[str, Any], realised: float | None = None) -> Markup:
    """One SVG element: points on a line, each with its interval; empty if they coincide.

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

    shown = {name.replace("_", " "): number(point["value"]) for name, point in points.items()}
    listed = ", ".join(f"{name} {value}" for name, value in shown.items())
    parts = [svg.across(AXIS, LEFT, WIDTH - RIGHT)]
    for name, point in points.items():
        x, begin, end = (place(point[key]) for key in ("value", "low", "high"))
        y = AXIS + OFFSET[name]
        above = OFFSET[name] < 0
        edge, near = (AXIS - 6, y + 18) if above else (AXIS + 6, y - 12)
        parts += [
            svg.path("grid", f"M{x:.1f} {edge}V{near}"),
            svg.across(AXIS, begin, end, "interval"),
            svg.circle(f"dot {name}", x, AXIS, 5),
            svg.words(x, y, name.replace("_", " "), css="name"),
            svg.words(x, y + 14, number(point["value"])),
        ]
    top = AXIS + min(OFFSET[name] for name in points) - 14
    height = AXIS + max(OFFSET[name] for name in points) + 22 - top
    return svg.chart(f"Lift in {estimate['unit']}: {listed}", WIDTH, height, parts, top)
