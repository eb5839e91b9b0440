"""What is in a table: for each column its type, gaps and values, and what looks wrong."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from .conformity import plain_numbers, read_times
from .guess import counted, date_patterns
from .params import Format

LISTED = 20  # values of a closed category
OPEN = 1000  # with more, a column of words is text
FEW = 12  # values that are classes, whatever the number of rows
LONG = 40  # characters on average: this is prose
ENOUGH = 50_000  # rows that show whether one column says another
ALMOST = 0.99  # so much of the target said by one column is suspicious
TARGETS = ("target", "y", "label", "class", "outcome", "species", "churned", "default")
UNITS = (
    *("patient", "customer", "user", "client", "household", "person", "subject", "firm"),
    *("company", "store", "shop", "account", "session", "device", "machine", "station"),
)
TRUTHS = ({"true", "false"}, {"t", "f"})
LEADING = r"^[+-]?0\d"
DAY = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d|\d{8}$")  # how every date begins


@dataclass(frozen=True)
class Found:
    """One column of a table.

    Attributes:
        name: what it is called.
        type: as schema.yaml has it; None for a column that nothing is in.
        gaps: rows in which it is empty.
        distinct: how many values it has.
        least: the smallest number, date or moment.
        most: the greatest.
        middle: the one in the middle.
        values: of few values, each, the most frequent first.
        doubts: what looks wrong.
        dates: how its dates are written, if not in ISO 8601.
    """

    name: str
    type: str | None
    gaps: int
    distinct: int
    least: Any = None
    most: Any = None
    middle: Any = None
    values: Sequence[str] = ()
    doubts: Sequence[str] = ()
    dates: str | None = None


@dataclass(frozen=True)
class Profile:
    """A table: its rows, its columns, and what the columns could be for."""

    rows: int
    columns: Sequence[Found]
    copies: int
    ids: Sequence[str] = ()
    units: Sequence[str] = ()
    times: Sequence[str] = ()
    targets: Sequence[str] = ()

    @property
    def doubts(self) -> list[tuple[str, str]]:
        """What looks wrong, each beside the name of what it is about."""
        found = [(column.name, doubt) for column in self.columns for doubt in column.doubts]
        if self.copies:
            rows = "a row is" if self.copies == 1 else f"{self.copies} rows are"
            found.append(("all columns", f"{rows} the same as another one"))
        return found

    @property
    def could_be(self) -> dict[str, Sequence[str]]:
        """The columns that suit each role."""
        return {"id": self.ids, "unit": self.units, "time": self.times, "target": self.targets}

    def column(self, name: str) -> Found | None:
        """A column by its name."""
        return next((column for column in self.columns if column.name == name), None)


def profile_of(
    rows: pl.DataFrame,
    written: Format,
    target: str | None = None,
    values: Mapping[str, pl.DataFrame] | None = None,
) -> Profile:
    """What is in a table.

    Args:
        rows: as they were read: text where nobody knows better.
        written: how numbers and dates are written in it.
        target: the column that is to be predicted, if that is known.
        values: of each column, its values and how often each is there, if somebody has counted.
    """
    counts = values or {column.name: counted(column) for column in rows.iter_columns()}
    columns = [_found(rows[name], counts[name], written) for name in rows.columns]
    if target in rows.columns:
        some = rows if len(rows) <= ENOUGH else rows.sample(ENOUGH, seed=1)
        typed = {column.name: _as(some[column.name], column, written) for column in columns}
        columns = [
            column if column.name == target else _beside_target(column, typed, target)
            for column in columns
        ]
    names = [column.name for column in columns if column.type]
    ids = [column.name for column in columns if _names_rows(column, len(rows))]
    copies = len(rows) - rows.select(names).n_unique() if names and not ids else 0
    return Profile(
        rows=len(rows),
        columns=columns,
        copies=copies,
        ids=sorted(ids, key=lambda name: not _is_named_like_an_id(name)),
        units=[column.name for column in columns if _is_unit(column, len(rows), ids)],
        times=[column.name for column in columns if _is_time(column)],
        targets=[
            column.name
            for column in columns
            if _could_be_target(column, last=column is columns[-1])
        ],
    )


def _found(column: pl.Series, counts: pl.DataFrame, written: Format) -> Found:
    """A column, by its values and how often each is there."""
    if counts.is_empty():
        doubt = "empty in every row"
        return Found(column.name, None, len(column), 0, doubts=[doubt])
    filled = int(counts["times"].sum())
    gaps = len(column) - filled
    if column.dtype == pl.String:
        kind, dates = _typed(counts, written)
    else:
        kind, dates = _kind_of(column), []
    found = Found(column.name, kind, gaps, len(counts), dates=dates[0] if dates else None)
    typed = _as(counts["value"], found, written)
    if typed.dtype != counts["value"].dtype:  # several texts may be one number
        typed_counts = counts.with_columns(value=typed)
        counts = typed_counts.group_by("value").agg(pl.col("times").sum())
    distinct = len(counts)
    doubts = [*_doubts(column, counts, kind, gaps)]
    if len(dates) > 1:
        doubts.append(f"dates fit {' and '.join(dates)}: the first is taken")
    if kind in ("float", "integer", "date", "datetime"):
        ordered = counts.sort("value")
        place = int((ordered["times"].cum_sum() <= (filled - 1) // 2).sum())
        least, most = ordered["value"].min(), ordered["value"].max()
        found = replace(found, least=least, most=most, middle=ordered["value"][place])
    few = distinct <= LISTED and kind in ("category", "boolean", "integer")
    shown = counts.sort("times", "value", descending=[True, False])["value"] if few else []
    listed = [str(value) for value in shown]
    return replace(found, distinct=distinct, values=listed, doubts=doubts)


def _as(column: pl.Series, found: Found, written: Format) -> pl.Series:
    """Values in the type that a column was found to have."""
    if column.dtype != pl.String:
        return column
    match found.type:
        case "integer":
            return plain_numbers(column, written).cast(pl.Int64, strict=False)
        case "float":
            return plain_numbers(column, written).cast(pl.Float64, strict=False)
        case "date" | "datetime":
            dates = [found.dates] if found.dates else []
            return read_times(column, found.type, Format(dates=dates))
    return column


def _kind_of(column: pl.Series) -> str:
    """The type of a column that is no text."""
    kind = column.dtype
    if kind == pl.Boolean:
        return "boolean"
    if kind == pl.Date:
        return "date"
    if isinstance(kind, pl.Datetime):
        return "datetime"
    if kind.is_integer():
        return "integer"
    if kind.is_float():
        values = column.drop_nulls().drop_nans()
        whole = len(values) and bool((values == values.floor()).all())
        return "integer" if whole and (values.abs() < 2**53).all() else "float"
    return "text"


def _typed(counts: pl.DataFrame, written: Format) -> tuple[str, list[str]]:
    """The type that every value of a column of text has, and how its dates can be written."""
    values = counts["value"]
    if not values.str.contains(LEADING + r"\d*$").any():
        numbers = plain_numbers(values, written)
        if numbers.cast(pl.Int64, strict=False).null_count() == 0:
            dates = date_patterns(values) if values.str.len_chars().max() == 8 else []
            return ("date", dates) if dates else ("integer", [])
        floats = numbers.cast(pl.Float64, strict=False)
        if floats.null_count() == 0 and (floats.is_finite() | floats.is_nan()).all():
            return "float", []
    if len(values) <= LISTED and set(values.str.to_lowercase()) in TRUTHS:
        return "boolean", []
    if not DAY.match(values[0]):
        return _words(counts), []
    for kind in ("date", "datetime"):
        if read_times(values, kind, Format()).null_count() == 0:
            return kind, []
    if dates := date_patterns(values):
        kind = "datetime" if "%H" in dates[0] else "date"
        return kind, dates
    return _words(counts), []


def _words(counts: pl.DataFrame) -> str:
    """A category, or text."""
    filled = int(counts["times"].sum())
    lengths = (counts["value"].str.len_chars() * counts["times"]).sum() / filled
    if lengths > LONG:
        return "text"
    distinct = len(counts)
    if distinct <= FEW or (distinct <= OPEN and distinct <= filled / 2):
        return "category"
    return "text"


def _doubts(column: pl.Series, counts: pl.DataFrame, kind: str | None, gaps: int) -> Iterator[str]:
    rows, distinct = len(column), len(counts)
    if distinct == 1:
        yield "the same in every row" + (" that has it" if gaps else "")
    if gaps > rows / 2:
        yield f"empty in {gaps / rows:.0%} of the rows"
    if kind == "category" and distinct > LISTED:
        yield f"{distinct} categories"
    if column.dtype != pl.String or counts["value"].dtype != pl.String:
        return
    if kind == "text" and (share := _share_of_numbers(counts)) > 0.5:
        yield f"numbers in {share:.0%} of the rows, and other text in the rest"
    if counts["value"].str.contains(LEADING + r"\d*$").any():
        yield "digits with a leading 0: a code, and no number"


def _share_of_numbers(counts: pl.DataFrame) -> float:
    numbers = counts["value"].cast(pl.Float64, strict=False)
    in_all = int(counts["times"].sum())
    return int(counts.filter(numbers.is_not_null())["times"].sum()) / in_all


def _beside_target(column: Found, typed: dict[str, pl.Series], target: str) -> Found:
    """A column with the doubt that it says the target, where it does."""
    if column.type is None:
        return column
    share = says(typed[column.name], typed[target])
    if share < ALMOST:
        return column
    how = "the same as" if typed[column.name].equals(typed[target]) else "nearly says"
    doubt = f"{how} the target {target}: was it known before?"
    return replace(column, doubts=[*column.doubts, doubt])


def says(column: pl.Series, target: pl.Series) -> float:
    """How much of the target a single column says, from 0 to 1.

    For two columns of numbers with many values, the absolute rank correlation of Spearman (1904).
    Else the share of rows whose class is right if each value, or each twentieth of the numbers, is
    given its most frequent class (the 1R rule of Holte, 1993), above the share of the largest
    class. Values that are rarely repeated say nothing: they only name rows.
    """
    both = pl.DataFrame({"x": column, "y": target}).drop_nulls()
    if len(both) < 20:
        return 0.0
    if len(both) > ENOUGH:
        both = both.sample(ENOUGH, seed=1)
    many = both["y"].dtype.is_numeric() and both["y"].n_unique() > LISTED
    if many and not both["x"].dtype.is_numeric():
        return 0.0
    if many:
        ranks = np.corrcoef(both["x"].rank().to_numpy(), both["y"].rank().to_numpy())[0, 1]
        return 0.0 if np.isnan(ranks) else float(abs(ranks))
    x = both["x"]
    if x.n_unique() > len(both) / 5:
        if not x.dtype.is_numeric() or (both["y"].n_unique() > LISTED):
            return 0.0
        x = (x.rank("average") * 20 / (len(both) + 1)).floor()
    table = pl.DataFrame({"x": x.cast(pl.String), "y": both["y"].cast(pl.String)})
    counts = table.group_by("x", "y").len()
    right = counts.group_by("x").agg(pl.col("len").max())["len"].sum()
    largest = counts.group_by("y").agg(pl.col("len").sum())["len"].max()
    rest = len(both) - int(largest)  # type: ignore[call-overload]
    return (int(right) - int(largest)) / rest if rest else 0.0  # type: ignore[call-overload]


def _names_rows(column: Found, rows: int) -> bool:
    kinds = ("integer", "category", "text")
    return not column.gaps and column.distinct == rows and column.type in kinds


def _is_named_like_an_id(name: str) -> bool:
    plain = name.lower().replace(" ", "_")
    return plain in ("id", "key", "nr", "no", "number", "code", "uuid") or plain.endswith(
        ("_id", "_key", "_nr", "_no", "_code", "uuid", "number")
    )


def _is_unit(column: Found, rows: int, ids: Sequence[str]) -> bool:
    """Do rows seem to belong together by it? At least two each, and at least ten groups."""
    if column.name in ids or column.type not in ("integer", "category", "text"):
        return False
    repeated = 10 <= column.distinct <= rows / 2
    named = _is_named_like_an_id(column.name) or column.name.lower() in UNITS
    return repeated and named


def _is_time(column: Found) -> bool:
    if column.type in ("date", "datetime"):
        return True
    year = column.name.lower() == "year" and column.type == "integer" and column.distinct > 2
    return year and column.least > 1800 and column.most < 2200


def _could_be_target(column: Found, last: bool) -> bool:
    few = 2 <= column.distinct <= FEW and not column.gaps
    if column.name.lower() in TARGETS or (few and last):
        return True
    return few and column.distinct == 2 and column.type in ("category", "boolean")
