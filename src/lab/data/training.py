"""Training: one candidate per seed on all training rows, and predictions of them out of fold.

A row is predicted by a model that has not seen it, nor had its settings chosen by it: the team's
train command chooses settings inside of the rows that it is given. So what the predictions say is
an honest picture of the recipe, and nothing of the held-out set is spent for it. Where the system
allows that, neither command can read the held-out files, nor the table of all training rows with
their labels: a command has what its jobs name, and to predict, that is rows without labels.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

import polars as pl

from ..enclosure import enclosed
from ..project import Project
from .jobs import PREDICT, Predicting, Training, ask, blinded, read_predictions
from .params import Params, Split
from .pipeline import CANDIDATE, TRAIN, model_of
from .schema import Shape
from .split import folds, learned_from
from .tables import read_rows


@dataclass(frozen=True)
class Fold:
    """One fold of one seed: its model, its rows as they are predicted, and the way back."""

    seed: int
    model: Path
    rows: Path
    to: Path
    key: pl.DataFrame


def train(
    project: Project,
    params: Params,
    shape: Shape,
    folder: Path,
    denied: Sequence[Path],
    worth_of: Callable[[pl.DataFrame], pl.DataFrame | None],
    heard: Callable[[str], None] | None = None,
) -> tuple[pl.DataFrame, bool]:
    """Let the team's commands train and predict.

    Args:
        project: where they run; the candidates are written to its models/candidate.
        params: seeds, folds and the commands.
        shape: what a row is.
        folder: for the rows and the models of the folds.
        denied: what neither command may read, beside the table of all training rows.
        worth_of: what each decision would bring in labelled rows; None if nobody knows.
        heard: called with each line that they print.

    Returns:
        One row per training row and seed: `id`, `seed`, `label`, `score`; and whether the system
        kept the commands from what they may not read.
    """
    rows = read_rows(project.root / TRAIN)
    rmtree(project.root / CANDIDATE, ignore_errors=True)
    (project.root / CANDIDATE).mkdir(parents=True)
    labelled = folder / "labelled"  # what predicting must not see
    labelled.mkdir()
    whole = _written(rows, worth_of(rows), labelled, "train")
    jobs = [
        Training(*whole, seed, model_of(CANDIDATE, seed).as_posix()) for seed in params.train.seeds
    ]
    parts = []
    for seed in params.train.seeds:
        for fold, inside in _folded(rows, shape, params.split, seed, folder):
            parts.append(fold)
            written = _written(inside, worth_of(inside), labelled, fold.model.name)
            jobs.append(Training(*written, seed, str(fold.model)))
    denied = [*denied, project.root / TRAIN]
    before = enclosed(denied, folder)
    ask(project, "train", params.commands.train, jobs, folder / "train.json", before, heard)
    before = enclosed([*denied, labelled], folder)
    asked = [Predicting(str(part.model), str(part.rows), shape.id, str(part.to)) for part in parts]
    ask(project, PREDICT, params.commands.predict, asked, folder / "predict.json", before, heard)
    said = pl.concat(
        read_predictions(part.to, part.key, shape).with_columns(
            pl.lit(part.seed, dtype=pl.Int64).alias("seed")
        )
        for part in parts
    )
    return said.sort("seed", "id"), bool(before)


def _written(
    rows: pl.DataFrame, worth: pl.DataFrame | None, folder: Path, name: str
) -> tuple[str, str | None]:
    """Where rows to train on lie, and what decisions about them are worth."""
    rows.write_parquet(of_rows := folder / f"{name}.parquet")
    if worth is None:
        return str(of_rows), None
    worth.write_parquet(of_worth := folder / f"{name}-worth.parquet")
    return str(of_rows), str(of_worth)


def _folded(
    rows: pl.DataFrame, shape: Shape, params: Split, seed: int, folder: Path
) -> Iterator[tuple[Fold, pl.DataFrame]]:
    """Each fold from 0, and the rows on which its model is trained."""
    place = folds(rows, shape, params, seed)
    for fold in sorted(place.filter(place >= 0).unique()):
        name = f"seed-{seed}-fold-{fold}"
        outside = folder / f"{name}-rows.parquet"
        inside = learned_from(rows, place, fold, shape, params)
        asked, key = blinded(rows.filter(place == fold), shape)
        asked.write_parquet(outside)
        yield Fold(seed, folder / name, outside, folder / f"{name}.parquet", key), inside
