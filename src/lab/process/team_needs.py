"""What the team has promised itself: retros, their actions, exceptions that end."""

from collections.abc import Iterator
from datetime import timedelta

from ..records.store import Store
from . import clock
from .actions import open_actions
from .need import Need


def retro(store: Store) -> Iterator[Need]:
    """A retro, when it is time for one."""
    due = clock.retro_due(store)
    if due and store.now > due:
        yield Need("a retro is due", tuple(store.present()), due, "team/retros", 'lab new RET "…"')


def actions(store: Store) -> Iterator[Need]:
    """Actions of retros whose day has come; they come back until somebody says what became."""
    for record, number, action in open_actions(store):
        if action.due <= store.now:
            do = f'lab action {record.id} {number} --done "…"'
            yield Need(f"action: {action.what}", (action.owner,), action.due, record.id, do)


def waivers(store: Store) -> Iterator[Need]:
    """Exceptions that end within a week, or have ended."""
    for waiver in store.waivers:
        if waiver.until <= store.now + timedelta(days=7):
            ends = "ends" if waiver.until > store.now else "ended"
            what = f"the waiver of {waiver.rule} {ends} on {waiver.until:%Y-%m-%d}"
            since = min(waiver.until, store.now)
            yield Need(what, (waiver.owner,), since, waiver.record, "fix what was waived")
