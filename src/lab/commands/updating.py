"""`lab drift`, `lab preflight` and `lab update`: the template's part of the project."""

import argparse
import difflib
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from ..errors import LabError
from ..project import Project, find_project
from ..terminal import can_ask, clean, clean_lines, style, table
from ..update.merge import Updated, Wanted, find_drift, tried, update
from ..update.release_notes import CHANGELOG
from .asking import ask, one_of
from .using import print_json

HOLDS, DOES_NOT, COULD_NOT = 0, 1, 3
THROW_AWAY = "git reset --hard` and `git clean -fd"


def drift(typed: argparse.Namespace) -> int:
    """Show the template's files that the team has changed; 1 if there is one."""

    def show(project: Project) -> int:
        found = find_drift(project)
        if typed.json:
            print_json([asdict(one) for one, _, _ in found])
            return DOES_NOT if found else HOLDS
        if not found:
            print("Every file of the template is as the template made it.")
            return HOLDS
        for line in table(("file", "how"), [(one.path, one.how) for one, _, _ in found]):
            print(line)
        for one, theirs, ours in found if typed.diff else ():
            print()
            print(clean_lines(_difference(one.path, theirs, ours)))
        print(
            f"\n{_count(len(found), 'file')} of the template's changed: an update merges them, and "
            "may end in a conflict. `lab drift --diff` shows how; to take the change back, edit "
            "the file, or move your part into a file of your own."
        )
        return DOES_NOT

    return _verified(show)


def preflight(typed: argparse.Namespace) -> int:
    """Say what an update would do; 1 if a person would have to settle something."""

    def show(project: Project) -> int:
        wanted = Wanted(typed.to, _answers(typed), typed.trust, lambda new: True)
        with tried(project, wanted) as (_, done):
            pass
        if typed.json:
            print_json(asdict(done))
        else:
            _say(done, "would")
            _list_notes(done)
            if done.changed:
                print("Nothing was changed; `lab update` does it.")
        return _code(done)

    return _verified(show)


def run(typed: argparse.Namespace) -> int:
    """Update the project; 1 if a person has to settle something, 3 if it was left as it was."""

    def show(project: Project) -> int:
        done = update(project, Wanted(typed.to, _answers(typed), typed.trust, _take(typed)))
        if typed.json:
            print_json(asdict(done))
            return _code(done)
        _say(done, "did")
        if done.changed:
            settle = "settle the conflicts, then `git add` them; " if done.conflicts else ""
            if done.notes:
                print(f"What is new is at the top of {CHANGELOG}.")
            print(f"Next: {settle}`uv run lab setup` shows that all holds; then commit.")
            print(f"To throw all of it away instead: `{THROW_AWAY}`.")
        return _code(done)

    return _verified(show)


def _verified(show: Callable[[Project], int]) -> int:
    """Run a verb; what stops it is no finding, so it ends with 3."""
    for name in ("SIGTERM", "SIGHUP"):  # whoever ends it from outside breaks it off, as Ctrl+C does
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
    try:
        return show(find_project(Path.cwd()))
    except BrokenPipeError:
        raise
    except (LabError, OSError) as error:  # such as a disk that is full
        print(f"lab: {clean_lines(str(error))}", file=sys.stderr)
        return COULD_NOT


def _code(done: Updated) -> int:
    if done.needs_trust:
        return COULD_NOT
    return HOLDS if done.settled else DOES_NOT


def _say(done: Updated, mood: str) -> None:
    """What an update did, or would do."""
    if done.needs_trust:
        print(
            f"{clean(done.before)} -> {clean(done.after)} runs a migration, code of the "
            "template's: read UPGRADING.md of the template, then see what it would do with "
            "`lab preflight --trust`."
        )
        return
    if not done.changed:
        print(f"The project is up to date with {clean(done.after)} of the template.")
        return
    verb = "would change" if mood == "would" else "changed"
    print(
        f"{clean(done.before)} -> {clean(done.after)}: {verb} {_count(len(done.changed), 'file')}."
    )
    _list(
        done.conflicts,
        "red",
        "In conflict: you and the template changed the same lines. Edit the file, remove the lines "
        "<<<<<<<, ======= and >>>>>>>; all that you wrote is between them.",
    )
    _list(
        done.kept,
        "yellow",
        "Kept as you had them: the merge would have lost lines of yours. `lab drift --diff` shows "
        "what the template has instead; what it has no more is yours to keep or delete.",
    )
    _list(
        done.added,
        "green",
        "New, and yours from now on. Delete what you do not want: it does not come back.",
    )
    _list(
        done.left,
        "dim",
        "Left out: new in the template, but you deleted them once, do not want them, or the "
        "history here is too short to tell.",
    )


def _list_notes(done: Updated) -> None:
    if done.notes:
        print("What is new:")
        print(clean_lines(f"\n{done.notes}\n"))


def _list(paths: Sequence[str], colour: str, says: str) -> None:
    if paths:
        print(says)
        for path in paths:
            print(f"  {style(clean(path), colour)}")


def _take(typed: argparse.Namespace) -> Callable[[Sequence[str]], bool]:
    """Whether to add new files: what was typed, else what a person answers, else yes."""

    def take(new: Sequence[str]) -> bool:
        if typed.new_files:
            return typed.new_files == "yes"
        if not can_ask():
            return True
        _list(new, "green", "The template has new files that would be yours:")
        return ask("Add them (yes or no)? ", one_of(("yes", "no"))) != "no"

    return take


def _answers(typed: argparse.Namespace) -> dict[str, str]:
    return dict(typed.data or [])


def _difference(path: str, theirs: bytes, ours: bytes) -> str:
    before, after = (one.decode("utf-8", "replace").splitlines() for one in (theirs, ours))
    names = (f"template/{path}", f"project/{path}")
    return "\n".join(difflib.unified_diff(before, after, *names, lineterm=""))


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
