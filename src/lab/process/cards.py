"""What happens to a card that stays in its lane: its order, what is in its way, its log."""

from datetime import timedelta
from pathlib import Path

from ..errors import LabError
from ..records.edits import Change
from ..records.store import Record, Store
from . import clock
from .moves import must_be_open


def prioritise(
    store: Store, record: Record, by: str, rank: int, concern: str | None
) -> list[Change]:
    """The product owner's order, and perhaps a concern.

    Raises:
        LabError: it is no open card, or somebody else orders it.
    """
    must_be_open(record)
    owners = store.with_role("product owner")
    if store.people and by not in owners:
        raise LabError(
            f"{by} is no product owner, and only they set priorities "
            f"({', '.join(owners) or 'nobody yet: see team/people.yml'})."
        )
    changes = [Change(("priority",), {"rank": rank, "by": by, "at": store.now})]
    if concern:
        changes.append(
            Change(("concerns",), {"at": store.now, "by": by, "what": concern}, "append")
        )
    return changes


def block(store: Store, record: Record, by: str, why: str) -> list[Change]:
    """Something is in the way of a card.

    Raises:
        LabError: it is no open card, or blocked already.
    """
    must_be_open(record)
    if clock.is_blocked(record.front):
        last = record.front.blocked[-1]
        raise LabError(
            f"{record.id} is blocked since {last.at:%Y-%m-%d}: {last.why}. "
            f"Free it with: lab unblock {record.id}"
        )
    return [Change(("blocked",), {"at": store.now, "by": by, "why": why}, "append")]


def unblock(store: Store, record: Record) -> list[Change]:
    """The way is free.

    Raises:
        LabError: the card is not blocked.
    """
    must_be_open(record)
    if not clock.is_blocked(record.front):
        raise LabError(f"{record.id} is not blocked.")
    return freed(store, record)


def freed(store: Store, record: Record) -> list[Change]:
    """Nothing is in a card's way any more."""
    return [
        Change(("blocked", number, "until"), store.now)
        for number, block in enumerate(record.front.blocked)
        if block.until is None
    ]


def log_path(store: Store, record: Record, by: str) -> Path:
    """Where a new log entry goes: one file for each, also for two within one second."""
    folder = store.root / record.folder / "log"
    moment = store.now
    while (path := folder / f"{moment:%Y%m%dT%H%M%SZ}-{by}.md").exists():
        moment += timedelta(seconds=1)
    return path
