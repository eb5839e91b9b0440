"""`lab preflight`: what an update of the template would do."""

import argparse
from dataclasses import asdict

from ..project import Project
from ..update.merge import Wanted, tried
from .options import add_json, add_update_options
from .output import print_json
from .parser import Command
from .update_summary import code_of, print_notes, say, verified


def arguments(command: Command) -> None:
    """To which version, with which answers."""
    command.describe(
        "Try the update on a copy of the last commit, and say what would conflict, be kept or be "
        "new. Your project is not touched. Exit codes: 0 nothing to settle, 1 something, "
        "2 wrong usage, 3 could not verify.",
        "lab preflight --data api=true",
        run,
    )
    add_update_options(command)
    add_json(
        command,
        "before, after, notes, needs_trust, conflicts, kept, added, left, changed, deleted, "
        "resumed",
    )


def run(typed: argparse.Namespace) -> int:
    """Say what an update would do; 1 if a person would have to settle something."""

    def show(project: Project) -> int:
        wanted = Wanted(typed.to, dict(typed.data or []), typed.trust, lambda new: True)
        with tried(project, wanted) as (_, done):
            pass
        if typed.json:
            print_json(asdict(done))
        else:
            say(done, "would")
            print_notes(done)
            if done.changed:
                print("Nothing was changed; `lab update` does it.")
        return code_of(done)

    return verified(show)
