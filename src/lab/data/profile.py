"""What is in a table: for each column its type, gaps and values, and what looks wrong."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from .conformity import plain_numbers, read_times
from .guess import date_patterns
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


def profile_of(rows: pl.DataFrame, written: Format, target: str | None = None) -> Profile:
    """What is in a table.

    Args:
        rows: as they were read: text where nobody knows better.
        written: how numbers and dates are written in it.
        target: the column that is to be predicted, if that is known.
    """
    told = target if target in rows.columns else None
    typed: dict[str, pl.Series] = {}
    columns = []
    for name in rows.columns:
        found, values = _found(rows[name], written)
        typed[name] = values
        columns.append(found)
    if told:
        columns = [
            column if column.name == told else _beside_target(column, typed, told)
            for column in columns
        ]
    names = [column.name for column in columns if column.type]
    copies = len(rows) - rows.select(names).n_unique() if names else 0
    ids = [column.name for column in columns if _names_rows(column, len(rows))]
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


def _found(column: pl.Series, written: Format) -> tuple[Found, pl.Series]:
    """A column, and its values in the type that fits them."""
    gaps = column.null_count()
    values = column.drop_nulls()
    if not len(values):
        doubt = "empty in every row"
        return Found(column.name, None, gaps, 0, doubts=[doubt]), column
    if column.dtype == pl.String:
        kind, typed, dates = _typed(column, written)
    else:
        kind, typed, dates = _kind_of(column), column, []
    counts = typed.drop_nulls().value_counts(sort=True, name="times")
    distinct = len(counts)
    doubts = [*_doubts(column, kind, distinct, gaps)]
    if len(dates) > 1:
        doubts.append(f"dates fit {' and '.join(dates)}: the first is taken")
    ordered = kind in ("float", "integer", "date", "datetime")
    few = distinct <= LISTED and kind in ("category", "boolean", "integer")
    shown = counts.sort("times", typed.name, descending=[True, False])[typed.name] if few else []
    return Found(
        name=column.name,
        type=kind,
        gaps=gaps,
        distinct=distinct,
        least=typed.min() if ordered else None,
        most=typed.max() if ordered else None,
        middle=typed.drop_nulls().sort()[(len(values) - 1) // 2] if ordered else None,
        values=[str(value) for value in shown],
        doubts=doubts,
        dates=dates[0] if dates else None,
    ), typed


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


def _typed(column: pl.Series, written: Format) -> tuple[str, pl.Series, list[str]]:
    """The type that every value of a column of text has, and the values in it."""
    values = column.drop_nulls()
    if not values.str.contains(LEADING + r"\d*$").any():
        numbers = plain_numbers(column, written)
        whole = numbers.cast(pl.Int64, strict=False)
        if whole.null_count() == column.null_count():
            dates = date_patterns(values) if values.str.len_chars().max() == 8 else []
            if dates:
                return "date", values.str.to_date(dates[0], strict=False), dates
            return "integer", whole, []
        floats = numbers.cast(pl.Float64, strict=False)
        finite = (floats.is_finite() | floats.is_nan()).fill_null(True).all()
        if floats.null_count() == column.null_count() and finite:
            return "float", floats, []
    words = set(values.head(1000).str.to_lowercase())
    if words in TRUTHS and set(values.str.to_lowercase().unique()) == words:
        return "boolean", column, []
    if not DAY.match(values[0]):
        return _words(values), column, []
    for kind in ("date", "datetime"):
        read = read_times(values, kind, Format())
        if read.null_count() == 0:
            return kind, read, []
    if dates := date_patterns(values):
        kind = "datetime" if "%H" in dates[0] else "date"
        return kind, read_times(values, kind, Format(dates=dates[:1])), dates
    return _words(values), column, []


def _words(values: pl.Series) -> str:
    """A category, or text."""
    distinct = values.n_unique()
    lengths = values.str.len_chars().mean()
    if isinstance(lengths, float) and lengths > LONG:
        return "text"
    if distinct <= FEW or (distinct <= OPEN and distinct <= len(values) / 2):
        return "category"
    return "text"


def _doubts(column: pl.Series, kind: str | None, distinct: int, gaps: int) -> Iterator[str]:
    rows = len(column)
    if distinct == 1:
        yield "the same in every row" + (" that has it" if gaps else "")
    if gaps > rows / 2:
        yield f"empty in {gaps / rows:.0%} of the rows"
    if kind == "category" and distinct > LISTED:
        yield f"{distinct} categories"
    if kind == "text" and column.dtype == pl.String and (share := _share_of_numbers(column)) > 0.5:
        yield f"numbers in {share:.0%} of the rows, and other text in the rest"
    if column.dtype == pl.String and column.drop_nulls().str.contains(LEADING + r"\d*$").any():
        yield "digits with a leading 0: a code, and no number"


def _share_of_numbers(column: pl.Series) -> float:
    values = column.drop_nulls()
    numbers = values.cast(pl.Float64, strict=False)
    return 1 - numbers.null_count() / len(values)


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
