"""The two tables that are evidence, made from rows and from what was predicted of them."""

from collections.abc import Mapping, Sequence

import polars as pl

from ..errors import LabError
from .kpi import Kpi
from .params import Params
from .schema import ORIGIN, Shape
from .tables import COSTS, stored

NO_SEED = 0  # a rule draws nothing at random


def columns_beside(params: Params, shape: Shape, kpi: Kpi | None) -> tuple[str, ...]:
    """What the examples carry beside id, label and unit: slices, and what decisions count with."""
    slices = [column.name for column in shape.columns if column.role == "slice"]
    return (*params.evaluate.slices, *slices, *(kpi.columns if kpi else ()))


def examples_table(rows: pl.DataFrame, shape: Shape, slices: Sequence[str]) -> pl.DataFrame:
    """One row per example: `id`, `y`, the unit, the slice columns, `source`.

    Raises:
        LabError: a slice is no column of the schema.
    """
    known = [*shape.names, shape.unit]
    if unknown := [name for name in slices if name not in known]:
        raise LabError(
            f"`evaluate.slices` or `lift` in params.yaml: no column {unknown[0]!r} in schema.yaml."
        )
    slices = list(dict.fromkeys(slices))
    unit = [shape.unit] if shape.unit and shape.unit not in slices else []
    return rows.select(
        pl.col(shape.id).alias("id"),
        encode(rows[shape.target.name], shape).alias("y"),
        *unit,
        *(pl.col(name).alias(stored(name)) for name in slices),
        pl.col(ORIGIN).alias("source"),
    ).sort("id")


def predictions_table(said: Mapping[str, pl.DataFrame], shape: Shape) -> pl.DataFrame:
    """One row per example, model and seed: `id`, `model`, `seed`, `label`, `score`, and costs.

    Args:
        said: by model, `id`, `seed`, `label` and `score` of each example.
        shape: which class is positive.
    """
    parts = [
        part.select(
            "id",
            pl.lit(model).alias("model"),
            "seed",
            encode(part["label"], shape).alias("label"),
            "score",
            *(name for name in COSTS if name in part.columns),
        ).sort("seed", "id")
        for model, part in sorted(said.items())
    ]
    return pl.concat(parts, how="diagonal")


def of_rule(ids: pl.Series, decisions: pl.Series) -> pl.DataFrame:
    """What a rule decides, in the shape of a model's predictions."""
    return pl.DataFrame({"id": ids, "label": decisions}).select(
        pl.col("id"),
        pl.lit(NO_SEED, dtype=pl.Int64).alias("seed"),
        "label",
        pl.lit(None, dtype=pl.Float64).alias("score"),
    )


def encode(labels: pl.Series, shape: Shape) -> pl.Series:
    """Labels as the tables hold them: 1 and 0 where a class is positive, else unchanged."""
    if shape.positive is None:
        return labels
    return (labels == shape.positive).cast(pl.Int8).alias(labels.name)
