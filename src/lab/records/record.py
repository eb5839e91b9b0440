"""One record: its front matter and its body, as they were read from its text."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from .document import split
from .fields import convert
from .finding import Fault, Finding
from .front import Front
from .kinds import KINDS, Kind
from .yaml import parse_strict

INDEX, LOG, VERDICT = "index.md", "log", "verdict.json"


class Record(msgspec.Struct, frozen=True):
    """One record as it was read.

    `path` is that of its `index.md`, relative to the root, with slashes. `yaml` is the front
    matter with an empty line for the first fence; the body begins in line `body_line`.
    """

    kind: Kind
    front: Any  # of the type that the kind names
    path: str
    yaml: str
    body: str
    log: tuple[str, ...] = ()
    judged: bool = False

    @property
    def id(self) -> str:
        """The id, which is the folder's name."""
        return self.path.split("/")[-2]

    @property
    def folder(self) -> str:
        """The folder of the record, relative to the root, with slashes."""
        return self.path.rpartition("/")[0]

    @property
    def lane(self) -> str:
        """Where the record stands: the last entry of its history."""
        return self.front.history[-1].to

    @property
    def body_line(self) -> int:
        """The line of the file in which the Markdown begins."""
        return self.yaml.count("\n") + 2

    def headings(self) -> dict[str, tuple[int, str]]:
        """The second-level headings of the body: their line, and the text below each."""
        found: dict[str, tuple[int, str]] = {}
        parts = re.split(r"^## +(.*?)[ \t#]*$", self.body, flags=re.MULTILINE)
        line = self.body_line + parts[0].count("\n")
        for title, below in zip(parts[1::2], parts[2::2], strict=True):
            found.setdefault(title, (line, below))
            line += below.count("\n")
        return found


def verdict_beside(path: str) -> str:
    """Where the verdict of a card lies, by the path of its `index.md`."""
    return f"{path.removesuffix(INDEX)}{VERDICT}"


LINKS = (
    *("answers", "requirements", "proposal", "follows", "supersedes", "depends_on", "unblocks"),
)


def links(front: Front) -> Iterator[tuple[str, str]]:
    """The links of a record: the name of the field, and the id that it points to."""
    for name in LINKS:
        value = getattr(front, name, None)
        if isinstance(value, str):
            yield name, value
        elif value:
            for target in value:
                yield name, target


def parse(text: str, kind: Kind, path: str) -> tuple[Record | None, list[Fault]]:
    """A record from its text, or what is wrong with it."""
    parts = split(text)
    if parts is None:
        return None, [
            _malformed(1, "the front matter does not end", "Close it with a line of ---.")
        ]
    yaml, body = parts
    if not yaml:
        remedy = f"Begin with a line of ---, as the template of {kind.code} does."
        return None, [_malformed(1, "there is no front matter", remedy)]
    data, faults = parse_strict(yaml)
    if faults:
        return None, faults
    if not isinstance(data, dict):
        what = "the front matter is not `key: value` lines"
        return None, [_malformed(2, what, "Write it as such.")]
    front, faults = convert(data, kind.front, yaml)
    return (Record(kind, front, path, yaml, body), []) if front is not None else (None, faults)


def _malformed(line: int, what: str, remedy: str) -> Fault:
    return Fault("REC003", line, what, remedy)


def parse_record(text: str, path: str) -> tuple[Record | None, list[Finding]]:
    """A record from a text that is not on the disk yet; `path` says which kind it is.

    The text may begin with a byte-order mark or have Windows line ends, as the file has them.
    """
    kind = KINDS[path.split("/")[-2].partition("-")[0]]
    record, faults = parse(text.removeprefix("\ufeff").replace("\r\n", "\n"), kind, path)
    return record, placed(faults, path)


def placed(faults: Iterable[Fault], path: str) -> list[Finding]:
    """Faults of a text as findings in its file."""
    return [
        Finding(path, fault.line, fault.code, fault.message, fault.remedy, fault.level)
        for fault in faults
    ]
