"""The verbs that change a record: each asks `rules.moves`, and says what came of it."""

import argparse
from collections.abc import Sequence

from ..errors import LabError
from ..records import files
from ..records.edits import Change
from ..records.store import Record, Store
from ..rules import clock, moves
from ..rules.lanes import CARDS, CODE_REVIEW, DONE, WORKING
from ..rules.reach import reach_of
from ..terminal import can_ask
from .using import here, print_notes, who


def start(typed: argparse.Namespace) -> int:
    """Begin a card; a hypothesis is locked."""
    project, store = here()
    record, by = store.find(typed.id), who(typed, project, store)
    done = moves.carry_out(
        store, record, moves.start(store, record, by), f"{record.id} was not started"
    )
    record = _again(store, record)
    print(f"{record.id} is in `{record.lane}`, {_box(record, store)}.")
    if record.kind.code == "HYP":
        lock = record.front.lock
        evaluation = record.front.evaluation
        print(
            f"  Locked: criteria, guardrails, seeds and time box no longer change. It took slot "
            f"{lock.slot} of {evaluation.testset}, at an error rate of {lock.alpha}."
        )
        for sentence in reach_of(store, record):
            print(f"  {sentence}.")
    print_notes(done.notes)
    return 0


def move(typed: argparse.Namespace) -> int:
    """Into another lane."""
    project, store = here()
    record, by = store.find(typed.id), who(typed, project, store)
    changes = _given(typed, record) + moves.move(store, record, typed.lane, by)
    return _moved(store, record, changes, "was not moved")


def review(typed: argparse.Namespace) -> int:
    """A reviewer's word."""
    project, store = here()
    record, by = store.find(typed.id), who(typed, project, store)
    approve = typed.changes is None
    changes, to = moves.review(store, record, by, approve, typed.changes or typed.why)
    if to == DONE:
        _ask_for_lesson(typed, record)
    return _moved(store, record, _given(typed, record) + changes, "was not reviewed")


def close(typed: argparse.Namespace) -> int:
    """Straight to done."""
    project, store = here()
    record, by = store.find(typed.id), who(typed, project, store)
    changes = moves.close(store, record, by, vars(typed))
    abandoned = not typed.outcome and not getattr(record.front, "outcome", None)
    if abandoned or (record.kind.code == "HYP" and record.lane != CODE_REVIEW):
        if typed.outcome not in (None, "abandoned"):
            raise LabError(
                f"{record.id} was not reviewed, so it can only be abandoned: leave --outcome out."
            )
        typed.outcome = "abandoned"
    if typed.outcome == "abandoned" and not typed.why and can_ask():
        typed.why = input("Why is it abandoned? ").strip() or None
        changes = moves.close(store, record, by, vars(typed))
    if typed.outcome == "abandoned" and not typed.why:
        raise LabError(f'say why it is abandoned: lab close {record.id} --why "…" --learned "…"')
    _ask_for_lesson(typed, record)
    return _moved(store, record, _given(typed, record) + changes, "was not closed")


def decide(typed: argparse.Namespace) -> int:
    """The stakeholders' decision on a report."""
    project, store = here()
    record, by = store.find(typed.id), who(typed, project, store)
    given = vars(typed)
    changes = moves.decide(store, record, by, given)
    for name in ("gate", "not_deployed", "next"):
        if given.get(name):
            changes.insert(0, Change((name,), given[name]))
    if typed.revisit_on:
        changes.insert(0, Change(("revisit_on",), typed.revisit_on))
    done = moves.carry_out(store, record, changes, f"{record.id} was not decided")
    print(f"{record.id} is decided: {typed.choice}, by {by}. Its iteration is closed.")
    print_notes(done.notes)
    return 0


def block(typed: argparse.Namespace) -> int:
    """Something is in the way."""
    project, store = here()
    record, by = store.find(typed.id), who(typed, project, store)
    done = moves.carry_out(
        store, record, moves.block(store, record, by, typed.why), f"{record.id} was not blocked"
    )
    print(f"{record.id} is blocked, and its time box stands still: {typed.why}")
    print_notes(done.notes)
    return 0


def unblock(typed: argparse.Namespace) -> int:
    """The way is free."""
    _, store = here()
    record = store.find(typed.id)
    done = moves.carry_out(
        store, record, moves.unblock(store, record), f"{record.id} was not unblocked"
    )
    record = _again(store, record)
    print(f"{record.id} is free again, in `{record.lane}`, {_box(record, store)}.")
    print_notes(done.notes)
    return 0


def prioritise(typed: argparse.Namespace) -> int:
    """The product owner's order."""
    project, store = here()
    record, by = store.find(typed.id), who(typed, project, store)
    owners = store.with_role("product owner")
    if store.people and by not in owners:
        raise LabError(
            f"{by} is no product owner, and only they set priorities "
            f"({', '.join(owners) or 'nobody yet: see team/people.yml'})."
        )
    changes = moves.prioritise(store, record, by, typed.rank, typed.concern)
    done = moves.carry_out(store, record, changes, f"{record.id} was not prioritised")
    print(f"{record.id} has priority {typed.rank}.")
    if typed.concern:
        print(f"  {record.front.owner} is asked to answer: {typed.concern}")
    print_notes(done.notes)
    return 0


