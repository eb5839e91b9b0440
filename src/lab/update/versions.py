"""Which version of the template a project goes to: the newest, and of a fork the fork's newest.

A company that keeps a template of its own numbers it by a local version label after upstream's
number (`v1.1.0+acme.1`; https://peps.python.org/pep-0440/#local-version-identifiers). By number
alone upstream's `v1.2.0` is newer, and would take the company's lines away without a word.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from .. import git
from ..proof.pins import git_address

LABELLED = re.compile(
    r"v?(?P<release>\d+(?:\.\d+)*)\+(?P<local>[a-z0-9]+(?:[._-][a-z0-9]+)*)", re.I
)
BEHIND = re.compile(r"-\d+-g[0-9a-f]+$")  # commits after a tag, as git describes them
Order = tuple[tuple[int, ...], tuple[tuple[int, int, str], ...]]


def label_of(version: str) -> str | None:
    """Whose version it is: the first part of its local label, or None for one without.

    >>> label_of("v1.1.0+acme.2"), label_of("v1.1.0")
    ('acme', None)
    """
    found = LABELLED.fullmatch(BEHIND.sub("", version))
    return re.split(r"[._-]", found["local"])[0].lower() if found else None


def newest_of(label: str, tags: Iterable[str]) -> str | None:
    """The newest of the tags that have a label, or None."""
    own = [tag for tag in tags if label_of(tag) == label and LABELLED.fullmatch(tag)]
    return max(own, key=_order, default=None)


def _order(tag: str) -> Order:
    """As PEP 440 orders them: by the release, then part by part, numbers after words."""
    found = LABELLED.fullmatch(tag)
    assert found
    release = [int(part) for part in found["release"].split(".")]
    while release and not release[-1]:
        release.pop()
    local = re.split(r"[._-]", found["local"].lower())
    parts = ((1, int(part), "") if part.isdecimal() else (0, 0, part) for part in local)
    return tuple(release), tuple(parts)


def version_to_take(root: Path, source: str, current: str) -> str | None:
    """The version that a plain update goes to; None leaves it to Copier, which takes the newest.

    Args:
        root: a folder to run git in.
        source: the template's address, as the answers have it.
        current: the project's version.
    """
    label = label_of(current)
    if label is None:
        return None
    try:
        listed = git.run(root, "ls-remote", "--tags", "--refs", "--", git_address(source))
    except git.GitError:
        return None  # Copier says why the template cannot be reached
    return newest_of(label, (line.split("refs/tags/")[-1] for line in listed.decode().split("\n")))
