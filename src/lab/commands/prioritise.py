"""`lab prioritise`: the product owner's order."""

import argparse

from ..process import cards
from ..rules import writes
from .options import add_by, add_id, add_option, rank
from .output import print_notes
from .parser import Command
from .session import begin


def arguments(command: Command) -> None:
    """Which rank, and what the product owner worries about."""
    command.describe(
        "Set the priority of a card; 1 comes first. Only a product owner does. A concern is "
        "written into the card for its owner to answer.",
        'lab prioritise boosted-trees 1 --concern "May doctors see the score?"',
        run,
    )
    add_id(command)
    command.add_argument("rank", metavar="RANK", type=rank, help="1 comes first")
    add_option(command, "--concern", "TEXT", "a business concern")
    add_by(command)


def run(typed: argparse.Namespace) -> int:
    """The product owner's order."""
    store, record, by = begin(typed)
    changes = cards.prioritise(store, record, by, typed.rank, typed.concern)
    done = writes.carry_out(store, record, changes, f"{record.id} was not prioritised")
    print(f"{record.id} has priority {typed.rank}.")
    if typed.concern:
        print(f"  {record.front.owner} is asked to answer: {typed.concern}")
    print_notes(done.notes)
    return 0
