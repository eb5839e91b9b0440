"""Could the test set decide what a hypothesis promises? Asked before it starts."""

import json
from typing import TYPE_CHECKING

from ..errors import LabError
from ..evidence.criteria import Criterion, CriterionError, parse_criterion
from ..evidence.metrics import METRICS
from ..numerals import number
from ..records.store import Record, Store
from ..records.testsets import TestSet

if TYPE_CHECKING:  # they load numpy
    from ..data.kpi import Kpi
    from ..data.tables import Tables


def reach_of(store: Store, record: Record) -> list[str]:
    """For each criterion, what it needs of the examples, and which true value they would show.

    Raises:
        LabError: the test set is not registered, or could never support a criterion.
    """
    from ..data.kpi import kpi_of
    from ..evidence.bounds import see_that_rate, too_many
    from ..evidence.detectable import FEW, prospect
    from ..evidence.power import is_drawn, reach
    from .locks import alpha, promised_texts

    name = record.front.evaluation.testset
    testset = store.testsets.get(name)
    if testset is None:
        raise LabError(
            f"{name} is not registered: run the pipeline, then lab testset register {name}"
        )
    if testset.retired:
        raise LabError(
            f"{name} is retired ({testset.retired.why}): name another test set in "
            f"`evaluation` of {record.path}."
        )
    if testset.source == "dummy":
        raise LabError(
            f"{name} holds dummy data, and random rows prove nothing: set `data.source` in "
            "params.yaml, run the pipeline, and register the real examples under another name."
        )
    rate = float(alpha(store, name))
    see_that_rate(rate)
    texts = promised_texts(record.front)
    many = too_many(rate / max(1, len(texts)), testset.examples)
    tables = _last_run(store, testset) if testset.examples <= FEW else None
    # Of a sealed set nothing is known here but how large it is: development rows stand for it.
    kpi = kpi_of(store.root)
    said = []
    for text in texts:
        try:
            criterion = parse_criterion(text)
        except CriterionError:
            continue  # CRI001 says so
        if many and is_drawn(criterion, testset.task, testset.unit is not None, kpi):
            raise LabError(f"`{text}` cannot be decided on {name}: {many}.")
        if criterion.metric == "kpi" and kpi and (fault := kpi.not_judged(testset.unit)):
            raise LabError(f"`{text}` cannot be decided on {name}: {fault}.")
        possible, sentence = reach(criterion, testset, rate, kpi)
        if not possible:
            raise LabError(f"{record.id} cannot be decided on {name}: {sentence}.")
        if why := _out_of_reach(criterion, store, tables, kpi):
            raise LabError(f"`{text}` cannot be decided on {name}: {why}.")
        if criterion.metric in METRICS and criterion.metric != "model_mb":
            possible, value = prospect(criterion, testset, rate, tables, kpi)
            if not possible:
                raise LabError(f"`{text}` cannot be decided on {name}: {value}.")
            sentence += f"; {value}" if value else ""
        said.append(sentence)
    return said


def _out_of_reach(
    criterion: Criterion, store: Store, tables: "Tables | None", kpi: "Kpi | None"
) -> str | None:
    """Why a criterion on a reference could never be decided, or met, if that is so.

    What the reference reaches is told by the development numbers; on a slice, by the tables.
    """
    from .effect import METRICS as METRICS_FILE

    if criterion.reference is None or criterion.metric not in METRICS:
        return None
    if criterion.slice:
        today = _on_slice(criterion, tables, kpi)
        return None if today is None else _beyond(criterion, today, "that part of the examples")
    try:
        numbers = json.loads((store.root / METRICS_FILE).read_text("utf-8"))
        known = numbers[criterion.reference]
        today = float(known[criterion.metric]) if criterion.metric in known else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if today is None:
        return _without_value(criterion, store) if numbers.get("rows") == "development" else None
    return _beyond(criterion, today, METRICS_FILE)


def _on_slice(criterion: Criterion, tables: "Tables | None", kpi: "Kpi | None") -> float | None:
    """What the reference of a criterion reaches on a part of the development rows, if known."""
    from ..evidence.values import NoValueError, value_of

    try:
        return value_of(criterion, tables, criterion.reference or "", kpi) if tables else None
    except NoValueError:
        return None


def _beyond(criterion: Criterion, today: float, where: str) -> str | None:
    """Why no value can pass the bar, if that is so."""
    metric = METRICS[criterion.metric]
    bar, low, high = today + criterion.margin, metric.low, metric.high
    if "<" in criterion.op and low is not None and bar <= low:
        limit = f"at least {low:g}"
    elif ">" in criterion.op and high is not None and bar >= high:
        limit = f"at most {high:g}"
    else:
        return None
    return (
        f"the {criterion.reference} reaches {number(today)} in {where}, so the bar is "
        f"{number(bar)}, and {metric.name} is {limit}"
    )


def _without_value(criterion: Criterion, store: Store) -> str | None:
    """Why a reference has no value, such as the precision of a rule that never says yes."""
    from ..evidence.development import SHOWN
    from .effect import METRICS as METRICS_FILE

    if criterion.metric == "kpi" or criterion.metric not in SHOWN.get(store.task or "", ()):
        return None
    return (
        f"the {criterion.reference} has no {criterion.metric} in {METRICS_FILE}: it gives no "
        "score, or always says the same"
    )


def _last_run(store: Store, testset: TestSet) -> "Tables | None":
    """The tables of the last run, if they tell how predictions of a test set vary.

    A pipeline that keeps the set sealed has tables of development rows; any other one has to hold
    exactly the examples of the set.
    """
    from ..data.pipeline import table_path
    from ..data.tables import read_tables
    from ..evidence.power import digest_of

    paths = [table_path(store.root, name) for name in ("examples", "predictions")]
    try:
        tables = read_tables(paths[0], paths[1], testset.task, testset.unit)
    except LabError:
        return None  # it is asked for when the hypothesis is judged
    known = testset.sealed or digest_of(tables) == testset.digest
    return tables if known and tables.predictions.get("candidate") else None
