"""What the process tool asks of this package: a file of jobs, each with the files it is about.

`lab data train` and `lab judge` call `python -m {package}.train JOBS.json` and
`python -m {package}.predict JOBS.json`. Keep these two commands, and change all behind them.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from pydantic import Field

from .config import Section
from .errors import ProjectError


class TrainingJob(Section):
    """Train on some rows (Parquet, with the target) with a seed, and write the model's file.

    `worth` (Parquet) has what each class would bring in each row, or what a unit of error costs,
    `above` and `below` the truth. It is there if params.yaml says it, in `lift`.
    """

    rows: Path
    worth: Path | None = None
    seed: int
    model: Path


class PredictionJob(Section):
    """Predict some rows (Parquet, without the target), and write `id`, `label`, `score`.

    `id` names the column of `rows` that goes there.
    """

    model: Path
    rows: Path
    id: str
    to: Path


class TrainingJobs(Section):
    """All that a call of the train command is asked."""

    jobs: list[TrainingJob] = Field(min_length=1)


class PredictionJobs(Section):
    """All that a call of the predict command is asked."""

    jobs: list[PredictionJob] = Field(min_length=1)


def called(work: Callable[[Path], None]) -> None:
    """Do the jobs of the file that the command names; a mistake is one message, no traceback."""
    if len(sys.argv) != 2:
        sys.exit("It takes the file of jobs that the tool writes: see `uv run dvc repro`.")
    try:
        work(Path(sys.argv[1]))
    except ProjectError as error:
        sys.exit(str(error))
