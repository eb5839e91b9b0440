"""Whose file is it, and what became of it: the path classes, applied to whole projects.

A project is here the content of its files by their paths, with slashes.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ..errors import LabError
from ..records.answers import ANSWERS

Files = Mapping[str, bytes]
CLASSES = "lab/path-classes.json"
BEGIN, END = b"team: begin", b"team: end"
RECORDS = "stages/"  # an example of the first day is no news to a team that works


@dataclass(frozen=True)
class Classes:
    """The patterns of the three path classes, as copier.yml declares them."""

    patterns: Mapping[str, list[str]]

    def of(self, path: str) -> str | None:
        """The class of a path: owned, seeded or shared; None for what a team has added."""
        for name, pattern in self._compiled.items():
            if pattern.fullmatch(path):
                return name
        return None

    @cached_property
    def _compiled(self) -> dict[str, re.Pattern[str]]:
        return {
            name: re.compile("|".join(_expression(pattern) for pattern in patterns))
            for name, patterns in self.patterns.items()
        }


def _expression(pattern: str) -> str:
    """An anchored pattern as in .gitignore: a star is a part of a name, a folder is all in it."""
    name = "".join(
        "[^/]*" if letter == "*" else re.escape(letter) for letter in pattern.lstrip("/")
    )
    return f"{name}(?:/.*)?"


def read_classes(fresh: Files) -> Classes:
    """The path classes of the version that made a project.

    Raises:
        LabError: that version does not say them.
    """
    if CLASSES not in fresh:
        raise LabError(
            f"that version of the template has no {CLASSES}, so nothing says whose a file is: "
            "update with `copier update` this once."
        )
    return Classes(json.loads(fresh[CLASSES]))


def template_part(content: bytes) -> list[bytes]:
    """The lines of a shared file that are the template's."""
    kept, inside = [], False
    for line in plain(content).split(b"\n"):
        inside = inside and END not in line
        if not inside:
            kept.append(line)
        inside = inside or BEGIN in line
    return kept


def holds_template_part(here: bytes, theirs: bytes) -> bool:
    """Is every line of the template's in a shared file, in its order, whatever a team has added?"""
    lines = iter(plain(here).split(b"\n"))
    return all(line in lines for line in template_part(theirs))


def lost(base: Files, ours: Files, result: Files) -> list[str]:
    """The files in which something that a team wrote is not there any more.

    Args:
        base: the project as the old version of the template makes it.
        ours: the team's project before the update.
        result: the same after it. Between conflict markers is there.
    """
    return sorted(
        path
        for path, content in ours.items()
        if path != ANSWERS and _loses(base.get(path), content, result.get(path))
    )


def _loses(base: bytes | None, ours: bytes, result: bytes | None) -> bool:
    if ours == result or (base is not None and plain(base) == plain(ours)):
        return False
    if result is None:
        return True
    if b"\0" in ours or not _is_text(ours):
        return ours != result
    written = Counter(plain(ours).split(b"\n")) - Counter(plain(base or b"").split(b"\n"))
    return bool(written - Counter(plain(result).split(b"\n")))


def newly_seeded(base: Files, fresh: Files, ours: Files, classes: Classes) -> list[str]:
    """The seeded files that a later version or another answer brings and a project has not."""
    return sorted(
        path
        for path in fresh.keys() - base.keys() - ours.keys()
        if classes.of(path) == "seeded" and not path.startswith(RECORDS)
    )


def plain(content: bytes) -> bytes:
    """A content with the line ends that git stores."""
    return content.replace(b"\r\n", b"\n")


def _is_text(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def differing(before: Files, after: Files) -> Iterator[str]:
    """The paths of which one project has another content, or only one has any."""
    for path in sorted({*before, *after}):
        here, there = before.get(path), after.get(path)
        if here is None or there is None or plain(here) != plain(there):
            yield path
