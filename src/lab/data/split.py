"""Which rows are held out, and in which fold each other row is: by name, by time, or as given."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import polars as pl

from ..errors import LabError
from .content import contents, rounded
from .params import Split
from .schema import Shape

MOST_COPIES = 0.5  # of the training rows: with more, rows are hardly told apart


@dataclass(frozen=True)
class Copies:
    """How many rows were found twice.

    `within`: held-out rows with the inputs and the target of another one. `across`: training rows
    with the inputs of a held-out one. `near`: held-out rows that agree with a training row in
    three significant digits; they stay.
    """

    within: int
    across: int
    near: int


@dataclass(frozen=True, eq=False)
class Parted:
    """Training and held-out rows, what is in the inputs of each, and the copies found."""

    train: pl.DataFrame
    test: pl.DataFrame
    trained: pl.Series
    contents: pl.Series
    copies: Copies


def split(rows: pl.DataFrame, shape: Shape, params: Split) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Part rows into training and held-out rows, as params.yaml says.

    Returns:
        Training rows and held-out rows, in the order in which they came; by time, in that of time.

    Raises:
        LabError: a side is empty, or what parts them is not said or not there.
    """
    if params.by == "time":
        train, test = _by_time(rows, shape, params)
    elif params.by == "column":
        train, test = _by_column(rows, shape, params)
    else:
        train, test = by_name(rows, shape.unit or shape.id, params.test_share, params.salt)
    if train.is_empty() or test.is_empty():
        raise LabError(
            f"the split leaves {len(train)} rows to train and {len(test)} to test: "
            f"give it more rows, or change split.{CHANGED[params.by]} in params.yaml."
        )
    return train, test


CHANGED = {"name": "test_share", "time": "after", "column": "held_out"}


