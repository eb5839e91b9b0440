"""What every command begins with: the project, its records, and who is at the keyboard."""

import argparse
import os
from pathlib import Path

from .. import git
from ..errors import LabError
from ..project import Project, find_project
from ..records.kinds import KINDS, Kind
from ..records.people import NOBODY
from ..records.store import Record, Store, read_store

WORDS = {kind.means.split()[0]: kind.code for kind in KINDS.values()} | {
    "lift": "LIFT",
    "exploration": "EDA",
    "task": "TASK",
    "incident": "INC",
    "rollout": "ROLL",
}


def project_here() -> Project:
    """The project around the working directory.

    Raises:
        LabError: there is no project, or the working directory was deleted.
    """
    try:
        folder = Path.cwd()
    except OSError:
        raise LabError("this folder does not exist any more: go to one that does.") from None
    return find_project(folder)


def here() -> tuple[Project, Store]:
    """The project around the working directory, and everything written in it."""
    project = project_here()
    return project, read_store(project.root)


def begin(typed: argparse.Namespace) -> tuple[Store, Record, str]:
    """What a command that changes a record begins with: the store, the record, and who acts."""
    project, store = here()
    return store, store.find(typed.id), who(typed, project, store)


def begin_new(typed: argparse.Namespace) -> tuple[Store, str]:
    """What making a record begins with: the store, and who acts."""
    project, store = here()
    return store, who(typed, project, store)


def who(typed: argparse.Namespace, project: Project, store: Store) -> str:
    """The handle of who acts: --by, or LAB_BY, or whom git knows, or the only one there is.

    Raises:
        LabError: nobody in team/people.yml is meant.
    """
    known = ", ".join(person.handle for person in store.team())
    given = getattr(typed, "by", None) or os.environ.get("LAB_BY")
    if given:
        return known_handle(given, store)
    if store.alone:
        return store.team()[0].handle
    name, mail = (_git(project, key) for key in ("user.name", "user.email"))
    for person in store.team():
        local = mail.partition("@")[0].rpartition("+")[2]
        if person.handle in (name, mail, local) or (name and person.name == name):
            return person.handle
    if not store.people:
        raise LabError(NOBODY)
    raise LabError(
        f"git knows you as {name or 'nobody'}, and team/people.yml knows {known}: "
        "say who you are with --by HANDLE, or once and for all with LAB_BY."
    )


def kind_of(text: str) -> Kind:
    """The kind that a person means, by its code or its name.

    Raises:
        LabError: there is no such kind.
    """
    code = WORDS.get(text.lower(), text.upper())
    if code in KINDS:
        return KINDS[code]
    known = ", ".join(f"{kind.code} ({kind.means})" for kind in KINDS.values())
    raise LabError(f'"{text}" is no kind of record. Kinds are {known}.')


def known_handle(text: str, store: Store) -> str:
    """A handle of the team, with or without its @.

    Raises:
        LabError: nobody has it.
    """
    handle = text.removeprefix("@")
    if store.handles and handle not in store.handles:
        raise LabError(
            f"{handle} is not in team/people.yml ({', '.join(store.handles)}): "
            "add the person, or correct the handle."
        )
    person = store.handles.get(handle)
    if person and not person.holds(store.now):
        span = f"from {person.begin or 'the beginning'} until {person.until or 'today'}"
        raise LabError(f"{handle} is on the team {span}, says team/people.yml: say who acts today.")
    return handle


def _git(project: Project, key: str) -> str:
    try:
        return git.setting(project.root, key) or ""
    except git.GitError:
        return ""
