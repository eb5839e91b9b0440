"""`lab start`: begin to work on a card; a hypothesis is locked."""

import argparse

from ..proof.start import start
from .options import add_by, add_id
from .parser import Command
from .session import begin
from .transition import carry_through


def arguments(command: Command) -> None:
    """Which card, and who begins."""
    command.describe(
        "Move a card from to do into its working lane. A hypothesis is locked: its story, "
        "criteria, guardrails, evaluation, prior and time box can then only be amended openly.",
        "lab start boosted-trees",
        run,
    )
    add_id(command)
    add_by(command)


def run(typed: argparse.Namespace) -> int:
    """Begin a card; a hypothesis is locked."""
    store, record, by = begin(typed)
    begun = start(store, record, by)
    record = carry_through(store, record, begun.changes, "was not started", commits=True)
    if record.kind.code == "HYP":
        lock = record.front.lock
        print(
            f"  Locked: criteria, guardrails, seeds and time box no longer change. It took slot "
            f"{lock.slot} of {record.front.evaluation.testset}, at an error rate of {lock.alpha}."
        )
        for sentence in begun.prospects:
            print(f"  {sentence}.")
    return 0
