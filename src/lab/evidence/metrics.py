"""The metrics that a criterion may name, by scikit-learn's names."""

from dataclasses import dataclass

from ..data.schema import TASKS


@dataclass(frozen=True)
class Metric:
    """A number that says how good predictions are.

    `low` and `high` are the least and the greatest value that it can have; None is no limit.
    """

    name: str
    tasks: tuple[str, ...]
    low: float | None = 0.0
    high: float | None = 1.0
    larger_is_better: bool = True


def _metrics() -> dict[str, Metric]:
    binary, multiclass, regression = (TASKS[number : number + 1] for number in range(3))
    classes = binary + multiclass
    parts = [f"{metric}_{mean}" for metric in ("precision", "recall", "f1") for mean in MEANS]
    return {
        metric.name: metric
        for metric in (
            *(Metric(name, binary) for name in ("precision", "recall", "f1", "roc_auc")),
            Metric("average_precision", binary),
            *(Metric(name, classes) for name in ("accuracy", "balanced_accuracy")),
            *(Metric(name, multiclass) for name in parts),
            Metric("matthews_corrcoef", classes, low=-1.0),
            Metric("cohen_kappa_score", classes, low=-1.0),
            Metric("log_loss", binary, high=None, larger_is_better=False),
            Metric("brier_score_loss", binary, larger_is_better=False),
            *(Metric(name, regression, high=None, larger_is_better=False) for name in ERRORS),
            Metric("r2", regression, low=None),
            Metric("kpi", TASKS, low=None, high=None),
            Metric("latency_ms", TASKS, high=None, larger_is_better=False),
            Metric("model_mb", TASKS, high=None, larger_is_better=False),
        )
    }


MEANS = ("macro", "micro", "weighted")
ERRORS = (
    "mean_absolute_error",
    "mean_squared_error",
    "root_mean_squared_error",
    "median_absolute_error",
    "mean_absolute_percentage_error",
)
METRICS = _metrics()
