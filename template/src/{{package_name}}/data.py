"""Where rows come from: the bundled sample, a dummy of the same shape, or a file."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from .config import DataParams, Task
from .errors import ProjectError
from .schema import Column, Schema, conform


def load_rows(params: DataParams, task: Task, schema: Schema) -> pl.DataFrame:
    """Rows from the chosen source, in the schema's columns and types.

    A last column, `source`, says where each row came from. It travels into the
    evaluation tables, so that nobody mistakes a result on dummy rows for evidence.
    """
    if params.source == "sample":
        rows, origin = read_sample(task), "the bundled sample"
    elif params.source == "dummy":
        rows, origin = make_dummy(schema, params.dummy_rows, params.dummy_seed), "the dummy data"
    else:
        rows, origin = read_file(Path(params.file)), params.file
    return conform(rows, schema, origin).with_columns(source=pl.lit(params.source))


def read_sample(task: Task) -> pl.DataFrame:
    """The real data set that scikit-learn bundles for the task.

    Binary is breast cancer (569 rows), multiclass is digits (1,797 rows), regression is
    diabetes in its raw units (442 rows).
    """
    from sklearn import datasets

    loaders: dict[Task, Callable[[], Any]] = {
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


def read_file(path: Path) -> pl.DataFrame:
    """Rows of a CSV or Parquet file; every CSV value stays text until the schema casts it.

    Raises:
        ProjectError: the file is missing, of another format, or cannot be parsed.
    """
    if not path.is_file():
        raise ProjectError(f"{path} does not exist: set data.file in params.yaml to your file.")
    readers = {
        ".csv": lambda: pl.read_csv(path, infer_schema=False),
        ".parquet": lambda: pl.read_parquet(path),
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise ProjectError(f"{path} is neither .csv nor .parquet: convert it, or rename it.")
    try:
        return reader()
    except (pl.exceptions.PolarsError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise ProjectError(f"{path} cannot be read as {path.suffix[1:]}: {reason}") from None


def make_dummy(schema: Schema, rows: int, seed: int) -> pl.DataFrame:
    """Random rows that satisfy the schema, for a team whose data has not arrived yet.

    Every column is drawn on its own, so there is nothing to learn from them.
    """
    random = np.random.default_rng(seed)
    columns: dict[str, list[Any]] = {
        schema.id: [f"dummy-{number:06}" for number in range(1, rows + 1)]
    }
    for key in schema.keys[1:]:
        columns[key] = [
            f"dummy-unit-{number:05}" for number in random.integers(rows // 2, size=rows)
        ]
    for name, column in schema.described.items():
        columns[name] = _dummy_values(column, rows, random)
    return pl.DataFrame(columns)


def _dummy_values(column: Column, rows: int, random: np.random.Generator) -> list[object]:
    """Values of one column: categories evenly, numbers evenly between its bounds."""
    if column.values is not None:
        values = random.choice(column.values, size=rows)
    else:
        low = column.min if column.min is not None else min(0.0, (column.max or 1.0) - 1.0)
        high = column.max if column.max is not None else low + 1.0
        values = random.uniform(low, high, size=rows)
        if column.type == "integer":
            values = random.integers(int(np.ceil(low)), int(np.floor(high)) + 1, size=rows)
    gaps = random.random(rows) < (0.1 if column.nullable else 0.0)
    return [None if gap else value for value, gap in zip(values.tolist(), gaps, strict=True)]
