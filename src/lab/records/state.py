"""The state of a project as one JSON document, for readers outside of it: its form, versioned.

A later tool may add fields, which an earlier one passes over; a field that changes its meaning or
goes makes another `FORMAT`.
"""

import json
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from ..errors import LabError

FORMAT = 1


class About(Struct, frozen=True, kw_only=True):
    """Which project it is."""

    name: str
    description: str = ""
    address: Annotated[str | None, Meta(description="Of its repository, for people.")] = None
    commit: str | None = None
    risk: str
    template: Annotated[str | None, Meta(description="The address of its template.")] = None
    version: Annotated[str | None, Meta(description="Its version of the template.")] = None


class Belief(Struct, frozen=True, kw_only=True):
    """A hypothesis: what a team believes, how it would know, and what became of it."""

    id: str
    title: str
    believes: str
    criteria: list[str]
    owner: str
    lane: str
    since: Annotated[datetime, Meta(description="When it came into its lane.")]
    prior: float | None = None
    testset: str
    outcome: str | None = None
    blocked: Annotated[str | None, Meta(description="What keeps it from moving on now.")] = None


class Blocked(Struct, frozen=True, kw_only=True):
    """A card that cannot move on."""

    id: str
    title: str
    owner: str
    since: datetime
    why: str


class Taken(Struct, frozen=True, kw_only=True):
    """A decision on a report, which closes an iteration."""

    id: str
    title: str
    choice: str
    by: str
    on: datetime
    because: str
    gate: str | None = None


class Lesson(Struct, frozen=True, kw_only=True):
    """What a finished card has taught."""

    id: str
    on: str
    kind: str
    title: str
    outcome: str | None
    learned: str
    insight: str | None = None


class Waiting(Struct, frozen=True, kw_only=True):
    """Something that waits for people."""

    what: str
    who: list[str]
    since: datetime
    record: str
    urgent: bool


class Spent(Struct, frozen=True, kw_only=True):
    """A test set, and how much of it is used up."""

    id: str
    examples: int
    budget: int
    taken: Annotated[int, Meta(description="Slots that hypotheses have taken, of the budget.")]
    retired: bool
    sealed: bool


class State(Struct, frozen=True, kw_only=True):
    """All of it."""

    format: int = FORMAT
    as_of: datetime
    tool: str
    project: About
    beliefs: list[Belief]
    decisions: list[Taken]
    learnings: list[Lesson]
    blocked: list[Blocked]
    waiting: list[Waiting]
    testsets: list[Spent]
    unread: Annotated[int, Meta(description="Records that cannot be read, and are not in here.")]


def read_state(text: bytes, where: str) -> State:
    """A document that `lab export` has written.

    Args:
        text: the document.
        where: the file, for what is said of it.

    Raises:
        LabError: it is no such document, or one of a later form.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    form = found.get("format") if isinstance(found, dict) else None
    if not isinstance(form, int) or isinstance(form, bool):
        raise LabError(f"{where} is no document of `lab export`: make it anew in its project.")
    if form != FORMAT:
        raise LabError(
            f"{where} has form {form}, and this tool reads form {FORMAT}: export and read with "
            "the same version."
        )
    try:
        return msgspec.json.decode(text, type=State)
    except msgspec.ValidationError as error:
        raise LabError(f"{where} is damaged ({error}): make it anew with `lab export`.") from None


def schema() -> dict[str, Any]:
    """The JSON Schema of the document."""
    (own,), parts = msgspec.json.schema_components([State])
    root = parts.pop(own["$ref"].rpartition("/")[2])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"project-state-{FORMAT}.json",
        **root,
        "$defs": dict(sorted(parts.items())),
    }
