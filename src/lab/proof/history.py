"""What git knows: the files of a project in each step of the default branch's history.

Only the order of commits counts, never their dates: whoever writes a commit chooses its date.
A step is a commit of the default branch's first-parent history. A branch that was not merged
yet is one step, however many commits it has, because it is merged as one. What lies in the work
tree is the last step.
"""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .. import git
from ..records.store import read_strictly
from .default_branch import USUAL, of_forge, only_candidate

ORIGIN_HEAD = "refs/remotes/origin/HEAD"
BRANCHES = ("refs/heads", "refs/remotes/origin")
BRANCH, WORK_TREE = "on this branch", "in the work tree"
Steps = list[tuple[str, git.Blobs]]


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
        every = (version for versions in self.by_path.values() for version in versions)
        return max((version.step for version in every), default=0)

    def versions(self, path: str) -> list[Version]:
        """Every version of a file, oldest first; empty if it was never there."""
        return self.by_path.get(path, [])

    def paths(self, pattern: str) -> list[str]:
        """The files that are or were there and match a pattern."""
        return sorted(path for path in self.by_path if re.fullmatch(pattern, path))

    def at(self, path: str, step: int) -> str | None:
        """The text of a file after a step."""
        before = [version for version in self.versions(path) if version.step <= step]
        return before[-1].text if before else None


