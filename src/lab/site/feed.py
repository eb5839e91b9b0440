"""The feed of lessons: Atom, without an address of its own, so that it works on any host."""

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape

from ..records.store import Record
from .markup import plain
from .parts import href, outcome_of
from .world import World

FEED = "learnings.xml"
NEWEST = 50


def atom(records: Sequence[Record], world: World) -> str:
    """The newest lessons as Atom (RFC 4287)."""
    shown = records[:NEWEST]
    last = max(
        (one.front.history[-1].at for one in shown), default=datetime(2026, 1, 1, tzinfo=UTC)
    )
    entries = "".join(_entry(one, world) for one in shown)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>{_text(world.name)}: learnings</title><id>urn:lab:learnings</id>"
        f'<updated>{_time(last)}</updated><link rel="alternate" href="learnings.html"/>'
        f"<author><name>{_text(world.name)}</name></author>{entries}</feed>\n"
    )


def _entry(record: Record, world: World) -> str:
    became = outcome_of(record, world) or record.lane
    return (
        f"<entry><title>{_text(record.front.title)}: {_text(became)}</title>"
        f"<id>urn:lab:{_text(record.id)}</id><updated>{_time(record.front.history[-1].at)}</updated>"
        f'<link href="{escape(href(record.path, FEED))}"/>'
        f"<summary>{_text(record.front.learned)}</summary></entry>"
    )


def _text(value: object) -> str:
    return escape(plain(value))


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
