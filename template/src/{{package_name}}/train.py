"""The train command: for each job, settings are chosen on its rows, and a model is trained."""

from pathlib import Path

import polars as pl

from .config import load, load_params
from .jobs import TrainingJobs, called
from .model import compute, save, train
from .schema import load_schema


def main(jobs: Path) -> None:
    """Train every model that is asked for, in one process."""
    params = load_params()
    schema = load_schema(params.task)
    with compute(params.compute):
        for job in load(jobs, TrainingJobs).jobs:
            rows = pl.read_parquet(job.rows)
            pipeline, chosen = train(rows, params.train, params.task, schema, job.seed)
            save(pipeline, job.model)
            settings = ", ".join(f"{name}={value}" for name, value in chosen.items())
            print(f"trained {job.model.name}: {params.train.model}, {settings or 'defaults'}")


if __name__ == "__main__":
    called(main)
