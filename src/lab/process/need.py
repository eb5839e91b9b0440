"""A need: something that waits for people."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from ..records.store import Record, Store
from .lanes import CARDS, DONE


@dataclass(frozen=True)
class Need:
    """Something that waits for people: what, for whom, since when, and what they can type.

    What is urgent harms somebody as long as it waits. Who is `called` was asked by name in a log.
    """

    what: str
    who: tuple[str, ...]
    since: datetime
    record: str
    do: str
    urgent: bool = False
    called: bool = False


def of_owner(record: Record, store: Store, what: str, since: datetime, do: str) -> Need:
    """What waits for the owner of a record; for the product owner, where that one has left."""
    owner = record.front.owner
    left = owner in store.handles and not store.handles[owner].holds(store.now)
    who = tuple(store.with_role("product owner")) if left else (owner,)
    return Need(what, who, since, record.id, do)


def begin_of(day: date) -> datetime:
    """The first moment of a day."""
    return datetime.combine(day, time(), UTC)


def open_cards(store: Store) -> list[Record]:
    """The cards that are not done."""
    return [record for record in store.of(*CARDS) if record.lane != DONE]
