"""The arguments of the verbs that keep a project up with its template."""

from typing import Any

from .values import answer
from .verb import Verbs, add_json, add_option, add_verb


def drift(verbs: Verbs) -> None:
    """`lab drift`: files, or their lines, too."""
    verb = add_verb(
        verbs,
        "drift",
        "commands.updating:drift",
        "show the template's files that you have changed",
        "Compare the files that the template owns with those that its version makes. "
        "Exit codes: 0 none is changed, 1 one is, 2 wrong usage, 3 could not verify.",
        "lab drift --diff",
    )
    verb.add_argument("--diff", action="store_true", help="show the changes line by line")
    add_json(verb, "a list; each has path and how")


def preflight(verbs: Verbs) -> None:
    """`lab preflight`: to which version, with which answers."""
    verb = add_verb(
        verbs,
        "preflight",
        "commands.updating:preflight",
        "say what an update of the template would do",
        "Try the update on a copy of the last commit, and say what would conflict, be kept or be "
        "new. Your project is not touched. Exit codes: 0 nothing to settle, 1 something, "
        "2 wrong usage, 3 could not verify.",
        "lab preflight --data api=true",
    )
    _add_update_options(verb)
    add_json(verb, "before, after, notes, needs_trust, conflicts, kept, added, left, changed")


def update(verbs: Verbs) -> None:
    """`lab update`: as `lab preflight`, and whether new files are wanted."""
    verb = add_verb(
        verbs,
        "update",
        "commands.updating:run",
        "take in a later version of the template",
        "Update the template's part of the project, from a clean work tree. Nothing is committed: "
        "look at it, then commit it or throw it away. Exit codes: 0 done, 1 done with something "
        "to settle, 2 wrong usage, 3 not done and nothing changed.",
        "lab update --data deployment=true",
    )
    _add_update_options(verb)
    verb.add_argument(
        "--new-files", choices=("yes", "no"), help="add files that would be yours; else it asks"
    )
    add_json(verb, "as for preflight")


def _add_update_options(verb: Any) -> None:
    add_option(
        verb, "--to", "VERSION", "a tag or a commit of the template; else the newest version"
    )
    verb.add_argument(
        "--data",
        metavar="NAME=ANSWER",
        type=answer,
        action="append",
        help="answer a question otherwise than before; repeat it",
    )
    verb.add_argument(
        "--trust", action="store_true", help="let the template run its migrations, if it has some"
    )
