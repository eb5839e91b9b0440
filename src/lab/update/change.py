"""What an update changes in a project, done as one: wholly, or again until it is whole.

It is written down in git's own folder before the first file is touched, with every content before
and after. So a process may be killed at any moment: the next one goes on from what is there. A
file that a person has changed meanwhile is left as that person has it.
"""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from ..errors import LabError
from .repository import Repository
from .work_tree import content_of, obstacle, same, swap

FOLDER, PLAN, FORMAT = "lab-update", "plan.json", 1
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
    folder = repository.path_for(FOLDER)
    shutil.rmtree(folder, ignore_errors=True)  # of one that was killed before it began
    _write_down(folder, change)
    try:
        return _carry_out(repository, folder, change)
    except KeyboardInterrupt:  # too late: what is left takes no longer than going back would
        return _carry_out(repository, folder, change)


def is_begun(repository: Repository) -> bool:
    """Was a change begun, by a process that was killed?"""
    return (repository.path_for(FOLDER) / PLAN).exists()


def complete(repository: Repository) -> tuple[Change, list[str]] | None:
    """Complete a change that was begun, and give it as `begin` does.

    Returns:
        None where there is none, or where nothing of it is there: then it is forgotten.

    Raises:
        LabError: another version of the tool has begun it.
    """
    folder = repository.path_for(FOLDER)
    if not (folder / PLAN).exists():
        return None
    change = _read(folder)
    if not any(_is_there(repository.root, step) for step in change.steps):
        _forget(folder)
        return None
    return change, _carry_out(repository, folder, change)


def _is_there(root: Path, step: Step) -> bool:
    aside = (root / step.path).with_name(f".{Path(step.path).name}.lab-before")
    written = not same(step.before, step.after) and same(content_of(root / step.path), step.after)
    return written or content_of(aside) is not None


def _carry_out(repository: Repository, folder: Path, change: Change) -> list[str]:
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
    _forget(folder)
    return left


def _turn(step: Step) -> tuple[bool, bool, str]:
    """What is new comes first, and goes last what is named until then."""
    return step.after is None, step.path in LAST, step.path


def _write_down(folder: Path, change: Change) -> None:
    folder.mkdir()

    def kept(content: bytes | None) -> str | None:
        if content is None:
            return None
        name = sha256(content).hexdigest()
        (folder / name).write_bytes(content)
        return name

    steps = [
        asdict(step) | {"before": kept(step.before), "after": kept(step.after)}
        for step in change.steps
    ]
    plan = {
        "format": FORMAT,
        "steps": steps,
        "conflicts": dict(change.conflicts),
        "says": dict(change.says),
    }
    with (folder / f"{PLAN}.new").open("w", encoding="utf-8") as file:
        json.dump(plan, file)
        file.flush()
        os.fsync(file.fileno())
    (folder / f"{PLAN}.new").replace(folder / PLAN)


def _read(folder: Path) -> Change:
    plan = json.loads((folder / PLAN).read_text(encoding="utf-8"))
    if plan["format"] != FORMAT:
        raise LabError(
            f"an update was broken off, and this version of the tool cannot complete it: {folder} "
            "holds each file before and after; run the version of the tool that began it."
        )

    def content(name: str | None) -> bytes | None:
        return (folder / name).read_bytes() if name else None

    steps = [
        Step(**step | {"before": content(step["before"]), "after": content(step["after"])})
        for step in plan["steps"]
    ]
    return Change(steps, plan["conflicts"], plan["says"])


def _forget(folder: Path) -> None:
    (folder / PLAN).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
