"""`lab setup`: from a fresh copy to a working repository."""

import argparse

from ..ticker import Ticker
from ..update.setup import set_up
from .parser import Command
from .session import project_here


def arguments(command: Command) -> None:
    """It takes none."""
    command.describe(
        "Make the git repository and the environment, run the pipeline and the checks, "
        "build the site, install the hooks, make the first commit. It can be run again safely.",
        "uv run lab setup",
        run,
    )


def run(typed: argparse.Namespace) -> int:
    """Run every step, and say what each made."""
    with Ticker() as ticker:
        set_up(project_here(), ticker.say, ticker.turn_to)
    return 0
