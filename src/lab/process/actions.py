"""Actions of retros: they come back until somebody says what became of them."""

from collections.abc import Iterator

from ..errors import LabError
from ..records.edits import Change
from ..records.kinds import Action
from ..records.store import Record, Store
from .lanes import ACCEPTED


def open_actions(store: Store) -> Iterator[tuple[Record, int, Action]]:
    """What retros have agreed on and nobody has done yet: the retro, the number, the action."""
    for record in store.of("RET"):
        if record.lane == ACCEPTED:
            for number, action in enumerate(record.front.actions, start=1):
                if action.state == "open":
                    yield record, number, action


def closed(record: Record, number: int | None, state: str, result: str) -> list[Change]:
    """What became of an action.

    Args:
        record: the retro.
        number: of the action, from 1; None for the only one that is open.
        state: done or dropped.
        result: what came of it, or why it was dropped.

    Raises:
        LabError: it is no retro, or has no such action.
    """
    if record.kind.code != "RET":
        raise LabError(f"{record.id} is a {record.kind.means}; actions belong to retros.")
    actions = record.front.actions
    waiting = [place for place, action in enumerate(actions) if action.state == "open"]
    if number is None and len(waiting) != 1:
        shown = "".join(f"\n    {place + 1}: {actions[place].what}" for place in waiting)
        raise LabError(f"{record.id} has {len(waiting)} open actions: say which one.{shown}")
    place = waiting[0] if number is None else number - 1
    if not 0 <= place < len(actions):
        raise LabError(f"{record.id} has no action {number}, only {len(actions)}.")
    return [
        Change(("actions", place, "state"), state),
        Change(("actions", place, "result"), result),
    ]
