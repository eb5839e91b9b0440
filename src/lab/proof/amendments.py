"""Changing openly what a start has fixed."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from ..errors import LabError
from ..process.lanes import TO_DO
from ..process.moves import must_be_open
from ..records.edits import Change, change
from ..records.finding import RefusedError
from ..records.record import parse_record
from ..records.store import Record, Store
from . import locks


def amend(
    store: Store, record: Record, by: str, fields: Mapping[str, Any], given: Mapping[str, Any]
) -> list[Change]:
    """Change openly what a start has fixed.

    Args:
        store: the project.
        record: a card that was started.
        by: who amends.
        fields: the new values, by place: `timebox`, `criteria`, `story.we_believe`.
        given: why, impact, results_seen.

    Raises:
        LabError: nothing changes, or the card is not in work.
    """
    must_be_open(record)
    if record.lane == TO_DO:
        raise LabError(
            f"{record.id} is in `{TO_DO}`: nothing is locked yet, so simply edit {record.path}."
        )
    was: dict[str, Any] = {}
    changes = []
    for name, value in fields.items():
        place = tuple(name.split("."))
        if not hasattr(record.front, place[0]):
            raise LabError(f"A {record.kind.means} has no `{place[0]}` that could be amended.")
        if _value_at(record.front, place) != value:
            was.setdefault(place[0], _plain(record.front, place[0]))
            changes.append(Change(place, value))
    if not changes:
        raise LabError("nothing would change: say what to amend, for example --timebox 8.")
    entry = {
        "at": store.now,
        "by": by,
        "why": given["why"],
        "impact": given["impact"],
        "results_seen": given["results_seen"],
        "was": was,
    }
    if record.kind.code == "HYP":
        entry |= _promise_after(store, record, changes)
    return [*changes, Change(("amendments",), entry, "append")]


def _promise_after(store: Store, record: Record, changes: Sequence[Change]) -> dict[str, Any]:
    """What an amendment promises: the digest of all fields, and the terms that it brings in."""
    text = change((store.root / record.path).read_text("utf-8"), changes)
    changed, faults = parse_record(text, record.path)
    if changed is None:
        raise RefusedError(f"{record.id} was not amended", faults)
    promise: dict[str, Any] = {"digest": locks.digest(changed.front)}
    testset = store.testsets.get(changed.front.evaluation.testset)
    if record.front.lock is None or record.front.lock.terms is None or testset is None:
        return promise
    from .terms import terms_of, terms_promised

    then, now = terms_promised(record.front), terms_of(store.root, changed, testset)
    moved = changed.front.evaluation.testset != record.front.evaluation.testset
    new = {name: now[name] for name in now if name not in then or (moved and name == "testset")}
    return promise | ({"terms": new} if new else {})


def _plain(front: Any, name: str) -> Any:
    return msgspec.to_builtins(getattr(front, name))


def _value_at(front: Any, place: Sequence[Any]) -> Any:
    value = _plain(front, place[0])
    for part in place[1:]:
        value = value.get(part) if isinstance(value, dict) else None
    return value
