"""The feeds of lessons and of decisions: Atom, without an address, so that it works on any host."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ..records.store import Record
from .layout import block
from .world import World

FEED = "learnings.xml"
DECISIONS = "decisions.xml"
NEWEST = 50


@dataclass(frozen=True)
class Entry:
    """One entry of a feed: what became known of a record, when, and in which words."""

    record: Record
    at: datetime
    what: str
    words: str


def lessons_feed(records: Sequence[Record], world: World) -> str:
    """The newest lessons."""
    entries = [
        Entry(
            record,
            record.front.history[-1].at,
            world.became(record),
            record.front.learned,
        )
        for record in records
    ]
    return _atom(FEED, "learnings", "learnings.html", entries, world)


def decisions_feed(world: World) -> str:
    """The newest decisions of reports, and of iterations that were stopped in their middle."""
    entries = [
        Entry(report, made.on or report.front.created, made.choice, made.because or "")
        for report in world.store.of("REP")
        if (made := report.front.decision).choice and made.by
    ]
    entries += [
        Entry(proposal, made.at, made.choice, made.because)
        for proposal in world.store.of("PROP")
        if (made := proposal.front.stopped)
    ]
    entries.sort(key=lambda entry: (entry.at, entry.record.id), reverse=True)
    return _atom(DECISIONS, "decisions", "iterations.html", entries, world)


def _atom(feed: str, name: str, page: str, entries: Sequence[Entry], world: World) -> str:
    """Atom (RFC 4287)."""
    shown = entries[:NEWEST]
    last = max((entry.at for entry in shown), default=datetime(2026, 1, 1, tzinfo=UTC))
    values = {"entries": shown, "last": last, "moment": _moment, "name": name, "page": page}
    return f"{block('feed.xml', feed, world, values)}\n"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
