"""The verbs that change a record: each asks the rules for its changes, and says what came of it."""

import argparse
import sys
from collections.abc import Sequence

from ..errors import LabError
from ..process import cards as in_lane
from ..process import clock, moves
from ..process import endings as closing
from ..process import reviews as reviewing
from ..process.lanes import CARDS, DONE
from ..proof import amendments as amending
from ..proof.reach import reach_of
from ..proof.start import start as start_of_work
from ..records import files
from ..records.edits import Change
from ..records.store import Record, Store, described
from ..rules import writes as writing
from ..terminal import can_ask, clean, clean_lines
from .asking import ask
from .places import AMENDABLE
from .using import begin, print_notes


def start(typed: argparse.Namespace) -> int:
    """Begin a card; a hypothesis is locked."""
    store, record, by = begin(typed)
    record = _changed(store, record, start_of_work(store, record, by), "was not started")
    if record.kind.code == "HYP":
        lock = record.front.lock
        print(
            f"  Locked: criteria, guardrails, seeds and time box no longer change. It took slot "
            f"{lock.slot} of {record.front.evaluation.testset}, at an error rate of {lock.alpha}."
        )
        for sentence in reach_of(store, record):
            print(f"  {sentence}.")
    return 0


def move(typed: argparse.Namespace) -> int:
    """Into another lane."""
    store, record, by = begin(typed)
    changes = moves.move(store, record, typed.lane, by, vars(typed), start_of_work)
    _changed(store, record, changes, "was not moved")
    return 0


def review(typed: argparse.Namespace) -> int:
    """A reviewer's word."""
    store, record, by = begin(typed)
    approve, why = typed.changes is None, typed.changes or typed.why
    if reviewing.after_review(store, record, by, approve, vars(typed)) == DONE:
        _ask_for_lesson(typed, record)
    changes = reviewing.review(store, record, by, approve, why, vars(typed))
    _changed(store, record, changes, "was not reviewed")
    return 0


def close(typed: argparse.Namespace) -> int:
    """Straight to done."""
    store, record, by = begin(typed)
    if closing.abandons(record, vars(typed)) and not typed.why and can_ask():
        typed.why = ask("Why is it abandoned? ")
    changes = closing.close(store, record, by, vars(typed))
    if not typed.learned:
        _ask_for_lesson(typed, record)
        changes = closing.close(store, record, by, vars(typed))
    _changed(store, record, changes, "was not closed")
    return 0


def decide(typed: argparse.Namespace) -> int:
    """The stakeholders' decision on a report."""
    store, record, by = begin(typed)
    changes = closing.decide(store, record, by, vars(typed))
    done = writing.carry_out(store, record, changes, f"{record.id} was not decided")
    print(f"{record.id} is decided: {typed.choice}, by {by}. Its iteration is closed.")
    print_notes(done.notes)
    return 0


def block(typed: argparse.Namespace) -> int:
    """Something is in the way."""
    store, record, by = begin(typed)
    changes = in_lane.block(store, record, by, typed.why)
    done = writing.carry_out(store, record, changes, f"{record.id} was not blocked")
    print(f"{record.id} is blocked, and its time box stands still: {typed.why}")
    print_notes(done.notes)
    return 0


def unblock(typed: argparse.Namespace) -> int:
    """The way is free."""
    store, record, _ = begin(typed)
    changes = in_lane.unblock(store, record)
    done = writing.carry_out(store, record, changes, f"{record.id} was not unblocked")
    print(f"{record.id} is free again, in `{record.lane}`, {_box(done.record, store)}.")
    print_notes(done.notes)
    return 0


def prioritise(typed: argparse.Namespace) -> int:
    """The product owner's order."""
    store, record, by = begin(typed)
    changes = in_lane.prioritise(store, record, by, typed.rank, typed.concern)
    done = writing.carry_out(store, record, changes, f"{record.id} was not prioritised")
    print(f"{record.id} has priority {typed.rank}.")
    if typed.concern:
        print(f"  {record.front.owner} is asked to answer: {typed.concern}")
    print_notes(done.notes)
    return 0


