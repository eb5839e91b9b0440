"""Git: the one place that starts it, and the forms in which it answers.

Every call runs in a neutral environment: no variable, setting, hook, replaced object or graft
of the person who types can make git look at another repository or at another history, change
what it prints, or let it ask for a password.
"""

import os
import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from .errors import LabError

LARGEST = 32 * 1024 * 1024
PLAIN_FILE = re.compile(r"100[0-7]{3}")
MISLEADING = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_SHALLOW_FILE",
    "GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS",
)  # fmt: skip
VARIABLES = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
}
SETTINGS = {
    "advice.graftFileDeprecated": "false",
    "apply.ignoreWhitespace": "no",
    "apply.whitespace": "nowarn",
    "core.hooksPath": os.devnull,  # a hook may refuse, or change files
    "core.quotePath": "true",  # Copier reads names in this form alone
    "status.showUntrackedFiles": "normal",
}
DISTRUST = re.compile(r"detected dubious ownership in repository at '(.*)'")
OUTSIDE = re.compile(r"not a git repository \(or any ")

Blobs = dict[str, str | None]
"""Objects by the path of a plain file; None where there is no such file any more."""


class GitError(LabError):
    """Git cannot say what it was asked, so that nothing is known: neither yes nor no."""

    code = 3

    def __init__(self, what: str, remedy: str | None = None) -> None:
        super().__init__(f"{what}. {remedy}" if remedy else f"{what}.")
        self.what, self.remedy = what, remedy


class NoRepositoryError(GitError):
    """The folder is in no repository."""


