"""What the tool says about a file: which rule, where, what is wrong, and what to do."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning", "note", "unverified"]


@dataclass(frozen=True, order=True)
class Finding:
    """One broken rule in one place.

    `path` is relative to the project's root, with slashes; `line` counts from 1.
    """

    path: str
    line: int
    code: str
    message: str
    remedy: str
    level: Level = "error"


@dataclass(frozen=True)
class Fault:
    """Something wrong in a text, before it is known whose text it is."""

    code: str
    line: int
    message: str
    remedy: str
    level: Level = "error"


def brief(text: object) -> str:
    """A text as it may stand in a message: short, in one line, with nothing that hides."""
    whole = "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in str(text)[:60]
    )
    return whole if len(whole) < 60 else whole[:57] + "…"
