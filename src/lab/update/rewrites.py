"""Files that a command changes in a project, as one change that can be looked at first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ..errors import LabError
from ..records.answers import read_origin
from .change import Change, Step, begin, is_begun
from .repository import Repository


@dataclass(frozen=True)
class Edit:
    """One file: its text before and after (None is no file), and what changes, in a few words."""

    path: str
    before: str | None
    after: str | None
    what: str


def see_that_all_is_committed(repository: Repository, but: Collection[str] = ()) -> None:
    """Nothing is lost if the whole change is thrown away.

    Args:
        repository: the project's.
        but: files that may be new.

    Raises:
        LabError: there is no commit yet, something is not committed, or a change was broken off.
    """
    if not repository.begun():
        raise LabError(f"{repository.root} has no commit to go back to: commit everything first.")
    if is_begun(repository):
        raise LabError("a change was broken off while files were written: run `lab update` first.")
    if uncommitted := [path for path in repository.uncommitted() if path not in but]:
        raise LabError(
            f"{uncommitted[0]} is not committed ({len(uncommitted)} in all): commit or stash "
            "everything, so that the change can be thrown away whole."
        )


def make(repository: Repository, edits: Sequence[Edit]) -> None:
    """Change the files, all of them or none.

    Raises:
        LabError: somebody changed one of them meanwhile.
    """
    steps = [
        Step(
            edit.path,
            None if edit.before is None else edit.before.encode(),
            None if edit.after is None else edit.after.encode(),
        )
        for edit in edits
    ]
    version = read_origin(repository.root).version
    left = begin(repository, Change(steps, {}, {"before": version, "after": version}))
    if left:
        raise LabError(f"{left[0]} was changed just now, and is as you have it: change it by hand.")
