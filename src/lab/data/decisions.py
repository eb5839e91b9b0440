"""The table of decisions as they are made today, beside what was true."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from ..errors import LabError
from .tables import codes_of, column_of, flat, read_rows


@dataclass(frozen=True)
class Decisions:
    """What was true and what was decided, one entry each for n cases.

    `columns` are those that the value function counts with, and `unit` says which cases belong
    together, codes from 0; None if each stands for itself. All have shape (n,).
    """

    task: str
    y: np.ndarray
    status_quo: np.ndarray
    classes: tuple[str, ...]
    source: str
    columns: Mapping[str, np.ndarray] = field(default_factory=dict)
    unit: np.ndarray | None = None


def read_decisions(path: Path, columns: Sequence[str] = (), unit: str | None = None) -> Decisions:
    """The table of decisions as they are made today: `y`, `status_quo`, `source`.

    Args:
        path: Parquet or CSV.
        columns: what the value function counts with, too.
        unit: the column whose rows belong together; where the table has none, each row is one.

    Raises:
        LabError: it cannot be read, or does not fit.
    """
    rows = flat(read_rows(path), path)
    for name in ("y", "status_quo", "source", *columns):
        if name not in rows.columns or rows[name].null_count() or not len(rows):
            why = ", which `lift` in params.yaml counts with" if name in columns else ""
            raise LabError(f"{path} needs the column {name} in every row{why}.")
    truth, today = rows["y"], rows["status_quo"]
    source = ", ".join(sorted({str(name) for name in rows["source"].unique().to_list()}))
    known = {name: column_of(rows[name]) for name in columns}
    together = codes_of(rows[unit]) if unit in rows.columns else None
    if truth.dtype.is_float() and today.dtype.is_numeric():
        values = today.cast(pl.Float64).to_numpy()
        return Decisions("regression", truth.to_numpy(), values, (), source, known, together)
    named = [column.cast(pl.String).to_list() for column in (truth, today)]
    classes = tuple(sorted({*named[0], *named[1]}))
    codes = {name: code for code, name in enumerate(classes)}
    y, status_quo = (np.array([codes[name] for name in column]) for column in named)
    return Decisions("classes", y, status_quo, classes, source, known, together)
