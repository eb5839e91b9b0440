"""What training aims at is what the judge counts: two computations of `lift` say the same."""

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import yaml
from project.using import PACKAGE
from rendering import Answers

from lab.data.kpi import kpi_of
from lab.data.schema import read_shape
from lab.evidence.aim import worth_of_decisions
from lab.evidence.payoff import worth

ROWS = 200
COLUMNS = ("amount", "net gain")
CLASSES = {
    "binary": {"lift": {"value": {"yes": {"yes": 9, "no": -3}, "no": {"yes": -1.5}}}},
    "a cost": {"lift": {"value": {"yes": {"yes": 9}}, "cost": {"yes": 0.5, "no": 1e-3}}},
    "a column": {"lift": {"value": {"yes": {"yes": "0.3 * amount", "no": "-amount"}}}},
    "a column as cost": {
        "lift": {"correct": 2, "wrong": '- 2 * "net gain"', "cost": {"no": "amount"}}
    },
    "several": {"lift": {"correct": 1, "wrong": -5, "value": {"a": {"c": 2}}}, "classes": "abc"},
}
NUMBERS = {
    "one cost": 2,
    "two": {"above": 1, "below": 4.5},
    "columns": {"above": "0.5 * amount", "below": '"net gain"'},
}


@pytest.fixture
def value(render: Callable[[Answers], Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The module of the package that a project starts with."""
    monkeypatch.syspath_prepend(str(render({}) / "src"))
    yield import_module(f"{PACKAGE}.value")
    for name in [name for name in sys.modules if name.split(".")[0] == PACKAGE]:
        del sys.modules[name]


def a_root(tmp_path: Path, lift: dict[str, Any], classes: list[str]) -> Path:
    target: dict[str, Any] = {"name": "y", "type": "category" if classes else "float"}
    if classes:
        target["values"] = classes
    if len(classes) == 2:
        target["positive"] = classes[1]
    columns = {name: {"type": "float"} for name in COLUMNS}
    schema = {"id": "id", "unit": None, "target": target, "columns": columns}
    (tmp_path / "schema.yaml").write_text(yaml.safe_dump(schema), encoding="utf-8")
    (tmp_path / "params.yaml").write_text(yaml.safe_dump({"lift": lift}), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("case", CLASSES)
def test_decisions_are_worth_the_same_to_both(value: Any, tmp_path: Path, case: str):
    lift, classes = CLASSES[case]["lift"], [*CLASSES[case].get("classes", ("no", "yes"))]
    root = a_root(tmp_path, lift, classes)
    kpi = kpi_of(root)
    assert kpi is not None
    task = "binary" if len(classes) == 2 else "multiclass"
    draw = np.random.default_rng(3)
    columns = {name: draw.normal(size=ROWS) for name in COLUMNS}
    truth, said = draw.integers(len(classes), size=(2, ROWS))
    rows = pl.DataFrame({**columns, "y": [classes[place] for place in truth]})
    known = worth_of_decisions(rows, read_shape(root, task), kpi).select(classes).to_numpy()
    expected = worth(task, classes, truth, said, kpi, columns)
    assert value.of_classes(truth, said, known) == pytest.approx(expected.mean())
    if task == "binary":
        scores = draw.integers(30, size=ROWS) / 29
        threshold = value.best_threshold(scores, known)
        brought = [
            worth(task, classes, truth, (scores >= cut).astype(int), kpi, columns).mean()
            for cut in (threshold, *np.unique(scores), 1.1)
        ]
        assert brought[0] == pytest.approx(max(brought))
        assert brought[0] == pytest.approx(value.of_scores(truth, scores, known))


@pytest.mark.parametrize("case", NUMBERS)
def test_errors_cost_the_same_to_both(value: Any, tmp_path: Path, case: str):
    root = a_root(tmp_path, {"cost_of_error": NUMBERS[case]}, [])
    kpi = kpi_of(root)
    assert kpi is not None
    draw = np.random.default_rng(3)
    columns = {name: np.abs(draw.normal(size=ROWS)) for name in COLUMNS}
    truth, said = draw.normal(size=(2, ROWS))
    rows = pl.DataFrame({**columns, "y": truth})
    known = worth_of_decisions(rows, read_shape(root, "regression"), kpi)
    known = known.select("above", "below").to_numpy()
    expected = worth("regression", [], truth, said, kpi, columns)
    assert value.of_numbers(truth, said, known) == pytest.approx(expected.mean())
