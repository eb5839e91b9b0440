"""The feed of lessons: Atom, without an address of its own, so that it works on any host."""

from collections.abc import Sequence
from datetime import UTC, datetime

from ..records.store import Record
from .layout import block
from .world import World

FEED = "learnings.xml"
NEWEST = 50


def atom(records: Sequence[Record], world: World) -> str:
    """The newest lessons as Atom (RFC 4287)."""
    shown = records[:NEWEST]
    last = max(
        (record.front.history[-1].at for record in shown), default=datetime(2026, 1, 1, tzinfo=UTC)
    )
    values = {"records": shown, "last": last, "moment": _moment}
    return f"{block('feed.xml', FEED, world, values)}\n"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
