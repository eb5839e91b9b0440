"""The arguments of the verbs that check what is written, and prove it."""

from typing import Any

from .verb import Verbs, add_verb


def check_project(verbs: Verbs) -> None:
    """`lab check`: which rules, and how findings are printed."""
    verb = add_verb(
        verbs,
        "check",
        "commands.checking:check_project",
        "check that everything written holds",
        "Ask every rule. Exit codes: 0 holds, 1 does not, 2 wrong usage, 3 could not verify.",
        "lab check --explain FLO004",
    )
    _add_format(verb)
    verb.add_argument("--select", action="append", metavar="CODE", help="only this rule; repeat it")
    verb.add_argument("--explain", metavar="CODE", help="say what a rule is for, and stop")
    verb.add_argument("--list", action="store_true", help="list all rules, and stop")


def audit(verbs: Verbs) -> None:
    """`lab audit`: with verdicts or without, and how findings are printed."""
    verb = add_verb(
        verbs,
        "audit",
        "commands.auditing:run",
        "prove from git's history that no goalpost moved",
        "Go through the first-parent history: locks before results, promises unchanged, records "
        "kept, outputs unforged; and compute every verdict again from its evidence. "
        "Exit codes: 0 holds, 1 does not, 3 could not verify.",
        "lab audit",
    )
    verb.add_argument("--no-replay", action="store_true", help="do not compute verdicts again")
    _add_format(verb)


def reproduce(verbs: Verbs) -> None:
    """`lab reproduce`, which takes no arguments."""
    add_verb(
        verbs,
        "reproduce",
        "commands.reproducing:run",
        "prove that the pipeline writes what is committed",
        "Run whatever of the pipeline is not in DVC's cache, and compare what it writes with the "
        "dvc.lock, metrics and plots of the last commit. The bytes of models may differ, what "
        "they answer may not. Exit codes: 0 holds, 1 does not.",
        "lab reproduce",
    )


def _add_format(verb: Any) -> None:
    verb.add_argument(
        "--format",
        choices=("text", "github", "gitlab", "json"),
        default="text",
        help="for people, for annotations, or for programs",
    )
