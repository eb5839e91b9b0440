"""The catalogue of metrics."""

import numpy as np
import pytest
import sklearn.metrics

from lab.data.kpi import Kpi
from lab.data.tables import Prediction
from lab.evidence.metrics import METRICS, TASKS
from lab.evidence.values import statistic


@pytest.mark.parametrize("name", sorted(METRICS))
def test_every_metric_can_be_computed_for_each_of_its_tasks(name):
    metric = METRICS[name]
    assert set(metric.tasks) <= set(TASKS)
    for task in metric.tasks:
        y = np.arange(40) % 3 / 1.0 if task == "regression" else np.arange(40) % 2
        label = np.roll(y, 3)
        said = Prediction(label, (y + 1) / 3, {"latency_ms": y + 1.0, "model_mb": y + 2.0})
        what = statistic(name, task, ("0", "1"), y, said, Kpi())
        (value,) = what(np.ones((1, 40), dtype=np.uint8))
        assert np.isfinite(value)
        assert metric.low is None or value >= metric.low
        assert metric.high is None or value <= metric.high


def test_the_direction_is_known():
    smaller = {name for name, one in METRICS.items() if not one.larger_is_better}
    assert {"log_loss", "mean_absolute_error", "latency_ms", "model_mb"} < smaller
    assert not smaller & {"precision", "roc_auc", "r2", "kpi"}


def test_every_metric_is_explained_and_names_what_scikit_learn_has():
    for metric in METRICS.values():
        assert metric.says.endswith(".")
        if metric.function:
            assert callable(getattr(sklearn.metrics, metric.function.partition("(")[0]))
        else:
            assert metric.name in {"kpi", "latency_ms", "model_mb"}
