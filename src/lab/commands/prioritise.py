"""`lab prioritise`: the product owner's order."""

import argparse
from collections.abc import Sequence

from ..errors import LabError
from ..process import cards
from ..records.edits import Change
from ..records.store import Record, Store
from ..rules import writes
from ..rules.writes import Done
from .options import add_by, add_id, add_option, rank
from .output import print_notes
from .parser import Command
from .session import begin


def arguments(command: Command) -> None:
    """Which rank, and what the product owner worries about."""
    command.describe(
        "Set the priority of a card; 1 comes first, and cards that would tie make room. Only a "
        "product owner does. A concern is written into the card; its owner has to answer it "
        "(lab answer) before the card is done.",
        'lab prioritise boosted-trees 1 --concern "May doctors see the score?"',
        run,
    )
    add_id(command)
    command.add_argument("rank", metavar="RANK", type=rank, nargs="?", help="1 comes first")
    add_option(command, "--before", "ID", "instead of RANK: the card that comes next")
    add_option(command, "--concern", "TEXT", "a business concern")
    add_by(command)


def run(typed: argparse.Namespace) -> int:
    """The product owner's order."""
    store, record, by = begin(typed)
    if (typed.rank is None) == (typed.before is None):
        raise LabError(f"say which place: lab prioritise {record.id} RANK, or --before ID")
    rank = typed.rank or cards.rank_before(store.find(typed.before))
    changes = cards.prioritise(store, record, by, rank, typed.concern)
    done = put(store, record, by, rank, changes)
    print(f"{record.id} has priority {rank}.")
    if typed.concern:
        print(f"  {record.front.owner} is asked to answer: {typed.concern}")
    print_notes(done.notes)
    return 0


def put(store: Store, record: Record, by: str, rank: int, changes: Sequence[Change]) -> Done:
    """Put a card in its place, and let those make room that would tie.

    Raises:
        LabError: a rule forbids it; nothing was changed.
    """
    failed = f"{record.id} was not prioritised"
    writes.see_that_it_may_stand(store, record, changes, failed)
    for other, place in cards.shifted(store, record, rank):
        priority = {"rank": place, "by": by, "at": store.now}
        writes.carry_out(store, other, [Change(("priority",), priority)], failed)
        print(f"  {other.id} makes room: {place}.")
    return writes.carry_out(store, record, changes, failed)