def run(
    root: Path,
    *arguments: str,
    given: Iterable[str] | bytes = (),
    missing_ok: bool = False,
    variables: Mapping[str, str] | None = None,
) -> bytes:
    """What a git command prints.

    Args:
        root: the folder in which it runs.
        arguments: the command and what belongs to it.
        given: lines that it reads, or all that it reads.
        missing_ok: does the exit code 1 mean that what was asked for is not there? It is b"" then.
        variables: further variables of its environment.

    Raises:
        NoRepositoryError: the folder is in no repository.
        GitError: git is not installed, does not trust the repository, or fails.
    """
    if not isinstance(given, bytes):
        given = "".join(f"{line}\n" for line in given).encode()
    try:
        ended = subprocess.run(
            ["git", *arguments],
            cwd=root,
            env=neutral_environment() | {"LC_ALL": "C"} | dict(variables or {}),
            input=given,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise GitError("git is not on the path", "Install it from https://git-scm.com.") from None
    except OSError as error:
        raise GitError(f"git cannot be run ({error.strerror})", "Install it again.") from None
    if ended.returncode == 0:
        return ended.stdout
    if ended.returncode == 1 and missing_ok:
        return b""
    raise _failure(root, arguments[0], ended.stderr.decode("utf-8", "replace"))


def _failure(root: Path, command: str, printed: str) -> GitError:
    """What a person can do about a git command that failed."""
    if found := DISTRUST.search(printed):
        return GitError(
            f"git does not trust {found[1]}, because another user owns it",
            f"If you do, run `git config --global --add safe.directory {found[1]}`.",
        )
    if OUTSIDE.search(printed):
        return NoRepositoryError(f"{root} is in no git repository", "Run `git init`, and commit.")
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    reasons = [line.partition(": ")[2] for line in lines if line.startswith(("error:", "fatal:"))]
    reason = "; ".join(reasons[:3] or lines[-1:] or ["it does not say why"])
    return GitError(f"git {command} failed: {reason.rstrip('.')}")


def neutral_environment() -> dict[str, str]:
    """The environment in which git does the same for everybody."""
    environment = {key: value for key, value in os.environ.items() if key not in MISLEADING}
    return environment | VARIABLES | with_settings(environment, SETTINGS)


def with_settings(environment: Mapping[str, str], settings: Mapping[str, str]) -> dict[str, str]:
    """The variables that give git settings, besides those that an environment gives already."""
    given = environment.get("GIT_CONFIG_COUNT", "")
    before = int(given) if given.isdecimal() else 0
    added = {"GIT_CONFIG_COUNT": str(before + len(settings))}
    for number, (name, value) in enumerate(settings.items(), start=before):
        added |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return added


def author(name: str, address: str) -> dict[str, str]:
    """The variables that make somebody the author of a commit, and who committed it."""
    person = {"NAME": name, "EMAIL": address}
    return {f"GIT_{role}_{key}": person[key] for role in ("AUTHOR", "COMMITTER") for key in person}


def entries(printed: bytes) -> list[str]:
    """The parts of what git prints with `-z`."""
    return [os.fsdecode(entry) for entry in printed.split(b"\0") if entry]


def top(root: Path) -> Path | None:
    """The folder of the repository that a folder is in, or None."""
    try:
        return Path(os.fsdecode(run(root, "rev-parse", "--show-toplevel").rstrip(b"\n")))
    except NoRepositoryError:
        return None


def setting(root: Path, name: str) -> str | None:
    """A value of git's configuration, or None."""
    return run(root, "config", "--get", name, missing_ok=True).decode().strip() or None


def is_shallow(root: Path) -> bool:
    """Is a part of the history missing?"""
    return run(root, "rev-parse", "--is-shallow-repository").strip() == b"true"


def commit_id(root: Path, revision: str) -> str | None:
    """The commit that a revision stands for, or None."""
    if revision.startswith("-"):
        return None
    asked = ("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    return run(root, *asked, missing_ok=True).decode().strip() or None


def first_parents(root: Path, *revisions: str) -> list[str]:
    """The commits of a first-parent history, oldest first."""
    return run(root, "rev-list", "--first-parent", "--reverse", *revisions).decode().split()


def tree(root: Path, revision: str, paths: Sequence[str]) -> dict[str, str]:
    """The plain files of a commit below some paths, and the object that each is.

    Raises:
        GitError: there is no such commit.
    """
    if revision.startswith("-"):
        raise GitError(f"{revision} is no commit")
    found = {}
    for entry in entries(run(root, "ls-tree", "-r", "-z", revision, "--", *paths)):
        facts, _, path = entry.partition("\t")
        mode, _, blob = facts.split(" ")
        if PLAIN_FILE.fullmatch(mode):
            found[path] = blob
    return found


def changes(root: Path, commits: Iterable[str], *arguments: str) -> list[tuple[str, Blobs]]:
    """What each commit changed; one with several parents may come more than once.

    Args:
        root: a folder of the repository; paths are relative to it.
        commits: each alone, or followed by the parent that it is compared with.
        arguments: more of `git diff-tree`.
    """
    printed = run(
        root, "diff-tree", "--stdin", "-r", "-z", "--raw", "--no-abbrev", "--no-renames",
        "--relative", *arguments, given=commits,
    )  # fmt: skip
    found: list[tuple[str, Blobs]] = []
    tokens = iter(entries(printed))
    for token in tokens:
        if token.startswith(":"):
            _, mode, _, blob, _ = token.split(" ")
            found[-1][1][next(tokens)] = blob if PLAIN_FILE.fullmatch(mode) else None
        else:
            found.append((token, {}))
    return found


def texts(root: Path, blobs: Iterable[str | None]) -> dict[str, str | None]:
    """The texts of objects with plain line ends; what is too large or not UTF-8 is empty.

    Raises:
        GitError: one of them is missing.
    """
    wanted = sorted({blob for blob in blobs if blob})
    if not wanted:
        return {}
    sizes = run(root, "cat-file", "--batch-check", given=wanted).decode()
    found: dict[str, str | None] = {}
    small = []
    for blob, line in zip(wanted, sizes.splitlines(), strict=True):
        _, kind, *size = line.split(" ")
        if kind != "blob":
            raise GitError(f"git does not have {blob[:10]}, a part of the history")
        found[blob] = ""
        if int(size[0]) <= LARGEST:
            small.append(blob)
    content = run(root, "cat-file", "--batch", given=small) if small else b""
    place = 0
    for blob in small:
        end = content.index(b"\n", place)
        size = int(content[place:end].split(b" ")[2])
        found[blob] = _decoded(content[end + 1 : end + 1 + size])
        place = end + size + 2
    return found


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        return ""
