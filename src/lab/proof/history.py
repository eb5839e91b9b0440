"""What git knows: the files of a project in each step of the default branch's history.

Only the order of commits counts, never their dates: whoever writes a commit chooses its date.
A step is a commit of the default branch's first-parent history. A branch that was not merged
yet is one step, however many commits it has, because it is merged as one. What lies in the work
tree is the last step. All commands only read.
"""

import os
import re
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..errors import LabError
from ..records.store import read_strictly

LARGEST = 32 * 1024 * 1024
PLAIN_FILE = re.compile(r"100[0-7]{3}")
# What would let git look at another repository, or at a history that was put over the real one.
MISLEADING = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_SHALLOW_FILE",
    "GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS",
)  # fmt: skip
BRANCH, WORK_TREE = "on this branch", "in the work tree"
Blobs = dict[str, str | None]


class HistoryError(LabError):
    """Git's history cannot be read, so nothing is proved by it."""


@dataclass(frozen=True)
class Version:
    """A file in one step: the step's number, where that is, and the text; None if it is gone."""

    step: int
    where: str
    text: str | None


class Past:
    """The versions of files, from the first step to the work tree.

    `given` says that step 0 is where a change begins: all that was there before, as one.
    """

    def __init__(self, versions: dict[str, list[Version]], given: bool = False) -> None:
        self.by_path, self.given = versions, given

    @cached_property
    def last(self) -> int:
        """The last step, which is what stands there now."""
        return max((one.step for all_ in self.by_path.values() for one in all_), default=0)

    def versions(self, path: str) -> list[Version]:
        """Every version of a file, oldest first; empty if it was never there."""
        return self.by_path.get(path, [])

    def paths(self, pattern: str) -> list[str]:
        """The files that are or were there and match a pattern."""
        return sorted(path for path in self.by_path if re.fullmatch(pattern, path))

    def at(self, path: str, step: int) -> str | None:
        """The text of a file after a step."""
        before = [one for one in self.versions(path) if one.step <= step]
        return before[-1].text if before else None


