"""`lab action`: what became of an action of a retro."""

import argparse

from ..process import actions
from ..rules import writes
from .options import add_by, add_id, add_option, rank
from .output import print_notes
from .parser import Command
from .session import begin


def arguments(command: Command) -> None:
    """Which action, and what became of it."""
    command.describe(
        "Say what became of an action of a retro. Until then it comes back: in lab status, and at "
        "the head of the next retro.",
        'lab action november 2 --done "The export runs at night now."',
        run,
    )
    add_id(command)
    command.add_argument("number", metavar="N", type=rank, nargs="?", help="which, of several")
    became = command.add_mutually_exclusive_group(required=True)
    add_option(became, "--done", "TEXT", "what came of it")
    add_option(became, "--dropped", "TEXT", "why it is no longer needed")
    add_by(command)


def run(typed: argparse.Namespace) -> int:
    """Close an action."""
    store, record, _ = begin(typed)
    state = "done" if typed.done else "dropped"
    result = typed.done or typed.dropped
    changes = actions.closed(record, typed.number, state, result)
    done = writes.carry_out(store, record, changes, f"the action of {record.id} was not closed")
    action = done.record.front.actions[changes[0].place[1]]
    print(f"{state}: {action.what}")
    print(f"  {result}")
    print_notes(done.notes)
    return 0
