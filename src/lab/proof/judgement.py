"""From a locked hypothesis to the text of its verdict."""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from ..data.pipeline import FOLDER, counted_in, kpi_of, table_path, vouched_for
from ..data.tables import Prediction, Tables, read_tables
from ..errors import LabError
from ..evidence import verdict
from ..evidence.criteria import parse_criterion
from ..evidence.judge import Counted, Judgement, judge, rows_of
from ..evidence.metrics import METRICS
from ..evidence.power import digest_of
from ..evidence.values import Kpi, NoValueError, statistic
from ..evidence.verdict import path_of
from ..records.ballots import is_on_panel, read_ballots
from ..records.edits import stamp
from ..records.store import Record, Store, read_store
from ..records.testsets import TestSet
from .history import History
from .locks import alpha, answered, digest, promised, promised_texts, testset_when_locked
from .promises import PREDICTIONS, content_of, outputs_in, promise_in, sums_in
from .tool import tool_in_use

RECIPES = ("setup", "algorithm", "feature", "data")
FEWEST_SEEDS = 3
CHECKS = f"{FOLDER}/checks"
BEFORE = "it was judged before"
KNOWN = "its predictions were committed before it was locked"


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
    if card.lock.alpha != alpha(store, testset.id):
        raise LabError(
            f"the lock of {record.id} has an error rate of {card.lock.alpha}, and a slot of "
            f"{testset.id} has {alpha(store, testset.id)}: put back what `lab start` wrote."
        )
    tables, sums = evidence(store, record, testset)
    same_testset(tables, testset)
    checks = shares_in({path: store.root / path for path in sums})
    counted = counted_of(store, record, store.root, checks)
    found = decided(store.root, record, tables, counted, progress)
    reasons = [
        *doubts(store, record, testset),
        *known_before(store, record, sums),
        *seen_before(store, record, sums, counted),
    ]
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
        "tables": [{"path": path, "md5": sum_} for path, sum_ in sums.items()],
        "counted": counted,
        "status_quo": beside(store.root, record, tables),
        "tool": asdict(tool_in_use()),
    }
    return Case(found, content["mode"], tuple(reasons), verdict.written(content))


def evidence(store: Store, record: Record, testset: TestSet) -> tuple[Tables, dict[str, str]]:
    """The tables of the pipeline, and the digest of each file that the verdict rests on.

    Raises:
        LabError: one is missing or damaged, or is not what dvc.lock names.
    """
    paths = [table_path(store.root, name) for name in ("examples", "predictions")]
    tables = read_tables(paths[0], paths[1], testset.task, testset.unit)
    paths += [store.root / path for path in checks_named(record)]
    for path in paths:
        if not path.is_file():
            name = path.relative_to(store.root).as_posix()
            raise LabError(f"{name} is missing: run the pipeline, `uv run dvc repro`.")
    return tables, {
        path.relative_to(store.root).as_posix(): vouched_for(store.root, path) for path in paths
    }


def checks_named(record: Record) -> list[str]:
    """The files of the scripted checks that a hypothesis asks for, relative to the root."""
    asked = [parse_criterion(text) for text in promised_texts(record.front)]
    names = dict.fromkeys(one.argument for one in asked if one.metric == "share")
    return [f"{CHECKS}/{name}.csv" for name in names]


def shares_in(paths: Mapping[str, Path]) -> dict[str, Counted]:
    """What the scripted checks among some files counted, by the name of each."""
    return {
        Path(path).stem: counted_in(file)
        for path, file in paths.items()
        if path.startswith(f"{CHECKS}/")
    }


def counted_of(
    store: Store, record: Record, then: Path, shares: Mapping[str, Counted]
) -> dict[str, list[int]]:
    """What scripts and panels counted: k of n, by the name of the check or the criterion.

    `then` is the folder whose `team/people.yml` says who is on which panel.
    """
    return {
        name: [one.hits, one.n]
        for name, one in (dict(shares) | ballots_of(store, record, then)).items()
    }


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
    if tables.source != testset.source:
        raise LabError(
            f"{testset.id} was registered for {testset.source or 'unnamed'} data, and the tables "
            f"hold {tables.source or 'unnamed'} data: see `data.source` in params.yaml."
        )
    if digest_of(tables) != testset.digest:
        raise LabError(
            f"the examples in evaluation/ are not those of {testset.id}: ids, labels or units "
            "differ. Put the data back, or register them under a new name and start a new card."
        )


