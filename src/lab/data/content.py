"""Rows known by what is in them: digests that no new id, order or release of a library changes."""

import hashlib
from collections.abc import Sequence

import numpy as np
import polars as pl

DIGITS = 3  # rows that agree in so many significant digits are near copies


def contents(rows: pl.DataFrame, names: Sequence[str]) -> pl.Series:
    """For each row, 16 hexadecimal digits that tell what is in the named columns.

    Numbers count by their bits and texts by their characters, so the same row has the same
    content on each machine.
    """
    parts = [_exact(rows[name]).alias(f"{place}") for place, name in enumerate(names)]
    texts = pl.DataFrame(parts).select(pl.concat_str(pl.all(), separator="\x1f"))
    digests = [hashlib.sha256(text.encode()).hexdigest()[:16] for text in texts.to_series()]
    return pl.Series("content", digests, dtype=pl.String)


def digest_of_rows(rows: pl.DataFrame) -> str:
    """SHA-256 over all columns of all rows, whatever order they have."""
    names = sorted(rows.columns)
    head = "\x1f".join(f"{name}:{rows[name].dtype}" for name in names)
    whole = "\n".join([head, *sorted(contents(rows, names))])
    return f"v2:{hashlib.sha256(whole.encode()).hexdigest()}"


def rounded(rows: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """The named columns with numbers cut to three significant digits."""
    columns = []
    for name in names:
        column = rows[name]
        if column.dtype.is_float():
            values = column.fill_null(float("nan")).to_numpy()
            with np.errstate(divide="ignore", invalid="ignore"):
                size = np.where(values == 0, 0.0, np.floor(np.log10(np.abs(values))))
            step = 10.0 ** (size - DIGITS + 1)
            column = pl.Series(name, np.round(values / step) * step)
        columns.append(column)
    return pl.DataFrame(columns)


def _exact(column: pl.Series) -> pl.Series:
    """A column as text that differs wherever a value differs."""
    if column.dtype.is_float():
        values = column.fill_null(float("nan")).to_numpy() + 0.0  # -0.0 becomes 0.0
        values = np.where(np.isnan(values), np.nan, values)  # one NaN of the many
        return pl.Series(np.ascontiguousarray(values).view(np.int64)).cast(pl.String)
    text = column.cast(pl.String)
    return text.str.len_bytes().cast(pl.String).fill_null("-") + ":" + text.fill_null("")
