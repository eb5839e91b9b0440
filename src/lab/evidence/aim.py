"""What training may aim at: what each decision would bring in each row, as `lift` says it."""

import numpy as np
import polars as pl

from ..data.kpi import Kpi
from ..data.schema import Shape
from .payoff import error_costs, payoffs

SIDES = ("above", "below")  # of the truth, where a decision is a number


def worth_of_decisions(rows: pl.DataFrame, shape: Shape, kpi: Kpi) -> pl.DataFrame:
    """What a decision would bring in each row, before a capacity is shared.

    Args:
        rows: labelled rows, with the columns that `lift` counts with.
        shape: what a row is.
        kpi: the value function.

    Returns:
        A row for each row. A column for each class: what it brings to decide for it. Where the
        target is a number: `above` and `below`, what a unit of error costs there.

    Raises:
        NoValueError: a column that counts is not there, is text or has gaps.
    """
    columns = {name: _numbers(rows[name]) for name in kpi.amounts if name in rows.columns}
    classes = shape.target.categories
    if classes is None:
        sides = error_costs(kpi, columns, len(rows))
        return pl.DataFrame(dict(zip(SIDES, sides, strict=True)))
    truth = rows[shape.target.name].cast(pl.Enum(list(classes))).to_physical().to_numpy()
    found = payoffs(kpi, list(classes), truth, columns)
    return pl.DataFrame({name: found[:, place] for place, name in enumerate(classes)})


def _numbers(column: pl.Series) -> np.ndarray:
    """A column as the value function takes it; text stays text, and is refused there."""
    return column.cast(pl.Float64).to_numpy() if column.dtype.is_numeric() else column.to_numpy()
