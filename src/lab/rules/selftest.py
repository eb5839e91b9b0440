"""The self-test: every rule is broken on purpose, and exactly that rule has to speak.

`cases/clean` is a small project in which nothing is wrong. The YAML files beside it hold cases
of each rule: steps that change the project, and what the rule has to say of it then. Of a good
case nobody may say anything.
"""

import json
import os
import re
from collections.abc import Collection, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from ..errors import LabError
from ..evidence.verdict import written
from ..proof import locks
from ..records.document import read_text
from ..records.finding import Finding, Level
from ..records.store import INDEX, VERDICT, parse_record, read_store
from ..records.yaml import parse_strict
from .families import all_rules
from .run import check

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
    medium risk. `also` are other rules that have to speak with it.
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


@dataclass(frozen=True)
class Outcome:
    """One case: whose rule, what it is, and what went wrong, if anything did.

    `skipped` says why a case could not be run on this machine.
    """

    code: str
    name: str
    problem: str | None = None
    skipped: str | None = None


class CaseError(Exception):
    """A case that does not fit the clean project any more."""


class SkippedError(Exception):
    """A case that this machine cannot bring about."""


def run_selftest(codes: Collection[str] = ()) -> Iterator[Outcome]:
    """Break every rule, or those with these codes, in a project made for it."""
    cases, clean = read_cases(), read_clean()
    with TemporaryDirectory() as folder:
        root = Path(folder)
        _lay(root, {}, clean)
        whole = _outcome("ALL", Case(good="the clean project"), root, clean)
        yield whole
        if whole.problem:
            return
        for code in sorted({*all_rules(), *cases}):
            if codes and code not in codes:
                continue
            own = cases.get(code, [])
            if code not in all_rules():
                yield Outcome(code, "its cases", "there is no such rule")
                continue
            for kind in ("bad", "good"):
                if not any(getattr(case, kind) for case in own):
                    yield Outcome(code, "its cases", f"none of them is {kind}")
            for case in own:
                yield _outcome(code, case, root, clean)


@cache
def read_clean() -> Files:
    """The clean project: the content of each file by its path, with slashes."""
    return {
        path.relative_to(CLEAN).as_posix(): path.read_bytes()
        for path in sorted(CLEAN.rglob("*"))
        if path.is_file()
    }


@cache
def read_cases() -> dict[str, list[Case]]:
    """The cases of each rule.

    Raises:
        LabError: a file of cases is not what it should be.
    """
    found: dict[str, list[Case]] = {}
    for path in sorted(CASES.glob("*.yaml")):
        data, faults = parse_strict(read_text(path))
        if faults:
            raise LabError(f"{path}:{faults[0].line}: {faults[0].message}. {faults[0].remedy}")
        try:
            found |= msgspec.convert(data, dict[str, list[Case]])
        except msgspec.ValidationError as error:
            raise LabError(f"{path}: {error}") from None
    return found


def _outcome(code: str, case: Case, root: Path, clean: Files) -> Outcome:
    try:
        return Outcome(code, case.name, _problem(code, case, root, clean))
    except SkippedError as error:
        return Outcome(code, case.name, skipped=str(error))
    except CaseError as error:
        return Outcome(code, case.name, f"the case itself is wrong: {error}")


def _problem(code: str, case: Case, root: Path, clean: Files) -> str | None:
    """Bring a case about, ask every rule, undo it, and say what was not as expected."""
    with ExitStack() as undo:
        files = clean
        for step in case.do:
            files = _changed(files, step)
        undo.callback(_lay, root, files, clean)
        _lay(root, clean, files)
        for step in case.do:
            _beyond_files(root, step, undo)
        try:
            findings = check(read_store(root, case.now)).findings
        except Exception as error:
            return f"a rule crashed: {error!r}"
        return _difference(code, case, findings, root)


