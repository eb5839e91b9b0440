"""What a verdict rests on: the two tables of the pipeline, scripted checks, ballots, the KPI.

The judge takes it from the work tree, and a replay from wherever it is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..data.counts import Counted, counted_in
from ..data.items import counted_of, read_items
from ..data.kpi import Kpi, kpi_of
from ..data.pipeline import FOLDER, OPENINGS, md5_of, table_path, vouched_for
from ..data.tables import Tables, read_tables
from ..errors import LabError
from ..evidence.criteria import parse_criterion
from ..evidence.power import digest_of
from ..records.ballots import members_of, read_ballots
from ..records.store import Record, Store, read_store
from ..records.testsets import TestSet
from .locks import promised_texts

CHECKS = f"{FOLDER}/checks"
TABLES = ("examples", "predictions")


@dataclass(frozen=True)
class Exhibits:
    """All that a hypothesis is decided on.

    `sums` holds the digest of each file, by its path. `counted` is what scripts and panels
    counted: k of n, by the name of the check or the text of the criterion.
    """

    tables: Tables
    sums: dict[str, str]
    counted: dict[str, Counted]
    kpi: Kpi | None


def read_exhibits(store: Store, record: Record, testset: TestSet) -> Exhibits:
    """What the pipeline wrote last, or the opening of a sealed test set, in the work tree.

    Raises:
        LabError: a file is missing or damaged, is not what dvc.lock names, or is not about the
            registered examples.
    """
    if testset.sealed:
        tables = [store.root / path for path in tables_of_opening(record)]
    else:
        tables = [table_path(store.root, name) for name in TABLES]
    checks = [store.root / path for path in checks_named(record)]
    files = {path.relative_to(store.root).as_posix(): path for path in (*tables, *checks)}
    for name, path in files.items():
        if not path.is_file():
            raise LabError(f"{name} is missing: run the pipeline, `uv run dvc repro`.")
    sums = {
        name: md5_of(path) if testset.sealed and path in tables else vouched_for(store.root, path)
        for name, path in files.items()
    }
    return exhibits_in(files, sums, store, record, testset, store.root)


def exhibits_in(
    files: Mapping[str, Path],
    sums: dict[str, str],
    store: Store,
    record: Record,
    testset: TestSet,
    then: Path,
) -> Exhibits:
    """What some files hold.

    Args:
        files: examples, predictions and the checks, by the path that a verdict names.
        sums: the digest of each.
        store: the project, with the ballots on the record.
        record: the hypothesis.
        testset: what was registered.
        then: the folder whose params.yaml says what a decision is worth, and whose
            team/people.yml says who is on which panel.

    Raises:
        LabError: a file is damaged, or is not about the registered examples.
    """
    examples, predictions, *_ = files.values()
    tables = read_tables(examples, predictions, testset.task, testset.unit)
    _see_that_registered(tables, testset)
    listed = record.front.lock.terms is not None
    counted = _checks_in(files, then if listed else None) | _votes(store, record, then)
    return Exhibits(tables, sums, counted, kpi_of(then))


def folder_of_opening(record: Record) -> str:
    """Where the tables of an opening lie, relative to the root."""
    return f"{OPENINGS}/{record.id}"


def tables_of_opening(record: Record) -> list[str]:
    """The two tables that an opening wrote, relative to the root."""
    return [f"{folder_of_opening(record)}/{name}.parquet" for name in TABLES]


def checks_named(record: Record) -> list[str]:
    """The files of the scripted checks that a hypothesis asks for, relative to the root."""
    criteria = [parse_criterion(text) for text in promised_texts(record.front)]
    names = dict.fromkeys(
        criterion.argument for criterion in criteria if criterion.metric == "share"
    )
    return [f"{CHECKS}/{name}.csv" for name in names]


def _see_that_registered(tables: Tables, testset: TestSet) -> None:
    if tables.source == "dummy":
        raise LabError(
            "the tables hold dummy data, and random rows prove nothing: set `data.source` in "
            "params.yaml, and run `uv run dvc repro`."
        )
    if tables.source != testset.source:
        raise LabError(
            f"{testset.id} was registered for {testset.source or 'unnamed'} data, and the tables "
            f"hold {tables.source or 'unnamed'} data: see `data.source` in params.yaml."
        )
    if digest_of(tables) != (testset.labels if testset.sealed else testset.digest):
        raise LabError(
            f"the examples in evaluation/ are not those of {testset.id}: ids, labels or units "
            "differ. Put the data back, or register them under a new name and start a new card."
        )


def _checks_in(files: Mapping[str, Path], then: Path | None) -> dict[str, Counted]:
    """What the scripted checks among some files counted, by the name of each.

    Args:
        files: all that a verdict rests on, by path.
        then: the folder with the lists of items; None if a lock knows of none.
    """
    checks = {Path(name).stem: path for name, path in files.items() if name.startswith(CHECKS)}
    return {
        name: counted_in(path) if then is None else counted_of(read_items(then, name), path)
        for name, path in checks.items()
    }


def _votes(store: Store, record: Record, then: Path) -> dict[str, Counted]:
    """Votes on `panel` criteria, by text: one file for each voter in the record's folder."""
    criteria = [parse_criterion(text) for text in promised_texts(record.front)]
    panels = [criterion for criterion in criteria if criterion.metric == "panel"]
    if not panels:
        return {}
    people = store.people if then == store.root else read_store(then).people
    at = record.front.lock.at
    members = {panel.argument: members_of(panel.argument, people, at) for panel in panels}
    ballots = read_ballots(store.root, record.folder)
    counted = {}
    for panel in panels:
        votes = [
            ballot.answers[panel.text]
            for ballot in ballots
            if panel.text in ballot.answers and ballot.by in members[panel.argument]
        ]
        counted[panel.text] = Counted(sum(vote == "yes" for vote in votes), len(votes))
    return counted
