"""`lab learnings`: what finished cards have taught, to read and to share."""

import argparse

from ..process.learnings import learnings
from ..terminal import clean, style
from .options import add_json
from .output import print_json, say_unread
from .parser import Command
from .session import here


def arguments(command: Command) -> None:
    """Which of them."""
    command.describe(
        "List what finished cards have taught, the newest first. The JSON is for other teams: "
        "several repositories' lists make one.",
        "lab learnings --insights --json",
        run,
    )
    command.add_argument(
        "--insights", action="store_true", help="only those with an insight for the business"
    )
    add_json(
        command,
        "a list; each has id, on, kind, title, outcome, learned, insight, change, customer_outcome",
    )


def run(typed: argparse.Namespace) -> int:
    """The lessons."""
    _, store = here()
    found = [learning for learning in learnings(store) if learning["insight"] or not typed.insights]
    if typed.json:
        print_json(found)
    else:
        for learning in found:
            outcome = f"{learning['on'][:10]}  {learning['outcome']}"
            print(f"{style(outcome, 'dim')}  {clean(learning['title'])}")
            print(f"    {clean(learning['learned'])}")
            if learning["insight"]:
                print(f"    insight: {clean(learning['insight'])}")
    say_unread(store)
    return 0
