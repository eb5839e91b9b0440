"""REC: who a record names, and when."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from ..process.links import EVERY
from ..records.lines import Place
from ..records.store import Record, Store
from .registry import Found, rule


@rule("REC014", *EVERY, remedy="Add the person to team/people.yml, or correct the handle.")
def handles(record: Record, store: Store) -> Iterator[Found]:
    """Every handle belongs to somebody in team/people.yml.

    A card owned by a misspelt name is owned by nobody.
    """
    known = store.handles
    front = record.front
    if not known:
        return
    if front.owner not in known:
        yield Found(f"nobody has the handle {front.owner}", ("owner",))
    for number, step in enumerate(front.history):
        if step.by not in known:
            yield Found(f"nobody has the handle {step.by}", ("history", number, "by"))
    for name in (
        *("reviews", "blocked", "concerns", "amendments", "steps", "monitors", "actions"),
        "ladder",
    ):
        for number, part in enumerate(getattr(front, name, ())):
            key = "by" if hasattr(part, "by") else "owner"
            if (handle := getattr(part, key)) not in known:
                yield Found(f"nobody has the handle {handle}", (name, number, key))
    for name in ("priority", "lock", "decision", "stopped"):
        handle = getattr(getattr(front, name, None), "by", None)
        if handle and handle not in known:
            yield Found(f"nobody has the handle {handle}", (name, "by"))
    present: dict[Place, Sequence[str]] = {
        (name,): getattr(front, name, ()) for name in ("attendance", "agreed_by")
    }
    for name in ("design_session", "reviewed"):
        present[name, "attended"] = getattr(getattr(front, name, None), "attended", ())
    for place, handles in present.items():
        for number, handle in enumerate(handles):
            if handle not in known:
                yield Found(f"nobody has the handle {handle}", (*place, number))


@rule("REC019", *EVERY, remedy="Correct who or when; team/people.yml says who was here.")
def on_the_team_then(record: Record, store: Store) -> Iterator[Found]:
    """Whoever did something was on the team on that day.

    People come and go, and what they decided stays decided. Nobody decides for a time in which
    they were not here.
    """
    for at, entry in _deeds(record.front):
        person = store.handles.get(entry.by)
        if person and not person.holds(entry.at):
            yield Found(f"{entry.by} was not on the team on {entry.at:%Y-%m-%d}", (*at, "by"))


def _deeds(front: Any) -> Iterator[tuple[Place, Any]]:
    """What somebody did at a time, in the order of the front matter."""
    for name in ("history", "reviews", "blocked", "concerns", "amendments", "ladder"):
        for number, entry in enumerate(getattr(front, name, ())):
            yield (name, number), entry
    for name in ("priority", "lock", "stopped"):
        if entry := getattr(front, name, None):
            yield (name,), entry


@rule("REC015", *EVERY, remedy="Correct the time: UTC, in order, and not in the future.")
def times(record: Record, store: Store) -> Iterator[Found]:
    """Times are in order, and none lies in the future.

    Ages, time boxes and the order of lock and result are read from them.
    """
    front = record.front
    previous = front.created
    for number, step in enumerate(front.history):
        if step.at < previous:
            before = "the one before it" if number else "`created`"
            yield Found(f"entry {number + 1} is older than {before}", ("history", number, "at"))
        previous = step.at
    tomorrow = store.now + timedelta(hours=1)
    if previous > tomorrow:
        yield Found("the last entry lies in the future", ("history", len(front.history) - 1, "at"))
    elif front.created > tomorrow:
        yield Found("`created` lies in the future", ("created",))
    for at, moment in _moments(front):
        if moment and moment > tomorrow:
            yield Found(f"`{at[0]}` holds a time in the future", at)
    for number, block in enumerate(getattr(front, "blocked", ())):
        if block.until and block.until < block.at:
            yield Found("a block ends before it begins", ("blocked", number, "until"))
    back = getattr(front, "reverted_at", None)
    if back and back < front.noticed_at:
        yield Found("users were back before it was noticed", ("reverted_at",))


def _moments(front: Any) -> Iterator[tuple[Place, datetime | None]]:
    """The times of what has happened to a record, beside its history."""
    for name in ("reviews", "blocked", "concerns", "amendments", "ladder"):
        for number, part in enumerate(getattr(front, name, ())):
            yield (name, number, "at"), part.at
            if name == "blocked":
                yield (name, number, "until"), part.until
    for name in ("priority", "lock", "realised", "stopped"):
        if part := getattr(front, name, None):
            yield (name, "at"), part.at
    if decision := getattr(front, "decision", None):
        yield ("decision", "on"), decision.on
    for name in ("noticed_at", "reverted_at"):
        yield (name,), getattr(front, name, None)