def by_name(
    rows: pl.DataFrame, by: str, test_share: float, salt: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Part rows into training and held-out rows by a hash of their id or unit.

    A row's side depends on its own name alone, so rows that arrive later never move old ones
    across, and rows of one unit stay together.

    Args:
        rows: the whole data set.
        by: the column that decides, the unit where there is one, else the id.
        test_share: share of names that are held out, between 0 and 1.
        salt: any text; another salt gives another split.
    """
    held_out = pl.Series([fraction(f"{salt}:{name}") < test_share for name in rows[by]])
    return rows.filter(~held_out), rows.filter(held_out)


def _by_time(rows: pl.DataFrame, shape: Shape, params: Split) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Train before, hold out after. A unit may be on both sides: it is asked of its own future."""
    if shape.time is None or params.after is None:
        raise LabError(
            "split.by in params.yaml is time: name the column under `time` in schema.yaml, and the "
            "first moment that is held out under split.after."
        )
    if empty := rows[shape.time].null_count():
        raise LabError(f"{empty} rows have no {shape.time}, and split.by in params.yaml is time.")
    rows = rows.sort(shape.time, shape.id)
    times = rows[shape.time]
    first = moment(params.after, times)
    late = times >= first
    early = times < earlier(first, params.gap)
    return rows.filter(early), rows.filter(late)


def moment(text: str | float, times: pl.Series) -> Any:
    """A moment as a column of times counts it.

    Raises:
        LabError: the text is none.
    """
    try:
        if times.dtype.is_numeric():
            return float(text)
        found = datetime.fromisoformat(str(text))
    except ValueError:
        raise LabError(
            f"split.after in params.yaml is {text!r}: write it like the column {times.name}, "
            'such as "2026-01-31".'
        ) from None
    if found.tzinfo:
        found = found.astimezone(UTC).replace(tzinfo=None)
    return found.date() if times.dtype == pl.Date else found


def earlier(first: Any, gap: float) -> Any:
    """So much before a moment: days, or what a column of numbers counts."""
    return first - gap if isinstance(first, float | int) else first - timedelta(days=gap)


def _by_column(
    rows: pl.DataFrame, shape: Shape, params: Split
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Hold out the rows that a column names."""
    if params.column is None or params.held_out is None:
        raise LabError(
            "split.by in params.yaml is column: name it under split.column, and the value of rows "
            "that are held out under split.held_out."
        )
    if params.column not in shape.names:
        raise LabError(
            f"split.column in params.yaml is {params.column}, which is not in schema.yaml: "
            "describe it there with `role: slice`."
        )
    values = rows[params.column].cast(pl.String)
    chosen = (values == params.held_out).fill_null(False)
    if shape.unit:
        both = set(rows[shape.unit].filter(chosen)) & set(rows[shape.unit].filter(~chosen))
        if both:
            raise LabError(
                f"{len(both)} of {shape.unit} are on both sides of split.column "
                f"{params.column}, first {sorted(map(str, both))[0]}: rows of a unit stay together."
            )
    return rows.filter(~chosen), rows.filter(chosen)


def without_copies(
    train: pl.DataFrame, test: pl.DataFrame, shape: Shape, drop: bool = True
) -> Parted:
    """Rows that are there once: each held-out row counts once, and training saw none of them.

    Args:
        train: the training rows.
        test: the held-out rows.
        shape: which columns are inputs, and which is the target.
        drop: take copies out; else they are only counted.

    Raises:
        LabError: most training rows would go.
    """
    inputs = [column.name for column in shape.inputs]
    whole = contents(test, [*inputs, shape.target.name])
    of_test, of_train = contents(test, inputs), contents(train, inputs)
    again = ~whole.is_first_distinct()
    known = of_train.is_in(of_test.unique().to_list())
    fresh = test.filter(~again)
    close = contents(rounded(fresh, inputs), inputs).is_in(
        contents(rounded(train.filter(~known), inputs), inputs).unique().to_list()
    )
    copies = Copies(int(again.sum()), int(known.sum()), int(close.sum()))
    if not drop:
        return Parted(train, test, of_train, of_test, copies)
    if copies.across > MOST_COPIES * len(train):
        raise LabError(
            f"{copies.across} of {len(train)} training rows have the inputs of a held-out row: "
            "describe more columns in schema.yaml, name the `unit` whose rows belong together, "
            "or set `copies: keep` under `split` in params.yaml (verdicts are then exploratory)."
        )
    fewer = train.filter(~known), fresh
    return Parted(*fewer, of_train.filter(~known), of_test.filter(~again), copies)


def shuffled(rows: pl.DataFrame, key: str) -> pl.DataFrame:
    """Rows in an order that tells nothing, and is the same each time: by a hash of their ids."""
    place = pl.Series([sha256(f"order:{name}".encode()).hexdigest() for name in rows[key]])
    return rows[place.arg_sort()]


def folds(rows: pl.DataFrame, shape: Shape, params: Split, seed: int) -> pl.Series:
    """The fold of each training row, from 0; -1 for a row that no fold predicts.

    By time, folds follow each other, and the first rows are predicted by nobody. Else units stay
    together and classes keep their shares; another seed gives other folds, so that the spread over
    seeds is not too small. With `validation`, one share of the rows is fold 0.

    Raises:
        LabError: there are fewer rows, units or moments than folds.
    """
    if params.by == "time" and shape.time:
        return _folds_in_time(rows[shape.time], params)
    if params.validation is not None:
        return validation(rows, shape, params.validation)
    return _folds_by_name(rows, shape, params.folds, seed)


def learned_from(
    rows: pl.DataFrame, place: pl.Series, fold: int, shape: Shape, params: Split
) -> pl.DataFrame:
    """The rows of which the model is made that predicts a fold: by time, those before it."""
    if params.by != "time" or shape.time is None:
        return rows.filter(place != fold)
    first = rows[shape.time].filter(place == fold).min()
    before = rows.filter(rows[shape.time] < earlier(first, params.gap))
    if before.is_empty():
        raise LabError(
            f"split.gap in params.yaml is {params.gap:g}, and leaves no rows before {first}: lower "
            "it, or split.folds."
        )
    return before


def _folds_in_time(times: pl.Series, params: Split) -> pl.Series:
    """As many rows in each part as there can be without a moment in two of them."""
    share = params.validation
    parts = params.folds + 1 if share is None else 2
    rank = times.rank("min").cast(pl.Float64) - 1
    if share is None:
        place = (rank * parts / len(times)).floor().cast(pl.Int64)
    else:
        place = (rank >= (1 - share) * len(times)).cast(pl.Int64)
    if place.n_unique() < parts:
        raise LabError(
            f"{times.n_unique()} moments of {times.name} are too few for {parts - 1} folds: lower "
            "split.folds in params.yaml."
        )
    return place.alias("fold") - 1


def _folds_by_name(rows: pl.DataFrame, shape: Shape, number: int, seed: int) -> pl.Series:
    by = shape.unit or shape.id
    names = rows[by].cast(pl.String)
    classes = rows[shape.target.name] if shape.target.categories and not shape.unit else None
    group = classes.cast(pl.String) if classes is not None else pl.repeat("", len(rows), eager=True)
    keys = sorted(
        {
            (label, fraction(f"fold:{seed}:{name}"), name)
            for label, name in zip(group, names, strict=True)
        }
    )
    if len(keys) < number:
        raise LabError(
            f"{len(keys)} training rows or units are too few for {number} folds: lower "
            "split.folds in params.yaml, or find more data."
        )
    place = {name: order % number for order, (_, _, name) in enumerate(keys)}
    return pl.Series("fold", [place[name] for name in names], dtype=pl.Int64)


def validation(rows: pl.DataFrame, shape: Shape, share: float) -> pl.Series:
    """Fold 0 for a share of the rows, the same for every seed, and -1 for all others.

    Raises:
        LabError: one side would be empty.
    """
    names = rows[shape.unit or shape.id].cast(pl.String)
    inside = pl.Series([fraction(f"validation:{name}") < share for name in names])
    if not inside.any() or inside.all():
        raise LabError(
            f"split.validation in params.yaml is {share:g}, and that parts {len(rows)} training "
            "rows into none and all: use split.folds."
        )
    return inside.cast(pl.Int64).alias("fold") - 1


def fraction(name: str) -> float:
    """A name's fixed place in [0, 1), evenly spread over names."""
    return int.from_bytes(sha256(name.encode()).digest()[:6], "big") / 2**48
