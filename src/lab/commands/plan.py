"""`lab plan`: the page for a planning: goal, people, carry-over, what comes next."""

import argparse

from ..process.plan import plan
from ..terminal import clean_lines
from .board import group_named
from .options import add_option
from .output import say_unread
from .parser import Command
from .session import here


def arguments(command: Command) -> None:
    """For everybody, or for one group."""
    command.describe(
        "Print what a team wants in front of it when it plans, as Markdown: goal and gate, who is "
        "here, what is carried over, cards and delivery tasks by rank, what is in the way, open "
        "actions.",
        "lab plan --group imaging",
        run,
    )
    add_option(command, "--group", "NAME", "only the cards and people of this working group")


def run(typed: argparse.Namespace) -> int:
    """Print the page."""
    _, store = here()
    group = group_named(typed.group, store) if typed.group else None
    print(clean_lines(plan(store, group)), end="")
    say_unread(store)
    return 0
