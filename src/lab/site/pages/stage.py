"""Stages and other documents: the people's own words, and what lies below."""

from collections.abc import Sequence

from ...records.document import Document
from ...records.store import Record
from ..layout import Page
from ..prose import prose
from ..world import World
from .marks import marked_place


def document_page(path: str, document: Document, world: World) -> Page:
    """A document that is no record."""
    title, body = titled(path, document.body)
    return Page("document.md", title, {"words": prose(body, marked_place(path, world))})


def stage_page(path: str, document: Document, records: Sequence[Record], world: World) -> Page:
    """A stage: its records, the newest first, then its own words."""
    title, body = titled(path, document.body)
    newest = sorted(records, key=lambda record: (record.front.created, record.id), reverse=True)
    words = prose(body, marked_place(path, world))
    return Page("stage.md", title, {"records": newest, "words": words})


def titled(path: str, body: str) -> tuple[str, str]:
    """The first heading of a document and the rest; without one, the name of its file."""
    lines = body.lstrip("\n").split("\n")
    if lines[0].startswith("# "):
        return lines[0][2:].strip().strip("#").strip(), "\n".join(lines[1:])
    return path.rpartition("/")[2].removesuffix(".md").replace("-", " "), body
