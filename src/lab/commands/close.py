"""`lab close`: a card straight to done, with what was learned."""

import argparse

from ..process import endings
from ..terminal import can_ask
from .options import add_by, add_ending_options, add_id, add_option
from .parser import Command
from .questions import ask
from .session import begin
from .transition import ask_for_lesson, carry_through


def arguments(command: Command) -> None:
    """Why, and what was learned."""
    command.describe(
        "Move a card straight to done, with what was learned. An abandoned card is no failure; "
        "one from which nothing was learned is.",
        'lab close boosted-trees --why "the labels never came" --learned "Ask for labels first"',
        run,
    )
    add_id(command)
    add_option(command, "--why", "TEXT", "why it is abandoned")
    add_ending_options(command)
    add_by(command)


def run(typed: argparse.Namespace) -> int:
    """Straight to done."""
    store, record, by = begin(typed)
    if endings.abandons(record, vars(typed)) and not typed.why and can_ask():
        typed.why = ask("Why is it abandoned? ")
    changes = endings.close(store, record, by, vars(typed))
    if not typed.learned:
        ask_for_lesson(typed, record)
        changes = endings.close(store, record, by, vars(typed))
    carry_through(store, record, changes, "was not closed")
    return 0
