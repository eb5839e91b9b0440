"""The train command: for each job, settings are chosen on its rows, and a model is trained."""

from pathlib import Path

import polars as pl

from .checks import check
from .compute import compute
from .config import load, load_params
from .jobs import TrainingJobs, called
from .model import save
from .schema import load_schema
from .training import train


def main(jobs: Path) -> None:
    """Train every model that is asked for, in one process."""
    params = load_params()
    schema = load_schema(params.task)
    asked = load(jobs, TrainingJobs).jobs
    check(params, schema, all(job.worth for job in asked))
    with compute(params.compute):
        for job in asked:
            rows = pl.read_parquet(job.rows)
            worth = pl.read_parquet(job.worth) if job.worth else None
            model, chosen = train(rows, params, schema, job.seed, worth)
            save(model, job.model)
            settings = ", ".join(f"{name}={value}" for name, value in chosen.items())
            print(f"trained {job.model.name}: {params.train.model}, {settings or 'defaults'}")


if __name__ == "__main__":
    called(main)
