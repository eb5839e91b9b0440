"""The table of decisions as they are made today, beside what was true."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from ..errors import LabError
from .tables import read_rows


@dataclass(frozen=True)
class Decisions:
    """What was true and what was decided, one entry each for n cases."""

    task: str
    y: np.ndarray
    status_quo: np.ndarray
    classes: tuple[str, ...]
    source: str


def read_decisions(path: Path) -> Decisions:
    """The table of decisions as they are made today: `y`, `status_quo`, `source`.

    Raises:
        LabError: it cannot be read, or does not fit.
    """
    rows = read_rows(path)
    for name in ("y", "status_quo", "source"):
        if name not in rows.columns or rows[name].null_count() or not len(rows):
            raise LabError(f"{path} needs the column {name} in every row.")
    truth, today = rows["y"], rows["status_quo"]
    source = ", ".join(sorted({str(name) for name in rows["source"].unique().to_list()}))
    if truth.dtype.is_float() and today.dtype.is_numeric():
        values = today.cast(pl.Float64).to_numpy()
        return Decisions("regression", truth.to_numpy(), values, (), source)
    named = [column.cast(pl.String).to_list() for column in (truth, today)]
    classes = tuple(sorted({*named[0], *named[1]}))
    codes = {name: code for code, name in enumerate(classes)}
    y, status_quo = (np.array([codes[name] for name in column]) for column in named)
    return Decisions("classes", y, status_quo, classes, source)
