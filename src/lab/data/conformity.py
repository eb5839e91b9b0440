"""The guard at the boundary: rows are of schema.yaml's types and keep its rules, or are refused."""

import unicodedata
from collections.abc import Iterator
from hashlib import sha256

import polars as pl

from ..errors import LabError
from ..numerals import exact
from .content import contents
from .params import Format
from .schema import TIMES, Column, Shape

LISTED = 30  # faults that are named before the rest is only counted
MISSING = "is missing"
ROWS = 3  # of which a fault names the value
EXACT = 2**53  # from there on, a float skips whole numbers
DTYPES = {
    "float": pl.Float64(),
    "integer": pl.Int64(),
    "boolean": pl.Boolean(),
    "category": pl.String(),
    "text": pl.String(),
    "date": pl.Date(),
    "datetime": pl.Datetime("us"),
}
KINDS = {
    "float": "a number",
    "integer": "a whole number of at most 64 bits",
    "boolean": "true or false",
    "date": "a date",
    "datetime": "a date with a time",
}
TRUTHS = {
    **dict.fromkeys(("true", "t", "yes", "y", "1"), True),
    **dict.fromkeys(("false", "f", "no", "n", "0"), False),
}
PLAIN = Format()


def conform(rows: pl.DataFrame, shape: Shape, origin: str, written: Format = PLAIN) -> pl.DataFrame:
    """Cast rows to the schema's types, and check every rule of it.

    Args:
        rows: one row per example; text is cast where the schema wants something else.
        shape: what the rows must be.
        origin: what the rows are called in messages, such as the file's path.
        written: how numbers and dates are written.

    Returns:
        The same rows with the schema's columns, in its order and its types, under names of their
        own.

    Raises:
        LabError: with all that is wrong, each with rows, column and reason; rows are counted
            from 1.
    """
    problems = list(_wrong_columns(rows, shape))
    there = set(rows.columns) - set(_unusable(rows))
    if not len(rows):
        problems.append("it has no rows")
    done = []
    for column in shape.described:
        if column.name in there:
            after, bad = _cast_column(rows[column.name], column, written)
            problems += _named(bad, rows[column.name], column.name, f"is not {_kind(column)}")
            for broken, reason in _rules(after, column):
                plain = column.numeric or reason == MISSING
                shown = after if plain else rows[column.name]
                problems += _named(broken & ~bad, shown, column.name, reason)
            done.append(after.alias(column.name))
    keys = []
    for key in shape.keys:
        if key == shape.id and shape.id_made:
            keys.append(_made_ids(rows, shape))
        elif key in there:
            text = rows[key].cast(pl.String)
            name = text.map_elements(_composed, return_dtype=pl.String).alias(key)
            problems += [
                f"{_at(row)}, column {key!r}: it is empty" for row in _empty(text)[:LISTED]
            ]
            if key == shape.id:
                twice = name.is_duplicated() & name.is_not_null()
                problems += _named(twice, name, key, "occurs more than once")
            keys.append(name)
    if problems:
        more = [f"and {len(problems) - LISTED} more"] if len(problems) > LISTED else []
        listed = "\n".join(f"  {problem}" for problem in [*problems[:LISTED], *more])
        raise LabError(f"{origin} breaks schema.yaml:\n{listed}")
    return pl.DataFrame([*keys, *done])


def dtype_of(column: Column) -> pl.DataType:
    """How a column is held in memory and in Parquet."""
    return DTYPES[column.type]


def _kind(column: Column) -> str:
    return KINDS.get(column.type, "a word")


