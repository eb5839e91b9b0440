"""The two commands that the team writes, and the files in which the tool asks them something.

    python -m my_project.train JOBS.json     {"jobs": [{"rows", "worth", "seed", "model"}, …]}
    python -m my_project.predict JOBS.json   {"jobs": [{"model", "rows", "id", "to"}, …]}

`rows` is Parquet: to train on with the target, to predict without; `id` names the column that says
which row is which. `worth` is there, to train, if params.yaml has `lift`: Parquet with a row for
each of `rows`; in a column for each class, what it would bring to decide for it; where the target
is a number, in `above` and `below`, what a unit of error costs. `model` is where one model belongs,
as a file or a folder. `to` is where the predictions belong, as Parquet: `id`, `label` (a class as
text, or a number) and, where a class is positive, `score` (its probability); `latency_ms` and
`model_mb` if they were measured. One process does all jobs, because importing a library of models
takes longer than most of them.
"""

import json
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from ..errors import LabError
from ..project import Project
from .schema import Shape
from .tables import COSTS, read_table

TRAIN, PREDICT = "train", "predict"


@dataclass(frozen=True)
class Training:
    """One model to train: on which rows, worth what, with which seed, and where it belongs."""

    rows: str
    worth: str | None
    seed: int
    model: str


@dataclass(frozen=True)
class Predicting:
    """One table of predictions: of which model, for which rows, and where it belongs."""

    model: str
    rows: str
    id: str
    to: str


class CommandError(LabError):
    """A command of the team's failed, or did not do what it was asked."""


def ask(
    project: Project,
    what: str,
    command: str,
    jobs: Sequence[Training] | Sequence[Predicting],
    file: Path,
    before: Sequence[str] = (),
    heard: Callable[[str], None] | None = None,
    source: Path | None = None,
) -> None:
    """Let a command do some jobs.

    Args:
        project: where it runs.
        what: which of the two it is, for messages.
        command: as params.yaml has it.
        jobs: what it is asked.
        file: where the jobs are written.
        before: a program that starts it, with its arguments.
        heard: called with each line that it prints.
        source: a folder from which Python imports first.

    Raises:
        CommandError: it failed.
    """
    content = {"jobs": [asdict(job) for job in jobs]}
    file.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    words = shlex.split(command, posix=sys.platform != "win32")
    places = [str(source)] if source else []
    places += [place for place in [os.environ.get("PYTHONPATH")] if place]
    variables = {"PYTHONPATH": os.pathsep.join(places)} if places else {}
    ended = project.run(*before, *words, str(file), heard=heard, variables=variables)
    if ended.code:
        raise CommandError(
            f"the {what} command (`{command}`, see commands.{what} in params.yaml) ended with "
            f"exit code {ended.code}:\n{ended.tail()}"
        )


def blinded(rows: pl.DataFrame, shape: Shape) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows as the predict command gets them, and the way back.

    It gets the inputs alone, under ids that say nothing, so that no answer can be looked up.

    Returns:
        The rows, with the inputs and the id, under its name in schema.yaml; and a table of `id`
        and the real `name` of each.
    """
    names = pl.Series("id", [f"row-{number:09}" for number in range(1, len(rows) + 1)])
    inputs = rows.select(column.name for column in shape.inputs)
    return inputs.insert_column(0, names.alias(shape.id)), pl.DataFrame(
        {"id": names, "name": rows[shape.id]}
    )


def read_predictions(path: Path, key: pl.DataFrame, shape: Shape) -> pl.DataFrame:
    """What the predict command wrote, under the real ids.

    Args:
        path: the file.
        key: the table of `id` and `name` that belongs to the rows.
        shape: what a label may be.

    Returns:
        `id`, `label` and `score`, in the order of the rows, and what it measured of `COSTS`;
        `score` is null where it has none.

    Raises:
        CommandError: it says nothing of a row, or something that no label can be.
    """
    where = f"the predict command's {path.name}"
    try:
        said = read_table(path, ("id", "label"))
    except LabError as error:
        raise CommandError(f"{where} cannot be used: {error}") from None
    said = said.with_columns(pl.col("id").cast(pl.String))
    if len(said) != len(key) or set(said["id"]) != set(key["id"]):
        raise CommandError(
            f"{where} does not hold each of {len(key)} rows once: write the `id` of each row."
        )
    rows = key.join(said, on="id", how="left", maintain_order="left")
    score = rows["score"] if "score" in rows.columns else pl.Series([None] * len(rows))
    return pl.DataFrame(
        {
            "id": rows["name"],
            "label": _labels(rows["label"], shape, where),
            "score": _scores(score, where),
            **{name: rows[name].cast(pl.Float64) for name in COSTS if name in rows.columns},
        }
    )


def _labels(labels: pl.Series, shape: Shape, where: str) -> pl.Series:
    allowed = shape.target.categories
    if allowed is None:
        numbers = labels.cast(pl.Float64, strict=False)
        if (~numbers.is_finite()).fill_null(True).any():
            raise CommandError(f"{where} has a `label` that is not a finite number.")
        return numbers
    names = labels.cast(pl.String)
    if strange := sorted({str(name) for name in names} - set(allowed)):
        raise CommandError(
            f"{where} has the `label` {strange[0]!r}, which is not one of: {', '.join(allowed)}."
        )
    return names


def _scores(scores: pl.Series, where: str) -> pl.Series:
    numbers = scores.cast(pl.Float64, strict=False)
    if numbers.null_count() == len(numbers):
        return numbers
    if not numbers.is_between(0, 1).fill_null(False).all():
        raise CommandError(f"{where} has a `score` that is no probability: it lies in 0 to 1.")
    return numbers
