"""The predict command: for each job, what a model says of rows whose target it does not see."""

from pathlib import Path

import polars as pl

from .config import load, load_params
from .jobs import PredictionJobs, called
from .model import load as load_model
from .model import predict
from .schema import load_schema


def main(jobs: Path) -> None:
    """Predict all rows that are asked for, in one process."""
    schema = load_schema(load_params().task)
    for job in load(jobs, PredictionJobs).jobs:
        rows = pl.read_parquet(job.rows)
        label, score = predict(load_model(job.model, schema), rows, schema)
        table = pl.DataFrame({"id": rows[job.id], "label": label, "score": score})
        table.write_parquet(job.to)


if __name__ == "__main__":
    called(main)
