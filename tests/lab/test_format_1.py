"""Verdicts of format 1 come out as 1.0.0 computed them, to the last digit that it wrote."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from lab.data.kpi import Kpi
from lab.data.tables import Prediction, Tables
from lab.evidence.criteria import parse_criterion
from lab.evidence.judge import judge

WRITTEN = Path(__file__).parent / "format_1.json"
COMMON = ("latency_ms < 2.5", "latency_ms < champion", "model_mb < 9")
CRITERIA = {
    "binary": (
        "accuracy > 0.8",
        "recall > champion - 0.05",
        "f1 > 0.7",
        "balanced_accuracy[site == north] > 0.7",
        "matthews_corrcoef > 0.5",
        "roc_auc > 0.85",
        "roc_auc > champion",
        "average_precision > 0.8",
        "average_precision > champion - 0.02",
        "log_loss < 0.6",
        "brier_score_loss < champion",
        "kpi > 0.4",
        *COMMON,
    ),
    "multiclass": ("accuracy > 0.7", "f1_macro > 0.7", "cohen_kappa_score > champion", *COMMON),
    "regression": (
        "mean_absolute_error < 1",
        "mean_squared_error < champion",
        "root_mean_squared_error < 1.2",
        "root_mean_squared_error < champion + 0.1",
        "median_absolute_error < 0.8",
        "mean_absolute_percentage_error < 3",
        "r2 > 0.5",
        "r2 > champion",
        "kpi > -2",
        "mean_absolute_error[site == north] < 1.2",
        *COMMON,
    ),
}


def tables_of(task: str, by_unit: bool) -> Tables:
    """Made-up rows whose numbers are the same on every machine."""
    n, lot = 240, np.random.default_rng(20261201)
    y = lot.normal(size=n) * 2 if task == "regression" else np.arange(n) % (2 + (task != "binary"))

    def prediction(noise: float) -> Prediction:
        error = lot.normal(size=n) * noise
        cost = {"latency_ms": 1 + lot.random(n), "model_mb": np.full(n, 3.0 + noise)}
        if task == "regression":
            return Prediction(y + error, None, cost)
        if task == "binary":
            score = 1 / (1 + np.exp(-3 * (y - 0.5 + error)))
            return Prediction((score > 0.5).astype(int), score, cost)
        return Prediction(np.where(lot.random(n) < noise / 2, (y + 1) % 3, y), None, cost)

    models = {
        "candidate": {seed: prediction(0.3 + 0.02 * seed) for seed in (1, 2, 3)},
        "champion": {1: prediction(0.45), 2: prediction(0.5)},
    }
    return Tables(
        task=task,
        ids=np.arange(n).astype(str),
        y=y,
        classes={"binary": ("0", "1"), "multiclass": ("a", "b", "c")}.get(task, ()),
        unit=(np.arange(n) ** 2 % 97) if by_unit else None,
        columns={"site": np.where(np.arange(n) % 4, "north", "south")},
        source="sample",
        predictions=models,
    )


@pytest.mark.parametrize("by_unit", [False, True], ids=["rows", "units"])
@pytest.mark.parametrize("task", CRITERIA)
def test_every_family_of_metrics_has_the_numbers_of_its_time(task: str, by_unit: bool):
    criteria = [parse_criterion(text) for text in CRITERIA[task]]
    kpi = Kpi(correct=1, wrong=-1, cost_of_error=2.0)
    tables = tables_of(task, by_unit)
    found = judge(criteria, [], tables, 0.05, [1, 2, 3], kpi, format_=1)
    then = json.loads(WRITTEN.read_text("utf-8"))[f"{task} by {'unit' if by_unit else 'row'}"]
    assert len(then) == len(found.results)
    for now, before in zip(found.results, then, strict=True):
        assert now.rests_on is None
        for name, value in before.items():
            same = pytest.approx(value, rel=1e-9) if isinstance(value, float) else value
            assert asdict(now)[name] == same, (now.criterion, name)
    assert found.claim is None


def test_since_then_the_method_of_many_is_another_one():
    tables = tables_of("binary", by_unit=False)
    criteria = [parse_criterion(text) for text in CRITERIA["binary"]]
    now, then = (judge(criteria[5:7], [], tables, 0.05, format_=one) for one in (2, 1))
    assert [result.method for result in then.results] == [
        "bootstrap, 3 seeds",
        "paired bootstrap, 3 seeds",
    ]
    assert [result.method for result in now.results] == [
        "DeLong, 3 seeds",
        "paired DeLong, 3 seeds",
    ]
