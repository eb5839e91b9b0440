"""Lift: what a model could add, what was estimated, and what was realised."""

from typing import Any

import msgspec

from ...evidence.words import POLICIES
from ...numerals import apart, number, signed
from ...records.store import Record
from ..gauge import lift_gauge
from ..layout import Page
from ..world import World

LEVELS = {name: POLICIES[name] for name in ("perfect", "status_quo", "random")}


def lift_page(world: World) -> Page:
    """The pipeline's numbers, and every LIFT record."""
    estimates = [gauge(record) for record in world.lines_of("LIFT")]
    return Page("lift.md", "Lift", expected(world) | {"estimates": estimates})


def expected(world: World) -> dict[str, Any]:
    """What the pipeline wrote: the value of one decision under each policy, and a gauge of it."""
    values, worth = world.lift.values, world.worth
    points = {
        name: {"value": values[name], "low": values[name], "high": values[name]}
        for name in ("random", "status_quo", "perfect")
    }
    if worth:
        points["candidate"] = {"value": worth.value, "low": worth.low, "high": worth.high}
    drawing = lift_gauge(points | {"unit": values["unit"]})
    return {"values": values, "worth": worth, "means": LEVELS, "expected_gauge": drawing} | WORDS


def gauge(record: Record) -> dict[str, Any]:
    """The estimate of a LIFT record, and what was realised, if both are known."""
    estimate, realised = record.front.estimate, record.front.realised
    drawing = None
    if estimate:
        points = msgspec.to_builtins(estimate)
        drawing = lift_gauge(points, realised.value if realised else None)
    return {
        "record": record,
        "estimate": estimate,
        "realised": realised,
        "means": LEVELS,
        "gauge": drawing,
    } | WORDS


def could_add(potential: float, risk: float, unit: str) -> str:
    """What is to be gained and lost, as differences to what is decided today."""
    gained = f"A perfect model would add {number(potential)} {unit} to what is decided today"
    if risk < 0:
        return f"{gained}; even decisions at random would add {number(-risk)}."
    return f"{gained}; a useless one may cost {number(risk)}."


def adds(gained: float, potential: float) -> str:
    """What the candidate adds to the status quo, beside what a perfect model would add."""
    if gained < 0:
        return f"The candidate takes {number(-gained)} away."
    share = f": {100 * gained / potential:.0f} % of what is possible" if potential > 0 else ""
    return f"The candidate adds {number(gained)}{share}."


def difference(value: float) -> str:
    """A distance to the status quo."""
    return signed(number(value))


def change(point: Any, sign: int = 1) -> str:
    """A distance to the status quo with its interval."""
    low, high = sorted((sign * point.low, sign * point.high))
    value, low, high = map(signed, apart(sign * point.value, low, high))
    return f"{value} ({low} to {high})"


WORDS = {"could_add": could_add, "adds": adds, "difference": difference, "change": change}
