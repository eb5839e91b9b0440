"""The git repository around a project, as an update needs it: asked, copied, thrown back."""

import os
import subprocess
import sys
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..errors import LabError
from ..proof.history import MISLEADING

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

SETTINGS = {
    "apply.ignoreWhitespace": "no",
    "apply.whitespace": "nowarn",
    "core.hooksPath": os.devnull,  # a hook may refuse, or change files
    "core.quotePath": "true",  # Copier reads names in this form alone
    "status.showUntrackedFiles": "normal",
}


def undisturbed() -> dict[str, str]:
    """The environment in which git does what is asked, whatever settings and hooks people have.

    Nor does it ask anybody for a password.
    """
    environment = {key: value for key, value in os.environ.items() if key not in MISLEADING}
    return environment | further(environment, SETTINGS) | {"GIT_TERMINAL_PROMPT": "0"}


def further(environment: Mapping[str, str], settings: Mapping[str, str]) -> dict[str, str]:
    """The variables that give git settings beyond those which an environment gives it already."""
    given = environment.get("GIT_CONFIG_COUNT", "")
    before = int(given) if given.isdecimal() else 0
    told = {"GIT_CONFIG_COUNT": str(before + len(settings))}
    for number, (name, value) in enumerate(settings.items(), start=before):
        told |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return told


@dataclass(frozen=True)
class Repository:
    """The repository that a folder belongs to; paths are relative to that folder, with slashes."""

    root: Path

    def begun(self) -> bool:
        """Is there a commit to go back to?"""
        try:
            self._git("rev-parse", "--verify", "--quiet", "HEAD")
        except LabError:
            return False
        return True

    def uncommitted(self) -> list[str]:
        """What is changed or new, anywhere in the repository, and not committed."""
        said = self._git("status", "--porcelain", "-z", "--untracked-files=all", "--no-renames")
        return [entry[3:] for entry in _entries(said)]

    def files(self, *options: str) -> list[str]:
        """The files below the folder, as `git ls-files` lists them."""
        return sorted(set(_entries(self._git("ls-files", "-z", *options))))

    def ignored(self, folders: Iterable[str]) -> list[str]:
        """The files below some folders that git ignores."""
        options = ("--others", "--ignored", "--exclude-standard", "--", *folders)
        return self.files(*options)

    def overlooked(self) -> list[str]:
        """What git ignores anywhere in the repository; of a folder with nothing else, its name."""
        said = self._git("status", "--porcelain", "-z", "--ignored", "--no-renames")
        return [entry[3:] for entry in _entries(said) if entry.startswith("!! ")]

    def unmerged(self) -> list[str]:
        """The files in conflict; `git add` makes git forget them."""
        said = _entries(self._git("ls-files", "-z", "--unmerged"))
        return sorted({entry.partition("\t")[2] for entry in said})

    def shallow(self) -> bool:
        """Is a part of the history missing?"""
        return self._git("rev-parse", "--is-shallow-repository").strip() == b"true"

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
        top = Path(os.fsdecode(self._git("rev-parse", "--show-toplevel").rstrip(b"\n")))
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
        who = {"NAME": "lab", "EMAIL": "lab@noreply.invalid"}
        named = {f"GIT_{r}_{k}": v for r in ("AUTHOR", "COMMITTER") for k, v in who.items()}
        said = ("--quiet", "--no-verify", "--no-gpg-sign", "--message", message)
        self._git("commit", *said, **named)

    def push(self, address: str, branch: str) -> None:
        """Push a branch that is not there yet; one that is there stays as it is."""
        if not self._git("ls-remote", "--heads", address, f"refs/heads/{branch}"):
            self._git("push", "--quiet", address, f"HEAD:refs/heads/{branch}")

    def _git(self, *arguments: str, **more: str) -> bytes:
        """What git prints; `more` are further variables of its environment."""
        environment = undisturbed() | {"LC_ALL": "C"} | more
        try:
            done = subprocess.run(
                ["git", *arguments],
                cwd=self.root,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
            )
        except OSError as error:
            raise LabError(f"git cannot be run ({error.strerror}): install it.") from None
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise LabError(f"git {arguments[0]} failed: {said[-1] if said else 'no word'}")
        return done.stdout


def _entries(said: bytes) -> list[str]:
    return [os.fsdecode(entry) for entry in said.split(b"\0") if entry]
