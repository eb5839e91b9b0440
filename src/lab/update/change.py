"""What an update changes in a project, done as one: wholly, or again until it is whole.

It is written down in git's own folder before the first file is touched, with every content before
and after (base64 in JSON). So a process may be killed at any moment: the next one goes on from what
is there. A file that a person has changed meanwhile is left as that person has it.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from ..errors import LabError
from .repository import Repository
from .work_tree import content_of, obstacle, same, swap

PLAN, FORMAT = "lab-update.json", 1
LAST = ("pyproject.toml", "uv.lock")  # until these two agree, `uv run` cannot start the tool


@dataclass(frozen=True)
class Step:
    """One file: what is there before and after (None is no file), and whether it can be run."""

    path: str
    before: bytes | None
    after: bytes | None
    runs: bool = False


@dataclass(frozen=True)
class Change:
    """All files that an update changes.

    Attributes:
        steps: each of them.
        conflicts: those in conflict, with the entries that git's index has for them.
        says: what is to be said when it is done.
    """

    steps: Sequence[Step]
    conflicts: Mapping[str, Sequence[str]]
    says: Mapping[str, Any]


def begin(repository: Repository, change: Change) -> list[str]:
    """Do a change.

    Returns:
        The files that a person changed at that moment, which are as that person has them.

    Raises:
        LabError: a person has changed one of the files before, so nothing was done.
    """
    root = repository.root
    if not change.steps:
        return []
    for step in change.steps:
        if not same(content_of(root / step.path), step.before) or (
            step.before is None and obstacle(root, step.path)
        ):
            raise LabError(
                f"{step.path} was changed while the update was made, so nothing was changed by it: "
                "commit or stash what you did, and run `lab update` again."
            )
    plan = repository.path_for(PLAN)
    _write_down(plan, change)
    try:
        return _carry_out(repository, plan, change)
    except KeyboardInterrupt:  # too late: what is left takes no longer than going back would
        return _carry_out(repository, plan, change)


def is_begun(repository: Repository) -> bool:
    """Was a change begun, by a process that was killed?"""
    return repository.path_for(PLAN).exists()


def complete(repository: Repository) -> tuple[Change, list[str]] | None:
    """Complete a change that was begun, and give it as `begin` does.

    Returns:
        None where there is none, or where nothing of it is there: then it is forgotten.

    Raises:
        LabError: another version of the tool has begun it.
    """
    plan = repository.path_for(PLAN)
    if not plan.exists():
        return None
    change = _read(plan)
    if not any(_is_there(repository.root, step) for step in change.steps):
        plan.unlink()
        return None
    return change, _carry_out(repository, plan, change)


def _is_there(root: Path, step: Step) -> bool:
    aside = (root / step.path).with_name(f".{Path(step.path).name}.lab-before")
    written = not same(step.before, step.after) and same(content_of(root / step.path), step.after)
    return written or content_of(aside) is not None


def _carry_out(repository: Repository, plan: Path, change: Change) -> list[str]:
    steps = sorted(change.steps, key=_turn)
    try:
        left = [
            step.path
            for step in steps
            if not swap(repository.root / step.path, step.before, step.after, step.runs)
        ]
    except OSError as error:
        raise LabError(
            f"{error.filename} cannot be written ({error.strerror}), and a part of the update is "
            "done: make that possible, then run `lab update` again, which does the rest."
        ) from None
    conflicts = {path: stages for path, stages in change.conflicts.items() if path not in left}
    if conflicts:
        repository.set_unmerged(conflicts)
    plan.unlink(missing_ok=True)
    return left


def _turn(step: Step) -> tuple[bool, bool, str]:
    """What is new comes first, and goes last what is named until then."""
    return step.after is None, step.path in LAST, step.path


def _write_down(plan: Path, change: Change) -> None:
    fresh = plan.with_suffix(".new")
    with fresh.open("wb") as file:
        file.write(msgspec.json.encode({"format": FORMAT, "change": change}))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(plan)


class _Format(msgspec.Struct):
    format: int


class _Plan(_Format):
    change: Change


def _read(plan: Path) -> Change:
    content = plan.read_bytes()
    if msgspec.json.decode(content, type=_Format).format != FORMAT:
        raise LabError(
            f"an update was broken off, and this version of the tool cannot complete it: {plan} "
            "holds each file before and after; run the version of the tool that began it."
        )
    return msgspec.json.decode(content, type=_Plan).change
