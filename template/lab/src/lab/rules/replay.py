"""Replay: a verdict is computed again from the evidence that it names, wherever that is kept."""

import json
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from ..errors import LabError
from ..evidence import verdict as verdicts
from ..evidence.pipeline import md5_of, outputs
from ..evidence.tables import read_tables
from ..records.document import parse_yaml
from ..records.history import History
from ..records.store import Record, Store, read_strictly
from .checks.evidence import path_of
from .judging import decided, same_testset

CACHE = Path(".dvc/cache/files/md5")


def replayed(store: Store, record: Record) -> str | None:
    """What is wrong with a verdict when it is computed again; None if it comes out the same."""
    text, _ = read_strictly(store.root / path_of(record))
    try:
        verdict = verdicts.read(text or "")
    except ValueError as error:
        return str(error)
    testset = store.testsets.get(verdict.testset)
    if testset is None:
        return f"{verdict.testset} is not registered"
    if fault := _was_not_the_pipelines(store, record, verdict):
        return fault
    with TemporaryDirectory() as folder:
        try:
            paths = [_fetched(store, table, Path(folder)) for table in verdict.tables]
            tables = read_tables(paths[0], paths[1], testset.task, testset.unit)
            same_testset(tables, testset)
            found = decided(store, record, tables, dict(verdict.counted))
        except LabError as error:
            return str(error)
    again = json.loads(json.dumps([asdict(one) for one in found.results]))
    said = json.loads(text or "")["results"]
    if found.verdict != verdict.verdict:
        return f"computed again it is {found.verdict}, and it says {verdict.verdict}"
    for one, other in zip(again, said, strict=False):
        if not _same(one, other):
            return f"computed again, `{other.get('criterion')}` has other numbers"
    return None if len(again) == len(said) else "computed again, it has other criteria"


def _same(one: dict, other: dict) -> bool:
    """Equal but for the last digits, which differ between machines."""
    return all(
        abs(value - other[key]) <= 1e-9 * max(1.0, abs(value))
        if isinstance(value, float) and isinstance(other.get(key), float | int)
        else value == other.get(key)
        for key, value in one.items()
    )


def _was_not_the_pipelines(store: Store, record: Record, verdict: verdicts.Verdict) -> str | None:
    """Did the commit that brought the verdict hold the tables that it names?"""
    history = History(store.root)
    path = path_of(record)
    bringing = [one for one in history.commits(path) if one.changed.get(path) in ("A", "M")]
    if not bringing:
        return None  # not committed yet
    lock = history.show(bringing[-1].id, "dvc.lock")
    known = outputs(parse_yaml(lock, Path("dvc.lock")) if lock else {})
    for table in verdict.tables:
        if known.get(table.path) != table.md5:
            return (
                f"dvc.lock of {bringing[-1].id[:10]}, which brought it, does not hold the "
                f"{table.path} that it names"
            )
    return None


def _fetched(store: Store, table: verdicts.Table, folder: Path) -> Path:
    """The table by its content: from the work tree, DVC's cache, or the remote.

    Raises:
        LabError: it is nowhere to be found.
    """
    here = store.root / table.path
    if here.is_file() and md5_of(here) == table.md5:
        return here
    cached = store.root / CACHE / table.md5[:2] / table.md5[2:]
    if not cached.is_file():
        _fetch(store)
    if not cached.is_file():
        raise LabError(
            f"the {table.path} that it rests on ({table.md5[:10]}) is neither here nor in DVC's "
            "cache or remote"
        )
    if md5_of(cached) != table.md5:
        raise LabError(f"DVC's copy of {table.path} ({table.md5[:10]}) is damaged")
    copy = folder / Path(table.path).name
    copy.write_bytes(cached.read_bytes())
    return copy


def _fetch(store: Store) -> None:
    """Get every version of the evidence from DVC's remote, if there is one."""
    from ..project import Project

    Project(store.root).run("dvc", "fetch", "--all-commits", "--quiet")
