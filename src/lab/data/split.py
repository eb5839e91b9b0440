"""Which rows are held out, and in which fold each other row is: decided by names, for ever."""

from dataclasses import dataclass
from hashlib import sha256

import polars as pl

from ..errors import LabError
from .content import contents, rounded
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


def split(
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

    Returns:
        Training rows and held-out rows, in the order in which they came.
    """
    held_out = pl.Series([fraction(f"{salt}:{name}") < test_share for name in rows[by]])
    train, test = rows.filter(~held_out), rows.filter(held_out)
    if train.is_empty() or test.is_empty():
        raise LabError(
            f"the split leaves {len(train)} rows to train and {len(test)} to test: "
            "give it more rows, or change split.test_share in params.yaml."
        )
    return train, test


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


def folds(rows: pl.DataFrame, shape: Shape, number: int, seed: int) -> pl.Series:
    """The fold of each row, from 0: units stay together, and classes keep their shares.

    Another seed gives other folds, so that the spread over seeds is not too small.

    Raises:
        LabError: there are fewer rows or units than folds.
    """
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
