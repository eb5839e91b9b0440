"""Labels that arrived later, joined with the answers that they are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from ..errors import LabError
from .live import Live
from .schema import Shape
from .tables import Prediction, Tables, codes_of, column_of, flat, read_table

MODEL, SEED = "candidate", 1  # under these names the judge looks for the model that is served


@dataclass(frozen=True)
class Labelled:
    """Live answers whose labels are known, as tables that the judge reads.

    `known` counts the labels of the file, `waiting` the answers that have none yet, and `strange`
    the labels of no answer.
    """

    tables: Tables
    known: int
    waiting: int
    strange: int


def read_labelled(path: Path, live: Live, shape: Shape) -> Labelled:
    """Live answers with their labels.

    The table has a column for the label, by the name of the target or `label`, and one that names
    the answer: `request_id`, or the id of schema.yaml. Of a request with several rows, `row` says
    which, from 0. An empty label is one that is still awaited. Further columns may be what slices,
    units and the value function need.

    Args:
        path: Parquet or CSV.
        live: the answers, with what they are named by.
        shape: what schema.yaml says of a row.

    Raises:
        LabError: the table does not fit; or no label is about any answer.
    """
    rows = flat(read_table(path, ()), path)
    key = "request_id" if "request_id" in rows.columns else shape.id
    if key is None or key not in rows.columns:
        raise LabError(
            f"{path} does not say of which answer a label is: add the column request_id"
            f"{f', or {shape.id}' if shape.id else ''}."
        )
    target = shape.target.name if shape.target.name in rows.columns else "label"
    if target not in rows.columns:
        raise LabError(f"{path} has no column {shape.target.name}, which holds the labels.")
    if shape.unit and shape.unit not in rows.columns:
        raise LabError(
            f"{path} has no column {shape.unit}: rows of one {shape.unit} belong together, and an "
            "interval has to know which."
        )
    known = rows.filter(pl.col(target).is_not_null() & pl.col(key).is_not_null())
    answers = _answers(live, "request_id" if key == "request_id" else "row_id")
    joined = _joined(known, answers, key, path)
    if not len(joined):
        raise LabError(f"{path}: none of its {len(known)} labels is about an answer in the log.")
    return Labelled(
        _tables(joined, live, shape, target, path),
        known=len(known),
        waiting=int(live.prediction.count()) - len(joined),
        strange=len(known) - len(joined),
    )


def _answers(live: Live, key: str) -> pl.DataFrame:
    """The place of each answer, by its name and its number among those of the same name."""
    named = pl.DataFrame({"key__": live.named[key], "place__": np.arange(len(live))})
    answered = named.filter(live.prediction.is_not_null() & named["key__"].is_not_null())
    return answered.with_columns(row__=pl.int_range(pl.len()).over("key__"))


def _joined(known: pl.DataFrame, answers: pl.DataFrame, key: str, path: Path) -> pl.DataFrame:
    """The labels that are about an answer, with its place."""
    named = known.with_columns(key__=known[key].cast(pl.String))
    if "row" in known.columns and known["row"].dtype.is_integer():
        on = ["key__", "row__"]
        named = named.with_columns(row__=pl.col("row").cast(pl.Int64))
    else:
        on = ["key__"]
        several = answers.filter(pl.col("row__") > 0)["key__"]
        if count := int(named["key__"].is_in(several.implode()).sum()):
            raise LabError(
                f"{path}: {count} labels are about requests with several rows: add the column "
                "`row`, which counts them from 0."
            )
    if named.select(pl.struct(on).is_duplicated().any()).item():
        raise LabError(f"{path}: two labels are about the same answer: keep the one that counts.")
    answers = answers.with_columns(pl.col("row__").cast(pl.Int64))
    return named.join(answers, on=on, how="inner").sort("place__")


def _tables(joined: pl.DataFrame, live: Live, shape: Shape, target: str, path: Path) -> Tables:
    """What the judge reads, one row for each answer with a label."""
    places = joined["place__"].to_numpy()
    classes: tuple[str, ...] = ()
    if shape.target.numeric:
        y, label = (
            _numbers(column, what, path)
            for column, what in ((joined[target], "labels"), (live.prediction[places], "answers"))
        )
    else:
        classes = _classes(joined[target], shape, path)
        known = [*classes, *sorted(set(live.prediction[places].to_list()) - set(classes))]
        if shape.positive and len(known) > len(classes):
            raise LabError(f"{path}: an answer is none of the classes in schema.yaml.")
        y, label = (
            column.cast(pl.String)
            .replace_strict(known, list(range(len(known))), return_dtype=pl.Int64)
            .to_numpy()
            for column in (joined[target], live.prediction[places])
        )
    columns = {name: column_of(column[places]) for name, column in live.inputs.items()}
    further = [name for name in joined.columns if not name.endswith("__") and name not in columns]
    columns |= {name: column_of(joined[name]) for name in further if name != target}
    return Tables(
        task=shape.task,
        ids=np.arange(len(joined)).astype(str),
        y=y,
        classes=("0", "1") if shape.positive else classes,
        unit=codes_of(joined[shape.unit]) if shape.unit else None,
        columns=columns,
        source=None,
        predictions={MODEL: {SEED: Prediction(label, _score(live, places, shape), {})}},
    )


def _classes(labels: pl.Series, shape: Shape, path: Path) -> tuple[str, ...]:
    """The classes by code; of two, the positive one is 1."""
    there = sorted(labels.cast(pl.String).unique().to_list())
    allowed: Sequence[str] = shape.target.categories or there
    if strange := [name for name in there if name not in allowed]:
        raise LabError(f"{path}: {len(strange)} of its labels are no class in schema.yaml.")
    if shape.positive is None:
        return tuple(there)
    others = [name for name in allowed if name != shape.positive]
    if len(others) > 1:
        raise LabError(f"{path}: the positive class of schema.yaml is one of more than two.")
    return (*(others or ["no label"]), shape.positive)


def _numbers(column: pl.Series, what: str, path: Path) -> np.ndarray:
    numbers = column.cast(pl.Float64, strict=False)
    if wrong := int((~numbers.fill_null(float("nan")).is_finite()).sum()):
        raise LabError(f"{path}: {wrong} {what} are no numbers.")
    return numbers.to_numpy()


def _score(live: Live, places: np.ndarray, shape: Shape) -> np.ndarray | None:
    score = live.score[places]
    inside = score.is_between(0, 1).fill_null(False).all()
    return score.to_numpy() if shape.positive and inside else None
