"""`lab block`: something is in a card's way."""

import argparse

from ..process import cards
from ..rules import writes
from .options import add_by, add_id, add_option
from .output import print_notes
from .parser import Command
from .session import begin


def arguments(command: Command) -> None:
    """Which card, and why."""
    command.describe(
        "Block a card: its time box stands still, and the board shows it first.",
        'lab block boosted-trees --why "the labels of May are missing"',
        run,
    )
    add_id(command)
    add_option(command, "--why", "TEXT", "what is in its way", required=True)
    add_by(command)


def run(typed: argparse.Namespace) -> int:
    """Something is in the way."""
    store, record, by = begin(typed)
    changes = cards.block(store, record, by, typed.why)
    done = writes.carry_out(store, record, changes, f"{record.id} was not blocked")
    print(f"{record.id} is blocked, and its time box stands still: {typed.why}")
    print_notes(done.notes)
    return 0
