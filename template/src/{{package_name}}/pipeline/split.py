"""Stage `split`: which rows are held out."""

from pathlib import Path

import polars as pl

from ..config import load_params
from ..schema import load_schema
from ..split import split
from . import run, wrote

IN = Path("data/dataset.parquet")
TRAIN = Path("data/train.parquet")
TEST = Path("data/test.parquet")


def main() -> None:
    params = load_params()
    schema = load_schema(params.task)
    by = schema.unit or schema.id
    train, test = split(pl.read_parquet(IN), by, params.split.test_share, params.split.salt)
    train.write_parquet(TRAIN)
    test.write_parquet(TEST)
    wrote(TRAIN, f"{len(train)} rows to learn from")
    wrote(TEST, f"{len(test)} rows held out, by {by}")


if __name__ == "__main__":
    run(main)
