"""A record that moves: the change is carried out, and said is where it is now."""

import argparse
from collections.abc import Sequence
from functools import partial

from ..process import clock, definition, reviews
from ..process.lanes import DONE, REVIEWS
from ..records.edits import Change
from ..records.store import Record, Store
from ..rules import writes
from ..terminal import can_ask, clean
from .output import print_notes
from .questions import ask


def carry_through(
    store: Store, record: Record, changes: Sequence[Change], failed: str, commits: bool = False
) -> Record:
    """Carry out a move, say where the record is now, and give it as it is written."""
    more = None
    if record.lane not in REVIEWS and any(step_into(change) in REVIEWS for change in changes):
        more = partial(definition.inserted, record=record, store=store)
    done = writes.carry_out(store, record, changes, f"{record.id} {failed}", commits, more)
    print(whereabouts(store, done.record, record.lane))
    print_notes(done.notes)
    return done.record


def step_into(change: Change) -> str | None:
    """The lane that a change leads into, if it is a step."""
    return change.value["to"] if change.place == ("history",) else None


def whereabouts(store: Store, record: Record, before: str) -> str:
    """Where a record is after a move."""
    if record.lane == before:
        return f"{record.id} stays in `{before}`: {_last_review(store, record)}."
    if record.lane == DONE:
        front = record.front
        return f"{record.id} is done: {front.outcome}. Learned: {clean(front.learned or '-')}"
    if clock.box_runs(record.front):
        return f"{record.id} is in `{record.lane}`, {box_of(record, store)}."
    return f"{record.id} is in `{record.lane}`."


def _last_review(store: Store, record: Record) -> str:
    """What the last reviewer said, and who is waited for."""
    review = record.front.reviews[-1]
    if review.says == "changes":
        return f"{review.by} asks {record.front.owner} for changes"
    given, needed = len(reviews.approvals(record)), reviews.approvals_needed(store)
    others = " or ".join(reviews.may_approve(store, record))
    return f"approved by {review.by}, {given} of {needed}; it waits for {others}"


def box_of(record: Record, store: Store) -> str:
    """How far a time box is used up."""
    used, box = clock.days_used(record.front, store), record.front.timebox
    if not clock.box_runs(record.front):
        return f"with a time box of {box} working days"
    return f"day {max(used, 1)} of {box} working days"


def ask_for_lesson(typed: argparse.Namespace, record: Record) -> None:
    """A card is not done without a lesson; in a terminal it is asked for."""
    known = typed.learned or getattr(record.front, "learned", None)
    if not known and can_ask():
        typed.learned = ask("What did we learn? One sentence: ")
