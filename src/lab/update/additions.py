"""Conflicts in which a team has only added lines: both sides can have their way.

`uv add` sorts a package in between the template's own, and git then asks a person as soon as the
template changes the line beside it. Where every line of the old version is still there on the
team's side, the new version's lines are taken, and the added ones are put where they were.
"""

import re
import tomllib

from ..records.yaml import parse_strict
from .repository import Repository

HUNK = re.compile(
    rb"^<{7} [^\n]*\n(?P<ours>(?:.*?\n)??)^\|{7} [^\n]*\n(?P<base>(?:.*?\n)??)^={7}\n"
    rb"(?P<theirs>(?:.*?\n)??)^>{7} [^\n]*\n?",
    re.DOTALL | re.MULTILINE,
)
Lines = list[bytes]


def settle(repository: Repository, paths: list[str]) -> list[str]:
    """Settle what can be settled of files in conflict, in a copy of the project.

    Args:
        repository: the copy, with the entries of each conflict in git's index.
        paths: the files in conflict that hold lines, such as lists and tables.

    Returns:
        Those that are settled; the others are as they were.
    """
    settled = []
    for path in paths:
        file = repository.root / path
        before = file.read_bytes()
        merged = settled_text(repository.with_base(path))
        if merged is None or not _can_be_read(path, merged):
            file.write_bytes(before)
        else:
            file.write_bytes(merged)
            settled.append(path)
    return settled


def settled_text(conflicts: bytes) -> bytes | None:
    """A text in which each conflict is settled, or None if one of them needs a person.

    Args:
        conflicts: the text with conflict markers, and between them what was there before, too.
    """
    settled = True

    def without(hunk: re.Match[bytes]) -> bytes:
        nonlocal settled
        ours, base, theirs = (
            hunk[side].splitlines(keepends=True) for side in ("ours", "base", "theirs")
        )
        lines = with_additions(ours, base, theirs)
        settled = settled and lines is not None
        return b"".join(lines or ())

    text = HUNK.sub(without, conflicts)
    return text if settled else None


def with_additions(ours: Lines, base: Lines, theirs: Lines) -> Lines | None:
    """The template's new lines with those that a team has added, or None if it changed others.

    >>> with_additions([b"a", b"mine", b"c"], [b"a", b"c"], [b"a2", b"c"])
    [b'a2', b'mine', b'c']
    """
    added: dict[int, Lines] = {}  # by the number of old lines before them
    place = 0
    for line in ours:
        if place < len(base) and line == base[place]:
            place += 1
        else:
            added.setdefault(place, []).append(line)
    if place < len(base):
        return None  # one was changed or taken out
    lines: Lines = [*theirs]
    for place, new in sorted(added.items(), reverse=True):
        at = _place_in(theirs, base, place)
        lines[at:at] = [line for line in new if line not in theirs]
    return lines


def _place_in(theirs: Lines, base: Lines, place: int) -> int:
    """Where in the new lines that is which was after so many of the old ones."""
    if len(theirs) == len(base):
        return place
    for line in reversed(base[:place]):
        if line in theirs:
            return theirs.index(line) + 1
    return 0 if set(base[place:]) & set(theirs) else len(theirs)


def _can_be_read(path: str, text: bytes) -> bool:
    """Is it still TOML or YAML, without a key that is there twice?"""
    try:
        if path.endswith(".toml"):
            tomllib.loads(text.decode())
        elif path.endswith((".yml", ".yaml")):
            return not parse_strict(text.decode())[1]
    except ValueError:  # as TOML's and UTF-8's are
        return False
    return True
