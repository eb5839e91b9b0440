"""Stages and other documents: the people's own words, and what lies below."""

from collections.abc import Sequence

from ...records.document import Document
from ...records.store import Record
from ..markup import page, said
from ..parts import chip, outcome_of, person, to_record
from ..places import place_of
from ..prose import prose
from ..world import World
from . import marks as drawn


def document_page(path: str, document: Document, world: World) -> str:
    """A document that is no record."""
    title, body = titled(path, document.body)
    return page(title, prose(body, _place(path, world)))


def stage_page(path: str, document: Document, records: Sequence[Record], world: World) -> str:
    """A stage: its own words, then its records, the newest first."""
    title, body = titled(path, document.body)
    ordered = sorted(records, key=lambda one: (one.front.created, one.id), reverse=True)
    items = "".join(_listed(one, path, world) for one in ordered)
    shown = f'<ul class="lab-plain">{items}</ul>' if items else "<p>None yet.</p>"
    words = prose(body, _place(path, world))
    return page(title, "## Records", shown, "## About this stage", words)


def titled(path: str, body: str) -> tuple[str, str]:
    """The first heading of a document and the rest; without one, the name of its file."""
    lines = body.lstrip("\n").split("\n")
    if lines[0].startswith("# "):
        return lines[0][2:].strip().strip("#").strip(), "\n".join(lines[1:])
    return path.rpartition("/")[2].removesuffix(".md").replace("-", " "), body


def _listed(record: Record, here: str, world: World) -> str:
    became = chip(outcome_of(record, world) or record.lane)
    name = to_record(record, here)
    if record.id in world.replaced:
        name = f"<del>{name}</del>"
    return (
        f"<li><p>{name} {became} {person(record.front.owner, world)}</p>"
        f'<p class="lab-note">{said(record.front.tldr)}</p></li>'
    )


def _place(path: str, world: World):
    return place_of(path, world, lambda id_, name: drawn.part(id_, name, path, world))
