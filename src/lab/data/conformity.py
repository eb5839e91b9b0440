"""The guard at the boundary: rows are of schema.yaml's types and keep its rules, or are refused."""

import unicodedata
from collections.abc import Iterator

import polars as pl

from ..errors import LabError
from .schema import Column, Shape

SHOWN = 10  # problems that are named before the rest is only counted


def conform(rows: pl.DataFrame, shape: Shape, origin: str) -> pl.DataFrame:
    """Cast rows to the schema's types, and check every rule of it.

    Args:
        rows: one row per example; text is cast where the schema wants numbers.
        shape: what the rows must be.
        origin: what the rows are called in messages, such as the file's path.

    Returns:
        The same rows with the schema's columns, in its order and its types.

    Raises:
        LabError: with each row, column and reason; rows are counted from 1.
    """
    problems = list(_wrong_columns(rows, shape)) or ([] if len(rows) else ["it has no rows"])
    if not problems:
        rows, problems = _cast(rows, shape)
    if not problems:
        problems = [*_repeated(rows, shape), *_broken_rules(rows, shape)]
    if problems:
        more = [f"and {len(problems) - SHOWN} more"] if len(problems) > SHOWN else []
        listed = "\n".join(f"  {problem}" for problem in [*problems[:SHOWN], *more])
        raise LabError(f"{origin} breaks schema.yaml:\n{listed}")
    return rows


def dtype_of(column: Column) -> pl.DataType:
    """How a column is held in memory and in Parquet."""
    if not column.numeric:
        return pl.String()
    return pl.Int64() if column.whole else pl.Float64()


def _wrong_columns(rows: pl.DataFrame, shape: Shape) -> Iterator[str]:
    expected = [*shape.keys, *(column.name for column in shape.described)]
    if missing := [name for name in expected if name not in rows.columns]:
        more = ", …" if len(rows.columns) > SHOWN else ""
        yield f"its columns are {', '.join(map(repr, rows.columns[:SHOWN]))}{more}"
        yield from (f"column {name!r} is missing" for name in missing)
    for name in rows.columns:
        if name not in expected:
            yield f"column {name!r} is not in schema.yaml: describe it there or leave it out"
        elif rows[name].dtype.is_nested() or rows[name].dtype in (pl.Binary, pl.Object):
            yield f"column {name!r} holds {rows[name].dtype}: a cell is one number or one text"


def _cast(rows: pl.DataFrame, shape: Shape) -> tuple[pl.DataFrame, list[str]]:
    """Keys as text in Unicode's composed form, the others as the schema says."""
    problems: list[str] = []
    done = []
    for key in shape.keys:
        text = rows[key].cast(pl.String)
        done.append(text.map_elements(_composed, return_dtype=pl.String).alias(key))
        problems += [f"row {row + 1}, column {key!r}: it is empty" for row in _empty(text)]
    for column in shape.described:
        after, bad = _cast_column(rows[column.name], column)
        kind = "a whole number" if column.whole else "a number"
        before = rows[column.name]
        problems += [
            f"row {row + 1}, column {column.name!r}: {before[row]!r} is not {kind}"
            for row in bad.arg_true()
        ]
        done.append(after.alias(column.name))
    return pl.DataFrame(done), problems


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _empty(text: pl.Series) -> list[int]:
    return (text.is_null() | (text.str.strip_chars() == "").fill_null(True)).arg_true().to_list()


def _cast_column(before: pl.Series, column: Column) -> tuple[pl.Series, pl.Series]:
    """A column in its type, and which rows of it are not of that type."""
    if before.dtype == pl.String:
        before = before.str.strip_chars().replace("", None)
    if not column.numeric:
        return before.cast(pl.String), pl.repeat(False, len(before), eager=True)
    number = before.cast(pl.Float64, strict=False).fill_nan(None)
    infinite = number.is_infinite().fill_null(False)
    bad = infinite
    if not before.dtype.is_float():  # there, NaN is a missing value
        bad = (before.is_not_null() & number.is_null()) | infinite
    if column.whole:
        bad = bad | (number != number.floor()).fill_null(False)
    return number.set(bad, None).cast(dtype_of(column), strict=False), bad


def _repeated(rows: pl.DataFrame, shape: Shape) -> Iterator[str]:
    twice = rows[shape.id].is_duplicated()
    for row in twice.arg_true():
        yield f"row {row + 1}, column {shape.id!r}: {rows[shape.id][row]!r} occurs more than once"


def _broken_rules(rows: pl.DataFrame, shape: Shape) -> Iterator[str]:
    for column in shape.described:
        values = rows[column.name]
        for broken, reason in _rules(values, column):
            for row in broken.fill_null(False).arg_true():
                value = "the value" if values[row] is None else repr(values[row])
                yield f"row {row + 1}, column {column.name!r}: {value} {reason}"


def _rules(values: pl.Series, column: Column) -> Iterator[tuple[pl.Series, str]]:
    """Which rows break which rule of a column."""
    if not column.nullable:
        yield values.is_null(), "is missing"
    if column.least is not None:
        yield values < column.least, f"is below {column.least:g}"
    if column.most is not None:
        yield values > column.most, f"is above {column.most:g}"
    if column.categories is not None:
        listed = ", ".join(column.categories)
        yield ~values.is_in(list(column.categories)), f"is not one of: {listed}"
