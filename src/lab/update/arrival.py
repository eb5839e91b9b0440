"""The template comes into a repository that was there before."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .. import git
from ..errors import LabError
from ..project import Project
from ..records.answers import ANSWERS, read_origin
from .collisions import COMMITTED, Collision, collisions
from .copier import make_copy
from .repository import Repository, temporary_folder


@dataclass(frozen=True)
class Arrival:
    """What came of it.

    Attributes:
        collisions: what has to be settled before; then nothing was written.
        kept: files of theirs that stay in the place of the template's, to be merged by hand.
        brought: how many files are new.
    """

    collisions: list[Collision]
    kept: list[str]
    brought: int = 0


def arrive(
    root: Path, source: str, version: str | None, answers: Mapping[str, str], anyway: bool
) -> Arrival:
    """Copy the template into a repository, unless something would collide.

    Raises:
        LabError: it is no repository with a clean work tree, is a project already, or the
            template cannot be copied.
    """
    repository, project = Repository(root), Project(root)
    if (root / ANSWERS).exists():
        raise LabError(f"{root} is a project of a template already: `lab update` updates it.")
    if not repository.begun():
        raise LabError(f"{root} has no commit to go back to: run `git init`, and commit all of it.")
    if uncommitted := repository.uncommitted():
        raise LabError(f"{uncommitted[0]} is not committed: commit or stash everything first.")
    theirs = set(repository.files())
    with temporary_folder() as folder:
        made = folder / "fresh"
        make_copy(project, source, version, answers, made)
        paths = {
            path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file()
        } - {ANSWERS}
        package = str(read_origin(made).answers["package_name"])
    found = collisions(theirs, paths, package, _ignored(root, paths))
    kept = sorted(paths & theirs)
    if found and not anyway:
        return Arrival(found, kept)
    make_copy(project, source, version, answers, root, skip=True)
    return Arrival(found, kept, len(paths - theirs))


def _ignored(root: Path, paths: set[str]) -> dict[str, list[str]]:
    """What the repository's own .gitignore keeps out of what has to be in git, by its line."""
    given = [path for path in (*sorted(paths), *COMMITTED) if "\n" not in path]
    asked = ("check-ignore", "--no-index", "--verbose", "-z", "--stdin")
    read = b"".join(path.encode() + b"\0" for path in given)
    fields = git.run(root, *asked, given=read, missing_ok=True).decode("utf-8", "replace")
    ignored: dict[str, list[str]] = {}
    for file, line, pattern, path in zip(*[iter(fields.split("\0"))] * 4, strict=False):
        if not pattern.startswith("!"):
            ignored.setdefault(f"{file}, line {line} ({pattern})", []).append(path)
    return ignored