def amend(typed: argparse.Namespace) -> int:
    """Change openly what a start has fixed."""
    store, record, by = begin(typed)
    given = vars(typed)
    fields = {name: given[key] for key, name in AMENDABLE.items() if given[key] is not None}
    told = {"why": typed.why, "impact": typed.impact, "results_seen": typed.results_seen == "yes"}
    changes = amending.amend(store, record, by, fields, told)
    done = writing.carry_out(store, record, changes, f"{record.id} was not amended")
    amended = [".".join(map(str, one.place)) for one in changes[:-1]]
    print(f"{record.id} is amended, and the change is on record: {described(amended)}.")
    if record.kind.code == "HYP":
        print(
            "  Results had been seen: whatever it shows from now on is exploratory."
            if told["results_seen"]
            else "  No results had been seen: its verdict can still be confirmatory."
        )
    print_notes(done.notes)
    return 0


def log(typed: argparse.Namespace) -> int:
    """A new entry of a research log."""
    store, record, by = begin(typed)
    if record.kind.code not in CARDS:
        raise LabError(f"{record.id} is a {record.kind.means}; a research log belongs to a card.")
    text = " ".join(typed.text).strip()
    text = _entry(_typed_in(text) if text in ("", "-") else text)
    if not text:
        raise LabError(f'the entry is empty: lab log {record.id} "what was tried, what was seen"')
    path = in_lane.log_path(store, record, by)
    files.create(path, f"{text}\n")
    print(f"wrote {path.relative_to(store.root).as_posix()}")
    _say_who_is_asked(text, by, store)
    return 0


def _entry(text: str) -> str:
    """A text as it can be written.

    Raises:
        LabError: it is not UTF-8.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        raise LabError("the entry is not UTF-8: nothing was written.") from None
    return clean_lines(text).strip()


def _say_who_is_asked(text: str, by: str, store: Store) -> None:
    from ..process.attention import MENTION

    asked = [one for one in dict.fromkeys(MENTION.findall(text)) if one != by]
    known = [one for one in asked if one in store.handles]
    if known:
        print(f"  {described(known)}: asked for help; `lab status` shows it until they write here.")
    if unknown := [one for one in asked if one not in store.handles]:
        print(f"  nobody in team/people.yml is {described(unknown)}: they will not be asked.")


def _typed_in(text: str) -> str:
    """An entry from the standard input, or line by line from a person at the terminal."""
    if text == "-" or not sys.stdin.isatty():
        try:
            return sys.stdin.read()
        except UnicodeDecodeError:
            raise LabError("the entry is not UTF-8: nothing was written.") from None
    print("What was tried, what was seen? End with an empty line.")
    lines = []
    try:
        while line := input():
            lines.append(line)
    except EOFError:  # Ctrl-D ends it, too
        pass
    return "\n".join(lines)


def _changed(store: Store, record: Record, changes: Sequence[Change], failed: str) -> Record:
    """Carry out a move, say where the record is now, and give it as it is written."""
    done = writing.carry_out(store, record, changes, f"{record.id} {failed}")
    print(_where(store, done.record, record.lane))
    print_notes(done.notes)
    return done.record


def _where(store: Store, record: Record, before: str) -> str:
    """Where a record is after a move."""
    if record.lane == before:
        return f"{record.id} stays in `{before}`: {_said_last(store, record)}."
    if record.lane == DONE:
        front = record.front
        return f"{record.id} is done: {front.outcome}. Learned: {clean(front.learned or '-')}"
    if clock.box_runs(record.front):
        return f"{record.id} is in `{record.lane}`, {_box(record, store)}."
    return f"{record.id} is in `{record.lane}`."


def _said_last(store: Store, record: Record) -> str:
    """What the last reviewer said, and who is waited for."""
    said = record.front.reviews[-1]
    if said.says == "changes":
        return f"{said.by} asks {record.front.owner} for changes"
    given, needed = len(reviewing.approvals(record)), reviewing.approvals_needed(store)
    others = " or ".join(reviewing.may_approve(store, record))
    return f"approved by {said.by}, {given} of {needed}; it waits for {others}"


def _box(record: Record, store: Store) -> str:
    used, box = clock.days_used(record.front, store), record.front.timebox
    if not clock.box_runs(record.front):
        return f"with a time box of {box} working days"
    return f"day {max(used, 1)} of {box} working days"


def _ask_for_lesson(typed: argparse.Namespace, record: Record) -> None:
    """A card is not done without a lesson; in a terminal it is asked for."""
    known = typed.learned or getattr(record.front, "learned", None)
    if not known and can_ask():
        typed.learned = ask("What did we learn? One sentence: ")
