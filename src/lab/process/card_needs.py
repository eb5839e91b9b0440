"""What cards on the board ask for: time, help, answers, votes."""

import re
from collections.abc import Iterator
from datetime import datetime

from ..errors import LabError
from ..records.ballots import panel_in, read_ballots, silent
from ..records.research_log import logged, read_log
from ..records.store import Store
from . import clock
from .lanes import TEST
from .moves import onwards
from .need import Need, begin_of, of_owner, open_cards

MENTION = re.compile(r"(?<![\w@/.])@([A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?)")


def over_box(store: Store) -> Iterator[Need]:
    """Cards whose time box is over."""
    for record in open_cards(store):
        over = clock.over_since(record.front, store) if clock.box_runs(record.front) else None
        if over:
            used, box = clock.days_used(record.front, store), record.front.timebox
            what = f"time box is over: day {used} of {box}"
            ways = f"lab amend {record.id} --timebox N, or lab close {record.id}"
            yield of_owner(record, store, what, begin_of(over), f"{onwards(record)}, {ways}")


def troubles(store: Store) -> Iterator[Need]:
    """What is in a card's way, and concerns about it that nobody has answered."""
    for record in open_cards(store):
        for block in record.front.blocked:
            if block.until is None:
                what = f"blocked: {block.why}"
                yield of_owner(record, store, what, block.at, f"lab unblock {record.id}")
        for concern in record.front.concerns:
            if not concern.answer:
                what = f"concern of {concern.by}: {concern.what}"
                do = f'lab answer {record.id} "…"'
                yield of_owner(record, store, what, concern.at, do)


def questions(store: Store) -> Iterator[Need]:
    """Who was asked for help in a log, and has not written there since."""
    for record in open_cards(store):
        asked: dict[str, datetime] = {}
        for name in record.log:
            if not (entry := logged(name)):
                continue
            at, author = entry
            asked.pop(author, None)
            for handle in MENTION.findall(read_log(record, store, name)):
                if handle in store.present() and handle != author:
                    asked.setdefault(handle, at)
        for handle, at in asked.items():
            what, do = "was asked for help in the log", f'lab log {record.id} "…"'
            yield Need(what, (handle,), at, record.id, do, called=True)


def votes(store: Store) -> Iterator[Need]:
    """Who is on a panel that a started hypothesis asks, and did not vote yet."""
    for record in open_cards(store):
        if record.kind.code != "HYP" or record.lane != TEST or not record.front.lock:
            continue
        for criterion in (*record.front.criteria, *record.front.guardrails):
            if panel_in(criterion) is None:
                continue
            since = record.front.lock.at
            try:
                ballots = read_ballots(store.root, record.folder)
            except LabError:
                continue  # whoever votes or judges is told
            waiting = silent(criterion, store.people, since, ballots)
            who = tuple(handle for handle in store.present() if handle in waiting)
            if who:
                do = f"lab vote {record.id} yes|no"
                yield Need(f"has to be voted on: {criterion}", who, since, record.id, do)
