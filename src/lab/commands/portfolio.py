"""`lab portfolio`: one site over many projects."""

import argparse
import sys
from pathlib import Path

from ..terminal import clean, count
from .options import add_option
from .parser import Command


def arguments(command: Command) -> None:
    """Which projects, and where to."""
    command.describe(
        "Build one site over many projects: what each believes, decides and learned, who is waited "
        "for, which test sets are used up, whose template is old. It needs no project around it. "
        "Exit codes: 0 built, 1 built without something that could not be read, 2 wrong usage.",
        "lab portfolio exports/ --out build/portfolio",
        run,
    )
    command.add_argument(
        "places",
        nargs="+",
        metavar="FILE|FOLDER",
        help="what `lab export` wrote, a project, or a folder that holds any of these",
    )
    add_option(command, "--out", "FOLDER", "where to; else build/portfolio")


def run(typed: argparse.Namespace) -> int:
    """Build it; 1 if something could not be read."""
    from ..site.portfolio import build_portfolio, gather

    states, unread = gather(Path(place) for place in typed.places)
    for place in unread:
        print(f"lab: {clean(place.where)}: {clean(place.why)}", file=sys.stderr)
    index = build_portfolio(states, unread, Path(typed.out or "build/portfolio"))
    print(f"{count(len(states), 'project')}: open {index}")
    return 1 if unread else 0
