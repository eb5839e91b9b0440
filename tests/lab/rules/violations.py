"""Violations, injected into a clean project: what a rule finds then, and what it should find.

`cases/clean` is a small project in which nothing is wrong. The YAML files beside it hold cases
of each rule: steps that change the project, and what the rule has to find in it then. In a good
case no rule may find anything.
"""

import json
import os
import re
from collections.abc import Collection, Generator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from lab.errors import LabError
from lab.evidence.verdict import written
from lab.proof import locks
from lab.records.document import read_text
from lab.records.finding import Finding, Level
from lab.records.record import INDEX, VERDICT, parse_record
from lab.records.store import read_store
from lab.records.yaml import parse_strict
from lab.rules.families import all_rules
from lab.rules.run import check

CASES = Path(__file__).with_name("cases")
CLEAN = CASES / "clean"
NOW = datetime(2026, 2, 6, 12, tzinfo=UTC)
RECORDS = re.compile(r"(?:stages/[^/]+|team/retros)/([A-Z]+-[^/]+)/")
Files = dict[str, bytes]


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One case of a rule: what it is in words, `bad` or `good`, and how it comes about.

    `says` is a part of each message that is expected of the rule, in order; a good case has none
    but for the notes that it allows. `at` is, for each of them, a text in the line that it
    names, or the end of its `path:line`. `level` is expected where it is not the rule's at
    medium risk. `also` are other rules that have to find something, too.
    """

    bad: str | None = None
    good: str | None = None
    do: list[dict[str, Any]] = []
    now: datetime = NOW
    says: str | list[str] = []
    at: str | list[str] = []
    level: Level | None = None
    also: list[str] = []

    @property
    def name(self) -> str:
        """What it is, in words."""
        return f"bad: {self.bad}" if self.bad else f"good: {self.good}"


class CaseError(Exception):
    """A case that does not fit the clean project any more."""


class NotHereError(Exception):
    """A case that this machine cannot bring about."""


@cache
def read_clean() -> Files:
    """The clean project."""
    return files_of(CLEAN)


def files_of(root: Path) -> Files:
    """The content of each file below a folder by its path, with slashes."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


@cache
def read_cases() -> dict[str, list[Case]]:
    """The cases of each rule.

    Raises:
        LabError: a file of cases is not what it should be.
    """
    cases: dict[str, list[Case]] = {}
    for path in sorted(CASES.glob("*.yaml")):
        data, faults = parse_strict(read_text(path))
        if faults:
            raise LabError(f"{path}:{faults[0].line}: {faults[0].message}. {faults[0].remedy}")
        try:
            cases |= msgspec.convert(data, dict[str, list[Case]])
        except msgspec.ValidationError as error:
            raise LabError(f"{path}: {error}") from None
    return cases


def problem(code: str, case: Case, root: Path) -> str | None:
    """Bring a case about, ask every rule, undo it, and say what was not as expected.

    Args:
        code: whose case it is.
        case: the case.
        root: the folder of a clean project.

    Raises:
        CaseError: the case itself is wrong.
        NotHereError: this machine cannot bring it about.
    """
    with injected(case, root):
        try:
            findings = check(read_store(root, case.now)).findings
        except Exception as error:
            return f"a rule crashed: {error!r}"
        return difference(code, case, findings, root)


def difference(code: str, case: Case, findings: Collection[Finding], root: Path) -> str | None:
    """What the rules should have found and did not, or the other way round.

    Raises:
        CaseError: the case expects nothing certain.
    """
    says, at = ([part] if isinstance(part, str) else part for part in (case.says, case.at))
    if bool(case.bad) == bool(case.good) or (case.bad and not says) or len(at) > len(says):
        raise CaseError("it has to be either bad, with `says`, or good")
    own = [finding for finding in findings if finding.code == code]
    for finding in findings:
        if finding.code not in (code, *case.also):
            return f"{finding.code} was found, too: {_at(finding)}"
    if missing := set(case.also) - {finding.code for finding in findings}:
        return f"{', '.join(sorted(missing))} should be found, too"
    if len(own) != len(says):
        return f"{len(says)} findings are expected, not: {'; '.join(map(_at, own)) or 'nothing'}"
    for finding, part in zip(own, says, strict=True):
        if part not in finding.message:
            return f'it says "{finding.message}", and not "{part}"'
        if finding.level != (case.level or all_rules()[code].level):
            return f"its level is {finding.level}: {finding.message}"
    for finding, place in zip(own, at, strict=False):
        line = f"{finding.path}:{finding.line}"
        if not line.endswith(place) and place not in _line(finding, root):
            return f"it names {line}, and not {place}"
    return None


def _at(finding: Finding) -> str:
    return f"{finding.message} ({finding.path}:{finding.line})"


def _line(finding: Finding, root: Path) -> str:
    """The line that a finding names; empty if there is none."""
    path = root / finding.path
    lines = path.read_bytes().decode("utf-8", "replace").split("\n") if path.is_file() else []
    return lines[finding.line - 1] if finding.line <= len(lines) else ""


# ---------------------------------------------------------------------------
# The steps of a case: most of them change texts, and only the result is written.
# ---------------------------------------------------------------------------


