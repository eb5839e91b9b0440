"""`lab update`: a later version of the template, with nothing lost and nothing half done.

Copier does the merge. What is added here is what it leaves to chance: it exits with 0 on
conflicts, drops a file that a team has edited as soon as the template drops it, and merges no
binary file. So each file is looked at afterwards, and what lost a line is put back.

All modules are imported at the top: an update replaces the files of this package while it runs.
"""

import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import LabError
from ..project import Project
from ..records.answers import ANSWERS, Origin, read_origin
from .copier import CURRENT, NeedsTrustError, OlderError, make_fresh, run_update
from .ownership import Classes, Drift, Files, differing, drifted, lost, newly_seeded, read_classes
from .release_notes import new_sections
from .repository import Repository
from .work_tree import contents, obstacle, put_back

Choose = Callable[[Sequence[str]], bool]


@dataclass(frozen=True)
class Wanted:
    """What an update is asked for.

    Attributes:
        to: the version; None is the newest.
        answers: what is answered otherwise than before.
        trust: may the template run its migrations?
        take: asked with the new seeded files; are they to be added?
    """

    to: str | None
    answers: Mapping[str, str]
    trust: bool
    take: Choose


@dataclass(frozen=True)
class Updated:
    """What an update did; all of it lies uncommitted in the work tree.

    Attributes:
        before: the version of the template before.
        after: the version now.
        notes: the release notes of all that lies between the two, in Markdown.
        needs_trust: nothing was done, because it runs a migration that nobody has allowed.
        conflicts: files in which both sides changed the same lines.
        kept: files that the merge would have taken lines from; they are as the team had them.
        added: seeded files that were not there before.
        left: seeded files that were left out: a team once deleted them, or does not want them.
        changed: every path with another content than before.
    """

    before: str
    after: str
    notes: str = ""
    needs_trust: bool = False
    conflicts: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    @property
    def settled(self) -> bool:
        """Is there nothing that a person has to look at before it can be committed?"""
        return not (self.needs_trust or self.conflicts or self.kept)


def find_drift(project: Project) -> list[tuple[Drift, bytes, bytes]]:
    """The template's files that the team has changed: each with the template's and its own.

    Raises:
        LabError: the template cannot be reached, or its version is gone.
    """
    origin = read_origin(project.root)
    with _fresh(project, origin.source, origin.version) as (_, fresh):
        ours = contents(project.root, fresh)
        return [
            (one, fresh[one.path], ours.get(one.path, b""))
            for one in drifted(fresh, ours, read_classes(fresh))
        ]


@contextmanager
def tried(project: Project, wanted: Wanted) -> Generator[tuple[Project, Updated]]:
    """What an update of the last commit does, on a copy that is thrown away in the end.

    Raises:
        LabError: as `update`, but for a migration that is not allowed.
    """
    repository = Repository(project.root)
    _must_have_a_commit(repository)
    with _folder() as folder:
        copy = Project(repository.clone(folder / "copy"))
        try:
            done = update(copy, wanted)
        except NeedsTrustError:
            done = _coming(copy, wanted)
        yield copy, done


def _coming(project: Project, wanted: Wanted) -> Updated:
    """The version that an update would go to; making a project of it runs no migration."""
    origin = read_origin(project.root)
    with (
        _fresh(project, origin.source, origin.version) as (_, base),
        _fresh(project, origin.source, wanted.to) as (folder, fresh),
    ):
        after = read_origin(folder).version
        return Updated(origin.version, after, new_sections(base, fresh), needs_trust=True)


def update(project: Project, wanted: Wanted) -> Updated:
    """Bring a project to a version of the template, or leave it exactly as it was.

    Raises:
        NeedsTrustError: the update runs a migration that is not allowed.
        LabError: something is uncommitted, the template cannot be reached, an answer is refused.
    """
    repository = Repository(project.root)
    _must_have_a_commit(repository)
    if uncommitted := repository.uncommitted():
        raise LabError(
            f"{uncommitted[0]} is not committed ({len(uncommitted)} in all): commit or stash "
            "everything, so that the update can be thrown away whole."
        )
    _must_not_confuse_copier(repository)
    origin = read_origin(project.root)
    with repository.alone(), _fresh(project, origin.source, origin.version) as (_, base):
        classes = read_classes(base)
        tracked = contents(project.root, repository.files())
        owned = [path for path in repository.ignored(["."]) if classes.of(path) in MERGED]
        unseen = contents(project.root, owned)  # git cannot bring them back
        replaced = _replaced(project.root, base, classes)
        try:
            _run(project, wanted, replaced)
            return _finish(project, wanted, origin, base, tracked, unseen, replaced)
        except BaseException:  # also when a person breaks it off
            with _to_its_end():
                repository.throw_away()
                put_back(project.root, {**tracked, **unseen})
            raise


