"""`lab site`: the site that people read."""

import argparse

from ..site.build import build_site
from ..site.serve import serve_site
from ..ticker import Ticker
from .parser import Command
from .session import project_here


def arguments(command: Command) -> None:
    """To build, and to serve."""
    command.describe(
        "The site that people read, made from the records and the results.", "lab site build"
    )
    action = command.action("build", "write the pages and build them, strictly")
    action.describe(
        "Write every page to build/pages and build the site in build/site. "
        "A broken link is an error.",
        "lab site build",
        build,
    )
    action = command.action("serve", "show the site while you write")
    action.describe(
        "Serve the site on this machine, and build what changed whenever a record, a table or a "
        "setting does; the browser reloads by itself. Only `site build` has a complete search.",
        "lab site serve",
        serve,
    )
    action.add_argument(
        "--address", metavar="HOST:PORT", default="127.0.0.1:8000", help="default: %(default)s"
    )


def build(typed: argparse.Namespace) -> int:
    """Write the pages and build them."""
    with Ticker() as ticker:
        ticker.turn_to("writing the pages, and building them")
        ticker.say(f"wrote {build_site(project_here())}")
    return 0


def serve(typed: argparse.Namespace) -> int:
    """Serve the site while it is written."""
    return serve_site(project_here(), typed.address, lambda line: print(line, flush=True))
