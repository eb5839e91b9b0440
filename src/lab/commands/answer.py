"""`lab answer`: the answer to a concern of the product owner."""

import argparse

from ..process import cards
from ..rules import writes
from .options import add_by, add_id, one_line, rank
from .output import print_notes
from .parser import Command
from .session import begin


def arguments(command: Command) -> None:
    """Which card, which concern, and what is said to it."""
    command.describe(
        "Answer a concern about a card. A card with an open concern does not go to done.",
        'lab answer boosted-trees "No, only the order of their list changes."',
        run,
    )
    add_id(command)
    command.add_argument("text", metavar="TEXT", type=one_line, help="the answer")
    command.add_argument("--number", metavar="N", type=rank, help="which concern, of several")
    add_by(command)


def run(typed: argparse.Namespace) -> int:
    """Answer a concern."""
    store, record, _ = begin(typed)
    changes = cards.answer(record, typed.number, typed.text)
    done = writes.carry_out(store, record, changes, f"{record.id} was not answered for")
    concern = done.record.front.concerns[changes[0].place[1]]
    print(f"{concern.by} asked: {concern.what}")
    print(f"  The answer is on the card: {typed.text}")
    print_notes(done.notes)
    return 0
