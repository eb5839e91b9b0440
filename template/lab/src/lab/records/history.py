"""What git knows: the first-parent history of the records, version by version.

Only the order of commits counts, never their dates: whoever writes a commit chooses its date.
"""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..errors import LabError


@dataclass(frozen=True)
class Commit:
    """A commit of the first-parent history, and the paths that it changed.

    `changed` says of each path `A` (added), `M` (modified) or `D` (deleted).
    """

    id: str
    changed: dict[str, str]


class History:
    """The first-parent history of a folder, oldest first. All commands only read."""

    def __init__(self, root: Path, revision: str = "HEAD") -> None:
        self.root, self.revision = root, revision

    @cached_property
    def exists(self) -> bool:
        """Is there a repository with at least one commit?"""
        return self._git("rev-parse", "--verify", "--quiet", f"{self.revision}^{{commit}}") != ""

    @cached_property
    def is_shallow(self) -> bool:
        """Is a part of the history missing?"""
        return self._git("rev-parse", "--is-shallow-repository").strip() == "true"

    @cached_property
    def prefix(self) -> str:
        """Where the project lies inside its repository; empty at its top."""
        return self._git("rev-parse", "--show-prefix").strip()

    def commits(self, *paths: str) -> list[Commit]:
        """The commits that changed something below the paths, oldest first.

        A merge counts as what it brought to the first parent.
        """
        text = self._git(
            *("log", "--first-parent", "-m", "--no-renames", "--reverse", "--name-status"),
            *("-z", "--format=%x01%H", self.revision, "--", *paths),
        )
        found = []
        for block in text.split("\x01")[1:]:
            head, *rest = block.strip("\n").split("\0")
            parts = [part.strip("\n") for part in rest if part.strip("\n")]
            changed = dict(zip(parts[1::2], parts[::2], strict=False))
            found.append(
                Commit(head.strip(), {self._own(path): what for path, what in changed.items()})
            )
        return found

    def show(self, commit: str, path: str) -> str | None:
        """The text of a file in a commit; None if it is not there or no text."""
        done = subprocess.run(
            ["git", "cat-file", "blob", f"{commit}:{self.prefix}{path}"],
            cwd=self.root,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            return None
        try:
            return done.stdout.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            return None

    def versions(self, path: str, commits: list[Commit]) -> Iterator[tuple[int, str | None]]:
        """Each version of a file: the number of its commit, and its text (None: deleted)."""
        for number, commit in enumerate(commits):
            if path in commit.changed:
                yield number, self.show(commit.id, path)

    def _own(self, path: str) -> str:
        return path.removeprefix(self.prefix)

    def _git(self, *arguments: str) -> str:
        try:
            done = subprocess.run(
                ["git", "-c", "core.quotepath=off", *arguments],
                cwd=self.root,
                capture_output=True,
                check=False,
            )
        except OSError as error:
            raise LabError(f"git cannot be run ({error.strerror}): install it.") from None
        return done.stdout.decode("utf-8", errors="replace") if done.returncode == 0 else ""


def default_branch(root: Path) -> str:
    """The branch whose history is the proof: origin's own, else main or master, else HEAD."""
    for name in ("refs/remotes/origin/HEAD", "main", "master", "origin/main", "origin/master"):
        if History(root, name).exists:
            return name
    return "HEAD"


def merge_base(root: Path, one: str, other: str) -> str | None:
    """The commit from which two revisions went apart."""
    return History(root)._git("merge-base", one, other).strip() or None
