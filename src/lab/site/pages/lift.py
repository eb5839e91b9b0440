"""Lift: what a model could add, what was estimated, and what was realised."""

from typing import Any

import msgspec

from ...evidence.words import POLICIES
from ...records.store import Record
from ..gauge import lift_gauge
from ..layout import Page
from ..world import World


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
    return {"values": values, "worth": worth, "means": POLICIES, "expected_gauge": drawing}


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
        "means": POLICIES,
        "gauge": drawing,
    }
