"""Replay: a verdict is computed again from the evidence that it names, wherever that is kept."""

import json
import re
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ..data.items import items_path
from ..data.pipeline import CANDIDATE, digest_in_pointer, md5_of_listing
from ..errors import LabError
from ..evidence import verdict as verdicts
from ..evidence.verdict import path_of
from ..records.files import read_whole
from ..records.finding import brief
from ..records.store import Record, Store, read_strictly
from .audit import MissingError
from .cache import fetch, find, get
from .exhibits import checks_named, exhibits_in, folder_of_opening, tables_of_opening
from .exploratory import reasons_again
from .history import History
from .judgement import decided, findings
from .old_texts import mapping_in, outputs_in
from .seal import faults_of_verdict
from .terms import CHAMPION, broken_terms, champion_in

TABLES = [rf"evaluation/{name}\.(?:parquet|csv)" for name in ("examples", "predictions")]
CHECK = r"evaluation/checks/[^/]+\.csv"
# What the judge found, but for who asked when; all of it has to come out again.
FOUND = ("verdict", "alpha", "resamples", "seed", "results", "counted", "status_quo")
SINCE_2 = ("claim", "alike")


class Replay:
    """Computes verdicts again; what is not here is fetched once."""

    def __init__(self) -> None:
        self.fetched = False
        self.folder = TemporaryDirectory(prefix="lab-evidence-")

    def __call__(self, store: Store, record: Record) -> str | None:
        """What is wrong with a verdict when it is computed again; None if it comes out the same.

        Raises:
            MissingError: its evidence is nowhere to be found.
        """
        text, _ = read_strictly(store.root / path_of(record))
        try:
            verdict = verdicts.read(text or "")
        except ValueError as error:
            return str(error)
        if differing := faults_of_verdict(record, store):
            return differing[0]
        if verdict.testset not in store.testsets:
            return f"{verdict.testset} is not registered"
        named = [table.path for table in verdict.tables]
        if fault := _names_others(record, named, verdict.opening is not None):
            return fault
        commit = _brought(store, record)
        if fault := _was_not_the_pipelines(store, record, verdict, commit):
            return fault
        paths = {table.path: self._found(store, table, commit) for table in verdict.tables}
        try:
            with _as_it_was(store, record, commit) as then:
                again = _again(store, record, verdict, paths, then, commit or "HEAD")
        except LabError as error:
            return str(error)
        return _difference(json.loads(text or ""), again)

    def _found(self, store: Store, table: verdicts.Table, commit: str | None) -> Path:
        found = find(store.root, table.path, table.md5)
        if found is None and not self.fetched:
            self.fetched = True
            fetch(store.root)
            found = find(store.root, table.path, table.md5)
        if found is None and commit:
            found = get(store.root, table.path, table.md5, commit, Path(self.folder.name))
        if found is None:
            raise MissingError(
                f"the {table.path} that it rests on ({table.md5[:10]}) is neither here nor in "
                "DVC's cache or remote"
            )
        return found


def _names_others(record: Record, named: list[str], sealed: bool) -> str | None:
    """Does it rest on other files than a verdict of this card may rest on?"""
    checks = sorted(checks_named(record))
    if sealed and named[:2] != tables_of_opening(record):
        return "it does not name the two tables of its opening"
    if not sealed and (
        len(named) < 2
        or not all(
            re.fullmatch(pattern, path) for pattern, path in zip(TABLES, named, strict=False)
        )
    ):
        return "it does not name the two tables of the pipeline"
    if sorted(named[2:]) != checks or not all(re.fullmatch(CHECK, path) for path in named[2:]):
        return "it does not name the checks that its criteria need"
    return None


def _brought(store: Store, record: Record) -> str | None:
    """The commit that brought the verdict as it is now; None if it is not committed."""
    history, path = History(store.root), path_of(record)
    text, _ = read_strictly(store.root / path)
    if not history.exists or history.show("HEAD", path) != text:
        return None
    return history.last_change(path)


