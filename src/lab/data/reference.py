"""What live rows are compared with: the training rows, and answers to rows not seen in training."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ..errors import LabError
from .pipeline import TRAIN, table_path, vouched_for
from .request_logs import frames
from .schema import ORIGIN, Shape
from .tables import flat, read_table

LIVE_FIRST = ("champion", "candidate")


@dataclass(frozen=True)
class Training:
    """m training rows: a column for each feature, shape (m,), as those of live rows."""

    inputs: Mapping[str, pl.Series]
    rows: int
    digest: str


@dataclass(frozen=True)
class Answers:
    """What the model that is served says of k rows that it had not seen; a score may be null."""

    model: str
    seed: int
    prediction: pl.Series
    score: pl.Series
    path: str
    digest: str

    def __len__(self) -> int:
        return len(self.prediction)


def read_training(root: Path, shape: Shape) -> Training:
    """The rows that the candidate was trained on.

    Raises:
        LabError: there are none, DVC does not vouch for them, or they are dummy data.
    """
    path = root / TRAIN
    rows = read_table(path, tuple(column.name for column in shape.inputs))
    digest = vouched_for(root, path)
    origins = [name for name in (ORIGIN, "source") if name in rows.columns]
    if any((rows[name].cast(pl.String) == "dummy").any() for name in origins):
        raise LabError(f"{path} holds dummy data, which say nothing of what is usual.")
    ((frame, _),) = frames(path, shape)
    inputs = {column.name: frame[f"x{number}"] for number, column in enumerate(shape.inputs)}
    return Training(inputs, len(frame), digest)


def read_answers(root: Path, shape: Shape) -> Answers:
    """What the model that is served says of rows it had not seen: of several seeds, the lowest.

    In a project whose held-out rows are sealed, these are the training rows, out of fold.

    Raises:
        LabError: there is no such table, DVC does not vouch for it, or no model is in it.
    """
    path = table_path(root, "predictions")
    rows = flat(read_table(path, ("model", "seed", "label")), path)
    digest = vouched_for(root, path)
    models = set(rows["model"].unique().to_list())
    model = next((name for name in LIVE_FIRST if name in models), None)
    if model is None:
        raise LabError(f"{path} holds no predictions of a model: run `uv run dvc repro`.")
    rows = rows.filter(pl.col("model") == model)
    seed = rows["seed"].min()
    rows = rows.filter(pl.col("seed") == seed)
    label = rows["label"].cast(pl.Float64 if shape.target.numeric else pl.String)
    if shape.positive is not None:
        others = [name for name in shape.target.categories or () if name != shape.positive]
        label = label.replace({"1": shape.positive, "0": others[0] if others else "0"})
    score = rows["score"] if "score" in rows.columns else pl.Series([None] * len(rows))
    return Answers(
        model=model,
        seed=int(seed),  # type: ignore[arg-type]
        prediction=label,
        score=score.cast(pl.Float64),
        path=path.relative_to(root).as_posix(),
        digest=digest,
    )
