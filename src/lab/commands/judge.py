"""`lab judge`: the verdict of a hypothesis, and its card's next lane."""

import argparse
import json
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING

from ..data.pipeline import is_up_to_date
from ..errors import LabError
from ..evidence.verdict import path_of
from ..evidence.words import about_opening, explained, headline
from ..process import definition, moves
from ..process.lanes import CODE_REVIEW, TEST
from ..project import Project
from ..proof.audit import of_this_change, uncommitted
from ..proof.locks import promised_texts
from ..records import files
from ..records.ballots import panel_in, read_ballots, silent
from ..records.edits import Change
from ..records.store import Record, Store, read_store
from ..records.testsets import TestSet
from ..rules import writes
from ..terminal import as_typed, style
from ..ticker import Ticker
from .options import add_by, add_id, add_json, add_option
from .output import print_json, print_notes, progress
from .parser import Command
from .session import begin

if TYPE_CHECKING:  # it loads numpy
    from ..evidence.verdict import Opening
    from ..proof.judgement import Case


def arguments(command: Command) -> None:
    """Which hypothesis."""
    command.describe(
        "Open the sealed test set: let the predict command see its rows without their target, "
        "join the labels, decide the locked criteria, write verdict.json, and move the card on to "
        "its review. A verdict is computed; nobody types it. Exit codes: 0 a verdict, 1 none, 3 "
        "the sealed files are not on this machine.",
        "lab judge boosted-trees",
        run,
    )
    add_id(command)
    add_option(command, "--panel-closed", "TEXT", "why a panel is not waited for any longer")
    add_json(command)
    add_by(command)


def run(typed: argparse.Namespace) -> int:
    """Compute the verdict of a hypothesis, write it, move the card, and say what came of it."""
    from ..proof.attempt import attempt
    from ..proof.judgement import as_promised, judged
    from ..proof.opening import keep

    store, record, by = begin(typed)
    _can_be_judged(record)
    _lock_is_committed(store, record)
    testset = as_promised(store, record)
    _see_that_it_may_move(store, record, by)
    _panel_has_voted(store, record, typed.panel_closed)
    with attempt(store, record, by) if testset.sealed else nullcontext() as hand_over:
        opening = _opened(store, record, testset, hand_over) if hand_over else None
        case = judged(store, record, by, progress, opening)
        if case.judgement.verdict is None:
            for line in explained(case.judgement):
                print(line)
            raise LabError(f"{record.id} has no verdict: fix what could not be computed.")
        if opening is not None:
            keep(Project(store.root), record)
        _write(store, record, case.text, case.judgement.verdict, by, typed.panel_closed)
    if typed.json:
        print_json(json.loads(case.text))
    else:
        _print(store, record, case, opening)
    return 0


def _opened(
    store: Store, record: Record, testset: TestSet, hand_over: Callable[[], None]
) -> "Opening":
    """Open a sealed test set, once it is sure that nothing in the way can be fixed before.

    Raises:
        LabError: it was not opened, or the predict command failed.
    """
    from ..proof.judgement import rehearsed
    from ..proof.opening import open_testset

    if not is_up_to_date(Project(store.root)):
        raise LabError(
            "the pipeline is not up to date, so the models may not be those of this source: run "
            "`uv run dvc repro`, and judge then. Nothing was opened."
        )
    with Ticker() as ticker:
        ticker.turn_to("a rehearsal on training rows")
        rehearsed(store, record, testset)
        ticker.turn_to("the models predict the held-out rows")
        opening = open_testset(store, record, testset, hand_over)
    if opening.enclosed is None:
        print("note: nothing on this system kept the predict command from the sealed files.")
    return opening


def _print(store: Store, record: Record, case: "Case", opening: "Opening | None") -> None:
    """The verdict in words, and what comes next."""
    print(style(f"{headline(case.judgement.verdict)} ({case.mode}).", "bold"))
    for reason in case.reasons:
        print(f"  exploratory because {reason}")
    print()
    for line in explained(case.judgement):
        print(line)
    print()
    if model := json.loads(case.text)["model"]:
        print(f"The model that was judged is `{model}` (train.model in params.yaml).")
    if opening is None:
        print(about_opening(opening))
    print(f"wrote {path_of(record)}; the card is in `{CODE_REVIEW}`.")
    change = of_this_change(read_store(store.root, store.now))
    if any(record.id in finding.path for finding in change):
        print("  This branch holds the lock, too: merge the lock before this verdict.")
    do = as_typed(f"lab review {record.id} --approve --learned …")
    who = "look at it once more" if store.alone else "somebody else reviews it"
    print(f"  Next: {who}: {do}")


def _can_be_judged(record: Record) -> None:
    if record.kind.code != "HYP":
        raise LabError(f"{record.id} is a {record.kind.means}; only hypotheses are judged.")
    if not record.front.lock:
        raise LabError(
            f"{record.id} is not locked: what would prove it has to be fixed first, with "
            f"`lab start {record.id}`. To look without a record: lab try."
        )
    if record.lane != TEST:
        raise LabError(f"{record.id} is in `{record.lane}`; it is judged in `{TEST}`.")


def _see_that_it_may_move(store: Store, record: Record, by: str) -> None:
    """Nothing in the way of its review is found only after the test set was opened."""
    changes = [
        Change(("outcome",), "inconclusive"),
        *moves.step(record, CODE_REVIEW, by, store),
    ]
    writes.see_that_clean(store, record, f"{record.id} was not judged", ("EVD",), changes)


def _lock_is_committed(store: Store, record: Record) -> None:
    """Git has to know the promise before the answer."""
    if missing := uncommitted(store.root, record):
        raise LabError(
            f"the {missing} of {record.id} is not committed yet, so nobody could tell that it came "
            f'first: git add {record.path} team && git commit -m "Start {record.id}", then judge.'
        )


def _panel_has_voted(store: Store, record: Record, closed: str | None) -> None:
    """Whoever is on a panel was heard, or is not waited for, for a reason."""
    ballots = read_ballots(store.root, record.folder)
    for criterion in promised_texts(record.front):
        waiting = silent(criterion, store.people, record.front.lock.at, ballots)
        if panel_in(criterion) and waiting and not closed:
            raise LabError(
                f"{', '.join(waiting)} did not vote on `{criterion}` yet: wait for "
                f'`lab vote {record.id} …`, or say why not: --panel-closed "…"'
            )


def _write(
    store: Store, record: Record, text: str, verdict: str, by: str, closed: str | None = None
) -> None:
    """The verdict beside the card, and the card in its next lane; both or neither."""
    path = store.root / path_of(record)
    before = files.read_whole(path) if path.exists() else None
    if before is None:
        files.create(path, text)
    else:
        files.replace(path, before, text)
    try:
        fresh = read_store(store.root, store.now)
        changes = [
            Change(("outcome",), verdict),
            *moves.step(record, CODE_REVIEW, by, store, closed and f"panel closed: {closed}"),
        ]
        card = fresh.find(record.id)
        more = partial(definition.inserted, record=card, store=fresh)
        done = writes.carry_out(fresh, card, changes, f"{record.id} was not judged", True, more)
    except BaseException:  # whatever it was, a verdict without its card is none
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)
        raise
    print_notes(done.notes)