AMENDABLE = {
    "timebox": "timebox",
    "prior": "prior",
    "criterion": "criteria",
    "guardrail": "guardrails",
    "believe": "story.we_believe",
    "result": "story.will_result_in",
    "value": "story.in_order_to",
    "reduces": "story.reduces",
    "testset": "evaluation.testset",
    "seed": "evaluation.seeds",
}


def amend(typed: argparse.Namespace) -> int:
    """Change openly what a start has fixed."""
    project, store = here()
    record, by = store.find(typed.id), who(typed, project, store)
    given = vars(typed)
    fields = {name: given[key] for key, name in AMENDABLE.items() if given[key] is not None}
    told = {
        "why": typed.why,
        "impact": typed.impact,
        "results_seen": typed.results_seen == "yes",
    }
    changes = moves.amend(store, record, by, fields, told)
    done = moves.carry_out(store, record, changes, f"{record.id} was not amended")
    print(f"{record.id} is amended, and the change is on record: {', '.join(fields)}.")
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
    project, store = here()
    record, by = store.find(typed.id), who(typed, project, store)
    if record.kind.code not in CARDS:
        raise LabError(f"{record.id} is a {record.kind.means}; a research log belongs to a card.")
    text = " ".join(typed.text).strip()
    if not text or text == "-":
        text = _typed_in(text)
    if not text:
        raise LabError(f'the entry is empty: lab log {record.id} "what was tried, what was seen"')
    path = moves.log_path(store, record, by)
    files.create(path, f"{text}\n")
    print(f"wrote {path.relative_to(store.root).as_posix()}")
    from ..rules.attention import MENTION

    asked = [one for one in dict.fromkeys(MENTION.findall(text)) if one != by]
    known = [one for one in asked if one in store.handles]
    if known:
        print(f"  {', '.join(known)}: asked for help; `lab status` shows it until they write here.")
    if unknown := [one for one in asked if one not in store.handles]:
        print(f"  nobody in team/people.yml is {', '.join(unknown)}: they will not be asked.")
    return 0


def _typed_in(text: str) -> str:
    """An entry from the standard input, or from a person's editor of choice: the terminal."""
    import sys

    if text == "-" or not sys.stdin.isatty():
        return sys.stdin.read().strip()
    print("What was tried, what was seen? End with an empty line.")
    lines = []
    while line := input():
        lines.append(line)
    return "\n".join(lines).strip()


def _moved(store: Store, record: Record, changes: Sequence[Change], failed: str) -> int:
    """Carry out a move, and say where the record is and what comes next."""
    done = moves.carry_out(store, record, changes, f"{record.id} {failed}")
    before, record = record.lane, _again(store, record)
    outcome = getattr(record.front, "outcome", None)
    if record.lane == before:
        said = record.front.reviews[-1]
        approved = "approved" if said.says == "approve" else "changes are asked"
        print(f"{record.id} stays in `{before}`: {approved} by {said.by}.")
    elif record.lane == DONE:
        print(f"{record.id} is done: {outcome}. Learned: {record.front.learned}")
    elif record.lane in WORKING:
        print(f"{record.id} is in `{record.lane}`, {_box(record, store)}.")
    else:
        print(f"{record.id} is in `{record.lane}`.")
    print_notes(done.notes)
    return 0


def _box(record: Record, store: Store) -> str:
    used, box = clock.days_used(record.front, store), record.front.timebox
    if record.lane not in WORKING:
        return f"with a time box of {box} working days"
    return f"day {max(used, 1)} of {box} working days"


def _given(typed: argparse.Namespace, record: Record) -> list[Change]:
    """What a verb was given to write into the card: outcome, answer, lesson."""
    changes = []
    for name in ("outcome", "answer", "not_shipped", "learned"):
        value = getattr(typed, name, None)
        if value is None:
            continue
        if not hasattr(record.front, name):
            raise LabError(f"A {record.kind.means} has no `{name}`: leave the option out.")
        changes.append(Change((name,), value))
    return changes


def _ask_for_lesson(typed: argparse.Namespace, record: Record) -> None:
    """A card is not done without a lesson; in a terminal it is asked for."""
    if typed.learned or getattr(record.front, "learned", None):
        return
    if can_ask():
        typed.learned = input("What did we learn? One sentence: ").strip() or None


def _again(store: Store, record: Record) -> Record:
    """The record as it is written now."""
    from ..records.store import parse_record

    text = files.read_whole(store.root / record.path).decode("utf-8")
    read, _ = parse_record(text.removeprefix("\ufeff").replace("\r\n", "\n"), record.path)
    return read or record
