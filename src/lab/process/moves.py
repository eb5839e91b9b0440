"""From lane to lane: each move is a few changes, and the rules say if they may stand.

A move holds no rule of its own: `writing` asks them all.
"""

from collections.abc import Mapping
from typing import Any

from ..errors import LabError
from ..proof import locks
from ..proof.reach import reach_of
from ..records.edits import Change, stamp
from ..records.store import Record, Store
from .lanes import CARDS, DONE, TEST, TO_DO, UPDATE, WORKING, lanes_of, named, next_lane, steps_from

ABANDONED = "abandoned"
ENDING = ("outcome", "answer", "not_shipped", "learned")


def step(record: Record, lane: str, by: str, store: Store, why: str | None = None) -> list[Change]:
    """Into another lane."""
    entry = {"at": store.now, "by": by, "to": lane} | ({"why": why} if why else {})
    return [Change(("history",), entry, "append")]


def start(store: Store, record: Record, by: str) -> list[Change]:
    """Begin to work on a card; a hypothesis is locked.

    Raises:
        LabError: it is no card, or not in `to do`; a hypothesis could never be decided.
    """
    if record.kind.code not in CARDS:
        raise LabError(
            f"{record.id} is a {record.kind.means}, and only cards are started "
            f"({', '.join(CARDS)}). To have it accepted: lab review {record.id} --approve"
        )
    if record.lane != TO_DO:
        raise LabError(f"{_already(record)} It is started once, from `{TO_DO}`.")
    lane = next_lane(record.kind.code, TO_DO) or DONE
    changes = step(record, lane, by, store)
    if record.kind.code == "HYP":
        reach_of(store, record)
        testset = record.front.evaluation.testset
        lock = {
            "at": store.now,
            "by": by,
            "digest": locks.digest(record.front),
            "alpha": locks.alpha(store, testset),
            "slot": locks.free_slot(store, testset),
        }
        changes.append(Change(("lock",), lock))
    return changes


def move(
    store: Store, record: Record, lane: str, by: str, given: Mapping[str, Any]
) -> list[Change]:
    """Into a lane that people name as they like; `given` is what the card now says of its end.

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
    """No other verb may end a card so.

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
        raise LabError(f"{_already(record)} Done is final: a new record can `follow` it.")


def _already(record: Record) -> str:
    last = record.front.history[-1]
    return f"{record.id} is in `{record.lane}` since {stamp(last.at)}, moved by {last.by}."
