"""The git repository around a project, as an update needs it: asked, and copied."""

import os
import shutil
import sys
import tempfile
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from .. import git
from ..errors import LabError
from ..git import entries

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

PREFIX = "lab-update-"


@contextmanager
def temporary_folder() -> Generator[Path]:
    """A folder outside of every project, which is gone in the end."""
    with tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as name:
        yield Path(name)


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

    def overlooked(self) -> list[str]:
        """The files in which git was told to overlook what is changed here."""
        return [entry[2:] for entry in self.files("-v") if entry[0] == "S" or entry[0].islower()]

    def overlook(self, paths: Iterable[str]) -> None:
        """Let git overlook what is changed in some files."""
        self._git("update-index", "--skip-worktree", "-z", "--stdin", given=paths)

    def unmerged(self) -> dict[str, list[str]]:
        """The files in conflict, each with its entries in git's index; `git add` forgets them."""
        found: dict[str, list[str]] = {}
        for entry in entries(self._git("ls-files", "-z", "--unmerged")):
            facts, _, path = entry.partition("\t")
            found.setdefault(path, []).append(facts)
        return found

    def with_base(self, path: str) -> bytes:
        """A file in conflict anew, with what was there before between its markers, too."""
        self._git("checkout", "--quiet", "--conflict=diff3", "--", path)
        return (self.root / path).read_bytes()

    def set_unmerged(self, conflicts: Mapping[str, Sequence[str]]) -> None:
        """Put files in conflict, with the entries that another work tree of the repository has."""
        inside = os.fsdecode(self._git("rev-parse", "--show-prefix").rstrip(b"\n"))
        given = []
        for path, entered in conflicts.items():
            nothing = "0" * len(entered[0].split()[1])
            given += [f"{facts}\t{inside}{path}" for facts in (f"0 {nothing}", *entered)]
        self._git("update-index", "-z", "--index-info", given=given)

    def shallow(self) -> bool:
        """Is a part of the history missing?"""
        return git.is_shallow(self.root)

    def ever_held(self, path: str) -> bool:
        """Was there ever a file of this path in the history of what is checked out?"""
        return bool(self._git("log", "-1", "--format=%H", "HEAD", "--", path))

    def before_the_template(self, answers: str) -> set[str]:
        """The files that were there before the template was copied in; none in a new project."""
        came = self._git("log", "--diff-filter=A", "--format=%P", "HEAD", "--", answers).decode()
        parents = came.splitlines()[-1].split() if came else []
        if not parents:
            return set()
        return set(entries(self._git("ls-tree", "-r", "-z", "--name-only", parents[0], ".")))

    @contextmanager
    def copy(self) -> Generator[Path]:
        """The last commit in a work tree of its own, in a temporary folder.

        Whatever happens in there, or goes on there after this process has ended, the files in here
        stay as they are.

        Yields:
            The folder in the copy that is this one's.
        """
        top = git.top(self.root) or self.root
        with temporary_folder() as folder:
            copy = folder / "copy"
            try:
                self._git("worktree", "add", "--quiet", "--detach", str(copy), "HEAD")
                yield copy / self.root.resolve().relative_to(top.resolve())
            finally:
                self._forget(copy)

    def _forget(self, copy: Path) -> None:
        with suppress(LabError):  # it is not there any more
            self._git("worktree", "remove", "--force", "--force", str(copy))

    def _forget_what_was_killed(self) -> None:
        for line in self._git("worktree", "list", "--porcelain").splitlines():
            copy = Path(os.fsdecode(line.removeprefix(b"worktree ")))
            if copy.parent.name.startswith(PREFIX):
                self._forget(copy)
                shutil.rmtree(copy.parent, ignore_errors=True)

    def object_format(self) -> str:
        """How git names the objects in here: sha1 or sha256."""
        return self._git("rev-parse", "--show-object-format").decode().strip()

    def path_for(self, name: str) -> Path:
        """A path in the folder that git itself has for this work tree."""
        printed = self._git("rev-parse", "--git-path", name).rstrip(b"\n")
        return self.root / os.fsdecode(printed)

    @contextmanager
    def alone(self) -> Generator[None]:
        """Let no other update run in this repository meanwhile.

        Raises:
            LabError: one runs.
        """
        common = os.fsdecode(self._git("rev-parse", "--git-common-dir").rstrip(b"\n"))
        with (self.root / common / "lab-update.lock").open("w") as lock:  # open when we end
            try:
                if sys.platform == "win32":
                    msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
                else:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise LabError("another update of this repository is running.") from None
            self._forget_what_was_killed()
            yield

    def commit(self, message: str) -> None:
        """Commit everything, in the name of this tool."""
        self._git("add", "--all")
        commit = ("commit", "--quiet", "--no-verify", "--no-gpg-sign", "--message", message)
        self._git(*commit, **git.author("lab", "lab@noreply.invalid"))

    def push(self, address: str, branch: str) -> None:
        """Push a branch that is not there yet; one that is there stays as it is."""
        if not self._git("ls-remote", "--heads", address, f"refs/heads/{branch}"):
            self._git("push", "--quiet", address, f"HEAD:refs/heads/{branch}")

    def _git(self, *arguments: str, given: Iterable[str] = (), **variables: str) -> bytes:
        """What git prints; it is given entries that end as those of `-z` do."""
        ended = b"".join(os.fsencode(entry) + b"\0" for entry in given)
        return git.run(self.root, *arguments, given=ended, variables=variables)
