"""`lab decide`: the stakeholders' decision on a report."""

import argparse
from typing import get_args

from ..process import endings
from ..records.kinds import Choice
from ..rules import writes
from .options import add_by, add_id, add_option, day
from .output import print_notes
from .parser import Command
from .session import begin


def arguments(command: Command) -> None:
    """The choice, its reason, and what follows from it."""
    command.describe(
        "Write the stakeholders' decision into a report and accept it.",
        'lab decide first-triage pivot --gate "not passed" --because "recall is unclear"',
        run,
    )
    add_id(command)
    command.add_argument("choice", choices=get_args(Choice))
    add_option(command, "--because", "TEXT", "why, in a sentence", required=True)
    command.add_argument("--gate", choices=("passed", "not passed"), help="how the gate fell")
    add_option(command, "--next", "TEXT", "the question for the next iteration")
    add_option(command, "--not-deployed", "TEXT", "why a good model does not ship")
    command.add_argument(
        "--revisit-on", metavar="DAY", type=day, help="when to look again: 2027-03-01"
    )
    add_by(command)


def run(typed: argparse.Namespace) -> int:
    """The stakeholders' decision on a report."""
    store, record, by = begin(typed)
    changes = endings.decide(store, record, by, vars(typed))
    done = writes.carry_out(store, record, changes, f"{record.id} was not decided", True)
    print(f"{record.id} is decided: {typed.choice}, by {by}. Its iteration is closed.")
    print_notes(done.notes)
    return 0
