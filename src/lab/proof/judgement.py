"""From a locked hypothesis to the text of its verdict."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from math import isfinite
from pathlib import Path
from typing import Any

import msgspec

from ..data.counts import counted_in
from ..data.kpi import kpi_of
from ..data.pipeline import table_path
from ..data.schema import mapping_in
from ..data.tables import read_tables
from ..errors import LabError
from ..evidence import verdict
from ..evidence.coarse import coarse, value_told
from ..evidence.criteria import parse_criterion
from ..evidence.judge import Judgement, judge
from ..evidence.metrics import METRICS
from ..evidence.values import NoValueError, value_of
from ..records.edits import stamp
from ..records.store import Record, Store
from ..records.team import Tell
from ..records.testsets import TestSet
from .exhibits import TABLES, Exhibits, checks_named, read_exhibits
from .exploratory import reasons_for
from .history import History
from .locks import alpha, digest, promised, promised_texts
from .terms import broken_terms, model_in
from .tool import tool_in_use

Progress = Callable[[int, int], None]


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
    progress: Progress | None = None,
    opening: verdict.Opening | None = None,
) -> Case:
    """Judge a locked hypothesis on what the pipeline wrote, or on what an opening did.

    Raises:
        LabError: the evidence is not what was registered and promised; it says what is wrong.
    """
    testset = as_promised(store, record)
    exhibits = read_exhibits(store, record, testset)
    tell = opening.tells if opening else None
    judgement = decided(record, exhibits, progress, tell=tell)
    found = findings(record, judgement, exhibits, tell=tell)
    reasons = reasons_for(store, record, testset, exhibits.sums, found["counted"])
    content = _content(store, record, by, testset, exhibits, found, reasons)
    content["opening"] = None if opening is None else msgspec.to_builtins(opening)
    return Case(judgement, content["mode"], tuple(reasons), verdict.written(content))


def rehearsed(store: Store, record: Record, testset: TestSet) -> None:
    """See on development rows that each criterion can be computed, before the set is opened.

    A champion that was trained on other rows has said nothing of these; then the status quo stands
    in for it.

    Raises:
        LabError: one cannot.
    """
    examples, predictions = (table_path(store.root, name) for name in TABLES)
    tables = read_tables(examples, predictions, store.task, testset.unit)
    checks = {Path(name).stem: store.root / name for name in checks_named(record)}
    shares = {name: counted_in(path) for name, path in checks.items()}
    texts = [parse_criterion(text) for text in promised_texts(record.front)]
    asked = [criterion for criterion in texts if criterion.metric != "panel"]
    if "champion" not in tables.predictions:
        asked = [
            replace(criterion, reference="status_quo" if criterion.reference else None)
            for criterion in asked
        ]
    rate = float(record.front.lock.alpha)
    seeds = record.front.evaluation.seeds
    results = judge(asked, [], tables, rate, seeds, kpi_of(store.root), shares).results
    for result in results:
        if result.status == "error":
            raise LabError(
                f"`{result.criterion}` cannot be computed on the development rows: "
                f"{result.reason}. Nothing was opened."
            )


def as_promised(store: Store, record: Record) -> TestSet:
    """The test set of a card that is exactly what was locked.

    Raises:
        LabError: the test set is not registered, or the card, its error rate, or something else
            that its answer depends on was changed.
    """
    card = record.front
    id_ = card.evaluation.testset
    if id_ not in store.testsets:
        raise LabError(f"{id_} is not registered: lab testset register {id_}")
    if promised(card) != digest(card):
        raise LabError(
            f"{record.id} is not what was locked: put it back, or change it openly with "
            f"`lab amend {record.id}`."
        )
    if card.lock.alpha != alpha(store, id_):
        raise LabError(
            f"the lock of {record.id} has an error rate of {card.lock.alpha}, and a slot of "
            f"{id_} has {alpha(store, id_)}: put back what `lab start` wrote."
        )
    testset = store.testsets[id_]
    about, trained = card.evaluation.model, model_in(mapping_in(store.root / "params.yaml"))
    if about and trained and trained != about:
        raise LabError(
            f"{record.id} is about the model {about}, and `train.model` in params.yaml is "
            f"{trained}: train that one, or start a new card that `follows` it."
        )
    if broken := broken_terms(store.root, record, testset):
        raise LabError(
            f"{' and '.join(broken)} changed since {record.id} was locked: put it back, or "
            "start a new card that `follows` it."
        )
    return testset


def decided(
    record: Record,
    exhibits: Exhibits,
    progress: Progress | None = None,
    format_: int = verdict.FORMAT,
    tell: Tell | None = None,
) -> Judgement:
    """The judge's answer, as a verdict of a format has it; the same input always gives the same.

    Of a sealed test set no more is told than `tell` says; None tells all.
    """
    card = record.front
    judgement = judge(
        [parse_criterion(text) for text in card.criteria],
        [parse_criterion(text) for text in card.guardrails],
        exhibits.tables,
        float(card.lock.alpha),
        card.evaluation.seeds,
        exhibits.kpi,
        exhibits.counted,
        exhibits.counted,
        progress,
        format_,
    )
    if tell is None:
        return judgement
    return replace(judgement, results=tuple(coarse(it, tell) for it in judgement.results))


def findings(
    record: Record,
    judgement: Judgement,
    exhibits: Exhibits,
    format_: int = verdict.FORMAT,
    tell: Tell | None = None,
) -> dict[str, Any]:
    """What comes out again whenever the verdict is computed from the same evidence."""
    today = _status_quo(promised_texts(record.front), exhibits)
    results = [asdict(result) for result in judgement.results]
    found = {
        "verdict": judgement.verdict,
        "alpha": record.front.lock.alpha,
        "resamples": judgement.resamples,
        "seed": judgement.seed,
        "results": results,
        "counted": {name: [counted.hits, counted.n] for name, counted in exhibits.counted.items()},
        "status_quo": {text: value_told(value, tell) for text, value in today.items()},
    }
    if format_ > 1:
        return found | {"claim": judgement.claim, "alike": judgement.alike}
    for result in results:
        del result["rests_on"]
    return found


def _content(
    store: Store,
    record: Record,
    by: str,
    testset: TestSet,
    exhibits: Exhibits,
    found: Mapping[str, Any],
    reasons: list[str],
) -> dict[str, Any]:
    """All that verdict.json says, but for its seal."""
    history = History(store.root)
    return {
        "format": verdict.FORMAT,
        "id": record.id,
        "verdict": found["verdict"],
        "mode": "exploratory" if reasons else "confirmatory",
        "reasons": reasons,
        "at": stamp(store.now),
        "by": by,
        "digest": digest(record.front),
        "testset": testset.id,
        "testset_digest": testset.digest,
        "slot": record.front.lock.slot,
        "alpha": found["alpha"],
        "resamples": found["resamples"],
        "seed": found["seed"],
        "results": found["results"],
        "commit": history.id_of("HEAD") if history.exists else None,
        "tables": [{"path": path, "md5": md5} for path, md5 in exhibits.sums.items()],
        "counted": found["counted"],
        "status_quo": found["status_quo"],
        "claim": found["claim"],
        "alike": found["alike"],
        "tool": asdict(tool_in_use()),
        "model": model_in(mapping_in(store.root / "params.yaml")),
    }


def _status_quo(criteria: Sequence[str], exhibits: Exhibits) -> dict[str, float | None]:
    """What the status quo reaches on each metric that is not compared with anything."""
    found: dict[str, float | None] = {}
    if not exhibits.tables.predictions.get("status_quo"):
        return found
    for text in criteria:
        criterion = parse_criterion(text)
        if criterion.reference or criterion.metric not in METRICS:
            continue
        try:
            value = value_of(criterion, exhibits.tables, "status_quo", exhibits.kpi)
            found[text] = value if isfinite(value) else None
        except NoValueError:
            found[text] = None
    return found
