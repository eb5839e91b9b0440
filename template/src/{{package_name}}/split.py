"""Which rows are held out: decided by each row's name, once and for ever."""

from hashlib import sha256

import polars as pl

from .errors import ProjectError


def split(
    rows: pl.DataFrame, by: str, test_share: float, salt: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Part rows into train and test by a hash of their id or unit.

    A row's side depends on its own name alone, so rows that arrive later never move old
    ones across, and rows of one unit stay together.

    Args:
        rows: the whole data set.
        by: the column that decides, the unit where there is one, else the id.
        test_share: share of names that are held out, between 0 and 1.
        salt: any text; another salt gives another split.

    Returns:
        Train rows and test rows, in the order in which they came.
    """
    held_out = pl.Series([_fraction(f"{salt}:{name}") < test_share for name in rows[by]])
    train, test = rows.filter(~held_out), rows.filter(held_out)
    if train.is_empty() or test.is_empty():
        raise ProjectError(
            f"The split leaves {len(train)} rows to train and {len(test)} to test: "
            "give it more rows, or change split.test_share in params.yaml."
        )
    return train, test


def _fraction(name: str) -> float:
    """A name's fixed place in [0, 1), evenly spread over names."""
    return int.from_bytes(sha256(name.encode()).digest()[:6], "big") / 2**48
