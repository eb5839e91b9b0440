"""The git repository around a project, as an update needs it: asked, copied, thrown back."""

import os
import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .. import git
from ..errors import LabError
from ..git import entries

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


@dataclass(frozen=True)
class Repository:
    """The repository that a folder belongs to; paths are relative to that folder, with slashes."""

    root: Path

    def begun(self) -> bool:
        """Is there a commit to go back to?"""
        try:
            return git.commit_id(self.root, "HEAD") is not None
        except git.NoRepositoryError:
            return False

    def uncommitted(self) -> list[str]:
        """What is changed or new, anywhere in the repository, and not committed."""
        listed = self._git("status", "--porcelain", "-z", "--untracked-files=all", "--no-renames")
        return [entry[3:] for entry in entries(listed)]

    def files(self, *options: str) -> list[str]:
        """The files below the folder, as `git ls-files` lists them."""
        return sorted(set(entries(self._git("ls-files", "-z", *options))))

    def ignored(self, folders: Iterable[str]) -> list[str]:
        """The files below some folders that git ignores."""
        options = ("--others", "--ignored", "--exclude-standard", "--", *folders)
        return self.files(*options)

    def overlooked(self) -> list[str]:
        """What git ignores anywhere in the repository; of a folder with nothing else, its name."""
        listed = self._git("status", "--porcelain", "-z", "--ignored", "--no-renames")
        return [entry[3:] for entry in entries(listed) if entry.startswith("!! ")]

    def unmerged(self) -> list[str]:
        """The files in conflict; `git add` makes git forget them."""
        listed = entries(self._git("ls-files", "-z", "--unmerged"))
        return sorted({entry.partition("\t")[2] for entry in listed})

    def shallow(self) -> bool:
        """Is a part of the history missing?"""
        return git.is_shallow(self.root)

    def ever_held(self, path: str) -> bool:
        """Was there ever a file of this path in the history of what is checked out?"""
        return bool(self._git("log", "-1", "--format=%H", "HEAD", "--", path))

    def restore(self, path: str) -> None:
        """Put a file back as the last commit has it."""
        options = ("--quiet", "--ignore-skip-worktree-bits", "HEAD")
        self._git("checkout", *options, "--", path, GIT_LITERAL_PATHSPECS="1")

    def throw_away(self) -> None:
        """Go back to the last commit, new files and conflicts included."""
        self._git("reset", "--quiet", "--hard", "HEAD")
        self._git("clean", "--quiet", "--force", "-d")

    def clone(self, folder: Path) -> Path:
        """A copy of the last commit, to try something on.

        Returns:
            The folder in the copy that is this one's.
        """
        top = git.top(self.root) or self.root
        self._git("clone", "--quiet", str(top), str(folder))
        return folder / self.root.resolve().relative_to(top.resolve())

    def object_format(self) -> str:
        """How git names the objects in here: sha1 or sha256."""
        return self._git("rev-parse", "--show-object-format").decode().strip()

    @contextmanager
    def alone(self) -> Generator[None]:
        """Let no other update run in this repository meanwhile.

        Raises:
            LabError: one runs.
        """
        name = os.fsdecode(self._git("rev-parse", "--git-path", "lab-update.lock").rstrip(b"\n"))
        with (self.root / name).open("w") as lock:  # the system opens it when this process ends
            try:
                if sys.platform == "win32":
                    msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
                else:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise LabError("another update of this repository is running.") from None
            yield

    def commit(self, branch: str, message: str) -> None:
        """Commit everything on a new branch, in the name of this tool."""
        self._git("switch", "--quiet", "--create", branch)
        self._git("add", "--all")
        commit = ("commit", "--quiet", "--no-verify", "--no-gpg-sign", "--message", message)
        self._git(*commit, **git.author("lab", "lab@noreply.invalid"))

    def push(self, address: str, branch: str) -> None:
        """Push a branch that is not there yet; one that is there stays as it is."""
        if not self._git("ls-remote", "--heads", address, f"refs/heads/{branch}"):
            self._git("push", "--quiet", address, f"HEAD:refs/heads/{branch}")

    def _git(self, *arguments: str, **variables: str) -> bytes:
        return git.run(self.root, *arguments, variables=variables)
