"""What else has to fit before anything is trained: the rule, slices and values, for these rows."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from ..errors import LabError
from .kpi import Kpi, kpi_of
from .params import FILE, Params
from .schema import Shape
from .status_quo import decide


def see_that_all_fits(root: Path, rows: pl.DataFrame, params: Params, shape: Shape) -> None:
    """Look at everything that a later stage would stumble over.

    Raises:
        LabError: something does not fit; the message lists all of it.
    """
    faults = [*_faults(root, rows, params, shape)]
    if len(faults) == 1:
        raise LabError(faults[0])
    if faults:
        listed = "\n".join(f"  {fault}" for fault in faults)
        raise LabError(f"{FILE} does not fit the data:\n{listed}")


def _faults(root: Path, rows: pl.DataFrame, params: Params, shape: Shape) -> Iterator[str]:
    known = (*shape.names, *((shape.unit,) if shape.unit else ()))
    for name in params.evaluate.slices:
        if name not in known:
            yield f"evaluate.slices: no column {name!r} in schema.yaml"
    try:
        decide(rows, params.status_quo.rule, shape)
    except LabError as error:
        yield str(error)
    try:
        kpi = kpi_of(root)
    except LabError as error:
        yield str(error)
    else:
        yield from _faults_of_values(kpi, rows, shape) if kpi else ()


def _faults_of_values(kpi: Kpi, rows: pl.DataFrame, shape: Shape) -> Iterator[str]:
    for name in kpi.columns:
        if name not in (*shape.names, shape.unit):
            yield f"`lift` in params.yaml counts with {name}, which schema.yaml does not describe"
        elif name in kpi.amounts and not rows[name].dtype.is_numeric():
            yield f"`lift` in params.yaml counts with {name}, which holds no numbers"
