"""A champion as arrays: what scikit-learn computes for it, without scikit-learn and its overhead.

For one row the pipeline of scikit-learn takes milliseconds, nearly all of it checks and copies.
Here are the same sums, products and comparisons in NumPy, for the estimators that a project begins
with: gaps filled and numbers scaled, one column per category, then a linear model or boosted trees,
and a threshold. Anything else is not compiled, and answers as it was trained.

A compiled champion is served only where every label was the same and no score differed by more than
`TOLERANCE`, on all training rows and on made-up rows from all over the contract.
"""

import io
import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from .contract import Column, read_contract
from .messages import ModelInfo, Row
from .models import LABELS, MAX_BATCH, POSITIVE, TASK, Prediction

TOLERANCE = 1e-9  # of a score, and of a number in units of its size
UNKNOWN, GAP = "\0unknown", "\0gap"
MADE_UP = 10_000  # rows from all over the contract
MOST = 200_000  # training rows that are compared
AT_ONCE = 10_000
Arrays = dict[str, np.ndarray]


class CannotCompileError(Exception):
    """A part of a model that is not known here; it says which."""


@dataclass(frozen=True)
class Plan:
    """What is computed, as plain data and arrays.

    Attributes:
        numbers: names of the columns that are numbers, in the order of `fill`, `mean` and `scale`.
        categories: for each column that is none, the place of each of its values among the inputs
            of the model; -1 for none.
        arrays: everything else that was learned.
        width: inputs of the model.
        kind: linear or trees.
        threshold: the score from which on a row is positive; None for the larger score.
        source: the digest of each file of the model that it was made from.
        compared: on how many rows both said the same.
    """

    numbers: list[str]
    categories: dict[str, dict[str, int]]
    arrays: Arrays
    width: int
    kind: str
    threshold: float | None
    source: dict[str, str]
    compared: int = 0

    def to_bytes(self) -> bytes:
        """The plan as a file of NumPy's format, which runs no code when it is read."""
        plain = {name: value for name, value in vars(self).items() if name != "arrays"}
        text = np.frombuffer(json.dumps(plain).encode(), dtype=np.uint8)
        file = io.BytesIO()
        arrays: dict[str, Any] = {"plan": text, **self.arrays}
        np.savez(file, **arrays)
        return file.getvalue()

    @classmethod
    def of(cls, content: bytes) -> "Plan":
        """The plan that a file holds.

        Raises:
            ValueError: it holds none.
        """
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        return cls(arrays=arrays, **json.loads(arrays.pop("plan").tobytes()))

    def raw(self, rows: Sequence[Row]) -> np.ndarray:
        """What the model computes of each row, before any link: shape (rows, outputs)."""
        inputs = np.zeros((len(rows), self.width))
        if self.numbers:
            numbers = np.array(
                [[row[name] for name in self.numbers] for row in rows], dtype=np.float64
            )
            gaps = np.isnan(numbers)
            if gaps.any():
                numbers = np.where(gaps, self.arrays["fill"], numbers)
            numbers -= self.arrays["mean"]
            numbers /= self.arrays["scale"]
            inputs[:, : len(self.numbers)] = numbers
        for name, places in self.categories.items():
            unknown = places[UNKNOWN]
            for number, row in enumerate(rows):
                place = places.get(_key(row[name]), unknown)
                if place >= 0:
                    inputs[number, place] = 1.0
        return self._linear(inputs) if self.kind == "linear" else self._trees(inputs)

    def _linear(self, inputs: np.ndarray) -> np.ndarray:
        return inputs @ self.arrays["weights"] + self.arrays["intercept"]

    def _trees(self, inputs: np.ndarray) -> np.ndarray:
        """Each row goes down all trees at once; what its leaves say is added tree by tree."""
        feature, bound, left, right, value, roots = (
            self.arrays[name] for name in ("feature", "bound", "left", "right", "value", "roots")
        )
        at = np.broadcast_to(roots.reshape(-1, 1), (roots.size, len(inputs)))
        row = np.arange(len(inputs))
        for _ in range(int(self.arrays["depth"])):
            at = np.where(inputs[row, feature[at]] <= bound[at], left[at], right[at])
        said = value[at].reshape(*roots.shape, len(inputs))
        return (self.arrays["baseline"].reshape(-1, 1) + said.sum(axis=0)).T


class Compiled:
    """A compiled champion."""

    slow = False

    def __init__(self, plan: Plan, info: ModelInfo) -> None:
        self.plan, self.info = plan, info

    def predict(self, rows: Sequence[Row]) -> list[Prediction]:
        """One prediction for each row, in their order."""
        return [Prediction.model_construct(**answer) for answer in answers(self.plan, rows)]


