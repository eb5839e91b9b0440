"""What happens to a card that stays in its lane: its order, what is in its way, its log."""

from datetime import timedelta
from pathlib import Path

from ..errors import LabError
from ..records.edits import Change
from ..records.store import Record, Store
from . import clock
from .lanes import CARDS, DONE
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


def answer(record: Record, number: int | None, text: str) -> list[Change]:
    """The answer to a concern about a card: to the one with a number, or the oldest open one.

    Raises:
        LabError: it is no open card, or there is no such concern.
    """
    must_be_open(record)
    concerns = record.front.concerns
    waiting = [place for place, concern in enumerate(concerns) if not concern.answer]
    if not waiting:
        raise LabError(f"{record.id} has no concern that waits for an answer.")
    if number is None and len(waiting) > 1:
        shown = "".join(f"\n    --number {place + 1}: {concerns[place].what}" for place in waiting)
        raise LabError(f"{record.id} has {len(waiting)} open concerns: say which one.{shown}")
    place = waiting[0] if number is None else number - 1
    if not 0 <= place < len(concerns):
        raise LabError(f"{record.id} has no concern {number}, only {len(concerns)}.")
    return [Change(("concerns", place, "answer"), text)]


def shifted(store: Store, record: Record, rank: int) -> list[tuple[Record, int]]:
    """The open cards that make room for one with a rank, the last first, with their new ranks.

    Only those move that would tie: behind a gap the order stays as it is.
    """
    ranked = sorted(
        (card.front.priority.rank, card.id)
        for card in store.of(*CARDS)
        if card.id != record.id and card.lane != DONE and card.front.priority
    )
    found, free = [], rank + 1
    taken = rank
    for place, id_ in ranked:
        if place < rank or place > taken:
            continue
        found.append((store.records[id_], free))
        taken, free = free, free + 1
    return found[::-1]


def rank_before(other: Record) -> int:
    """The rank of another card, into whose place one comes.

    Raises:
        LabError: it is no open card, or has no priority.
    """
    must_be_open(other)
    if not other.front.priority:
        raise LabError(f"{other.id} has no priority, so nothing can come before it.")
    return other.front.priority.rank


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
