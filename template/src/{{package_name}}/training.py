"""Training: settings and threshold are chosen inside of the rows that a model is trained on."""

from typing import Any

import numpy as np
import polars as pl
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import (
    BaseCrossValidator,
    FixedThresholdClassifier,
    GridSearchCV,
    GroupKFold,
    KFold,
    ParameterGrid,
    StratifiedGroupKFold,
    StratifiedKFold,
    cross_val_predict,
)

from .config import LiftParams, Params, Task
from .errors import ProjectError
from .model import Model, build
from .schema import Schema
from .value import Value


def train(
    rows: pl.DataFrame, params: Params, schema: Schema, seed: int
) -> tuple[Model, dict[str, Any]]:
    """Choose settings and threshold by cross-validation on these rows, and train on all of them.

    Args:
        rows: the training rows; the test rows must not be among them.
        params: the model, its grid of settings, how they are compared, and the threshold.
        seed: decides the folds and whatever the model draws at random.

    Returns:
        The trained model, which knows classes by their places, and what was chosen.
    """
    wanted = params.train
    value = Value(params.lift or LiftParams(), schema.classes, wanted.threshold == "value")
    truth, features = _target(rows, schema, wanted.folds), rows.select(schema.features)
    groups = rows[schema.unit].to_numpy() if schema.unit else None
    folds = _folds(wanted.folds, params.task, schema, seed)
    model: Model = build(wanted.model, params.task, schema, seed)
    place = "model__"
    if isinstance(wanted.threshold, float):
        model = FixedThresholdClassifier(model, threshold=wanted.threshold)
        place = "estimator__model__"
    options = wanted.search.get(wanted.model, {})
    grid = {f"{place}{name}": list(values) for name, values in options.items()}
    scoring = value if wanted.scoring == "value" else wanted.scoring
    search = GridSearchCV(model, grid, scoring=scoring, cv=folds, error_score="raise")
    try:
        if len(candidates := ParameterGrid(grid)) > 1:
            search.fit(features, truth, groups=groups)
            model, chosen = search.best_estimator_, search.best_params_
        else:  # nothing to compare
            chosen = candidates[0]
            model = model.set_params(**chosen).fit(features, truth)
    except (TypeError, ValueError) as error:
        raise ProjectError(f"{wanted.model} cannot be trained: {error}") from None
    chosen = {name.removeprefix(place): setting for name, setting in chosen.items()}
    if wanted.threshold != "value":
        return model, chosen
    scores = cross_val_predict(
        model, features, truth, groups=groups, cv=folds, method="predict_proba"
    )[:, 1]
    threshold = value.threshold(rows, truth, scores)
    tuned = FixedThresholdClassifier(FrozenEstimator(model), threshold=threshold)
    return tuned.fit(features, truth), chosen | {"threshold": round(threshold, 4)}


def _target(rows: pl.DataFrame, schema: Schema, folds: int) -> np.ndarray:
    """What was true: numbers, or the places of classes, of which each fold has some."""
    target = rows[schema.target.name]
    smallest = target.value_counts()["count"].min() if schema.classes else len(rows)
    if schema.classes and target.n_unique() < 2:
        raise ProjectError(
            "The training rows hold one class only: a model needs two to tell apart."
        )
    if not isinstance(smallest, int) or smallest < folds:
        raise ProjectError(
            f"The training rows hold {smallest} rows of the rarest class, too few for "
            f"{folds} folds: lower train.folds in params.yaml or find more data."
        )
    if not schema.classes:
        return target.to_numpy()
    return target.cast(pl.Enum(schema.classes)).to_physical().cast(pl.Int64).to_numpy()


def _folds(number: int, task: Task, schema: Schema, seed: int) -> BaseCrossValidator:
    """Folds that keep units together, and classes in proportion."""
    if task == "regression" and schema.unit:
        return GroupKFold(number)
    if task == "regression":
        return KFold(number, shuffle=True, random_state=seed)
    stratified = StratifiedGroupKFold if schema.unit else StratifiedKFold
    return stratified(number, shuffle=True, random_state=seed)
