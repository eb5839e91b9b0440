"""The lift gauge: where decisions at random, those of today and perfect ones lie."""

from collections.abc import Mapping
from typing import Any

from ..evidence.words import number
from .markup import attribute

WIDTH = 400
LEFT, RIGHT, AXIS = 44, 44, 84
# Where the name of a point stands, from the line: the models above, the yardsticks below.
OFFSET = {"random": 22, "status_quo": -26, "candidate": -62, "perfect": 22, "realised": 56}
POINTS = ("random", "status_quo", "candidate", "perfect", "realised")


def lift_gauge(estimate: Mapping[str, Any], realised: float | None = None) -> str:
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
        return ""

    def across(value: float) -> float:
        return LEFT + (float(value) - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    said = ", ".join(f"{_name(name)} {number(point['value'])}" for name, point in points.items())
    label = attribute(f"Lift in {estimate['unit']}: {said}")
    parts = [f'<path class="grid" d="M{LEFT} {AXIS}H{WIDTH - RIGHT}"/>']
    for name, point in points.items():
        x, begin, end = (across(point[key]) for key in ("value", "low", "high"))
        y = AXIS + OFFSET[name]
        edge = AXIS - 6 if OFFSET[name] < 0 else AXIS + 6
        near = y + 18 if OFFSET[name] < 0 else y - 12
        parts += [
            f'<path class="grid" d="M{x:.1f} {edge}V{near}"/>',
            f'<path class="interval" d="M{begin:.1f} {AXIS}H{end:.1f}"/>',
            f'<circle class="dot {name}" cx="{x:.1f}" cy="{AXIS}" r="5"/>',
            f'<text class="name" x="{x:.1f}" y="{y}" text-anchor="middle">{_name(name)}</text>',
            f'<text x="{x:.1f}" y="{y + 14}" text-anchor="middle">{number(point["value"])}</text>',
        ]
    top = AXIS + min(OFFSET[name] for name in points) - 14
    height = AXIS + max(OFFSET[name] for name in points) + 22 - top
    return (
        f'<svg class="lab-chart" viewBox="0 {top} {WIDTH} {height}" role="img" '
        f'aria-label="{label}">'
        f"{''.join(parts)}</svg>"
    )


def _name(name: str) -> str:
    return name.replace("_", " ")