def answers(plan: Plan, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """`prediction` of each row, and `score` where a class is positive."""
    raw = plan.raw(rows)
    if TASK == "regression":
        return [{"prediction": number} for number in raw[:, 0].tolist()]
    if TASK == "multiclass":
        return [{"prediction": LABELS[place]} for place in raw.argmax(axis=1).tolist()]
    with np.errstate(over="ignore"):
        scores = (1 / (1 + np.exp(-raw[:, 0]))).tolist()
    negative = next(label for label in LABELS if label != POSITIVE)
    least = 0.5 if plan.threshold is None else plan.threshold
    return [
        {"prediction": POSITIVE if score >= least else negative, "score": score} for score in scores
    ]


# ---------------------------------------------------------------------------
# From scikit-learn's objects. They are known by their names: it need not be installed here.
# ---------------------------------------------------------------------------


def compiled(served: Any, root: Path, source: dict[str, str]) -> Plan:
    """The plan of a model, compared with the model itself.

    Args:
        served: what the project's `serving.load` gives, with `model` and `frame`.
        root: the project's folder, with its training rows.
        source: the digest of each file of the model.

    Raises:
        CannotCompileError: it cannot be compiled, says something else, or is not faster.
    """
    if not hasattr(served, "model") or not hasattr(served, "frame"):
        raise CannotCompileError("serving.py gives no `model` and `frame`")
    columns = read_contract(root).rows.columns
    values = {name: _values(column) for name, column in columns.items()}
    plan = plan_of(served.model, served.frame, values, source)
    import polars as pl

    training = pl.read_parquet(root / "data/train.parquet", columns=[*columns], n_rows=MOST)
    rows: list[Row] = [*training.to_dicts(), *_made_up(columns, values, training.to_dicts())]
    for first in range(0, len(rows), AT_ONCE):
        some = rows[first : first + AT_ONCE]
        _compare(served.predict(some), answers(plan, some))
    full = (rows * MAX_BATCH)[:MAX_BATCH]
    if _seconds(lambda: answers(plan, full)) > _seconds(lambda: served.predict(full)):
        raise CannotCompileError("a full batch would take longer")
    return replace(plan, compared=len(rows))


def _compare(wanted: Sequence[Row], found: Sequence[Row]) -> None:
    """Both say the same of each row.

    Raises:
        CannotCompileError: they do not.
    """
    for want, got in zip(wanted, found, strict=True):
        for name, value in want.items():
            other = got.get(name)
            if isinstance(value, float) and isinstance(other, float):
                if not abs(value - other) <= TOLERANCE * max(1.0, abs(value)):
                    raise CannotCompileError(f"its {name} would differ by {abs(value - other):.2g}")
            elif value != other:
                raise CannotCompileError(f"its {name} would differ")


def _seconds(call: Callable[[], Any]) -> float:
    took = []
    for _ in range(4):  # the first is slower
        began = time.perf_counter()
        call()
        took.append(time.perf_counter() - began)
    return min(took)


def _values(column: Column) -> list[Any]:
    """What a column that is no number may be."""
    if column.type == "boolean":
        known: list[Any] = [True, False]
    else:
        known = list(column.values or [UNKNOWN])
    return [*known, *([None] if column.nullable else [])]


def _made_up(
    columns: Mapping[str, Column], values: Mapping[str, Sequence[Any]], known: Sequence[Row]
) -> list[Row]:
    """Rows from all over the contract: between the limits and beyond what training has seen."""
    chance = random.Random(0)

    def value(name: str, column: Column) -> Any:
        if column.nullable and chance.random() < 0.1:
            return None
        if column.type not in ("float", "integer"):
            return chance.choice(values[name])
        seen = float(chance.choice(known)[name] or 0)
        low = column.min if column.min is not None else min(-1.0, seen - 10 * abs(seen))
        high = column.max if column.max is not None else max(1.0, seen + 10 * abs(seen))
        made = chance.choice([low, high, seen, chance.uniform(low, high)])
        return float(made) if column.type == "float" else round(made)

    return [{name: value(name, column) for name, column in columns.items()} for _ in range(MADE_UP)]


def plan_of(
    model: Any, table: Any, values: Mapping[str, Sequence[Any]], source: dict[str, str]
) -> Plan:
    """The plan of a trained pipeline.

    Args:
        model: a pipeline of a ColumnTransformer and an estimator, perhaps with a fixed threshold.
        table: makes of rows the frame that the pipeline takes.
        values: what each column that is no number may be.
        source: the digest of each file of the model.

    Raises:
        CannotCompileError: a part is not known here.
    """
    threshold = None
    while not hasattr(model, "steps"):
        if _kind(model) == "FixedThresholdClassifier":
            threshold = float(model.threshold)
            model = model.estimator_
        elif _kind(model) == "FrozenEstimator":
            model = model.estimator
        else:
            raise CannotCompileError(f"{_kind(model)} is no pipeline")
    (_, features), (_, estimator) = _two(model.steps)
    numbers, arrays = _numbers(features)
    categories = _categories(features, table, values, numbers)
    width = features.transform(table([_probe(features, numbers, values)])).shape[1]
    kind, learned = _estimator(estimator)
    return Plan(numbers, categories, arrays | learned, width, kind, threshold, source)


def _key(value: Any) -> str:
    return GAP if value is None else str(value)


def _kind(thing: Any) -> str:
    return type(thing).__name__


def _two(steps: Sequence[Any]) -> Sequence[Any]:
    if len(steps) != 2 or _kind(steps[0][1]) != "ColumnTransformer":
        raise CannotCompileError("the pipeline is not a ColumnTransformer and an estimator")
    return steps


def _transformers(features: Any) -> list[tuple[Any, list[str]]]:
    return [
        (transformer, [*columns])
        for _, transformer, columns in features.transformers_
        if len(columns) and transformer != "drop"
    ]


def _numbers(features: Any) -> tuple[list[str], Arrays]:
    """The columns that are numbers, which come first, and how they are filled and scaled."""
    found = _transformers(features)
    if not found or not hasattr(found[0][0], "steps"):
        return [], {}
    steps = [step for _, step in found[0][0].steps]
    if [_kind(step) for step in steps] != ["SimpleImputer", "StandardScaler"]:
        raise CannotCompileError("numbers are not filled by SimpleImputer and StandardScaler")
    imputer, scaler = steps
    columns = found[0][1]
    if imputer.add_indicator or len(imputer.statistics_) != len(columns):
        raise CannotCompileError("SimpleImputer adds or drops columns")
    none = np.zeros(len(columns))
    return (
        columns,
        {
            "fill": imputer.statistics_,
            "mean": scaler.mean_ if scaler.mean_ is not None else none,
            "scale": scaler.scale_ if scaler.scale_ is not None else none + 1,
        },
    )


def _probe(features: Any, numbers: Sequence[str], values: Mapping[str, Sequence[Any]]) -> Row:
    names = features.feature_names_in_
    return {name: 0 if name in numbers else values[name][0] for name in names}


def _categories(
    features: Any,
    table: Any,
    values: Mapping[str, Sequence[Any]],
    numbers: Sequence[str],
) -> dict[str, dict[str, int]]:
    """Where the encoder puts each value, as it shows when it is asked."""
    before = len(numbers)
    found = _transformers(features)[1 if before else 0 :]
    if any(_kind(encoder) != "OneHotEncoder" for encoder, _ in found):
        raise CannotCompileError("categories are not encoded by OneHotEncoder")
    places: dict[str, dict[str, int]] = {}
    other = _probe(features, numbers, values)
    for encoder, columns in found:
        ends = np.cumsum(encoder._n_features_outs)
        for number, name in enumerate(columns):
            first = before + int(ends[number - 1] if number else 0)
            last = before + int(ends[number])
            learned = encoder.categories_[number] if UNKNOWN in values[name] else ()
            seen = {_key(value): value for value in [*values[name], *learned]}
            asked = [{**other, name: value} for value in seen.values()]
            hot = features.transform(table(asked))[:, first:last]
            places[name] = {
                text: first + int(row.argmax()) if row.any() else -1
                for text, row in zip(seen, hot, strict=True)
            }
            places[name].setdefault(UNKNOWN, -1)
        before = int(before + ends[-1])
    return places


def _estimator(estimator: Any) -> tuple[str, Arrays]:
    kind = _kind(estimator)
    if kind in ("LogisticRegression", "Ridge"):
        weights = np.atleast_2d(estimator.coef_).T
        return "linear", {
            "weights": weights,
            "intercept": np.broadcast_to(estimator.intercept_, weights.shape[1:]).copy(),
        }
    if kind in ("HistGradientBoostingClassifier", "HistGradientBoostingRegressor"):
        return "trees", _grown(estimator)
    raise CannotCompileError(f"{kind} is not known here")


def _grown(estimator: Any) -> Arrays:
    """All trees as one table of nodes; a leaf leads to itself."""
    trees = [tree.nodes for iteration in estimator._predictors for tree in iteration]
    firsts = np.cumsum([0, *map(len, trees)])[:-1]
    nodes = np.concatenate(trees)
    if nodes["is_categorical"].any():
        raise CannotCompileError("trees split by sets of categories")
    own = np.arange(len(nodes))
    first = np.repeat(firsts, [*map(len, trees)])
    leaf = nodes["is_leaf"].astype(bool)
    return {
        "feature": np.where(leaf, 0, nodes["feature_idx"]).astype(np.int32),
        "bound": nodes["num_threshold"].astype(np.float64),
        "left": np.where(leaf, own, first + nodes["left"]).astype(np.int32),
        "right": np.where(leaf, own, first + nodes["right"]).astype(np.int32),
        "value": nodes["value"].astype(np.float64),
        "roots": firsts.reshape(len(estimator._predictors), -1).astype(np.int32),
        "depth": np.array(nodes["depth"].max()),
        "baseline": np.asarray(estimator._baseline_prediction, dtype=np.float64).ravel(),
    }
