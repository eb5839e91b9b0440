"""The store: every record of a project, read strictly, and what is wrong with the others."""

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from ..errors import LabError
from . import people as persons
from . import team
from .document import parse_yaml
from .finding import Finding
from .ids import ID, find_id
from .kinds import FOLDERS, KINDS
from .record import INDEX, LOG, VERDICT, Record, links, parse, placed
from .testsets import TESTSETS, TestSet, files_of_testsets, path_of_testset
from .texts import read_as, read_strictly, unreadable

BESIDE = frozenset({"README.md", "templates"})


@dataclass(frozen=True)
class Store:
    """What a project has written down, at one moment.

    `findings` say what could not be read. `unread` are the ids of such records: they exist,
    and nothing else is known of them.
    """

    root: Path
    now: datetime
    records: dict[str, Record] = field(default_factory=dict)
    people: tuple[persons.Person, ...] = ()
    policy: team.Policy = field(default_factory=team.Policy)
    waivers: tuple[team.Waiver, ...] = ()
    testsets: dict[str, TestSet] = field(default_factory=dict)
    task: str | None = None
    findings: tuple[Finding, ...] = ()
    unread: frozenset[str] = frozenset()

    def of(self, *kinds: str) -> list[Record]:
        """The records of these kinds, by id."""
        return [record for kind in kinds for record in self._by_kind.get(kind, ())]

    def find(self, part: str) -> Record:
        """The one record that a part of its id stands for.

        Raises:
            LabError: there is none, more than one, or it cannot be read.
        """
        found = find_id(part, [*self.records, *self.unread])
        if found in self.unread:
            why = next(fault for fault in self.findings if f"/{found}/" in f"{fault.path}/")
            raise LabError(
                f"{found} cannot be read: {why.path}:{why.line}: {why.message}. {why.remedy}"
            )
        return self.records[found]

    def get(self, id_: str | None) -> Record | None:
        """The record with an id, if it can be read."""
        return self.records.get(id_) if id_ else None

    @cached_property
    def _by_kind(self) -> dict[str, list[Record]]:
        kinds = defaultdict(list)
        for id_ in sorted(self.records):
            kinds[self.records[id_].kind.code].append(self.records[id_])
        return kinds

    @cached_property
    def pointing(self) -> dict[tuple[str, str], list[Record]]:
        """Back-links: by the name of a link and the id that it points to, the records with it."""
        found = defaultdict(list)
        for record in self.records.values():
            for name, target in links(record.front):
                found[name, target].append(record)
        return found

    @cached_property
    def handles(self) -> dict[str, persons.Person]:
        """Everybody who is or was on the team, by handle."""
        return {person.handle: person for person in self.people}

    def team(self, at: datetime | None = None) -> list[persons.Person]:
        """Who is on the team, now or at another moment."""
        return [person for person in self.people if person.holds(at or self.now)]

    def present(self) -> list[str]:
        """The handles of those who are on the team and not away."""
        return [person.handle for person in self.team() if not person.is_away(self.now)]

    def with_role(self, role: str, at: datetime | None = None) -> list[str]:
        """Who may act in a role, now or at another moment: its holders, and who stands in."""
        return persons.with_role(self.people, role, at or self.now)

    @property
    def alone(self) -> bool:
        """Does one person make up the team?"""
        return len(self.team()) == 1


def read_store(root: Path, now: datetime | None = None) -> Store:
    """Everything that a project has written down; nothing here raises for what people wrote."""
    records: dict[str, Record] = {}
    findings: list[Finding] = []
    unread: set[str] = set()
    for place in _places(root, findings):
        record, found = _read_record(root, place)
        findings += found
        if record is None:
            unread.add(place.rpartition("/")[2])
        elif record.id in records:
            what = f"{records[record.id].path} has the same id"
            remedy = "Give the newer one another id, and rename its folder."
            findings.append(Finding(record.path, 1, "REC012", what, remedy))
        else:
            records[record.id] = record
    people, more = _team_file(root, persons.PEOPLE, persons.People, "TEA001")
    policy, most = _team_file(root, team.POLICY, team.Policy, "TEA005")
    waivers, rest = _team_file(root, team.WAIVERS, team.Waivers, "TEA006")
    known, late = _testsets(root)
    return Store(
        root=root,
        now=now or current_time(),
        records=records,
        people=tuple(people.people) if people else (),
        policy=policy or team.Policy(),
        waivers=tuple(waivers.waivers) if waivers else (),
        testsets=known,
        task=_task(root),
        findings=(*findings, *more, *most, *rest, *late),
        unread=frozenset(unread),
    )


def current_time() -> datetime:
    """Now, to the second; `LAB_NOW` replaces it, in tests and in examples.

    Raises:
        LabError: `LAB_NOW` is no time.
    """
    if not (given := os.environ.get("LAB_NOW")):
        return datetime.now(UTC).replace(microsecond=0)
    try:
        now = datetime.fromisoformat(given)
    except ValueError:
        now = None
    if now is None or now.tzinfo is None:
        raise LabError(f'LAB_NOW is "{given}": write a UTC time such as 2026-07-14T09:00:00Z.')
    return now.astimezone(UTC).replace(microsecond=0)


