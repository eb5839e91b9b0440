"""`lab completion`: a script that completes commands, options, kinds and ids."""

import argparse

from ..records.kinds import KINDS
from .parser import Command, commands_of, whole_parser

IDS = "lab list --ids 2>/dev/null"


def arguments(command: Command) -> None:
    """For which shell."""
    command.describe(
        "Print a script that completes commands, options and the ids of records.",
        'eval "$(lab completion bash)"',
        run,
    )
    command.add_argument("shell", choices=("bash", "zsh", "fish", "tcsh", "powershell"))


def run(typed: argparse.Namespace) -> int:
    """Print the script."""
    import shtab

    parser = whole_parser()
    words = {"ID": IDS, "KIND": rf"printf '%s\n' {' '.join(KINDS)}"}
    _complete(parser, {metavar: shtab.cmd(command) for metavar, command in words.items()})
    print(shtab.complete(parser, typed.shell))
    return 0


def _complete(parser: argparse.ArgumentParser, words: dict[str, object]) -> None:
    """Let every argument that names a record or a kind be completed by what a command prints."""
    for action in parser._actions:
        if isinstance(action.metavar, str) and action.metavar in words:
            action.complete = words[action.metavar]  # pyrefly: ignore
    for inner in commands_of(parser).values():
        _complete(inner, words)
