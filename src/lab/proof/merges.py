"""Merges that nobody finished: the markers of a conflict in a file, or no commit."""

import re
from collections.abc import Iterator
from pathlib import Path

from .. import git
from ..records.finding import Finding

CODE = "AUD011"
TITLE = "No tracked file holds the markers of a merge that nobody finished."
REMEDY = "Keep what is right of both sides, delete the markers, and commit."
BEGIN = "<" * 7
CONFLICT = re.compile(
    rb"^<{7} [^\n]*\n(?:.*?\n)?={7}\r?\n(?:.*?\n)?>{7} ", re.DOTALL | re.MULTILINE
)
UNDER_WAY = {  # what git leaves in its own folder, and what ends it
    "MERGE_HEAD": "a merge",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "rebase-merge": "a rebase",
    "rebase-apply": "a rebase",
}


def conflicts(root: Path) -> Iterator[tuple[str, int]]:
    """The tracked text files with a conflict in them, each with the line at which the first begins.

    A file that shows markers on purpose says so in .gitattributes, by another
    `conflict-marker-size`, as git itself has it.

    Raises:
        GitError: git cannot be asked.
    """
    listed = git.run(root, "grep", "-l", "-z", "-I", "-e", f"^{BEGIN} ", missing_ok=True)
    for path in git.entries(listed):
        content = (root / path).read_bytes()
        found = CONFLICT.search(content)
        if found and not _shows_on_purpose(root, path):
            yield path, content.count(b"\n", 0, found.start()) + 1


def _shows_on_purpose(root: Path, path: str) -> bool:
    said = git.entries(git.run(root, "check-attr", "-z", "conflict-marker-size", "--", path))
    return said[-1] not in ("unspecified", "7")


def under_way(root: Path) -> str | None:
    """What of git's is begun in a work tree and not committed, or None.

    Raises:
        GitError: git cannot be asked.
    """
    for name, what in UNDER_WAY.items():
        path = git.run(root, "rev-parse", "--git-path", name).decode().rstrip("\n")
        if (root / path).exists():
            return what
    return None


def unfinished(root: Path) -> Iterator[Finding]:
    """A finding for each file that holds a conflict.

    Raises:
        GitError: git cannot be asked.
    """
    for path, line in conflicts(root):
        yield Finding(path, line, CODE, "a merge was not finished here", REMEDY)
