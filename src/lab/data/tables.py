"""The two tables that the pipeline writes, read strictly.

`examples` has one row per held-out example: `id`, `y`, columns to slice by, `source`.
`predictions` has one row per example, model and seed: `id`, `model`, `seed`, `label`, `score`.
A table that does not fit is an error: no number is ever computed from half of one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from ..errors import LabError
from ..records.files import LARGEST_TABLE, see_that_fits
from .schema import TASKS

MODELS = ("candidate", "champion", "status_quo")
NAMES = ("id", "y", "source")
COSTS = ("latency_ms", "model_mb")
OWN = "column:"  # before the name of a column of the team's that the tables use themselves


@dataclass(frozen=True)
class Prediction:
    """What one model with one seed says of every example, in the order of the examples.

    `label` has shape (n,): codes of classes, or numbers. `score` has shape (n,) and is the
    probability of the positive class, or None where the task has none. `cost` are further
    columns that are measured for each example, such as `latency_ms`.
    """

    label: np.ndarray
    score: np.ndarray | None
    cost: Mapping[str, np.ndarray]

    def at(self, rows: np.ndarray) -> "Prediction":
        """What is said of some of the examples."""
        score = None if self.score is None else self.score[rows]
        cost = {name: column[rows] for name, column in self.cost.items()}
        return Prediction(self.label[rows], score, cost)


@dataclass(frozen=True)
class Tables:
    """Held-out examples, and what the models say of them.

    `y` has shape (n,): 1 and 0 for a binary task, codes of `classes` for several classes, else
    numbers. `unit` has shape (n,): which unit each row belongs to, or None if each row is one.
    """

    task: str
    ids: np.ndarray
    y: np.ndarray
    classes: tuple[str, ...]
    unit: np.ndarray | None
    columns: Mapping[str, np.ndarray]
    source: str | None
    predictions: Mapping[str, Mapping[int, Prediction]]

    def __len__(self) -> int:
        return len(self.ids)


def read_tables(
    examples: Path, predictions: Path, task: str | None = None, unit: str | None = None
) -> Tables:
    """Both tables, checked against each other.

    Args:
        examples: Parquet or CSV.
        predictions: Parquet or CSV.
        task: binary, multiclass or regression; None lets the type of `y` decide.
        unit: the column whose rows belong together, if there is one.

    Raises:
        LabError: a table cannot be read, or does not fit; it names the table and the fault.
    """
    rows = read_table(examples, ("id", "y"))
    answers = read_table(predictions, ("id", "model", "seed", "label"))
    return tables_of(rows, answers, task, unit, examples, predictions)


def tables_of(
    rows: pl.DataFrame,
    answers: pl.DataFrame | None,
    task: str | None,
    unit: str | None,
    examples: Path,
    predictions: Path,
) -> Tables:
    """Both tables from what is in them; the paths are for messages.

    Raises:
        LabError: a table does not fit.
    """
    rows = flat(rows, examples)
    answers = None if answers is None else flat(answers, predictions)
    task = task or _task_of(rows["y"], examples)
    if task not in TASKS:
        raise LabError(f"{task} is no task: it is one of {', '.join(TASKS)}.")
    _whole(rows, ("id", "y", *([unit] if unit in rows.columns else ())), examples)
    rows = rows.sort(pl.col("id").cast(pl.String))
    ids = rows["id"].cast(pl.String)
    if ids.n_unique() < len(ids):
        twice = ids.filter(ids.is_duplicated())[0]
        raise LabError(f"{examples}: the id {twice} stands there twice: each example has one row.")
    y, classes = _labels(rows["y"], task, examples)
    if unit is not None and unit not in rows.columns:
        raise LabError(f"{examples} has no column {unit}, which says what rows belong together.")
    return Tables(
        task=task,
        ids=ids.to_numpy(),
        y=y,
        classes=classes,
        unit=codes_of(rows[unit]) if unit else None,
        columns={
            name.removeprefix(OWN): column_of(rows[name])
            for name in rows.columns
            if name not in NAMES
        },
        source=_source(rows, examples),
        predictions={}
        if answers is None
        else _predictions(answers, ids, task, classes, predictions),
    )


def stored(name: str) -> str:
    """How a column of the team's is called in the table of examples."""
    return f"{OWN}{name}" if name in NAMES else name