def _wrong_columns(rows: pl.DataFrame, shape: Shape) -> Iterator[str]:
    expected = [*shape.keys, *(column.name for column in shape.described)]
    if shape.id_made:
        expected.remove(shape.id)
    missing = [name for name in expected if name not in rows.columns]
    if missing:
        more = ", …" if len(rows.columns) > LISTED else ""
        yield f"its columns are {', '.join(map(repr, rows.columns[:LISTED]))}{more}"
        yield from (f"column {name!r} is missing" for name in missing)
    strange = [name for name in rows.columns if name not in (*expected, *shape.ignored)]
    if strange:
        many = f"columns {', '.join(map(repr, strange[:LISTED]))}" + (
            f" and {len(strange) - LISTED} more" if len(strange) > LISTED else ""
        )
        what = f"column {strange[0]!r} is" if len(strange) == 1 else f"{many} are"
        yield f"{what} not in schema.yaml: describe it there, with `role: ignore` to leave it out"
    for name in _unusable(rows):
        if name in expected:
            yield f"column {name!r} holds {rows[name].dtype}: a cell is one number or one text"


def _unusable(rows: pl.DataFrame) -> list[str]:
    """Columns of lists, structures or bytes."""
    kinds = rows.schema.items()
    return [name for name, kind in kinds if kind.is_nested() or kind in (pl.Binary, pl.Object)]


def _named(bad: pl.Series, values: pl.Series, name: str, reason: str) -> Iterator[str]:
    """One sentence for all rows of a column with the same fault."""
    places = bad.fill_null(False).arg_true().to_list()
    shown = [(place, values[place]) for place in places[:ROWS]]
    if len(places) == 1:
        place, value = shown[0]
        what = "the value" if value is None else repr(value)
        yield f"{_at(place)}, column {name!r}: {what} {reason}"
    elif places:
        listed = ", ".join(
            _at(place) if value is None else f"{_at(place)}: {value!r}" for place, value in shown
        )
        more = ", …" if len(places) > ROWS else ""
        yield f"column {name!r}, {len(places)} rows ({listed}{more}): each {reason}"


def _at(place: int) -> str:
    return f"row {place + 1}"


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _empty(text: pl.Series) -> list[int]:
    return (text.is_null() | (text.str.strip_chars() == "").fill_null(True)).arg_true().to_list()


def _made_ids(rows: pl.DataFrame, shape: Shape) -> pl.Series:
    """A name for each row, made from all that is in it but the target; copies are counted.

    It does not depend on the order of rows or columns, nor on a label that is corrected later.
    Another value in a row gives another name.
    """
    goal = shape.target.name
    names = [name for name in sorted(rows.columns) if name not in (*_unusable(rows), goal)]
    content = contents(rows, names)
    label = rows[goal].cast(pl.String) if goal in rows.columns else pl.lit("")
    told = pl.DataFrame({"content": content}).with_columns(label=label)
    number = pl.int_range(pl.len()).over("content", order_by="label")
    again = told.select(number).to_series()
    ids = [
        f"r{sha256(name.encode()).hexdigest()[:12]}" + (f"-{number + 1}" if number else "")
        for name, number in zip(content, again, strict=True)
    ]
    return pl.Series(shape.id, ids, dtype=pl.String)


def _cast_column(before: pl.Series, column: Column, written: Format) -> tuple[pl.Series, pl.Series]:
    """A column in its type, and which rows of it are not of that type."""
    if before.dtype in (pl.Categorical, pl.Enum):
        before = before.cast(pl.String)
    if before.dtype == pl.String:
        before = before.str.strip_chars().replace("", None)
    if column.type in ("category", "text"):
        return before.cast(pl.String), pl.repeat(False, len(before), eager=True)
    if column.numeric:
        return _numbers(before, column, written)
    after = _truths(before) if column.type == "boolean" else _times(before, column, written)
    return after, before.is_not_null() & after.is_null()


