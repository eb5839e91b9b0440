"""The data of the pipeline's plots: small tables of what a first seed says of the examples."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from .bounds import Rates, clopper_pearson

BINS = 10
ENOUGH = 30  # examples, for a share to say something
CHANCES = Rates.both(0.025)
POINTS = 41
DIGITS = 4
SHOWN = {"predicted": 1000, "confusion": 5000}  # rows at most: git keeps the plots
STEPS = 500
SEED = 20261101


def curves(
    task: str, examples: pl.DataFrame, predictions: pl.DataFrame, classes: Sequence[str]
) -> dict[str, pl.DataFrame]:
    """The data of each plot, by name. Of several seeds it shows the first.

    Args:
        task: binary, multiclass or regression.
        examples: one row per example, with `id` and `y`.
        predictions: one row per example, model and seed.
        classes: the names of 0 and 1 where a class is positive.
    """
    candidate = predictions.filter(pl.col("model") == "candidate")
    table = _beside(examples, candidate.filter(pl.col("seed") == candidate["seed"].min()))
    if task == "regression":
        today = _beside(examples, predictions.filter(pl.col("model") == "status_quo"))
        return {
            "predicted": _some(table.select(actual="y", predicted="label"), "predicted"),
            "errors": _errors(table, today),
        }
    if task == "multiclass":
        return {
            "confusion": _some(table.select(actual="y", predicted="label"), "confusion"),
            "recall_by_class": table.group_by(pl.col("y").alias("class"))
            .agg(recall=(pl.col("label") == pl.col("y")).mean().round(DIGITS), n=pl.len())
            .sort("class"),
        }
    names = pl.Series(list(classes))
    found = {
        "confusion": _some(
            table.select(actual=names.gather(table["y"]), predicted=names.gather(table["label"])),
            "confusion",
        )
    }
    if table["score"].null_count() == 0:
        found |= {"precision_recall": _precision_recall(table), "calibration": _calibration(table)}
    return found


def _some(table: pl.DataFrame, name: str) -> pl.DataFrame:
    """All rows, or so many of them, drawn at random, and the same each time."""
    most = SHOWN[name]
    return table if len(table) <= most else table.sample(most, seed=SEED)


def _beside(examples: pl.DataFrame, predictions: pl.DataFrame) -> pl.DataFrame:
    return examples.join(predictions, on="id", how="inner", maintain_order="left")


def _precision_recall(table: pl.DataFrame) -> pl.DataFrame:
    """Precision at each recall that some threshold reaches."""
    steps = (
        table.group_by("score")
        .agg(hits=pl.col("y").sum().cast(pl.Int64), n=pl.len())
        .sort("score", descending=True)
        .with_columns(pl.col("hits").cum_sum(), pl.col("n").cum_sum())
    )
    positives = int(table["y"].sum())
    if len(steps) > STEPS:
        places = np.linspace(0, len(steps) - 1, STEPS).round().astype(int)
        steps = steps[places.tolist()]
    return steps.select(
        recall=(pl.col("hits") / positives).round(DIGITS),
        precision=(pl.col("hits") / pl.col("n")).round(DIGITS),
        threshold=pl.col("score").round(DIGITS),
    ).reverse()


def _calibration(table: pl.DataFrame) -> pl.DataFrame:
    """Share of positives among examples with about the same score, with its 95 % interval.

    The scores are cut into tenths, and tenths that hold few examples are taken together.
    """
    tenth = (pl.col("score") * BINS).floor().clip(0, BINS - 1).alias("tenth")
    tenths = (
        table.group_by(tenth)
        .agg(score=pl.col("score").sum(), hits=pl.col("y").sum().cast(pl.Int64), n=pl.len())
        .sort("tenth")
    )
    rows = []
    for score, hits, n in _large(tenths.select("score", "hits", "n").rows()):
        bounds = clopper_pearson(hits, n, CHANCES)
        values = (score / n, hits / n, bounds.lower, bounds.upper)
        rows.append((*(round(value, DIGITS) for value in values), n))
    return pl.DataFrame(rows, ["predicted", "observed", "low", "high", "n"], orient="row")


def _large(bins: Sequence[tuple[float, int, int]]) -> list[tuple[float, int, int]]:
    """Neighbours taken together until each holds enough; sums, and how many, at the end."""
    whole: list[tuple[float, int, int]] = []
    for score, hits, n in bins:
        if whole and whole[-1][-1] < ENOUGH:
            before = whole.pop()
            score, hits, n = score + before[0], hits + before[1], n + before[2]
        whole.append((score, hits, n))
    if len(whole) > 1 and whole[-1][-1] < ENOUGH:
        last, before = whole.pop(), whole.pop()
        whole.append((last[0] + before[0], last[1] + before[1], last[2] + before[2]))
    return whole


def _errors(candidate: pl.DataFrame, status_quo: pl.DataFrame) -> pl.DataFrame:
    """Share of examples whose absolute error is at most x, for both models."""
    errors = {
        "candidate": (candidate["label"] - candidate["y"]).abs().to_numpy(),
        "status_quo": (status_quo["label"] - status_quo["y"]).abs().to_numpy(),
    }
    reach = np.linspace(0.0, max(part.max() for part in errors.values()), POINTS)
    shares = {
        model: np.searchsorted(np.sort(part), reach, side="right") / len(part)
        for model, part in errors.items()
    }
    table = pl.DataFrame({"absolute_error": reach, **shares})
    return table.select(pl.first().round_sig_figs(6), pl.exclude("absolute_error").round(DIGITS))