def read_table(path: Path, wanted: tuple[str, ...]) -> pl.DataFrame:
    """A table with rows, as Parquet or CSV.

    Raises:
        LabError: it is missing, cannot be read, is empty, or lacks a column that is wanted.
    """
    rows = read_rows(path)
    if missing := [name for name in wanted if name not in rows.columns]:
        raise LabError(f"{path} has no column {missing[0]}: it has {', '.join(rows.columns)}.")
    if not len(rows):
        raise LabError(f"{path} has no rows.")
    return rows


def read_rows(path: Path) -> pl.DataFrame:
    """A table as it is, Parquet or CSV.

    Raises:
        LabError: it is missing, or cannot be read.
    """
    if not path.is_file():
        raise LabError(f"{path} is missing: run the pipeline, `uv run dvc repro`.")
    try:
        see_that_fits(path, LARGEST_TABLE)
        if path.suffix == ".csv":
            return pl.read_csv(path, schema_overrides={"id": pl.String}, infer_schema_length=None)
        return pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        first = (str(error).splitlines() or ["it is damaged"])[0]
        raise LabError(f"{path} is no table that can be read ({first}).") from None


def flat(rows: pl.DataFrame, path: Path) -> pl.DataFrame:
    """A table with one number or text in each row of each column; codes of words are words.

    Raises:
        LabError: a column holds lists, structures or bytes.
    """
    for name, kind in rows.schema.items():
        if kind.is_nested() or kind in (pl.Binary, pl.Object):
            what = "bytes" if kind == pl.Binary else "lists or structures"
            raise LabError(
                f"{path}: `{name}` holds {what}: write one number or text in each row, or leave "
                "the column out."
            )
    named = pl.selectors.by_dtype(pl.Categorical, pl.Enum)
    return rows.with_columns(named.cast(pl.String), pl.selectors.decimal().cast(pl.Float64))


def _whole(rows: pl.DataFrame, names: tuple[str, ...], path: Path) -> None:
    for name in names:
        column = rows[name]
        empty = column.is_null()
        if column.dtype.is_float():
            empty |= ~column.fill_null(0.0).is_finite()
        if count := int(empty.sum()):
            where = rows["id"].cast(pl.String).filter(empty)[0]
            raise LabError(
                f"{path}: `{name}` is missing or not finite in {count} rows, first for {where}."
            )


def _task_of(y: pl.Series, path: Path) -> str:
    if y.dtype == pl.String:
        return "multiclass"
    if y.dtype.is_float():
        return "regression"
    if y.dtype == pl.Boolean or set(y.drop_nulls().unique().to_list()) <= {0, 1}:
        return "binary"
    raise LabError(f"{path}: `y` could be classes or numbers: say which with --task.")


def _labels(y: pl.Series, task: str, path: Path) -> tuple[np.ndarray, tuple[str, ...]]:
    if task == "regression":
        if not y.dtype.is_numeric():
            raise LabError(f"{path}: `y` is text, and a regression needs numbers.")
        return y.cast(pl.Float64).to_numpy(), ()
    if task == "multiclass":
        classes = tuple(sorted(y.cast(pl.String).unique().to_list()))
        return _encode(y.cast(pl.String), classes), classes
    strange = set(y.unique().to_list()) - {0, 1}
    if strange:
        raise LabError(
            f"{path}: `y` holds {strange.pop()}, and a binary task has 1 (positive) and 0."
        )
    return y.cast(pl.Int64).to_numpy(), ("0", "1")


def _encode(labels: pl.Series, classes: tuple[str, ...]) -> np.ndarray:
    return labels.replace_strict(list(classes), list(range(len(classes))), default=None).to_numpy()


def codes_of(column: pl.Series) -> np.ndarray:
    """Each distinct value as a whole number from 0."""
    return column.cast(pl.String).rank("dense").to_numpy().astype(np.int64) - 1


