"""`lab unblock`: a card's way is free."""

import argparse

from ..process import cards
from ..rules import writes
from .options import add_by, add_id
from .output import print_notes
from .parser import Command
from .session import begin
from .transition import box_of


def arguments(command: Command) -> None:
    """Which card."""
    command.describe("Unblock a card: its time box runs on.", "lab unblock boosted-trees", run)
    add_id(command)
    add_by(command)


def run(typed: argparse.Namespace) -> int:
    """The way is free."""
    store, record, _ = begin(typed)
    changes = cards.unblock(store, record)
    done = writes.carry_out(store, record, changes, f"{record.id} was not unblocked")
    print(f"{record.id} is free again, in `{record.lane}`, {box_of(done.record, store)}.")
    print_notes(done.notes)
    return 0
