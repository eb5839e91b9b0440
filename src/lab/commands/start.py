"""`lab start`: begin to work on a card; a hypothesis is locked."""

import argparse
from collections.abc import Sequence
from dataclasses import replace

from ..process import one_page
from ..process.lanes import ACCEPTED
from ..proof.start import start
from ..records.edits import Change
from ..records.store import Record, Store
from ..rules import writes
from .options import add_by, add_id, handles
from .parser import Command
from .session import begin
from .transition import carry_through


def arguments(command: Command) -> None:
    """Which card, and who begins."""
    command.describe(
        "Move a card from to do into its working lane. A hypothesis is locked: its story, "
        "criteria, guardrails, evaluation, prior and time box can then only be amended openly. "
        "In the light track a product owner who starts a card accepts its proposal of one page "
        "by that, and puts the card behind the others.",
        "lab start boosted-trees",
        run,
    )
    add_id(command)
    command.add_argument(
        "--agreed", metavar="HANDLES", type=handles, help="who agreed to its time box: ann,bob"
    )
    add_by(command)


def run(typed: argparse.Namespace) -> int:
    """Begin a card; a hypothesis is locked."""
    store, record, by = begin(typed)
    store, changes, prospects = _begun(store, record, by)
    if typed.agreed:
        changes = [*changes, Change(("agreed_by",), typed.agreed)]
    record = carry_through(store, record, changes, "was not started", commits=True)
    if record.kind.code == "HYP":
        lock = record.front.lock
        print(
            f"  Locked: criteria, guardrails, seeds and time box no longer change. It took slot "
            f"{lock.slot} of {record.front.evaluation.testset}, at an error rate of {lock.alpha}."
        )
        for sentence in prospects:
            print(f"  {sentence}.")
    return 0


def _begun(store: Store, record: Record, by: str) -> tuple[Store, Sequence[Change], Sequence[str]]:
    """A start, what a product owner agrees to by it, and the project in which it may stand."""
    failed = f"{record.id} was not started"
    accepted = one_page.acceptance(store, record, by)
    ahead = store
    if accepted:
        page = writes.see_that_it_may_stand(store, *accepted, failed, commits=True)
        ahead = replace(store, records={**store.records, page.id: page})
    begun = start(ahead, record, by)
    ranked = one_page.priority(store, record, by)
    changes = [*ranked, *begun.changes]
    if accepted:
        writes.see_that_it_may_stand(ahead, record, changes, failed, commits=True)
        writes.carry_out(store, *accepted, failed, commits=True)
        print(f"{accepted[0].id} is in `{ACCEPTED}`.")
    if ranked:
        print(f"{record.id} has priority {ranked[0].value['rank']}.")
    return ahead, changes, begun.prospects
