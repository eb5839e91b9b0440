"""What the tool says about a file: which rule, where, what is wrong, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..errors import LabError

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


class RefusedError(LabError):
    """A command that the rules forbid: which, why, and what to do instead."""

    def __init__(self, what: str, findings: Sequence["Finding | Fault"]) -> None:
        lines = [f"{what}: nothing was changed."]
        for finding in findings:
            place = f" ({finding.path}:{finding.line})" if isinstance(finding, Finding) else ""
            lines += [f"  {finding.code} {finding.message}{place}", f"         {finding.remedy}"]
        super().__init__("\n".join(lines))
        self.findings = tuple(findings)


def brief(text: object) -> str:
    """A text as it may stand in a message: short, in one line, with nothing that hides."""
    whole = "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in str(text)[:60]
    )
    return whole if len(whole) < 60 else whole[:57] + "…"
