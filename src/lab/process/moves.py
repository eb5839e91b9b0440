"""From lane to lane: each move is a few changes, and the rules say if they may stand.

A move holds no rule of its own: `writing` asks them all.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ..errors import LabError
from ..records.edits import Change, stamp
from ..records.store import Record, Store
from .lanes import CARDS, DONE, TEST, TO_DO, UPDATE, WORKING, lanes_of, named, steps_from

ABANDONED = "abandoned"
Start = Callable[[Store, Record, str], list[Change]]
ENDING = ("outcome", "answer", "not_shipped", "learned")


def step(record: Record, lane: str, by: str, store: Store, why: str | None = None) -> list[Change]:
    """Into another lane."""
    entry = {"at": store.now, "by": by, "to": lane} | ({"why": why} if why else {})
    return [Change(("history",), entry, "append")]


def move(
    store: Store, record: Record, lane: str, by: str, given: Mapping[str, Any], start: Start
) -> list[Change]:
    """Into a lane that people name as they like.

    Args:
        store: the project.
        record: what moves.
        lane: a name of the lane, a part of one, or its number.
        by: who moves it.
        given: what the card now says of its end.
        start: how work on a card begins.

    Raises:
        LabError: there is no such lane, the record is in it, or the card is abandoned so.
    """
    kind = record.kind.code
    to = named(kind, lane, record.lane)
    if to is None:
        lanes = ", ".join(f"{number} {name}" for number, name in enumerate(lanes_of(kind), 1))
        raise LabError(
            f'"{lane}" does not name one lane of a {record.kind.means}. Give a name or a number: '
            f"{lanes}."
        )
    if to == record.lane:
        raise LabError(f"{record.id} is in `{to}` already.")
    only_close_abandons(record, given)
    if record.lane == TO_DO and to in WORKING and to in steps_from(kind, TO_DO):
        return ending(record, given) + start(store, record, by)
    return ending(record, given) + into(store, record, to, by)


def into(store: Store, record: Record, lane: str, by: str, why: str | None = None) -> list[Change]:
    """Into a lane; back in its work, a card has no outcome any more."""
    changes = step(record, lane, by, store, why)
    back = lane == TEST or (lane == UPDATE and record.kind.code == "TASK")
    if back and getattr(record.front, "outcome", None):
        changes.append(Change(("outcome",), None))
    return changes


def ending(record: Record, given: Mapping[str, Any]) -> list[Change]:
    """What a card says of its end: outcome, answer, lesson, why it does not ship.

    Raises:
        LabError: records of its kind do not say that.
    """
    changes = []
    for name in ENDING:
        if (value := given.get(name)) is None:
            continue
        if not hasattr(record.front, name):
            option = name.replace("_", "-")
            raise LabError(
                f"{record.id} is a {record.kind.means}, which has no `{name}`: "
                f"leave --{option} out."
            )
        changes.append(Change((name,), value))
    return changes


def only_close_abandons(record: Record, given: Mapping[str, Any]) -> None:
    """No other command may end a card so.

    Raises:
        LabError: the outcome that is given says that the card is abandoned.
    """
    if given.get("outcome") == ABANDONED and hasattr(record.front, "outcome"):
        raise LabError(
            f'a card is abandoned with a reason: lab close {record.id} --why "…" --learned "…"'
        )


def onwards(record: Record) -> str:
    """What to type for a card's next step."""
    if record.lane == TO_DO:
        return f"lab start {record.id}"
    if record.kind.code == "HYP" and record.lane == TEST:
        return f"lab judge {record.id}"
    return f"lab move {record.id} review"


def must_be_open(record: Record) -> None:
    """Only a card that is not done can change.

    Raises:
        LabError: it is no card, or done.
    """
    if record.kind.code not in CARDS:
        raise LabError(f"{record.id} is a {record.kind.means}, and not a card on the board.")
    if record.lane == DONE:
        raise LabError(f"{already(record)} Done is final: a new record can `follow` it.")


def already(record: Record) -> str:
    """Where a record is, in a sentence."""
    last = record.front.history[-1]
    return f"{record.id} is in `{record.lane}` since {stamp(last.at)}, moved by {last.by}."
