"""What held-out examples say: two tidy tables, a few metrics, and the data of the plots.

The tables are the evidence. Everything else here can be computed from them again.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import polars as pl
from sklearn import metrics as sk

from .config import Task
from .errors import ProjectError
from .schema import Schema

NO_SEED = 0  # a rule draws nothing at random


def encode(labels: pl.Series, schema: Schema) -> pl.Series:
    """Labels as the tables hold them: 1 and 0 where a class is positive, else unchanged."""
    if schema.target.positive is None:
        return labels
    return (labels == schema.target.positive).cast(pl.Int8).alias(labels.name)


def examples_table(rows: pl.DataFrame, schema: Schema, slices: Sequence[str]) -> pl.DataFrame:
    """One row per held-out example: `id`, `y`, the unit, the slice columns, `source`.

    Raises:
        ProjectError: a slice is not a column of the schema.
    """
    unknown = [name for name in slices if name not in schema.columns]
    if unknown:
        raise ProjectError(
            f"evaluate.slices in params.yaml: no column {unknown[0]!r} in schema.yaml."
        )
    unit = [pl.col(schema.unit)] if schema.unit and schema.unit not in slices else []
    return rows.select(
        pl.col(schema.id).alias("id"),
        encode(rows[schema.target.name], schema).alias("y"),
        *unit,
        *slices,
        "source",
    )


def predictions_table(
    ids: pl.Series,
    models: Mapping[str, Mapping[int, tuple[pl.Series, pl.Series | None]]],
    decisions: pl.Series,
    schema: Schema,
) -> pl.DataFrame:
    """One row per example, model and seed: `id`, `model`, `seed`, `label`, `score`.

    Args:
        ids: names of the held-out examples.
        models: label and score (or none) of each example, by the name of the model and its seed.
        decisions: what the status quo decides for each example.
    """

    def part(model: str, seed: int, label: pl.Series, score: pl.Series | None) -> pl.DataFrame:
        return pl.DataFrame({"id": ids.alias("id"), "label": encode(label, schema)}).select(
            "id",
            pl.lit(model).alias("model"),
            pl.lit(seed, dtype=pl.Int64).alias("seed"),
            "label",
            (score if score is not None else pl.lit(None, dtype=pl.Float64)).alias("score"),
        )

    return pl.concat(
        [
            *(
                part(model, seed, *both)
                for model, runs in sorted(models.items())
                for seed, both in sorted(runs.items())
            ),
            part("status_quo", NO_SEED, decisions, None),
        ]
    )


def metrics(
    task: Task, y: np.ndarray, label: np.ndarray, score: np.ndarray | None
) -> dict[str, float]:
    """Metrics of one set of predictions, under scikit-learn's names.

    Args:
        task: decides which metrics are computed.
        y: truth, shape (n,).
        label: decision, shape (n,), of the same kind as `y`.
        score: probability of the positive class, shape (n,), or none.
    """
    if task == "regression":
        found = {
            "mean_absolute_error": sk.mean_absolute_error(y, label),
            "root_mean_squared_error": sk.root_mean_squared_error(y, label),
            "r2": sk.r2_score(y, label),
        }
    elif task == "multiclass":
        found = {
            "accuracy": sk.accuracy_score(y, label),
            "f1_macro": sk.f1_score(y, label, average="macro", zero_division=0),
            "recall_macro": sk.recall_score(y, label, average="macro", zero_division=0),
        }
    else:
        found = {
            "accuracy": sk.accuracy_score(y, label),
            "precision": sk.precision_score(y, label, zero_division=0),
            "recall": sk.recall_score(y, label, zero_division=0),
            "f1": sk.f1_score(y, label, zero_division=0),
        }
        if score is not None and len(np.unique(y)) == 2:
            found["roc_auc"] = sk.roc_auc_score(y, score)
    return {name: float(value) for name, value in found.items()}


def metrics_by_model(
    task: Task, examples: pl.DataFrame, predictions: pl.DataFrame
) -> dict[str, dict[str, float]]:
    """Metrics of each model; over several seeds, their mean."""
    found: dict[str, list[dict[str, float]]] = {}
    for (model, _), part in predictions.group_by("model", "seed", maintain_order=True):
        table = examples.join(part, on="id", how="inner", maintain_order="left")
        score = None if table["score"].null_count() else table["score"].to_numpy()
        run = metrics(task, table["y"].to_numpy(), table["label"].to_numpy(), score)
        found.setdefault(str(model), []).append(run)
    return {
        model: {name: float(np.mean([run[name] for run in runs])) for name in runs[0]}
        for model, runs in found.items()
    }


def plots(
    task: Task, examples: pl.DataFrame, predictions: pl.DataFrame, classes: Iterable[str]
) -> dict[str, pl.DataFrame]:
    """The data of each plot, by name. Of several seeds it shows the first."""
    candidate = predictions.filter(pl.col("model") == "candidate")
    first = candidate.filter(pl.col("seed") == candidate["seed"].min())
    table = examples.join(first, on="id", how="inner", maintain_order="left")
    if task == "regression":
        status_quo = predictions.filter(pl.col("model") == "status_quo")
        return {
            "predicted": table.select(actual="y", predicted="label"),
            "errors": _errors(table, examples.join(status_quo, on="id", maintain_order="left")),
        }
    if task == "multiclass":
        return {
            "confusion": table.select(actual="y", predicted="label"),
            "recall_by_class": table.group_by(pl.col("y").alias("class"))
            .agg(recall=(pl.col("label") == pl.col("y")).mean().round(4), n=pl.len())
            .sort("class"),
        }
    names = pl.Series(list(classes))
    return {
        "precision_recall": _precision_recall(table),
        "calibration": _calibration(table),
        "confusion": table.select(
            actual=names.gather(table["y"]), predicted=names.gather(table["label"])
        ),
    }


def _precision_recall(table: pl.DataFrame) -> pl.DataFrame:
    """Precision at each recall that some threshold reaches."""
    precision, recall, thresholds = sk.precision_recall_curve(table["y"], table["score"])
    return pl.DataFrame(
        {"recall": recall[:-1], "precision": precision[:-1], "threshold": thresholds}
    ).select(pl.all().round(4))


def _calibration(table: pl.DataFrame) -> pl.DataFrame:
    """Share of positives among examples with about the same score, in tenths."""
    tenth = (pl.col("score") * 10).floor().clip(0, 9)
    return (
        table.group_by(tenth.alias("tenth"))
        .agg(
            predicted=pl.col("score").mean().round(4),
            observed=pl.col("y").mean().round(4),
            n=pl.len(),
        )
        .sort("tenth")
        .drop("tenth")
    )


def _errors(candidate: pl.DataFrame, status_quo: pl.DataFrame, points: int = 41) -> pl.DataFrame:
    """Share of examples whose absolute error is at most x, for both models."""
    errors = {
        "candidate": (candidate["label"] - candidate["y"]).abs().to_numpy(),
        "status_quo": (status_quo["label"] - status_quo["y"]).abs().to_numpy(),
    }
    reach = np.linspace(0.0, max(part.max() for part in errors.values()), points)
    shares = {name: (part[None, :] <= reach[:, None]).mean(1) for name, part in errors.items()}
    return pl.DataFrame({"absolute_error": reach, **shares}).select(pl.all().round(4))