def _was_not_the_pipelines(
    store: Store, record: Record, verdict: verdicts.Verdict, commit: str | None
) -> str | None:
    """Did the commit that brought the verdict hold the files that it names?"""
    where = f" of {commit[:10]}, which brought it," if commit else ""

    def text_of(path: str) -> str | None:
        if commit:
            return History(store.root).show(commit, path)
        here = store.root / path
        return read_whole(here).decode("utf-8", errors="replace") if here.is_file() else None

    known = outputs_in(text_of("dvc.lock"))
    if verdict.opening:
        if verdict.opening.champion != champion_in(mapping_in(text_of("params.yaml"))):
            return f"params.yaml{where} does not name the champion that was asked"
        if known.get(CANDIDATE) != verdict.opening.model:
            return f"dvc.lock{where} does not hold the {CANDIDATE} that was asked"
        folder = folder_of_opening(record)
        sums = {Path(table.path).name: table.md5 for table in verdict.tables[:2]}
        pointer = store.root / f"{folder}.dvc"
        now = pointer.read_text("utf-8", errors="replace") if pointer.is_file() else None
        for text, when in ((text_of(f"{folder}.dvc"), where), (now, "")):
            if digest_in_pointer(text) != md5_of_listing(sums):
                return f"{folder}.dvc{when} does not hold the tables that it names"
    for table in verdict.tables[2 if verdict.opening else 0 :]:
        if known.get(table.path) != table.md5:
            return f"dvc.lock{where} does not hold the {table.path} that it names"
    return None


@contextmanager
def _as_it_was(store: Store, record: Record, commit: str | None) -> Generator[Path]:
    """A folder with the values and the people as they were when the verdict came."""
    if commit is None:
        yield store.root
        return
    history = History(store.root)
    with TemporaryDirectory() as folder:
        items = [items_path(Path(name).stem) for name in checks_named(record)]
        for name in ("params.yaml", "schema.yaml", "team/people.yml", CHAMPION, *items):
            if (text := history.show(commit, name)) is not None:
                path = Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
        yield Path(folder)


def _again(
    store: Store,
    record: Record,
    verdict: verdicts.Verdict,
    files: dict[str, Path],
    then: Path,
    commit: str,
) -> dict[str, Any]:
    """What the judge finds on the same evidence."""
    testset = store.testsets[verdict.testset]
    if broken := broken_terms(then, record, testset):
        raise LabError(f"{' and '.join(broken)} changed between the lock and the verdict")
    if testset.sealed and verdict.opening is None:
        raise LabError(f"{testset.id} is sealed, and it does not say how it was opened")
    sums = {table.path: table.md5 for table in verdict.tables}
    exhibits = exhibits_in(files, sums, store, record, testset, then)
    tell = verdict.opening.tells if verdict.opening else None
    judgement = decided(record, exhibits, format_=verdict.format, tell=tell)
    found = findings(record, judgement, exhibits, verdict.format, tell)
    reasons = []
    if verdict.mode == "confirmatory":
        reasons = reasons_again(store, record, testset, sums, verdict.format, commit)
    mode = "exploratory" if reasons else verdict.mode
    return json.loads(json.dumps(found | {"mode": mode, "reasons": reasons or verdict.reasons}))


def _difference(said: dict, again: dict) -> str | None:
    """Where a verdict is not what comes out again."""
    if said["verdict"] != again["verdict"]:
        return f"computed again it is {again['verdict']}, and it says {said['verdict']}"
    if said["mode"] != again["mode"]:
        return f"it calls itself {said['mode']}, and is not: {'; '.join(again['reasons'])}"
    if (said["mode"] == "exploratory") != bool(said["reasons"]):
        return f"its mode is {said['mode']}, and its reasons do not fit that"
    for one, other in zip(again["results"], said["results"], strict=False):
        if not _same(one, other):
            return f"computed again, `{brief(other.get('criterion'))}` has other numbers"
    for name in (*FOUND, *(SINCE_2 if said["format"] > 1 else ())):
        if not _same(again[name], said.get(name)):
            return f"computed again, its `{name}` is another one"
    return None


def _same(one: object, other: object) -> bool:
    """Equal but for the last digits, which differ between machines."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    numbers = isinstance(one, float | int) and isinstance(other, float | int)
    if numbers and not isinstance(one, bool) and isinstance(one, float | int):
        assert isinstance(other, float | int)
        return abs(one - other) <= 1e-9 * max(1.0, abs(one))
    return one == other
