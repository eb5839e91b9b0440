"""`lab rollout`: widen, hold or take back a rollout, step by step."""

import argparse

from ..process import ladder
from ..rules import writes
from .options import add_by, add_id, add_option
from .output import print_notes
from .parser import Command
from .session import begin

DID = {"widen": "widened", "hold": "held", "revert": "reverted"}


def arguments(command: Command) -> None:
    """What is done, and why."""
    command.describe(
        "Move a rollout along its ladder: widen it to its next step, hold it where it is, or "
        "revert it to nobody. Why says what the gate has shown. It is not widened while an "
        "incident is open.",
        'lab rollout one-clinic widen --why "a week without complaint, 12 letters read late"',
        run,
    )
    add_id(command)
    command.add_argument("what", choices=tuple(DID), help="what is done")
    add_option(command, "--why", "TEXT", "what the gate has shown", required=True)
    add_by(command)


def run(typed: argparse.Namespace) -> int:
    """Along the ladder."""
    store, record, by = begin(typed)
    changes = ladder.climb(store, record, by, DID[typed.what], typed.why)
    failed = f"{record.id} was not {DID[typed.what]}"
    widens = typed.what == "widen"
    done = writes.carry_out(store, record, changes, failed, commits=widens)
    front = done.record.front
    step = ladder.stands_at(front)
    print(f"{record.id} is {DID[typed.what]}: {ladder.share_of(front):g} % of the users.")
    if step:
        print(f"  The gate to the next step: {front.steps[step - 1].gate}")
    else:
        print(f'  Write down what users saw: lab new INC "…" --answers {record.id}')
    print_notes(done.notes)
    return 0
