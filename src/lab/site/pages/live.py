"""Live: what users meet today, what watches over it, and what it has changed for them."""

from typing import Any

from ...errors import LabError
from ...process.ladder import open_incidents, share_of
from ...process.lanes import ACCEPTED
from ...proof.rollouts import shown
from ...records.monitoring import last_report
from ...records.store import Record
from ..layout import Page
from ..looks import arms_chart, looks_chart
from ..world import World


def live_page(world: World) -> Page:
    """Every accepted rollout, the newest first."""
    accepted = [record for record in world.lines_of("ROLL") if record.lane == ACCEPTED]
    return Page("live.md", "Live", {"rollouts": [state(record, world) for record in accepted]})


def state(record: Record, world: World) -> dict[str, Any]:
    """Where a rollout stands, what was found about it last, and its split test."""
    return {
        "record": record,
        "front": record.front,
        "share": share_of(record.front),
        "incidents": open_incidents(world.store, record),
        "monitored": last_report(world.store.root, record),
    } | split_test(record, world)


def split_test(record: Record, world: World) -> dict[str, Any]:
    """The claims of a split test with their charts, or why there are none."""
    try:
        claims = shown(world.store.root, record.front)
    except LabError as error:
        return {"claims": [], "no_test": str(error)}
    drawn = [
        (claim, claim.last, arms_chart(claim), looks_chart(claim))
        for claim in claims
        if claim.looks
    ]
    return {"claims": drawn, "no_test": None}
