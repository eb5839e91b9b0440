"""What people type. It parses, calls and prints; it decides nothing."""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from .errors import LabError
from .project import find_project


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tool. Exit codes: 0 holds, 1 does not, 2 usage, 3 could not verify."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a letter that a console lacks is no failure
    typed = _parser().parse_args(arguments)
    try:
        return typed.run(typed)
    except LabError as error:
        print(f"lab: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(
            "\nlab: stopped; nothing is lost, and the same command can be run again.",
            file=sys.stderr,
        )
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


class _Version(argparse.Action):
    """Look the version up only when it is asked for: that takes longer than anything else here."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"lab {version('agile-ml-lab')}")
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lab", description="The process tool of this project.", allow_abbrev=False
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)

    setup = verbs.add_parser(
        "setup",
        help="turn a fresh copy into a working repository",
        description="Make the git repository and the environment, run the pipeline and the checks, "
        "build the site, install the hooks, make the first commit. It can be run again safely.",
        epilog="example: uv run lab setup",
    )
    setup.set_defaults(run=_setup)

    site = verbs.add_parser(
        "site",
        help="build the site that people read",
        description="The site that people read, made from the records and the results.",
        epilog="example: uv run lab site build",
    )
    actions = site.add_subparsers(title="actions", metavar="ACTION", required=True)
    build = actions.add_parser(
        "build",
        help="write the pages and build them, strictly",
        description="Write every page to build/pages and build the site in build/site. "
        "A broken link is an error.",
        epilog="example: uv run lab site build",
    )
    build.set_defaults(run=_site_build)
    return parser


def _setup(typed: argparse.Namespace) -> int:
    from .setup import set_up

    set_up(find_project(Path.cwd()), lambda line: print(line, flush=True))
    return 0


def _site_build(typed: argparse.Namespace) -> int:
    from .site.build import build_site

    print(f"wrote {build_site(find_project(Path.cwd()))}")
    return 0
