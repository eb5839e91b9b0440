"""The metrics that a criterion may name, by scikit-learn's names."""

from dataclasses import dataclass

from ..data.schema import TASKS

BINARY, MULTICLASS, REGRESSION = ("binary",), ("multiclass",), ("regression",)
CLASSES = BINARY + MULTICLASS


@dataclass(frozen=True)
class Metric:
    """A number that says how good predictions are.

    `says` is what it says, in a sentence; `function` computes the same in `sklearn.metrics`, None
    if nothing does. `low` and `high` are the least and the greatest value that it can have; None
    is no limit.
    """

    name: str
    tasks: tuple[str, ...]
    says: str = ""
    function: str | None = None
    low: float | None = 0.0
    high: float | None = 1.0
    larger_is_better: bool = True

    @property
    def range(self) -> str:
        """The values that it can have, in words."""
        if self.low is None:
            return f"at most {self.high:g}" if self.high is not None else "any number"
        if self.high is None:
            return f"at least {self.low:g}"
        return f"{self.low:g} to {self.high:g}"


def _averaged(name: str, of: str) -> list[Metric]:
    """A metric of a class as a mean over several classes, taken in three ways."""
    means = {
        "macro": "the plain mean over the classes",
        "micro": "over all examples at once",
        "weighted": "the mean over the classes, by their size",
    }
    return [
        Metric(f"{name}_{mean}", MULTICLASS, f"{of}, {how}.", f"{name}_score(average={mean!r})")
        for mean, how in means.items()
    ]


def _error(name: str, says: str) -> Metric:
    return Metric(name, REGRESSION, says, name, high=None, larger_is_better=False)


PRECISION = "The share of the examples called positive that are"
RECALL = "The share of the positive examples that are found"
F1 = "The harmonic mean of precision and recall"
METRICS = {
    metric.name: metric
    for metric in (
        Metric("precision", BINARY, f"{PRECISION}.", "precision_score"),
        Metric("recall", BINARY, f"{RECALL}.", "recall_score"),
        Metric("f1", BINARY, f"{F1}.", "f1_score"),
        Metric(
            "roc_auc",
            BINARY,
            "How often a positive example has a higher score than a negative one.",
            "roc_auc_score",
        ),
        Metric(
            "average_precision",
            BINARY,
            "Precision over all thresholds, weighted by the gain in recall.",
            "average_precision_score",
        ),
        Metric("accuracy", CLASSES, "The share of labels that are right.", "accuracy_score"),
        Metric(
            "balanced_accuracy",
            CLASSES,
            "The mean of the recall of each class.",
            "balanced_accuracy_score",
        ),
        *_averaged("precision", "Precision of each class"),
        *_averaged("recall", "Recall of each class"),
        *_averaged("f1", "F1 of each class"),
        Metric(
            "matthews_corrcoef",
            CLASSES,
            "The correlation of predicted and true labels; 0 is chance.",
            "matthews_corrcoef",
            low=-1.0,
        ),
        Metric(
            "cohen_kappa_score",
            CLASSES,
            "How much more labels agree with the truth than by chance.",
            "cohen_kappa_score",
            low=-1.0,
        ),
        Metric(
            "log_loss",
            BINARY,
            "The mean surprise of the truth at the predicted probability.",
            "log_loss",
            high=None,
            larger_is_better=False,
        ),
        Metric(
            "brier_score_loss",
            BINARY,
            "The mean squared error of the predicted probability.",
            "brier_score_loss",
            larger_is_better=False,
        ),
        _error("mean_absolute_error", "The mean size of an error."),
        _error("mean_squared_error", "The mean of the squared errors."),
        _error(
            "root_mean_squared_error",
            "The root of the mean squared error, in the unit of the target.",
        ),
        _error("median_absolute_error", "The size that half of the errors stay below."),
        _error(
            "mean_absolute_percentage_error", "The mean size of an error, as a share of the truth."
        ),
        Metric("r2", REGRESSION, "The share of the variance that is explained.", "r2_score", None),
        Metric(
            "kpi",
            TASKS,
            "The mean value of a decision, from `lift` in `params.yaml`.",
            low=None,
            high=None,
        ),
        Metric("latency_ms", TASKS, "How long an answer takes.", high=None, larger_is_better=False),
        Metric("model_mb", TASKS, "How large the model is.", high=None, larger_is_better=False),
    )
}