class History:
    """The repository around a folder; `default` names its default branch, if that is known."""

    def __init__(self, root: Path, default: str | None = None) -> None:
        self.root, self.default = root, default

    @cached_property
    def exists(self) -> bool:
        """Is there a repository with at least one commit, and git to read it?"""
        try:
            return self.id_of("HEAD") is not None
        except HistoryError:
            return False

    @cached_property
    def is_shallow(self) -> bool:
        """Is a part of the history missing?"""
        return self._git("rev-parse", "--is-shallow-repository").strip() == b"true"

    def id_of(self, revision: str) -> str | None:
        """The commit that a revision stands for, or None."""
        if revision.startswith("-"):
            return None
        said = self._git(
            "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", may_fail=True
        )
        return said.decode().strip() or None

    def past(self, wanted: str, *paths: str) -> Past:
        """All steps of the files that match a pattern, the work tree included.

        Args:
            wanted: a regular expression for the path of a file.
            paths: the files and folders in which to look.

        Raises:
            HistoryError: a part of the history cannot be read.
        """
        shared, own = self._chains()
        steps = self._changes([*shared, *(own if self._on_default else ())], paths)
        if own and not self._on_default:
            fork = shared[-1] if shared else None
            changed = self._between(fork, "HEAD", paths)
            steps.append((BRANCH, changed))
        return self._with_work_tree(steps, wanted, paths)

    def change(self, wanted: str, *paths: str) -> Past:
        """What this branch and the work tree change; all before it is step 0.

        Raises:
            HistoryError: a part of the history cannot be read.
        """
        fork = self.begin
        steps = [("before this change", self._tree(fork, paths))]
        if fork != "HEAD":
            steps.append((BRANCH, self._between(fork, "HEAD", paths)))
        return self._with_work_tree(steps, wanted, paths, given=True)

    @cached_property
    def begin(self) -> str | None:
        """The commit that this change begins with; HEAD on the default branch, None for none."""
        shared, own = self._chains()
        return "HEAD" if self._on_default or not own else shared[-1] if shared else None

    def every(self, path: str, *revisions: str) -> list[tuple[str, str]]:
        """Every content that a file has had in any commit that revisions reach, oldest first.

        Without revisions, HEAD is meant.

        Returns:
            For each, where that is, and the text.
        """
        ids = self._git(
            "rev-list",
            "--full-history",
            "--topo-order",
            "--reverse",
            *(revisions or ("HEAD",)),
            "--",
            path,
        )
        tokens = self._diff_tree(ids.decode().split(), "-m", "--root", "--", path)
        found = [(commit, blob) for commit, changed in tokens for blob in changed.values() if blob]
        texts = self.texts(blob for _, blob in found)
        seen: dict[str, tuple[str, str]] = {}
        for commit, blob in found:
            seen.setdefault(blob, (f"in {commit[:10]}", texts[blob] or ""))
        return list(seen.values())

    def last_change(self, path: str) -> str | None:
        """The commit that gave a file the content that it has in HEAD."""
        return self._git("rev-list", "-1", "HEAD", "--", path).decode().strip() or None

    def show(self, revision: str, path: str) -> str | None:
        """The text of a file in a commit; None if it is not there."""
        blob = self._tree(revision, (path,)).get(path)
        return self.texts([blob])[blob] if blob else None

    def ahead(self, path: str) -> str | None:
        """The text of a file on the default branch, which may be ahead of this one."""
        return self.show(self._default[0], path) if self._default else None

    def texts(self, blobs: Iterable[str | None]) -> dict[str, str | None]:
        """The texts of blobs; what is no text of this world is empty.

        Raises:
            HistoryError: one of them is missing.
        """
        wanted = sorted({one for one in blobs if one})
        if not wanted:
            return {}
        sizes = self._git("cat-file", "--batch-check", given=wanted).decode()
        found: dict[str, str | None] = {}
        small = []
        for blob, line in zip(wanted, sizes.splitlines(), strict=True):
            _, kind, *size = line.split(" ")
            if kind != "blob":
                raise HistoryError(f"git does not have {blob[:10]}, a part of the history")
            found[blob] = ""
            if int(size[0]) <= LARGEST:
                small.append(blob)
        content = self._git("cat-file", "--batch", given=small) if small else b""
        place = 0
        for blob in small:
            end = content.index(b"\n", place)
            size = int(content[place:end].split(b" ")[2])
            found[blob] = _decoded(content[end + 1 : end + 1 + size])
            place = end + size + 2
        return found

    # -----------------------------------------------------------------------
    # Which commits, and what they changed.
    # -----------------------------------------------------------------------

    @cached_property
    def _branches(self) -> tuple[str, dict[str, str]]:
        """The branch that is checked out, and the known ones with what they point to."""
        here = self._git("rev-parse", "--symbolic-full-name", "HEAD").decode().strip()
        said = self._git("for-each-ref", "--format=%(refname) %(symref)", *_CANDIDATES).decode()
        pairs = (line.partition(" ") for line in said.splitlines())
        return here, {name: target for name, _, target in pairs}

    @cached_property
    def _name(self) -> str | None:
        """The name of the default branch: origin's own, else main or master, else unknown."""
        if self.default:
            return self.default
        here, known = self._branches
        if target := known.get(_ORIGIN_HEAD):
            return target.removeprefix("refs/remotes/origin/")
        for name in ("main", "master"):
            if {f"refs/heads/{name}", f"refs/remotes/origin/{name}"} & {here, *known}:
                return name
        return None

    @cached_property
    def _on_default(self) -> bool:
        """Is the default branch checked out, or is nothing known of one?"""
        return self._name is None or self._branches[0] == f"refs/heads/{self._name}"

    @cached_property
    def _default(self) -> tuple[str, list[str]] | None:
        """The default branch, and those of its commits that are also here, oldest first.

        Of the own and of origin's, the one that has more in common with what is here.
        """
        best: tuple[str, list[str]] | None = None
        for reference in (f"refs/remotes/origin/{self._name}", f"refs/heads/{self._name}"):
            if self._name is None or reference == self._branches[0]:
                continue
            if self.id_of(reference) is None:
                continue
            chain = self._first_parents(reference)
            missing = self._first_parents(reference, "^HEAD")
            shared = chain[: len(chain) - len(missing)]
            if best is None or len(shared) > len(best[1]):
                best = (reference, shared)
        return best

    def _chains(self) -> tuple[list[str], list[str]]:
        """The commits on the default branch, and those that only this branch has."""
        if self._default is None:
            return [], self._first_parents("HEAD")
        reference, shared = self._default
        return shared, self._first_parents("HEAD", f"^{reference}")

    def _first_parents(self, *revisions: str) -> list[str]:
        return self._git("rev-list", "--first-parent", "--reverse", *revisions).decode().split()

    def _changes(self, commits: Sequence[str], paths: Sequence[str]) -> list[tuple[str, Blobs]]:
        """What each commit changed against its first parent."""
        if not commits:
            return []
        parents = self._git("rev-list", "--no-walk=unsorted", "--parents", "--stdin", given=commits)
        pairs = [line.split()[:2] for line in parents.decode().splitlines()]
        found = dict(self._diff_tree(map(" ".join, pairs), "--root", "--", *paths))
        return [(f"in {commit[:10]}", found[commit]) for commit in commits if commit in found]

    def _diff_tree(self, commits: Iterable[str], *arguments: str) -> list[tuple[str, Blobs]]:
        """The changes of commits; a commit may come more than once."""
        said = self._git(
            "diff-tree", "--stdin", "-r", "-z", "--raw", "--no-abbrev", "--no-renames",
            "--relative", *arguments, given=commits,
        )  # fmt: skip
        found: list[tuple[str, Blobs]] = []
        tokens = iter(said.decode("utf-8", "surrogateescape").split("\0"))
        for token in tokens:
            if token.startswith(":"):
                _, mode, _, blob, _ = token.split(" ")
                found[-1][1][next(tokens)] = blob if PLAIN_FILE.fullmatch(mode) else None
            elif token:
                found.append((token, {}))
        return found

    def _between(self, one: str | None, other: str, paths: Sequence[str]) -> Blobs:
        """What changed from one commit to another; from None, all that is there."""
        before, after = self._tree(one, paths), self._tree(other, paths)
        gone: Blobs = dict.fromkeys(before.keys() - after.keys())
        return gone | {path: blob for path, blob in after.items() if before.get(path) != blob}

    def _tree(self, revision: str | None, paths: Sequence[str]) -> Blobs:
        """The files of a commit below some paths."""
        if revision is None:
            return {}
        if revision.startswith("-"):
            raise HistoryError(f"{revision} is no commit")
        said = self._git("ls-tree", "-r", "-z", revision, "--", *paths)
        found: Blobs = {}
        for entry in said.decode("utf-8", "surrogateescape").split("\0")[:-1]:
            facts, _, path = entry.partition("\t")
            mode, _, blob = facts.split(" ")
            if PLAIN_FILE.fullmatch(mode):
                found[path] = blob
        return found

    def _with_work_tree(
        self,
        steps: list[tuple[str, Blobs]],
        wanted: str,
        paths: Sequence[str],
        given: bool = False,
    ) -> Past:
        fits = re.compile(wanted).fullmatch
        steps = [
            (where, {path: blob for path, blob in changed.items() if fits(path)})
            for where, changed in steps
        ]
        texts = self.texts(blob for _, changed in steps for blob in changed.values())
        # A branch and the work tree on it become one change; on the default branch each commit is.
        last = len(steps) - (bool(steps) and steps[-1][0] == BRANCH)
        found: dict[str, list[Version]] = {}
        for number, (where, changed) in enumerate(steps):
            for path, blob in changed.items():
                found.setdefault(path, []).append(
                    Version(number, where, texts[blob] if blob else None)
                )
        for path in sorted({*found, *filter(fits, _files_below(self.root, paths))}):
            text = read_text(self.root, path)
            before = found.get(path)
            if text != (before[-1].text if before else None):
                found.setdefault(path, []).append(Version(last, WORK_TREE, text))
        return Past(found, given)

    def _git(self, *arguments: str, given: Iterable[str] = (), may_fail: bool = False) -> bytes:
        environment = {key: value for key, value in os.environ.items() if key not in MISLEADING}
        environment |= {"GIT_TERMINAL_PROMPT": "0", "GIT_GRAFT_FILE": os.devnull, "LC_ALL": "C"}
        try:
            done = subprocess.run(
                ["git", "--no-replace-objects", "-c", "advice.graftFileDeprecated=false",
                 *arguments],
                cwd=self.root,
                env=environment,
                input="".join(f"{line}\n" for line in given).encode(),
                capture_output=True,
                check=False,
            )  # fmt: skip
        except OSError as error:
            raise HistoryError(f"git cannot be run ({error.strerror})") from None
        if done.returncode and not may_fail:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise HistoryError(f"git cannot read its history ({said[0] if said else 'no word'})")
        return b"" if done.returncode else done.stdout


_ORIGIN_HEAD = "refs/remotes/origin/HEAD"
_CANDIDATES = (
    _ORIGIN_HEAD,
    *(
        f"refs/{place}/{name}"
        for name in ("main", "master")
        for place in ("heads", "remotes/origin")
    ),
)


def read_text(root: Path, path: str) -> str | None:
    """The text of a file in the work tree: None if it is no plain file, empty if no text."""
    text, _ = read_strictly(root / path)
    if text is None and (root / path).is_file() and not (root / path).is_symlink():
        return ""
    return text


def _files_below(root: Path, paths: Sequence[str]) -> Iterable[str]:
    for path in paths:
        if (root / path).is_file():
            yield path
        for folder, _, names in os.walk(root / path):
            for name in names:
                yield (Path(folder) / name).relative_to(root).as_posix()


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        return ""