def decided(
    root: Path,
    record: Record,
    tables: Tables,
    counted: dict[str, list[int]],
    progress: Callable[[int, int], None] | None = None,
) -> Judgement:
    """The judge's answer on these tables; the same input always gives the same.

    `root` is the folder whose params.yaml says what a decision is worth.
    """
    card = record.front
    known = {name: Counted(*both) for name, both in counted.items()}
    return judge(
        [parse_criterion(text) for text in card.criteria],
        [parse_criterion(text) for text in card.guardrails],
        tables,
        float(card.lock.alpha),
        card.evaluation.seeds,
        kpi_of(root),
        known,
        known,
        progress,
    )


def beside(root: Path, record: Record, tables: Tables) -> dict[str, float | None]:
    """What the status quo reaches on each metric that is not compared with anything."""
    found: dict[str, float | None] = {}
    runs = tables.predictions.get("status_quo", {})
    kpi = kpi_of(root)
    for text in promised_texts(record.front):
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


def doubts(store: Store, record: Record, testset: TestSet) -> list[str]:
    """Why a verdict can only be exploratory; empty if it is confirmatory."""
    card = record.front
    found = []
    if any(one.results_seen for one in card.amendments):
        found.append("it was amended after results had been seen")
    if card.lock.slot > testset.budget:
        found.append(f"slot {card.lock.slot} is beyond the budget of {testset.id}")
    taken = answered(store, testset.id).get(card.lock.slot, [])
    if len(taken) > 1:
        found.append(f"slot {card.lock.slot} of {testset.id} is used by {len(taken)} hypotheses")
    if testset_when_locked(card) != testset.id:
        found.append("it was locked on another test set")
    if card.change in RECIPES and len(card.evaluation.seeds) < FEWEST_SEEDS:
        found.append(f"a claim about a recipe needs at least {FEWEST_SEEDS} seeds")
    if testset.registered.at > card.lock.at:
        found.append(f"{testset.id} was registered only after the lock")
    if testset.retired and testset.retired.at <= card.lock.at:
        found.append(f"{testset.id} was retired before the lock")
    return found


def known_before(store: Store, record: Record, sums: Mapping[str, str]) -> list[str]:
    """Whether the predictions were committed before the lock, or together with it.

    Somebody may have looked at them, and have put the bar where it is passed.
    """
    history = History(store.root)
    if not history.exists:
        return []
    folder = record.folder
    past = history.past(f"{re.escape(folder)}/.*|dvc\\.lock", folder, "dvc.lock")
    locked = [
        one.step
        for one in past.versions(record.path)
        if one.text and (said := promise_in(one.text)) and said.lock == record.front.lock
    ]
    judged_at = [one.step for one in past.versions(path_of(record)) if one.text is not None]
    if not locked or (judged_at and judged_at[0] <= locked[0]):
        return []  # the order of lock and verdict is a matter of its own
    for one in past.versions("dvc.lock"):
        known = outputs_in(one.text)
        same = [path for path in PREDICTIONS if path in known and known[path] == sums.get(path)]
        if same and one.step <= locked[0]:
            return [KNOWN]
    return []


def seen_before(
    store: Store, record: Record, sums: Mapping[str, str], counted: Mapping[str, list[int]]
) -> list[str]:
    """Whether other evidence was judged before, as the verdict here or one in git says.

    Judged once more on the same evidence, the answer is the same, and nothing was picked.
    """
    path = path_of(record)
    here = store.root / path
    texts = [here.read_text("utf-8", errors="replace")] if here.is_file() else []
    history = History(store.root)
    if history.exists:
        texts += [text for _, text in history.every(path, "HEAD", "--branches", "--remotes")]
    now = {"digest": digest(record.front), "counted": dict(counted), "tables": dict(sums)}
    for text in texts:
        before = content_of(text) or {}
        reasons = before.get("reasons")
        if {key: before.get(key) for key in now} | {"tables": sums_in(before)} != now:
            return [BEFORE]
        if isinstance(reasons, list) and BEFORE in reasons:
            return [BEFORE]
    return []


def ballots_of(store: Store, record: Record, then: Path) -> dict[str, Counted]:
    """Votes on `panel` criteria: one file for each voter in the record's folder."""
    criteria = [(text, parse_criterion(text)) for text in promised_texts(record.front)]
    if not any(one.metric == "panel" for _, one in criteria):
        return {}
    people = store.people if then == store.root else read_store(then).people
    roles = {person.handle: person.roles for person in people}
    ballots = read_ballots(store.root, record.folder)
    found = {}
    for text, one in criteria:
        if one.metric == "panel":
            votes = [
                ballot.answers[text]
                for ballot in ballots
                if text in ballot.answers and is_on_panel(one.argument, roles.get(ballot.by))
            ]
            found[text] = Counted(sum(vote == "yes" for vote in votes), len(votes))
    return found
