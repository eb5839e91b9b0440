"""From a locked hypothesis to the text of its verdict."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any

import numpy as np

from ..errors import LabError
from ..evidence import verdict
from ..evidence.criteria import parse_criterion
from ..evidence.judge import Counted, Judgement, judge, rows_of
from ..evidence.metrics import METRICS
from ..evidence.pipeline import kpi_of, shares_of, table_path, vouched_for
from ..evidence.tables import Prediction, Tables, read_tables
from ..evidence.testset import digest_of
from ..evidence.values import Kpi, NoValueError, statistic
from ..records.edits import stamp
from ..records.store import Record, Store
from ..records.testsets import TestSet
from .locks import digest, promised, slots

RECIPES = ("setup", "algorithm", "feature", "data")
FEWEST_SEEDS = 3


@dataclass(frozen=True)
class Case:
    """A judgement with its mode, the reasons against a stricter one, and the file's text."""

    judgement: Judgement
    mode: str
    reasons: tuple[str, ...]
    text: str


def judged(
    store: Store,
    record: Record,
    by: str,
    commit: str | None,
    progress: Callable[[int, int], None] | None = None,
) -> Case:
    """Judge a locked hypothesis on what the pipeline wrote.

    Raises:
        LabError: the evidence is not what was registered and promised; it says what is wrong.
    """
    card = record.front
    testset = registered(store, card.evaluation.testset)
    if promised(card) != digest(card):
        raise LabError(
            f"{record.id} is not what was locked: put it back, or change it openly with "
            f"`lab amend {record.id}`."
        )
    paths = [table_path(store.root, name) for name in ("examples", "predictions")]
    tables = read_tables(paths[0], paths[1], testset.task, testset.unit)
    sums = [vouched_for(store.root, path) for path in paths]
    same_testset(tables, testset)
    counted = {name: [one.hits, one.n] for name, one in shares_of(store.root).items()}
    ballots = {text: [one.hits, one.n] for text, one in ballots_of(record, store).items()}
    found = decided(store, record, tables, counted | ballots, progress)
    reasons = doubts(store, record, testset, tables)
    content: dict[str, Any] = {
        "format": verdict.FORMAT,
        "id": record.id,
        "verdict": found.verdict,
        "mode": "exploratory" if reasons else "confirmatory",
        "reasons": reasons,
        "at": stamp(store.now),
        "by": by,
        "digest": digest(card),
        "testset": testset.id,
        "testset_digest": testset.digest,
        "slot": card.lock.slot,
        "alpha": card.lock.alpha,
        "resamples": found.resamples,
        "seed": found.seed,
        "results": [asdict(one) for one in found.results],
        "commit": commit,
        "tables": [
            {"path": path.relative_to(store.root).as_posix(), "md5": sum_}
            for path, sum_ in zip(paths, sums, strict=True)
        ],
        "counted": counted | ballots,
        "status_quo": beside(store, record, tables),
    }
    return Case(found, content["mode"], tuple(reasons), verdict.written(content))


def registered(store: Store, id_: str) -> TestSet:
    """The registration of a test set.

    Raises:
        LabError: there is none.
    """
    if id_ not in store.testsets:
        raise LabError(f"{id_} is not registered: lab testset register {id_}")
    return store.testsets[id_]


def same_testset(tables: Tables, testset: TestSet) -> None:
    """See that the tables hold the registered examples.

    Raises:
        LabError: they hold others, or made-up ones.
    """
    if tables.source == "dummy":
        raise LabError(
            "the tables hold dummy data, and random rows prove nothing: set `data.source` in "
            "params.yaml, and run `uv run dvc repro`."
        )
    if digest_of(tables) != testset.digest:
        raise LabError(
            f"the examples in evaluation/ are not those of {testset.id}: ids, labels or units "
            "differ. Put the data back, or register them under a new name and start a new card."
        )


def decided(
    store: Store,
    record: Record,
    tables: Tables,
    counted: dict[str, list[int]],
    progress: Callable[[int, int], None] | None = None,
) -> Judgement:
    """The judge's answer on these tables; the same input always gives the same."""
    card = record.front
    known = {name: Counted(*both) for name, both in counted.items()}
    return judge(
        [parse_criterion(text) for text in card.criteria],
        [parse_criterion(text) for text in card.guardrails],
        tables,
        float(card.lock.alpha),
        card.evaluation.seeds,
        kpi_of(store.root),
        known,
        known,
        progress,
    )


def beside(store: Store, record: Record, tables: Tables) -> dict[str, float | None]:
    """What the status quo reaches on each metric that is not compared with anything."""
    found: dict[str, float | None] = {}
    runs = tables.predictions.get("status_quo", {})
    kpi = kpi_of(store.root)
    for text in (*record.front.criteria, *record.front.guardrails):
        one = parse_criterion(text)
        if one.reference or one.metric not in METRICS or not runs:
            continue
        try:
            rows = rows_of(one.slice, tables)
            values = [_plain_value(one.metric, tables, said, rows, kpi) for said in runs.values()]
            mean = float(np.mean(values))
            found[text] = mean if isfinite(mean) else None
        except NoValueError:
            found[text] = None
    return found


def _plain_value(
    metric: str, tables: Tables, said: Prediction, rows: np.ndarray, kpi: Kpi | None
) -> float:
    """A metric on some of the examples, each counted once."""
    kept = said.at(rows)
    y = tables.y[rows]
    value = statistic(metric, tables.task, tables.classes, y, kept, kpi)
    return float(value(np.ones((1, len(y))))[0])


def doubts(store: Store, record: Record, testset: TestSet, tables: Tables) -> list[str]:
    """Why a verdict can only be exploratory; empty if it is confirmatory."""
    card = record.front
    found = []
    if any(one.results_seen for one in card.amendments):
        found.append("it was amended after results had been seen")
    if card.lock.slot > testset.budget:
        found.append(f"slot {card.lock.slot} is beyond the budget of {testset.id}")
    taken = slots(store, testset.id).get(card.lock.slot, [])
    if len(taken) > 1:
        found.append(f"slot {card.lock.slot} of {testset.id} is used by {len(taken)} hypotheses")
    if card.change in RECIPES and len(card.evaluation.seeds) < FEWEST_SEEDS:
        found.append(f"a claim about a recipe needs at least {FEWEST_SEEDS} seeds")
    if testset.registered.at > card.lock.at:
        found.append(f"{testset.id} was registered only after the lock")
    if testset.retired and testset.retired.at < card.lock.at:
        found.append(f"{testset.id} was retired before the lock")
    if record.judged:
        found.append("it was judged before")
    return found


def ballots_of(record: Record, store: Store) -> dict[str, Counted]:
    """Votes on `panel` criteria: one file for each voter in the record's folder."""
    from ..records.ballots import read_ballots

    found = {}
    for text in (*record.front.criteria, *record.front.guardrails):
        one = parse_criterion(text)
        if one.metric == "panel":
            votes = [
                ballot.answers[text]
                for ballot in read_ballots(store.root, record.path)
                if text in ballot.answers
                and (one.argument in _roles(store, ballot.by) or one.argument == "team")
            ]
            found[text] = Counted(sum(vote == "yes" for vote in votes), len(votes))
    return found


def _roles(store: Store, handle: str) -> list[str]:
    person = store.handles.get(handle)
    return list(person.roles) if person else []
