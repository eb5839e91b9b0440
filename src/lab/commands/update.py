"""`lab update`: a later version of the template is taken in."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import asdict

from ..project import Project
from ..terminal import can_ask
from ..update.drift import OLD_TOOL, How
from ..update.merge import Wanted, update
from ..update.release_notes import CHANGELOG
from .options import add_json, add_update_options
from .output import print_json
from .parser import Command
from .questions import ask, one_of
from .update_summary import code_of, print_paths, say, verified

THROW_AWAY = "git reset --hard` and `git clean -fd"


def arguments(command: Command) -> None:
    """As `lab preflight`, and whether new files are wanted."""
    command.describe(
        "Update the template's part of the project, from a clean work tree. Nothing is committed: "
        "look at it, then commit it or throw it away. Exit codes: 0 done, 1 done with something "
        "to settle, 2 wrong usage, 3 not done.",
        "lab update --data deployment=true",
        run,
    )
    add_update_options(command)
    command.add_argument(
        "--new-files", choices=("yes", "no"), help="add files that would be yours; else it asks"
    )
    add_json(command, "as for preflight")


def run(typed: argparse.Namespace) -> int:
    """Update the project; 1 if a person has to settle something, 3 if it was left as it was."""

    def show(project: Project) -> int:
        done = update(project, Wanted(typed.to, dict(typed.data or []), typed.trust, _take(typed)))
        if typed.json:
            print_json(asdict(done))
            return code_of(done)
        if done.resumed:
            print("The update that was broken off is complete now.")
        say(done, "did")
        _say_what_is_left_over(project)
        if done.changed:
            settle = "settle the conflicts, then `git add` them; " if done.conflicts else ""
            if "pyproject.toml" in done.conflicts:
                print(
                    "Begin with pyproject.toml: until it can be read again, `uv run` fails, and "
                    "the tool is `.venv/bin/lab` (on Windows `.venv\\Scripts\\lab`)."
                )
            if done.notes:
                print(f"What is new is at the top of {CHANGELOG}.")
            print(f"Next: {settle}`uv run lab setup` shows that all holds; then commit.")
            print(f"To throw all of it away instead: `{THROW_AWAY}`.")
        return code_of(done)

    return verified(show)


def _say_what_is_left_over(project: Project) -> None:
    left_over = [path for path in OLD_TOOL if (project.root / path).exists()]
    print_paths(left_over, "yellow", f"Left over: {How.LEFT_OVER.remedy}.")


def _take(typed: argparse.Namespace) -> Callable[[Sequence[str]], bool]:
    """Whether to add new files: what was typed, else what a person answers, else yes."""

    def take(new: Sequence[str]) -> bool:
        if typed.new_files:
            return typed.new_files == "yes"
        if not can_ask():
            return True
        print_paths(new, "green", "The template has new files that would be yours:")
        return ask("Add them (yes or no)? ", one_of(("yes", "no"))) != "no"

    return take