class History:
    """The repository around a folder; `default` names its default branch, if that is known."""

    def __init__(self, root: Path, default: str | None = None) -> None:
        self.root, self.default = root, default

    @cached_property
    def exists(self) -> bool:
        """Is there a repository with at least one commit?

        Raises:
            GitError: git cannot tell.
        """
        try:
            return self.id_of("HEAD") is not None
        except git.NoRepositoryError:
            return False

    @cached_property
    def is_shallow(self) -> bool:
        """Is a part of the history missing?"""
        return git.is_shallow(self.root)

    def id_of(self, revision: str) -> str | None:
        """The commit that a revision stands for, or None."""
        return git.commit_id(self.root, revision)

    def past(self, wanted: str, *paths: str) -> Past:
        """All steps of the files that match a pattern, the work tree included.

        Args:
            wanted: a regular expression for the path of a file.
            paths: the files and folders in which to look.

        Raises:
            GitError: a part of the history cannot be read.
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
            GitError: a part of the history cannot be read.
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

    def touched(self, *paths: str) -> set[str] | None:
        """The files below some paths that this branch and the work tree change.

        On the default branch, those that the forge does not have yet. None where that cannot be
        told: all of them, for all that is known.

        Raises:
            GitError: git cannot tell.
        """
        if not self.exists or self.is_shallow:
            return None
        shared, _ = self._chains()
        fork = shared[-1] if shared else self.begin
        if fork is None:
            return None
        listed = ("diff", "--name-only", "--no-renames", "--relative", "-z", fork, "--", *paths)
        new = ("ls-files", "--others", "--exclude-standard", "-z", "--", *paths)
        return {path for words in (listed, new) for path in git.entries(git.run(self.root, *words))}

    def every(self, path: str, *revisions: str) -> list[tuple[str, str]]:
        """Every content that a file has had in any commit that revisions reach, oldest first.

        Without revisions, HEAD is meant.

        Returns:
            For each, where that is, and the text.
        """
        order = ("--full-history", "--topo-order", "--reverse")
        ids = git.run(self.root, "rev-list", *order, *(revisions or ("HEAD",)), "--", path)
        commits = ids.decode().split()
        changes = git.changes(self.root, commits, "-m", "--root", "--", path)
        found = [(commit, blob) for commit, blobs in changes for blob in blobs.values() if blob]
        texts = git.texts(self.root, (blob for _, blob in found))
        seen: dict[str, tuple[str, str]] = {}
        for commit, blob in found:
            seen.setdefault(blob, (f"in {commit[:10]}", texts[blob] or ""))
        return list(seen.values())

    def last_change(self, path: str) -> str | None:
        """The commit that gave a file the content that it has in HEAD."""
        return git.run(self.root, "rev-list", "-1", "HEAD", "--", path).decode().strip() or None

    def show(self, revision: str, path: str) -> str | None:
        """The text of a file in a commit; None if it is not there."""
        blob = git.tree(self.root, revision, (path,)).get(path)
        return git.texts(self.root, [blob])[blob] if blob else None

    def content(self, where: str, path: str) -> bytes | None:
        """The bytes of a file in a step, as `Version.where` says it; None if it is not there."""
        if where == WORK_TREE:
            return (self.root / path).read_bytes() if (self.root / path).is_file() else None
        commit = "HEAD" if where == BRANCH else where.removeprefix("in ")
        blob = self._tree(commit, (path,)).get(path)
        return git.run(self.root, "cat-file", "blob", blob) if blob else None

    def ahead(self, path: str) -> str | None:
        """The text of a file on the default branch, which may be ahead of this one."""
        return self.show(self._default[0], path) if self._default else None

    @cached_property
    def _branches(self) -> tuple[str, dict[str, str]]:
        """The branch that is checked out, and the known ones with what they point to."""
        here = git.run(self.root, "rev-parse", "--symbolic-full-name", "HEAD").decode().strip()
        listed = git.run(self.root, "for-each-ref", "--format=%(refname) %(symref)", *BRANCHES)
        pairs = (line.partition(" ") for line in listed.decode().splitlines())
        return here, {name: target for name, _, target in pairs}

    @cached_property
    def _name(self) -> str | None:
        """The name of the default branch: the forge's, else the only one that it could be.

        Raises:
            GitError: several branches could be it, or the forge's is not here.
        """
        here, known = self._branches
        places = [f"{place}/" for place in BRANCHES]
        names = {
            name.removeprefix(place)
            for name in {here, *known} - {ORIGIN_HEAD}
            for place in places
            if name.startswith(place)
        }
        if named := self.default or of_forge(os.environ):
            if named not in names:
                raise git.GitError(
                    f"the default branch {named} is not in this clone", "Fetch all branches."
                )
            return named
        if target := known.get(ORIGIN_HEAD):
            return target.removeprefix("refs/remotes/origin/")
        if names and only_candidate(names) is None:
            usual = [name for name in USUAL if name in names] or sorted(names)
            raise git.GitError(
                f"{' and '.join(usual[:3])} could each be the default branch, which decides what "
                "came first",
                "Say which one is: `git remote set-head origin --auto`; or delete the other.",
            )
        return only_candidate(names)

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
            chain = git.first_parents(self.root, reference)
            missing = git.first_parents(self.root, reference, "^HEAD")
            shared = chain[: len(chain) - len(missing)]
            if best is None or len(shared) > len(best[1]):
                best = (reference, shared)
        return best

    def _chains(self) -> tuple[list[str], list[str]]:
        """The commits on the default branch, and those that only this branch has."""
        if self._default is None:
            return [], git.first_parents(self.root, "HEAD")
        reference, shared = self._default
        return shared, git.first_parents(self.root, "HEAD", f"^{reference}")

    def _changes(self, commits: Sequence[str], paths: Sequence[str]) -> Steps:
        """What each commit changed against its first parent."""
        if not commits:
            return []
        listing = ("rev-list", "--no-walk=unsorted", "--parents", "--stdin")
        listed = git.run(self.root, *listing, given=commits).decode()
        pairs = (" ".join(line.split()[:2]) for line in listed.splitlines())
        found = dict(git.changes(self.root, pairs, "--root", "--", *paths))
        return [(f"in {commit[:10]}", found[commit]) for commit in commits if commit in found]

    def _between(self, before: str | None, after: str, paths: Sequence[str]) -> git.Blobs:
        """What changed from one commit to another; from None, all that is there."""
        old, new = self._tree(before, paths), self._tree(after, paths)
        gone: git.Blobs = dict.fromkeys(old.keys() - new.keys())
        return gone | {path: blob for path, blob in new.items() if old.get(path) != blob}

    def _tree(self, revision: str | None, paths: Sequence[str]) -> git.Blobs:
        """The files of a commit below some paths; None is before the first commit."""
        return {**git.tree(self.root, revision, paths)} if revision else {}

    def _with_work_tree(
        self,
        steps: Steps,
        wanted: str,
        paths: Sequence[str],
        given: bool = False,
    ) -> Past:
        fits = re.compile(wanted).fullmatch
        steps = [
            (where, {path: blob for path, blob in changed.items() if fits(path)})
            for where, changed in steps
        ]
        texts = git.texts(self.root, (blob for _, changed in steps for blob in changed.values()))
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


def read_text(root: Path, path: str) -> str | None:
    """The text of a file in the work tree: None if it is no plain file, empty if no text."""
    text, _ = read_strictly(root / path)
    if text is None and (root / path).is_file() and not (root / path).is_symlink():
        return ""
    return text


def _files_below(root: Path, paths: Sequence[str]) -> Iterator[str]:
    for path in paths:
        if (root / path).is_file():
            yield path
        for folder, _, names in os.walk(root / path):
            for name in names:
                yield (Path(folder) / name).relative_to(root).as_posix()