def _numbers(before: pl.Series, column: Column, written: Format) -> tuple[pl.Series, pl.Series]:
    """Numbers, whole ones exactly; a time is none, however it is stored."""
    if before.dtype.is_temporal():
        return pl.Series([None] * len(before), dtype=dtype_of(column)), before.is_not_null()
    if before.dtype == pl.String:
        before = plain_numbers(before, written)
    number = before.cast(pl.Float64, strict=False).fill_nan(None)
    infinite = number.is_infinite().fill_null(False)
    bad = infinite
    if not before.dtype.is_float():  # there, NaN is a missing value
        bad = (before.is_not_null() & number.is_null()) | infinite
    if not column.whole:
        return number.set(bad, None), bad
    if before.dtype.is_float() or before.dtype == pl.String:
        rounded = (number == number.floor()) & (number.abs() < EXACT)
        exact = before.cast(pl.Int64, strict=False) if before.dtype == pl.String else None
        whole = number.set(~rounded.fill_null(False), None).cast(pl.Int64, strict=False)
        after = whole if exact is None else exact.fill_null(whole)
    else:
        after = before.cast(pl.Int64, strict=False)
    bad = bad | (after.is_null() & number.is_not_null())
    return after.set(bad, None), bad


def plain_numbers(texts: pl.Series, written: Format) -> pl.Series:
    """Numbers as text, with a point before the fraction and nothing between digits."""
    if written.thousands:
        texts = texts.str.replace_all(written.thousands, "", literal=True)
    if written.decimal == ",":
        texts = texts.str.replace_all(".", "?", literal=True).str.replace(",", ".", literal=True)
    return texts


def _truths(before: pl.Series) -> pl.Series:
    if before.dtype == pl.Boolean:
        return before
    if before.dtype.is_float():
        before = before.cast(pl.Int64, strict=False)
    words = before.cast(pl.String).str.to_lowercase()
    return words.replace_strict(list(TRUTHS), list(TRUTHS.values()), default=None)


def _times(before: pl.Series, column: Column, written: Format) -> pl.Series:
    """Dates, or moments in UTC; ISO 8601, or as the file says. A number is neither."""
    kind = dtype_of(column)
    if before.dtype == pl.String:
        return read_times(before, column.type, written)
    if before.dtype not in (pl.Date, pl.Datetime):
        return pl.Series([None] * len(before), dtype=kind)
    if isinstance(before.dtype, pl.Datetime):
        if before.dtype.time_zone:
            before = before.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
        if column.type == "date":
            with_time = (before != before.dt.truncate("1d")).fill_null(False)
            before = before.set(with_time, None)
    return before.cast(kind)


def read_times(texts: pl.Series, kind: str, written: Format) -> pl.Series:
    """Dates or moments that are written as ISO 8601, or in one of the file's own ways."""
    dtype = DTYPES[kind]
    assert kind in TIMES
    found = pl.Series([None] * len(texts), dtype=dtype)
    if kind == "date":
        patterns = ["%Y-%m-%d", *written.dates]
        for pattern in patterns:
            found = found.fill_null(texts.str.to_date(pattern, strict=False))
        midnight = texts.str.replace(r"[T ]00:00(:00(\.0+)?)?Z?$", "")
        return found.fill_null(midnight.str.to_date("%Y-%m-%d", strict=False))
    zoned = texts.str.to_datetime("%+", time_unit="us", time_zone="UTC", strict=False)
    found = found.fill_null(zoned.dt.replace_time_zone(None))
    for pattern in (*ISO, *written.dates):
        found = found.fill_null(texts.str.to_datetime(pattern, time_unit="us", strict=False))
    return found.fill_null(texts.str.to_date("%Y-%m-%d", strict=False).cast(dtype))


ISO = tuple(
    f"%Y-%m-%d{between}{time}" for between in ("T", " ") for time in ("%H:%M:%S%.f", "%H:%M")
)


def _rules(values: pl.Series, column: Column) -> Iterator[tuple[pl.Series, str]]:
    """Which rows break which rule of a column."""
    if not column.nullable:
        yield values.is_null(), MISSING
    if column.numeric and column.least is not None:
        yield values < column.least, f"is below {exact(column.least)}"
    if column.numeric and column.most is not None:
        yield values > column.most, f"is above {exact(column.most)}"
    if column.type == "category" and column.categories is not None:
        listed = ", ".join(column.categories)
        yield ~values.is_in(list(column.categories)), f"is not one of: {listed}"
