"""`lab update`: a later version of the template, with nothing lost and nothing half done.

Copier does the merge, on a copy of the last commit. What is added here is what it leaves to
chance: it exits with 0 on conflicts, drops a file that a team has edited as soon as the template
drops it, and merges no binary file. So each file is looked at afterwards, and what lost a line is
put back. Only what has come to a good end on the copy is done to the project, as one change.
"""

import os
import tomllib
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from ..errors import LabError
from ..project import Project
from ..proof.merges import conflicts, under_way
from ..records.answers import ANSWERS, Origin, read_origin
from .additions import settle
from .change import Change, Step, begin, complete, is_begun
from .copier import CURRENT, NeedsTrustError, OlderError, fresh_project, run_update
from .ownership import Classes, Files, differing, lost, newly_seeded, read_classes
from .release_notes import new_sections
from .repository import Repository
from .source import LOCK, PYPROJECT, provide
from .versions import version_to_take
from .work_tree import content_of, contents, executable, obstacle, put_back

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
        deleted: the template's files that a team has deleted; they stay deleted.
        resumed: it was begun by a process that was killed, and is complete now.
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
    deleted: list[str] = field(default_factory=list)
    resumed: bool = False

    @property
    def settled(self) -> bool:
        """Is there nothing that a person has to look at before it can be committed?"""
        return not (self.needs_trust or self.conflicts or self.kept)


@contextmanager
def tried(project: Project, wanted: Wanted) -> Generator[tuple[Project, Updated]]:
    """What an update of the last commit does, on a copy that is thrown away in the end.

    Raises:
        LabError: as `update`, but for a migration that is not allowed.
    """
    repository = Repository(project.root)
    _must_have_a_commit(repository)
    with repository.alone():
        origin = read_origin(project.root)
        if is_begun(repository):
            raise LabError(
                "an update was broken off while its files were written: run `lab update`, which "
                "completes it."
            )
        with repository.copy() as copy:
            try:
                done, _ = _merge(project, Project(copy), origin, wanted)
            except NeedsTrustError:
                done = _coming(project, origin, wanted)
            yield Project(copy), done


def _coming(project: Project, origin: Origin, wanted: Wanted) -> Updated:
    """The version that an update would go to; making a project of it runs no migration."""
    to = wanted.to or version_to_take(project.root, origin.source, origin.version)
    with (
        fresh_project(project, origin.source, origin.version) as (_, base),
        fresh_project(project, origin.source, to) as (folder, fresh),
    ):
        after = read_origin(folder).version
        return Updated(origin.version, after, new_sections(base, fresh), needs_trust=True)


def update(project: Project, wanted: Wanted) -> Updated:
    """Bring a project to a version of the template, or leave it exactly as it was.

    Where an earlier update was killed while its files were written, it is completed instead.

    Raises:
        NeedsTrustError: the update runs a migration that is not allowed.
        LabError: something is uncommitted, the template cannot be reached, an answer is refused.
    """
    repository = Repository(project.root)
    _must_have_a_commit(repository)
    with repository.alone():
        if completed := complete(repository):
            change, left = completed
            done = replace(Updated(**change.says), resumed=True)
            return _but_for(done, left)
        _must_have_no_unfinished_merge(project.root)
        if uncommitted := repository.uncommitted():
            raise LabError(
                f"{uncommitted[0]} is not committed ({len(uncommitted)} in all): commit or stash "
                "everything, so that the update can be thrown away whole."
            )
        origin = read_origin(project.root)
        with repository.copy() as copy:
            done, change = _merge(project, Project(copy), origin, wanted)
            return _but_for(done, begin(repository, change))


def _but_for(done: Updated, left: Sequence[str]) -> Updated:
    """What was done, where some files are as a person has them."""
    conflicts = [path for path in done.conflicts if path not in left]
    return replace(done, conflicts=conflicts, kept=sorted({*done.kept, *left}))


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


