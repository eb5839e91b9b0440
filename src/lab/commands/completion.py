"""`lab completion`: a script that completes verbs, options, kinds and ids."""

import argparse

from ..arguments import build_parser
from ..records.kinds import KINDS

IDS = "lab list --ids 2>/dev/null"


def completion(typed: argparse.Namespace) -> int:
    """Print the script."""
    import shtab

    parser = build_parser()
    words = {"ID": IDS, "KIND": rf"printf '%s\n' {' '.join(KINDS)}"}
    _complete(parser, {metavar: shtab.cmd(command) for metavar, command in words.items()})
    print(shtab.complete(parser, typed.shell))
    return 0


def _complete(parser: argparse.ArgumentParser, words: dict[str, object]) -> None:
    """Let every argument that names a record or a kind be completed by what a command prints."""
    for action in parser._actions:
        if isinstance(action.metavar, str) and action.metavar in words:
            action.complete = words[action.metavar]  # pyrefly: ignore
        for inner in (action.choices or {}).values() if isinstance(action.choices, dict) else ():
            if isinstance(inner, argparse.ArgumentParser):
                _complete(inner, words)
