"""`lab completion`: a script that completes verbs, options and ids."""

import argparse

from ..arguments import build_parser


def completion(typed: argparse.Namespace) -> int:
    """Print the script."""
    import shtab

    parser = build_parser()
    _complete_ids(parser, shtab.cmd("lab list --ids 2>/dev/null"))
    print(shtab.complete(parser, typed.shell))
    return 0


def _complete_ids(parser: argparse.ArgumentParser, ids: object) -> None:
    """Let every argument that names a record be completed from what `lab list` knows."""
    for action in parser._actions:
        if action.metavar == "ID":
            action.complete = ids  # pyrefly: ignore
        for inner in (action.choices or {}).values() if isinstance(action.choices, dict) else ():
            if isinstance(inner, argparse.ArgumentParser):
                _complete_ids(inner, ids)