def column_of(column: pl.Series) -> np.ndarray:
    """Numbers as floats, and everything else as text; a gap is NaN, or an empty text."""
    if column.dtype.is_numeric() or column.dtype == pl.Boolean:
        return column.cast(pl.Float64).to_numpy()
    return column.cast(pl.String).fill_null("").to_numpy()


def _source(rows: pl.DataFrame, path: Path) -> str | None:
    if "source" not in rows.columns:
        return None
    found = rows["source"].unique().to_list()
    if len(found) > 1:
        raise LabError(f"{path} mixes sources: {', '.join(sorted(map(str, found)))}.")
    return str(found[0])


def _predictions(
    answers: pl.DataFrame, ids: pl.Series, task: str, classes: tuple[str, ...], path: Path
) -> dict[str, dict[int, Prediction]]:
    unknown = sorted(set(answers["model"].unique().to_list()) - set(MODELS), key=str)
    if unknown:
        raise LabError(f"{path}: {unknown[0]} is no model: there are {', '.join(MODELS)}.")
    _whole(answers, ("id", "seed", "label"), path)
    if not answers["seed"].dtype.is_integer():
        raise LabError(f"{path}: `seed` has to be a whole number.")
    known = list(classes)
    if task == "multiclass":
        known += sorted(set(answers["label"].cast(pl.String).unique().to_list()) - set(classes))
    order = pl.DataFrame({"id": ids, "row": range(len(ids))})
    answers = answers.with_columns(pl.col("id").cast(pl.String))
    by_model: dict[str, dict[int, Prediction]] = {}
    for (model, seed), part in sorted(
        answers.partition_by(["model", "seed"], as_dict=True).items()
    ):
        name = f"{path}: {model}, seed {seed}"
        if part["id"].n_unique() < len(part):
            raise LabError(f"{name}: an id stands there twice.")
        rows = order.join(part, on="id", how="left", maintain_order="left")
        if len(part) != len(ids) or rows["label"].null_count():
            missing = rows["label"].null_count()
            raise LabError(
                f"{name} does not say something of exactly the examples: {missing} are missing, "
                f"{len(part) - len(ids) + missing} are others."
            )
        by_model.setdefault(str(model), {})[int(seed)] = _prediction(rows, task, tuple(known), name)
    return by_model


def _prediction(rows: pl.DataFrame, task: str, classes: tuple[str, ...], name: str) -> Prediction:
    label = rows["label"]
    if task == "regression":
        if not label.dtype.is_numeric():
            raise LabError(f"{name}: `label` is text, and a regression needs numbers.")
        values = label.cast(pl.Float64).to_numpy()
    elif task == "multiclass":
        values = _encode(label.cast(pl.String), classes)
    else:
        if set(label.unique().to_list()) - {0, 1}:
            raise LabError(f"{name}: `label` holds something else than 1 and 0.")
        values = label.cast(pl.Int64).to_numpy()
    score = None
    if "score" in rows.columns and rows["score"].null_count() < len(rows):
        if not rows["score"].dtype.is_numeric():
            raise LabError(f"{name}: `score` is text, and needs to be numbers.")
        _whole(rows, ("score",), Path(name))
        score = rows["score"].cast(pl.Float64).to_numpy()
        if task == "binary" and (score.min() < 0 or score.max() > 1):
            raise LabError(f"{name}: a `score` lies outside of 0 to 1: it is a probability.")
    return Prediction(values, score, _costs(rows, name))


def _costs(rows: pl.DataFrame, name: str) -> dict[str, np.ndarray]:
    """What was measured for each example; a model need not have it, but then for none."""
    found = {}
    for column in COSTS:
        if column not in rows.columns or rows[column].null_count() == len(rows):
            continue
        if not rows[column].dtype.is_numeric():
            raise LabError(f"{name}: `{column}` is text, and needs to be numbers.")
        _whole(rows, (column,), Path(name))
        found[column] = rows[column].cast(pl.Float64).to_numpy()
    return found