def _merge(
    project: Project, copy: Project, origin: Origin, wanted: Wanted
) -> tuple[Updated, Change]:
    """Update a copy, and look at what Copier made of it.

    Args:
        project: it stays as it is.
        copy: its last commit, in a work tree of its own.
        origin: the template and the version that the project has; read there, so that what is
            wrong with it is said of the project's own file.
        wanted: what the update is asked for.

    Returns:
        What is to be said, and what is then to be changed in the project.

    Raises:
        NeedsTrustError: the update runs a migration that is not allowed.
        LabError: Copier cannot update it, or an answer is refused.
    """
    repository = Repository(copy.root)
    with fresh_project(copy, origin.source, origin.version) as (_, base):
        _must_not_confuse_copier(repository)
        classes = read_classes(base)
        _bring_what_git_overlooks(Repository(project.root), repository, base, classes)
        replaced = _replaced(copy.root, base, classes)
        everything = _listed(repository, base)
        ours = contents(copy.root, everything)
        could_run = _executable(copy.root, ours)
        _run(copy, wanted, replaced)
        conflicts = repository.unmerged()  # before anything is added to git's index
        shared = [path for path in conflicts if classes.of(path) == "shared"]
        for path in settle(repository, shared):
            del conflicts[path]
        after = read_origin(copy.root)
        if PYPROJECT not in conflicts:
            _must_stay_readable(ours.get(PYPROJECT), contents(copy.root, [PYPROJECT]))
        if unknown := sorted(wanted.answers.keys() - after.answers.keys()):
            raise LabError(
                f"the template has no question {unknown[0]}, so nothing was changed: "
                f"its questions are in {ANSWERS}."
            )
        kept = lost(base, ours, contents(copy.root, ours))
        put_back(copy.root, {path: ours[path] for path in kept})
        same = nullcontext((copy.root, base))
        making = same if after == origin else fresh_project(copy, after.source, after.version)
        with making as (_, fresh):
            added, left = _added(repository, base, fresh, ours, wanted.take)
            if not {PYPROJECT, ANSWERS}.intersection(conflicts, kept):
                _bring_the_tool(copy, origin, after)
            now = contents(copy.root, _listed(repository, {**base, **fresh}))
    there = [path for path in now.keys() - ours.keys() if content_of(project.root / path)]
    kept = sorted({*kept, *replaced, *there})
    for path in there:  # git ignores it there
        del now[path]
    can_run = _executable(copy.root, now) | could_run.intersection(kept)
    changed = {*differing(ours, now), *((could_run ^ can_run) & ours.keys() & now.keys())}
    conflicts = {path: conflicts[path] for path in sorted(conflicts) if path not in kept}
    done = Updated(
        before=origin.version,
        after=after.version,
        notes=new_sections(base, fresh),
        conflicts=list(conflicts),
        kept=kept,
        added=[path for path in added if path not in there],
        left=left,
        changed=sorted(changed),
        deleted=sorted(
            path
            for path in base.keys() & fresh.keys() - now.keys()
            if classes.of(path) in MERGED and not obstacle(copy.root, path)
        ),
    )
    steps = [Step(path, ours.get(path), now.get(path), path in can_run) for path in sorted(changed)]
    return done, Change(steps, conflicts, asdict(done))


def _bring_what_git_overlooks(
    project: Repository, copy: Repository, base: Files, classes: Classes
) -> None:
    """Take into a copy what an update may touch and no commit holds."""
    held = set(project.files())
    ignored = [path for path in base if classes.of(path) in MERGED and path not in held]
    overlooked = project.overlooked()
    put_back(copy.root, contents(project.root, [*ignored, *overlooked]))
    if overlooked:
        copy.overlook(overlooked)


def _bring_the_tool(copy: Project, before: Origin, after: Origin) -> None:
    """The wheel and the lock, where a project was set up or takes another way to the tool."""
    another_way = before.answers.get("tool") != after.answers.get("tool")
    if (copy.root / LOCK).exists() or after.answers.get("tool_wheel") or another_way:
        provide(copy)


def _listed(repository: Repository, also: Files) -> list[str]:
    listed = repository.files("--cached", "--others", "--exclude-standard")
    return sorted({*listed, *also})


def _executable(root: Path, files: Files) -> set[str]:
    return {path for path in files if executable(root / path)}


def _run(project: Project, wanted: Wanted, replaced: Sequence[str]) -> None:
    """Let Copier update; a project from between two versions stays at its own until the next."""
    origin = read_origin(project.root)
    to = wanted.to or version_to_take(project.root, origin.source, origin.version)
    try:
        run_update(project, to, wanted.answers, wanted.trust, replaced)
    except OlderError:
        if wanted.to:
            raise
        run_update(project, CURRENT, wanted.answers, wanted.trust, replaced)


def _added(
    repository: Repository, base: Files, fresh: Files, ours: Files, take: Choose
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
    put_back(root, {path: fresh[path] for path in offered})
    return offered, left


def _must_have_a_commit(repository: Repository) -> None:
    if not repository.begun():
        raise LabError(
            f"{repository.root} has no commit to go back to: run `uv run lab setup`, or commit."
        )


def _must_stay_readable(before: bytes | None, now: Files) -> None:
    if before is None or PYPROJECT not in now or _fault_in(before):
        return  # it was no better before
    if fault := _fault_in(now[PYPROJECT]):
        raise LabError(
            f"after this update {PYPROJECT} could not be read ({fault}), so nothing was changed. "
            "Where a table would be there twice, the template brings one that you have made: take "
            "yours out, update, and put your keys into the template's."
        )


def _fault_in(toml: bytes) -> str | None:
    try:
        tomllib.loads(toml.decode())
    except ValueError as error:  # as TOML's and UTF-8's are
        return str(error)
    return None


def _must_have_no_unfinished_merge(root: Path) -> None:
    if begun := under_way(root):
        raise LabError(f"{begun} is begun here and not committed: commit it, or take it back.")
    if found := list(conflicts(root)):
        path, line = found[0]
        raise LabError(
            f"{path}, line {line}, holds the markers of a merge that nobody finished "
            f"({len(found)} in all): keep what is right of both sides, delete the markers, "
            "and commit."
        )


def _must_not_confuse_copier(repository: Repository) -> None:
    for path in repository.files():
        if not path.isascii() and os.fsencode(path).decode("utf-8", "replace") != path:
            raise LabError(
                f"the name of {path!r} is not in UTF-8, so Copier fails on it: rename it."
            )
