"""What an update did or would do, in words and as an exit code."""

import signal
import sys
from collections.abc import Callable, Sequence

from ..errors import LabError
from ..project import Project
from ..terminal import clean, clean_lines, count, style
from ..update.merge import Updated
from ..update.versions import label_of
from .session import project_here

HOLDS, DOES_NOT, COULD_NOT = 0, 1, 3


def verified(show: Callable[[Project], int]) -> int:
    """Run a command; what stops it is no finding, so it ends with 3."""
    for name in ("SIGTERM", "SIGHUP"):  # whoever ends it from outside breaks it off, as Ctrl+C does
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
    try:
        return show(project_here())
    except BrokenPipeError:
        raise
    except (LabError, OSError) as error:  # such as a disk that is full
        print(f"lab: {clean_lines(str(error))}", file=sys.stderr)
        return COULD_NOT


def code_of(done: Updated) -> int:
    """The exit code: 3 if it was not done, 1 if a person has to settle something."""
    if done.needs_trust:
        return COULD_NOT
    return HOLDS if done.settled else DOES_NOT


def say(done: Updated, mood: str) -> None:
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
    changes = "would change" if mood == "would" else "changed"
    print(
        f"{clean(done.before)} -> {clean(done.after)}: "
        f"{changes} {count(len(done.changed), 'file')}."
    )
    if (fork := label_of(done.before)) and label_of(done.after) != fork:
        print(
            f"{clean(done.after)} is no version of {fork}'s: what {fork} has put into the "
            "template's files is not in them any more."
        )
    print_paths(
        done.conflicts,
        "red",
        "In conflict: you and the template changed the same lines. Edit the file, remove the lines "
        "<<<<<<<, ======= and >>>>>>>; all that you wrote is between them.",
    )
    print_paths(
        done.kept,
        "yellow",
        "Kept as you had them: the merge would have lost lines of yours. `lab drift --diff` shows "
        "what the template has instead; what it has no more is yours to keep or delete.",
    )
    print_paths(
        done.added,
        "green",
        "New, and yours from now on. Delete what you do not want: it does not come back.",
    )
    print_paths(
        done.left,
        "dim",
        "Left out: new in the template, but you deleted them once, do not want them, or the "
        "history here is too short to tell.",
    )
    print_paths(
        done.deleted,
        "dim",
        "You have deleted these files of the template. They stay so; `lab drift --restore PATH` "
        "brings one back.",
    )


def print_notes(done: Updated) -> None:
    """The release notes."""
    if done.notes:
        print("What is new:")
        print(clean_lines(f"\n{done.notes}\n"))


def print_paths(paths: Sequence[str], colour: str, says: str) -> None:
    """Files, below what they have in common; nothing if there are none."""
    if paths:
        print(says)
        for path in paths:
            print(f"  {style(clean(path), colour)}")
