"""The lift gauge: where decisions at random, those of today and perfect ones lie."""

from collections.abc import Mapping
from html import escape
from typing import Any

WIDTH, HEIGHT = 480, 136
LEFT, RIGHT, AXIS = 56, 56, 76
OFFSET = {"random": 22, "status_quo": -26, "perfect": 22, "realised": -60}  # of a name
NAMES = {
    "random": "random",
    "status_quo": "status quo",
    "perfect": "perfect",
    "realised": "realised",
}


def lift_gauge(estimate: Mapping[str, Any], realised: float | None = None) -> str:
    """One SVG element: three points on a line, each with its interval; empty if they coincide.

    Args:
        estimate: of a LIFT record: `unit`, and `random`, `status_quo` and `perfect`, each with
            `value`, `low` and `high`.
        realised: the value that was measured after the launch, if it was.
    """
    points = {name: estimate[name] for name in ("random", "status_quo", "perfect")}
    if realised is not None:
        points["realised"] = {"value": realised, "low": realised, "high": realised}
    low = min(float(point["low"]) for point in points.values())
    high = max(float(point["high"]) for point in points.values())
    if not low < high:
        return ""

    def across(value: float) -> float:
        return LEFT + (float(value) - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    said = ", ".join(f"{NAMES[name]} {point['value']:.3g}" for name, point in points.items())
    label = escape(f"Expected lift in {estimate['unit']}: {said}", quote=True)
    parts = [f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{AXIS}" y2="{AXIS}"/>']
    for name, point in points.items():
        x, begin, end = (across(point[key]) for key in ("value", "low", "high"))
        below = AXIS + OFFSET[name]
        parts += [
            f'<line class="line" x1="{begin:.1f}" x2="{end:.1f}" y1="{AXIS}" y2="{AXIS}"/>',
            f'<circle class="dot" cx="{x:.1f}" cy="{AXIS}" r="5"/>',
            f'<text x="{x:.1f}" y="{below}" text-anchor="middle">{NAMES[name]}</text>',
            f'<text x="{x:.1f}" y="{below + 14}" text-anchor="middle">{point["value"]:.3g}</text>',
        ]
    unit = escape(str(estimate["unit"]))
    parts.append(f'<text class="name" x="{WIDTH / 2}" y="{HEIGHT - 4}">{unit}</text>')
    return (
        f'<svg class="lab-chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">'
        f"{''.join(parts)}</svg>"
    )
