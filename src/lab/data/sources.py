"""Where rows come from: the bundled sample, made-up rows of the same shape, or a file."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from ..errors import LabError
from .conformity import conform
from .params import Data
from .raw import read_raw
from .schema import ORIGIN, Column, Shape

FIRST, DAYS = datetime(2026, 1, 1), 365


def load_rows(root: Path, data: Data, task: str, shape: Shape) -> pl.DataFrame:
    """Rows from the chosen source, in the schema's columns and types.

    A last column says where each row came from. It travels into the tables of
    evidence, so that nobody mistakes a result on made-up rows for one.

    Raises:
        LabError: the rows cannot be had, or break the schema.
    """
    if data.source == "sample":
        rows, origin = read_sample(task), "the bundled sample"
    elif data.source == "dummy":
        rows, origin = make_dummy(shape, data.dummy_rows, data.dummy_seed), "the dummy data"
    else:
        rows, origin = read_raw(root, data.file, data.format), data.file
    if data.unlabelled == "drop" and shape.target.name in rows.columns:
        rows = rows.filter(pl.col(shape.target.name).is_not_null())
    rows = conform(rows, shape, origin, data.format)
    return rows.with_columns(pl.lit(data.source).alias(ORIGIN))


def read_sample(task: str) -> pl.DataFrame:
    """The real data set that scikit-learn bundles for a task.

    Binary is breast cancer (569 rows), multiclass is digits (1,797 rows), regression is
    diabetes in its raw units (442 rows).

    Raises:
        LabError: scikit-learn is not installed.
    """
    try:
        from sklearn import datasets
    except ModuleNotFoundError:
        raise LabError(
            "the sample comes with scikit-learn, which is not installed: `uv add scikit-learn`, "
            "or set `data.source` in params.yaml."
        ) from None
    loaders: dict[str, Callable[[], Any]] = {
        "binary": datasets.load_breast_cancer,
        "multiclass": datasets.load_digits,
        "regression": partial(datasets.load_diabetes, scaled=False),
    }
    bunch = loaders[task]()
    if task == "binary":
        target = pl.Series("diagnosis", bunch.target_names[bunch.target].tolist())
    elif task == "multiclass":
        target = pl.Series("digit", bunch.target.astype(str).tolist())
    else:
        target = pl.Series("progression", bunch.target)
    names = [str(name).replace(" ", "_") for name in bunch.feature_names]
    rows = pl.DataFrame(np.asarray(bunch.data), schema=names)
    if task == "regression":
        rows = rows.with_columns(pl.col("sex").cast(pl.Int64).cast(pl.String))
    ids = pl.Series("id", [f"sample-{number:04}" for number in range(len(rows))])
    return rows.select(ids, pl.all(), target)


def make_dummy(shape: Shape, rows: int, seed: int) -> pl.DataFrame:
    """Random rows that satisfy the schema, for a team whose data have not arrived yet.

    Every column is drawn on its own, so there is nothing to learn from them.
    """
    random = np.random.default_rng(seed)
    columns: dict[str, list[Any]] = {
        shape.id: [f"dummy-{number:06}" for number in range(1, rows + 1)]
    }
    for key in shape.keys[1:]:
        units = random.integers(rows // 2, size=rows)
        columns[key] = [f"dummy-unit-{number:05}" for number in units]
    for column in shape.described:
        columns[column.name] = _dummy_values(column, rows, random)
    return pl.DataFrame(columns)


def _dummy_values(column: Column, rows: int, random: np.random.Generator) -> list[object]:
    """Values of one column: categories and days evenly, numbers evenly between its bounds."""
    match column.type:
        case "float" | "integer":
            values = _dummy_numbers(column, rows, random)
        case "boolean":
            values = random.random(rows) < 0.5
        case "date" | "datetime":
            days = random.integers(DAYS, size=rows).tolist()
            first = FIRST if column.type == "datetime" else FIRST.date()
            values = np.array([first + timedelta(days=day) for day in days], dtype=object)
        case _:
            values = random.choice(column.categories or ("a", "b"), size=rows)
    gaps = random.random(rows) < (0.1 if column.nullable else 0.0)
    return [None if gap else value for value, gap in zip(values.tolist(), gaps, strict=True)]


def _dummy_numbers(column: Column, rows: int, random: np.random.Generator) -> np.ndarray:
    low = column.least
    if low is None:
        low = min(0.0, (column.most or 1.0) - 1.0)
    high = column.most if column.most is not None else low + 1.0
    if column.whole:
        return random.integers(int(np.ceil(low)), int(np.floor(high)) + 1, size=rows)
    return random.uniform(low, high, size=rows)
