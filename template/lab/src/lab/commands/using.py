"""What every verb begins with: the project, its records, and who is at the keyboard."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from ..errors import LabError
from ..project import Project, find_project
from ..records.finding import Finding
from ..records.store import Store, read_store
from ..terminal import style

LEVELS = {"error": "red", "unverified": "red", "warning": "yellow", "note": "cyan"}


def here() -> tuple[Project, Store]:
    """The project around the working directory, and everything written in it."""
    project = find_project(Path.cwd())
    return project, read_store(project.root)


def who(typed: argparse.Namespace, project: Project, store: Store) -> str:
    """The handle of who acts: --by, or LAB_BY, or whom git knows, or the only one there is.

    Raises:
        LabError: nobody in team/people.yml is meant.
    """
    known = ", ".join(store.handles)
    given = getattr(typed, "by", None) or os.environ.get("LAB_BY")
    if given:
        handle = given.removeprefix("@")
        if store.handles and handle not in store.handles:
            raise LabError(
                f"{handle} is not in team/people.yml ({known}): add the person, or correct --by."
            )
        return handle
    if store.alone:
        return store.people[0].handle
    name, mail = (_git(project, key) for key in ("user.name", "user.email"))
    for person in store.people:
        local = mail.partition("@")[0].rpartition("+")[2]
        if person.handle in (name, mail, local) or (name and person.name == name):
            return person.handle
    if not store.people:
        raise LabError("team/people.yml names nobody: `lab check` says what is wrong with it.")
    raise LabError(
        f"git knows you as {name or 'nobody'}, and team/people.yml knows {known}: "
        "say who you are with --by HANDLE, or once and for all with LAB_BY."
    )


def _git(project: Project, key: str) -> str:
    try:
        ended = project.run("git", "config", "--get", key)
    except LabError:
        return ""
    return ended.lines[-1].strip() if ended.code == 0 and ended.lines else ""


def print_json(value: Any) -> None:
    """One JSON document; times as the records write them."""
    import msgspec

    plain = msgspec.to_builtins(value, enc_hook=str)
    json.dump(plain, sys.stdout, indent=2, ensure_ascii=False)
    print()


def print_findings(findings: tuple[Finding, ...] | list[Finding]) -> None:
    """Findings for a person: place, code, what is wrong, what to do."""
    for one in findings:
        level = "" if one.level == "error" else f" {one.level}:"
        place = style(f"{one.path}:{one.line}:", "bold")
        print(f"{place} {style(one.code, LEVELS[one.level])}{level} {one.message}")
        print(style(f"    {one.remedy}", "dim"))


def print_notes(findings: tuple[Finding, ...]) -> None:
    """What the rules remark about something that was done."""
    for one in findings:
        print(f"  {style(one.level, LEVELS[one.level])} {one.code}: {one.message}. {one.remedy}")