def _difference(code: str, case: Case, findings: Collection[Finding], root: Path) -> str | None:
    """What the rules should have said and did not, or the other way round."""
    says, at = ([one] if isinstance(one, str) else one for one in (case.says, case.at))
    if bool(case.bad) == bool(case.good) or (case.bad and not says) or len(at) > len(says):
        raise CaseError("it has to be either bad, with `says`, or good")
    own = [one for one in findings if one.code == code]
    for one in findings:
        if one.code not in (code, *case.also):
            return f"{one.code} speaks, too: {one.message} ({one.path}:{one.line})"
    if missing := set(case.also) - {one.code for one in findings}:
        return f"{', '.join(sorted(missing))} should speak, too"
    if len(own) != len(says):
        heard = "; ".join(f"{one.message} ({one.path}:{one.line})" for one in own) or "nothing"
        return f"{len(says)} findings are expected, and it says: {heard}"
    for one, part in zip(own, says, strict=True):
        if part not in one.message:
            return f'it says "{one.message}", and not "{part}"'
        if one.level != (case.level or all_rules()[code].level):
            return f"its level is {one.level}: {one.message}"
    for one, place in zip(own, at, strict=False):
        if not f"{one.path}:{one.line}".endswith(place) and place not in _line(one, root):
            return f"it speaks of {one.path}:{one.line}, and not of {place}"
    return None


def _line(finding: Finding, root: Path) -> str:
    """The line that a finding names; empty if there is none."""
    path = root / finding.path
    lines = path.read_bytes().decode("utf-8", "replace").split("\n") if path.is_file() else []
    return lines[finding.line - 1] if finding.line <= len(lines) else ""


# ---------------------------------------------------------------------------
# The steps of a case: most of them change texts, and only the result is written.
# ---------------------------------------------------------------------------


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
        case {"keep": kept, **rest} if not rest:
            return {
                path: content
                for path, content in files.items()
                if not RECORDS.match(path) or any(one in path for one in kept)
            }
        case {"relock": where, **rest} if not rest:
            return _relocked(files, where)
        case {"reseal": where, **rest} if not rest:
            return _resealed(files, _path(files, where).replace(INDEX, VERDICT))
        case {"link": _, "to": _, **rest} | {"unreadable": _, **rest} if not rest:
            return files
    raise CaseError(f"{step} is no step")


def _path(files: Files, where: str) -> str:
    """The one file that is meant: by its path, or by a part of its record's id."""
    if where in files:
        return where
    found = [
        path
        for path in files
        if (parts := RECORDS.match(path)) and where in parts[1] and path.endswith(f"/{INDEX}")
    ]
    if len(found) != 1:
        raise CaseError(f"{where} stands for {len(found)} files")
    return found[0]


def _replaced(files: Files, where: str, old: str, new: bytes) -> Files:
    path = _path(files, where)
    if (count := files[path].count(old.encode())) != 1:
        raise CaseError(f'"{old}" stands {count} times in {path}')
    return files | {path: files[path].replace(old.encode(), new)}


def _holding(files: Files, where: str) -> set[str]:
    """The files whose path has a part; it may be a folder."""
    found = {path for path in files if where in path}
    if not found:
        raise CaseError(f"{where} is not there")
    return found


def _renamed(files: Files, where: str, to: str) -> Files:
    """Files under another name, which they also have where they speak of themselves."""
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
    for one in (*reversed(card.amendments), card.lock):
        digests[f'"{one.digest}"'] = f'"{locks.digest_of(fields)}"'
        fields |= getattr(one, "was", {})
    old = "|".join(map(re.escape, digests))
    text = re.sub(old, lambda found: digests[found[0]], files[path].decode())
    files = files | {path: text.encode()}
    verdict = path.replace(INDEX, VERDICT)
    if verdict not in files:
        return files
    content = json.loads(files[verdict]) | {"digest": locks.digest(card)}
    return files | {verdict: written(content).encode()}


def _resealed(files: Files, where: str) -> Files:
    """A verdict whose seal is whole, whatever it says."""
    return files | {where: written(json.loads(files[where])).encode()}


def _lay(root: Path, before: Files, after: Files) -> None:
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
                raise SkippedError("no symbolic links can be made here") from None
            undo.callback(link.unlink)
        case {"unreadable": path}:
            locked = root / path
            mode = locked.stat().st_mode
            undo.callback(locked.chmod, mode)
            locked.chmod(0)
            if os.access(locked, os.R_OK):
                raise SkippedError("whoever runs this may read everything")
