"""`lab check`: does everything that is written hold?"""

import argparse
import difflib
import textwrap
from dataclasses import replace

from ..errors import LabError
from ..records.kinds import FOLDERS
from ..records.store import Store
from ..rules.families import all_rules
from ..rules.registry import Rule
from ..rules.run import check
from ..terminal import style
from .formats import FORMATS
from .options import add_format
from .parser import Command
from .session import here


def arguments(command: Command) -> None:
    """Which rules, and how findings are printed."""
    command.describe(
        "Ask every rule. Exit codes: 0 holds, 1 does not, 2 wrong usage, 3 could not verify.",
        "lab check --explain FLO004",
        run,
    )
    add_format(command)
    command.add_argument(
        "--select", action="append", metavar="CODE", help="only this rule; repeat it"
    )
    command.add_argument("--explain", metavar="CODE", help="say what a rule is for, and stop")
    command.add_argument("--list", action="store_true", help="list all rules, and stop")


def run(typed: argparse.Namespace) -> int:
    """Ask every rule, and print what it found."""
    if typed.explain:
        print(_proof(typed.explain.upper()) or _explained(_rule(typed.explain)))
        return 0
    if typed.list:
        for rule in all_rules().values():
            print(f"{rule.code}  {rule.title}")
        return 0
    codes = {_rule(code).code for code in typed.select or ()}
    _, store = here()
    report = check(store, codes, _touched(store))
    if not codes:
        from ..proof.audit import of_this_change

        report = replace(report, findings=(*report.findings, *of_this_change(store)))
    FORMATS[typed.format](report, len(store.records) + len(store.unread))
    return report.code


def _touched(store: Store) -> set[str] | None:
    """The records that the change at hand touches; None, for all, where git cannot tell."""
    from ..git import GitError
    from ..proof.history import History

    try:
        return History(store.root).touched(*FOLDERS)
    except GitError:
        return None


def _rule(code: str) -> Rule:
    rules = all_rules()
    if code.upper() in rules:
        return rules[code.upper()]
    near = difflib.get_close_matches(code.upper(), rules, 1)
    hint = f"Did you mean {near[0]}?" if near else "`lab check --list` shows all."
    raise LabError(f"{code} is an unknown rule. {hint}")


def _proof(code: str) -> str | None:
    """What a proof of the audit is for, if the code is one of its."""
    from ..proof.audit import REMEDIES, TITLES

    if code not in TITLES:
        return None
    title = style(f"{code} {TITLES[code]}", "bold")
    return f"{title}\n\nProved from git's history by `lab audit`.\n\nRemedy: {REMEDIES[code]}"


def _explained(rule: Rule) -> str:
    reason = textwrap.fill(" ".join(rule.reason.split()), 88)
    kinds = ", ".join(rule.kinds) if rule.kinds else "the whole project"
    lines = [
        style(f"{rule.code} {rule.title}", "bold"),
        "",
        reason,
        "",
        f"Remedy: {rule.remedy.replace('{id}', 'ID')}",
        f"Asked of: {kinds}. Level: {rule.levels}.",
    ]
    return "\n".join(lines)