def _places(root: Path, findings: list[Finding]) -> Iterator[str]:
    """The folders of records, relative to the root; what lies there and is none is a finding."""
    for folder in FOLDERS:
        if link := _link_on_the_way(root, folder):
            findings.append(_linked(link))
            continue
        try:
            entries = sorted(os.scandir(root / folder), key=lambda entry: entry.name)
        except FileNotFoundError:
            continue
        except OSError as error:
            findings.append(_unreadable(folder, error))
            continue
        for entry in entries:
            place, is_folder = f"{folder}/{entry.name}", entry.is_dir(follow_symlinks=False)
            named = bool(ID.fullmatch(entry.name))
            if entry.name.startswith(".") or (entry.name in BESIDE and not entry.is_symlink()):
                continue
            if entry.is_symlink():
                findings.append(_linked(place))
            elif is_folder and named:
                yield place
            elif is_folder or named or entry.name.endswith(".md"):
                why = "it is a file, and a record is a folder"
                if is_folder or not named:
                    why = "its name is not KIND-YYYYMMDD-slug"
                what = f"this is no record: {why}"
                remedy = "Make a record with `lab new`, or move it out of the stages."
                findings.append(Finding(place, 1, "REC007", what, remedy))


def _link_on_the_way(root: Path, folder: str) -> str | None:
    """The part of a path that is a symbolic link."""
    parts = folder.split("/")
    for number in range(len(parts)):
        if (root / (place := "/".join(parts[: number + 1]))).is_symlink():
            return place
    return None


def _read_record(root: Path, place: str) -> tuple[Record | None, list[Finding]]:
    path, code = f"{place}/{INDEX}", place.rpartition("/")[2].partition("-")[0]
    kind = KINDS.get(code)
    if kind is None:
        what, remedy = f"{code} is no kind of record", f"Kinds are {', '.join(KINDS)}."
        return None, [Finding(path, 1, "REC006", what, remedy)]
    try:
        inside = {entry.name: entry for entry in os.scandir(f"{root}/{place}")}
    except OSError as error:
        return None, [_unreadable(place, error)]
    findings = [_linked(f"{place}/{name}") for name, entry in inside.items() if entry.is_symlink()]
    if INDEX not in inside:
        remedy = "Write it, or delete the folder."
        return None, [Finding(path, 1, "REC001", f"the record has no {INDEX}", remedy)]
    if findings:
        return None, findings
    text, faults = read_strictly(f"{root}/{path}")
    if text is not None:
        record, more = parse(text, kind, path)
        faults += more
    else:
        record = None
    if record is not None:
        log: tuple[str, ...] = ()
        if LOG in inside:
            try:
                log = tuple(sorted(os.listdir(root / place / LOG)))
            except OSError as error:
                findings.append(_unreadable(f"{place}/{LOG}", error))
        if log or VERDICT in inside:
            record = msgspec.structs.replace(record, log=log, judged=VERDICT in inside)
    return record, [*findings, *placed(faults, path)]


def _team_file(root: Path, path: str, kind: type[Any], code: str) -> tuple[Any, list[Finding]]:
    """A file of `team/`, or what is wrong with it, all under one code; a missing one is None."""
    if not os.path.lexists(root / path):
        return None, []
    content, faults = read_as(root / path, kind)
    return content, placed([replace(fault, code=code) for fault in faults], path)


def _testsets(root: Path) -> tuple[dict[str, TestSet], list[Finding]]:
    """The registered test sets, by id."""
    found: dict[str, TestSet] = {}
    findings: list[Finding] = []
    if link := _link_on_the_way(root, TESTSETS):
        return {}, [_linked(link)]
    try:
        paths = files_of_testsets(root)
    except OSError as error:
        return {}, [_unreadable(TESTSETS, error)]
    for path in paths:
        testset, more = _team_file(root, path, TestSet, "LCK005")
        findings += more
        if testset and path_of_testset(testset.id) != path:
            remedy = "Make the two equal; a test set never changes its name."
            findings.append(Finding(path, 1, "LCK005", f"its `id` is {testset.id}", remedy))
        elif testset:
            found[testset.id] = testset
    return found, findings


def _task(root: Path) -> str | None:
    """What the model decides, as `params.yaml` says; None if that cannot be told."""
    text, _ = read_strictly(root / "params.yaml")
    try:  # the pipeline's file: what DVC reads, such as 1e-5, is good here
        data = parse_yaml(text or "", root / "params.yaml")
    except LabError:
        return None
    task = data.get("task") if isinstance(data, dict) else None
    return task if isinstance(task, str) else None


def _unreadable(path: str, error: OSError) -> Finding:
    return placed([unreadable(error)], path)[0]


def _linked(path: str) -> Finding:
    remedy = "Put the file itself here: records must not lead out of the project."
    return Finding(path, 1, "REC001", "this is a symbolic link", remedy)


def described(ids: Sequence[str]) -> str:
    """Ids in a sentence."""
    return ", ".join(ids[:-1]) + " and " + ids[-1] if len(ids) > 1 else "".join(ids)
