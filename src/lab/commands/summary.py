"""What a list says of a record, for people and for programs."""

from typing import Any

from ..records.store import Record


def summary_of(record: Record) -> dict[str, Any]:
    """The facts of a record, as JSON has them."""
    return {
        "id": record.id,
        "kind": record.kind.code,
        "title": record.front.title,
        "lane": record.lane,
        "owner": record.front.owner,
        "created": record.front.created,
        "since": record.front.history[-1].at,
        "outcome": getattr(record.front, "outcome", None),
        "path": record.path,
    }


def days(number: int) -> str:
    """A number of days, in a column."""
    return f"{number} d"
