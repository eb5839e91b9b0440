"""`lab adopt`: the template comes into a repository with code in it."""

import argparse
import sys
from pathlib import Path

from ..errors import LabError
from ..terminal import clean, clean_lines, count, style
from ..update.arrival import Arrival, arrive
from .options import add_option, answer, one_line
from .parser import Command
from .update_summary import COULD_NOT, DOES_NOT, HOLDS, print_paths


def arguments(command: Command) -> None:
    """Which template, and which answers."""
    command.describe(
        "Take the template into the repository around you. Nothing of yours is overwritten, and "
        "what would collide is found before anything is written, each with its way out. "
        "Exit codes: 0 done, 1 something collides, so nothing was written, 2 wrong usage, "
        "3 not done.",
        "lab adopt https://git.example.com/ml/template.git --data package_name=churn_model",
        run,
    )
    command.add_argument("template", type=one_line, help="its address, or a folder")
    add_option(command, "--to", "VERSION", "a tag or a commit of the template; else the newest")
    command.add_argument(
        "--data", metavar="NAME=ANSWER", type=answer, action="append", help="answer a question"
    )
    command.add_argument(
        "--anyway", action="store_true", help="copy it, whatever collides; yours stays in its place"
    )


def run(typed: argparse.Namespace) -> int:
    """Copy it, or list what collides."""
    try:
        answers = dict(typed.data or [])
        done = arrive(Path.cwd(), typed.template, typed.to, answers, typed.anyway)
    except LabError as error:
        print(f"lab: {clean_lines(str(error))}", file=sys.stderr)
        return COULD_NOT
    if done.collisions and not typed.anyway:
        return _listed(done)
    print(f"{count(done.brought, 'file')} are new; every file of yours is as it was.")
    print_paths(done.kept, "yellow", "Yours, in the place of the template's; merge what you need:")
    print("Next: commit, then `uvx --from … lab drift --diff` shows what the template has there.")
    return HOLDS


def _listed(done: Arrival) -> int:
    print(f"{count(len(done.collisions), 'thing')} would collide, so nothing was written.")
    for collision in done.collisions:
        print(f"{style(clean(collision.path), 'red')}: {clean(collision.why)}")
        print(f"    {clean(collision.way_out)}")
    print("Settle them, commit, and try again; or --anyway, and every file of yours stays.")
    return DOES_NOT
