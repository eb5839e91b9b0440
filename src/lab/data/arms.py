"""The table of a split test: a KPI per day and arm, as a query or a stage writes it.

    day, arm, kpi, n, sum[, sum_of_squares]

`arm` is control or treatment; `n` counts units, each on one day and in one arm. Without
`sum_of_squares` the KPI is yes or no, and `sum` counts the yes.
"""

from pathlib import Path

import polars as pl

from ..errors import LabError
from .tables import read_table

CONTROL, TREATMENT = "control", "treatment"
COLUMNS = ("day", "arm", "kpi", "n", "sum")


def read_arms(path: Path) -> pl.DataFrame:
    """The table, sorted by day, with `sum_of_squares`.

    Raises:
        LabError: it cannot be read, or does not fit; the message names the first row that does not.
    """
    rows = read_table(path, COLUMNS)
    numbers = [name for name in ("n", "sum", "sum_of_squares") if name in rows.columns]
    try:
        rows = rows.select(
            pl.col("day").cast(pl.String).str.to_date("%Y-%m-%d"),
            pl.col("arm", "kpi").cast(pl.String),
            *(pl.col(name).cast(pl.Float64) for name in numbers),
        )
    except pl.exceptions.PolarsError:
        raise LabError(
            f"{path} does not fit: write `day` as 2026-11-30, and {', '.join(numbers)} as numbers."
        ) from None
    squares = pl.col("sum_of_squares") if "sum_of_squares" in numbers else pl.col("sum")
    rows = rows.with_columns(sum_of_squares=squares).sort("day", "kpi", "arm")
    n, total, squared = pl.col("n"), pl.col("sum"), pl.col("sum_of_squares")
    binary = total == squared
    faults = {
        "has a gap or a number that is not finite": pl.any_horizontal(
            pl.all().is_null(), ~pl.col("n", "sum", "sum_of_squares").is_finite()
        ),
        f"has an arm that is neither {CONTROL} nor {TREATMENT}": ~pl.col("arm").is_in(
            [CONTROL, TREATMENT]
        ),
        "has an `n` that is no whole number from 0 on": (n < 0) | (n != n.floor()),
        "has a `sum` that is no count among `n`: add `sum_of_squares`, or count the yes": (
            binary & ((total < 0) | (total > n) | (total != total.floor()))
        ),
        "has a `sum_of_squares` that is less than such a `sum` allows": (
            ~binary & (squared * n < total * total * (1 - 1e-9))
        ),
        "is there twice": pl.struct("day", "arm", "kpi").is_duplicated(),
    }
    for what, broken in faults.items():
        if len(found := rows.filter(broken)):
            day, arm, kpi = found.row(0)[:3]
            raise LabError(f"{path}: the row of {day}, {arm}, {kpi} {what}.")
    return rows
