"""`lab review`: a reviewer approves, or asks for changes."""

import argparse

from ..process import reviews
from ..process.iterations import touched_by
from ..process.lanes import ACCEPTED, DONE
from .options import add_by, add_ending_options, add_id, add_option
from .parser import Command
from .session import begin
from .transition import ask_for_lesson, carry_through


def arguments(command: Command) -> None:
    """Approval, or what has to change."""
    command.describe(
        "Say of a card in a review lane, or of a draft, that it may go on, or what has to change "
        "(one lane back). Cards are reviewed by others than their owner.",
        'lab review boosted-trees --changes "the log does not say which depth"',
        run,
    )
    add_id(command)
    says = command.add_mutually_exclusive_group(required=True)
    says.add_argument("--approve", action="store_true", help="it may go on")
    add_option(says, "--changes", "TEXT", "what has to change")
    add_option(command, "--why", "TEXT", "a word about it")
    add_ending_options(command)
    add_by(command)


def run(typed: argparse.Namespace) -> int:
    """A reviewer's word."""
    store, record, by = begin(typed)
    approve, why = typed.changes is None, typed.changes or typed.why
    if reviews.after_review(store, record, by, approve, vars(typed)) == DONE:
        ask_for_lesson(typed, record)
    changes = reviews.review(store, record, by, approve, why, vars(typed))
    done = carry_through(store, record, changes, "was not reviewed", commits=approve)
    if record.kind.code == "REQ" and done.lane == ACCEPTED:
        for proposal in touched_by(done, store):
            print(f"  {proposal.id} is open on what it replaces: look at it again.")
    return 0
