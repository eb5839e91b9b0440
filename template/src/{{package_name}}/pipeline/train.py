"""Stage `train`: one candidate per seed, tuned and trained on the training rows alone."""

from pathlib import Path
from shutil import rmtree

import polars as pl

from ..config import load_params
from ..model import compute, save, train
from ..schema import load_schema
from . import run, wrote

IN = Path("data/train.parquet")
OUT = Path("models/candidate")


def main() -> None:
    params = load_params()
    schema = load_schema(params.task)
    rows = pl.read_parquet(IN)
    rmtree(OUT, ignore_errors=True)
    with compute(params.compute):
        for seed in params.train.seeds:
            pipeline, chosen = train(rows, params.train, params.task, schema, seed)
            path = OUT / f"seed-{seed}.skops"
            save(pipeline, path)
            settings = ", ".join(f"{name}={value}" for name, value in chosen.items())
            wrote(path, f"{params.train.model}, {settings or 'defaults'}")


if __name__ == "__main__":
    run(main)
