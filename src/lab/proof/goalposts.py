"""Goalposts: when a hypothesis was promised, changed and decided, and which commits hold that."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ..evidence.verdict import Verdict
from ..records.store import Record
from .history import Past
from .promises import Kept


@dataclass(frozen=True)
class Goalpost:
    """One moment: what happened, who did it, why, and the commit that first held it.

    `commit` is None where git does not hold it yet, or nothing is known of git.
    """

    what: str
    at: datetime
    by: str
    why: str | None = None
    commit: str | None = None
    results_seen: bool = False


def goalposts(record: Record, verdict: Verdict | None, past: Past | None) -> list[Goalpost]:
    """The moments of a hypothesis in their order."""
    return sorted(_moments(record, verdict, past), key=lambda one: one.at)


def _moments(record: Record, verdict: Verdict | None, past: Past | None) -> Iterator[Goalpost]:
    card = record.front
    kept = Kept(past, record.path) if past and card.lock else None
    yield Goalpost("written", card.created, card.history[0].by)
    if card.lock:
        where = kept.locked.where if kept and kept.locked else None
        yield Goalpost("locked", card.lock.at, card.lock.by, commit=_commit(where))
    for one in card.amendments:
        first = (read for read in kept.read if one in read.promise.amendments) if kept else ()
        where = next((read.where for read in first), None)
        why = f"{one.why} Impact: {one.impact}"
        yield Goalpost("amended", one.at, one.by, why, _commit(where), one.results_seen)
    if verdict:
        where = kept.judged.where if kept and kept.judged else None
        yield Goalpost("judged", verdict.at, verdict.by, verdict.verdict, _commit(where))
    for review in card.reviews:
        what = "approved" if review.says == "approve" else "changes asked for"
        yield Goalpost(what, review.at, review.by, review.why)
    if card.outcome and card.history[-1].to == "done":
        last = card.history[-1]
        yield Goalpost("closed", last.at, last.by, last.why or card.not_shipped)


def _commit(where: str | None) -> str | None:
    """The commit in the words of the history; the work tree and a branch are none yet."""
    found = (where or "").removeprefix("in ")
    return found if found and all(one in "0123456789abcdef" for one in found) else None