MERGED = ("owned", "shared")


def _replaced(root: Path, base: Files, classes: Classes) -> list[str]:
    """Where a team has a folder or a link in the place of a file, or no folder in that of one.

    Raises:
        LabError: a link leads out of the project, and Copier would stop there.
    """
    found = set()
    for path in base:
        there = obstacle(root, path)
        if not there or path == ANSWERS:
            continue
        if there != path and not (root / there).resolve().is_relative_to(root.resolve()):
            raise LabError(
                f"{there} is a link out of the project, and an update would write files there: put "
                "a folder in its place, and take links for what is in it."
            )
        if classes.of(path) in MERGED:
            found.add(there)
    return sorted(found)


def _run(project: Project, wanted: Wanted, replaced: Sequence[str]) -> None:
    """Let Copier update; a project from between two versions stays at its own until the next."""
    try:
        run_update(project, wanted.to, wanted.answers, wanted.trust, replaced)
    except OlderError:
        if wanted.to:
            raise
        run_update(project, CURRENT, wanted.answers, wanted.trust, replaced)


def _finish(
    project: Project,
    wanted: Wanted,
    origin: Origin,
    base: Files,
    tracked: Files,
    unseen: Files,
    replaced: Sequence[str],
) -> Updated:
    """Look at what Copier left, put back what lost a line, and add what is new."""
    repository = Repository(project.root)
    conflicts = repository.unmerged()  # before anything is added to git's index
    after = read_origin(project.root)
    if unknown := sorted(wanted.answers.keys() - after.answers.keys()):
        raise LabError(
            f"the template has no question {unknown[0]}, so nothing was changed: "
            f"its questions are in {ANSWERS}."
        )
    ours = {**tracked, **unseen}
    kept = lost(base, ours, contents(project.root, ours))
    for path in kept:
        if path in tracked:
            repository.restore(path)
    put_back(project.root, {path: ours[path] for path in kept})
    with _fresh(project, after.source, after.version) as (folder, fresh):
        added, left = _added(repository, folder, base, fresh, ours, wanted.take)
    now = contents(project.root, repository.files("--cached", "--others", "--exclude-standard"))
    return Updated(
        before=origin.version,
        after=after.version,
        notes=new_sections(base, fresh),
        conflicts=[path for path in conflicts if path not in kept],
        kept=sorted({*kept, *replaced}),
        added=added,
        left=left,
        changed=list(differing(tracked, now)),
    )


def _added(
    repository: Repository, folder: Path, base: Files, fresh: Files, ours: Files, take: Choose
) -> tuple[list[str], list[str]]:
    """Copy the new seeded files; never over a file, and none that a team once deleted."""
    root, classes = repository.root, read_classes(fresh)
    new = [path for path in newly_seeded(base, fresh, ours, classes) if not (root / path).exists()]
    # Without the whole history nobody knows what a team has deleted.
    cannot_tell = bool(new) and repository.shallow()
    left = [
        path for path in new if cannot_tell or repository.ever_held(path) or obstacle(root, path)
    ]
    offered = [path for path in new if path not in left]
    if not offered or not take(offered):
        return [], sorted(new)
    for path in offered:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(folder / path, root / path)
    return offered, left


def _must_have_a_commit(repository: Repository) -> None:
    if not repository.begun():
        raise LabError(
            f"{repository.root} has no commit to go back to: run `uv run lab setup`, or commit."
        )


def _must_not_confuse_copier(repository: Repository) -> None:
    overlooked = repository.overlooked()
    for path in overlooked:
        if path.endswith(".rej"):
            raise LabError(
                f"{path} is left over from an earlier merge, and this one would delete it: look at "
                "it, then delete or rename it."
            )
    for path in [*overlooked, *repository.files()]:
        if not path.isascii() and os.fsencode(path).decode("utf-8", "replace") != path:
            raise LabError(
                f"the name of {path!r} is not in UTF-8, so Copier fails on it: rename it."
            )


@contextmanager
def _fresh(project: Project, source: str, version: str | None) -> Generator[tuple[Path, Files]]:
    """The project as a version of the template makes it: its folder, and its files."""
    with _folder() as folder:
        made = folder / "fresh"
        make_fresh(project, source, version, made)
        paths = [path for path in made.rglob("*") if path.is_file()]
        yield made, contents(made, (path.relative_to(made).as_posix() for path in paths))


@contextmanager
def _folder() -> Generator[Path]:
    with tempfile.TemporaryDirectory(prefix="lab-update-", ignore_cleanup_errors=True) as name:
        yield Path(name)


@contextmanager
def _to_its_end() -> Generator[None]:
    """Let no second Ctrl+C stop what the first one has begun."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