@contextmanager
def injected(case: Case, root: Path) -> Generator[None]:
    """A clean project in which a case has come about; afterwards it is clean again.

    Raises:
        CaseError: the case does not fit the project.
        NotHereError: this machine cannot bring it about.
    """
    clean = files = read_clean()
    for step in case.do:
        files = _changed(files, step)
    with ExitStack() as undo:
        undo.callback(lay, root, files, clean)
        lay(root, clean, files)
        for step in case.do:
            _beyond_files(root, step, undo)
        yield


def _changed(files: Files, step: dict[str, Any]) -> Files:
    """The files after a step.

    `in` is a path or a part of a record's id. What is replaced has to stand there exactly once,
    so that a case whose ground has moved is an error. `remove`, `rename` and `copy` take a part
    of a path, `keep` parts of the ids of those records that stay. `relock` and `reseal` make
    lock and verdict hold again, for cases about something else.
    """
    match step:
        case {"in": where, "replace": old, "with": new, **rest} if rest.keys() <= {"times"}:
            return _replaced(files, where, old, (new * rest.get("times", 1)).encode())
        case {"in": where, "before": old, "hex": new, **rest} if not rest:
            return _replaced(files, where, old, bytes.fromhex(new) + old.encode())
        case {"everywhere": old, "with": new, **rest} if not rest:
            return {
                path: content.replace(old.encode(), new.encode()) for path, content in files.items()
            }
        case {"write": path, "text": text, **rest} if not rest:
            return files | {path: text.encode()}
        case {"remove": where, **rest} if not rest:
            return {path: files[path] for path in files.keys() - _holding(files, where)}
        case {"rename": where, "to": to, **rest} if not rest:
            return _renamed(files, where, to)
        case {"copy": where, "to": to, **rest} if not rest:
            return files | _renamed(files, where, to)
        case {"keep": ids, **rest} if not rest:
            return {
                path: content
                for path, content in files.items()
                if not RECORDS.match(path) or any(part in path for part in ids)
            }
        case {"relock": where, **rest} if not rest:
            return _relocked(files, where)
        case {"reseal": where, **rest} if not rest:
            return _resealed(files, _path(files, where).replace(INDEX, VERDICT))
        case {"link": _, "to": _, **rest} | {"unreadable": _, **rest} if not rest:
            return files
    raise CaseError(f"{step} is not a step")


def _path(files: Files, where: str) -> str:
    """The one file that is meant: by its path, or by a part of its record's id."""
    if where in files:
        return where
    paths = [
        path
        for path in files
        if (parts := RECORDS.match(path)) and where in parts[1] and path.endswith(f"/{INDEX}")
    ]
    if len(paths) != 1:
        raise CaseError(f"{where} stands for {len(paths)} files")
    return paths[0]


def _replaced(files: Files, where: str, old: str, new: bytes) -> Files:
    path = _path(files, where)
    if (count := files[path].count(old.encode())) != 1:
        raise CaseError(f'"{old}" stands {count} times in {path}')
    return files | {path: files[path].replace(old.encode(), new)}


def _holding(files: Files, where: str) -> set[str]:
    """The files whose path has a part; it may be a folder."""
    paths = {path for path in files if where in path}
    if not paths:
        raise CaseError(f"{where} is not there")
    return paths


def _renamed(files: Files, where: str, to: str) -> Files:
    """Files under another name, which they also have where they name themselves."""
    old = _holding(files, where)
    return {path: content for path, content in files.items() if path not in old} | {
        path.replace(where, to): files[path].replace(where.encode(), to.encode()) for path in old
    }


def _relocked(files: Files, where: str) -> Files:
    """A hypothesis whose digests are those of its fields, back to the lock, and its verdict's."""
    path = _path(files, where)
    record, _ = parse_record(files[path].decode(), path)
    if record is None or not getattr(record.front, "lock", None):
        raise CaseError(f"{path} has no lock")
    card = record.front
    fields, digests = locks.locked_fields(card), {}
    for promise in (*reversed(card.amendments), card.lock):
        digests[f'"{promise.digest}"'] = f'"{locks.digest_of(fields)}"'
        fields |= getattr(promise, "was", {})
    old = "|".join(map(re.escape, digests))
    text = re.sub(old, lambda match: digests[match[0]], files[path].decode())
    files = files | {path: text.encode()}
    verdict = path.replace(INDEX, VERDICT)
    if verdict not in files:
        return files
    content = json.loads(files[verdict]) | {"digest": locks.digest(card)}
    return files | {verdict: written(content).encode()}


def _resealed(files: Files, where: str) -> Files:
    """A verdict whose seal is whole, whatever it says."""
    return files | {where: written(json.loads(files[where])).encode()}


def lay(root: Path, before: Files, after: Files) -> None:
    """Make a folder that holds the one set of files hold the other."""
    for path in before.keys() - after.keys():
        (root / path).unlink()
        for folder in (root / path).parents:
            if folder == root or any(folder.iterdir()):
                break
            folder.rmdir()
    for path, content in after.items():
        if before.get(path) != content:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)


def _beyond_files(root: Path, step: dict[str, Any], undo: ExitStack) -> None:
    """What is no file's content: a symbolic link, a missing permission."""
    match step:
        case {"link": path, "to": to}:
            link = root / path
            try:
                link.symlink_to(to)
            except OSError:
                raise NotHereError("no symbolic links can be made here") from None
            undo.callback(link.unlink)
        case {"unreadable": path}:
            locked = root / path
            mode = locked.stat().st_mode
            undo.callback(locked.chmod, mode)
            locked.chmod(0)
            if os.access(locked, os.R_OK):
                raise NotHereError("whoever runs this may read everything")
