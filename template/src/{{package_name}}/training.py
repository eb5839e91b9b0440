"""Training: settings and threshold are chosen inside of the rows that a model is trained on."""

from typing import Any

import numpy as np
import polars as pl
from sklearn import config_context
from sklearn.base import clone
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
    TimeSeriesSplit,
)

from .config import Params
from .errors import ProjectError
from .model import Model, build
from .schema import Schema
from .value import best_threshold, scorer

Fold = tuple[np.ndarray, np.ndarray]

SIDES = ["above", "below"]  # of the truth: what a unit of error costs, where decisions are numbers


def train(
    rows: pl.DataFrame,
    params: Params,
    schema: Schema,
    seed: int,
    worth: pl.DataFrame | None = None,
) -> tuple[Model, dict[str, Any]]:
    """Choose settings and threshold by cross-validation on these rows, and train on all of them.

    Args:
        rows: the training rows; the test rows must not be among them.
        params: the model, its grid of settings, how they are compared, and the threshold.
        seed: decides the folds and whatever the model draws at random.
        worth: what each decision would bring in each row; needed where `value` is aimed at.

    Returns:
        The trained model, which knows classes by their places, and what was chosen.
    """
    truth = _target(rows, schema)
    decisions = None if worth is None else worth.select(schema.classes or SIDES).to_numpy()
    features, folds = rows.select(schema.features), folds_of(rows, params, schema, seed)
    model, place = build(params.train.model, params.task, schema, seed), "model__"
    if isinstance(params.train.threshold, float):
        model = FixedThresholdClassifier(model, threshold=params.train.threshold)
        place = "estimator__model__"
    options = params.train.search.get(params.train.model, {})
    grid = {f"{place}{name}": list(values) for name, values in options.items()}
    tuned = params.train.threshold == "value"
    with config_context(enable_metadata_routing=True):  # each fold has the worth of its rows
        scoring, known = params.train.scoring, {}
        if scoring == "value":
            scoring, known = scorer(schema.classes, tuned), {"worth": decisions}
        search = GridSearchCV(model, grid, scoring=scoring, cv=folds, error_score="raise")
        try:
            if len(candidates := ParameterGrid(grid)) > 1:
                search.fit(features, truth, **known)
                model, chosen = search.best_estimator_, search.best_params_
            else:  # nothing to compare
                chosen = candidates[0]
                model = model.set_params(**chosen).fit(features, truth)
        except (TypeError, ValueError) as error:
            raise ProjectError(f"{params.train.model} cannot be trained: {error}") from None
    chosen = {name.removeprefix(place): setting for name, setting in chosen.items()}
    if decisions is None or not tuned:
        return model, chosen
    scores = np.full(len(rows), np.nan)
    for learned, asked in folds:
        fitted = clone(model).fit(features[learned], truth[learned])
        scores[asked] = fitted.predict_proba(features[asked])[:, 1]
    threshold = best_threshold(scores[~np.isnan(scores)], decisions[~np.isnan(scores)])
    cut = FixedThresholdClassifier(FrozenEstimator(model), threshold=threshold)
    return cut.fit(features, truth), chosen | {"threshold": round(threshold, 4)}


def _target(rows: pl.DataFrame, schema: Schema) -> np.ndarray:
    """What was true: numbers, or the places of classes."""
    target = rows[schema.target.name]
    if not schema.classes:
        return target.to_numpy()
    if target.n_unique() < 2:
        raise ProjectError("The training rows hold one class only: a model needs two.")
    return target.cast(pl.Enum(schema.classes)).to_physical().cast(pl.Int64).to_numpy()


def folds_of(rows: pl.DataFrame, params: Params, schema: Schema, seed: int) -> list[Fold]:
    """Rows to learn from and rows to ask, by place, as often as there are folds.

    In a split by time each fold is asked after what came before it. Else units stay together and
    classes keep their shares, as far as there are enough of them.
    """
    target, number = rows[schema.target.name], params.train.folds
    groups = rows[schema.unit].to_numpy() if schema.unit else None
    rarest = target.value_counts()["count"].to_list() if schema.classes else []
    stratified = bool(rarest) and min(rarest) >= number
    shuffle = {"shuffle": True, "random_state": seed}
    if params.split.by == "time":
        folds: BaseCrossValidator = TimeSeriesSplit(number)
    elif groups is not None:
        number = min(number, len(set(groups)))
        folds = StratifiedGroupKFold(number, **shuffle) if stratified else GroupKFold(number)
    else:
        folds = StratifiedKFold(number, **shuffle) if stratified else KFold(number, **shuffle)
    try:
        found = list(folds.split(rows, target.to_numpy(), groups))
    except ValueError as error:
        raise ProjectError(
            f"{len(rows)} rows cannot be parted into {number} folds ({error}): lower train.folds "
            "in params.yaml, or find more data."
        ) from None
    classes = target.to_numpy()
    return [fold for fold in found if not schema.classes or len(set(classes[fold[0]])) > 1]
