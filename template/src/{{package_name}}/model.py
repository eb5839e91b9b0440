"""The models: build one, choose its settings, train it, keep it on disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import polars as pl
from joblib import parallel_config
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import (
    BaseCrossValidator,
    GridSearchCV,
    GroupKFold,
    KFold,
    StratifiedGroupKFold,
    StratifiedKFold,
)
from sklearn.pipeline import Pipeline
from skops import io as skops
from threadpoolctl import threadpool_limits

from .config import ComputeParams, Task, TrainParams
from .errors import ProjectError
from .features import preprocessing
from .schema import Schema

# Start with the simple one. A complex one is a hypothesis: it has to beat this.
MODELS = {
    "linear": (LogisticRegression, Ridge),
    "boosted_trees": (HistGradientBoostingClassifier, HistGradientBoostingRegressor),
}
SETTINGS: dict[str, dict[str, Any]] = {
    "LogisticRegression": {"max_iter": 1000},
    "Ridge": {},
    "HistGradientBoostingClassifier": {"early_stopping": False},
    "HistGradientBoostingRegressor": {"early_stopping": False},
}

# What a model file may hold besides the types that skops trusts by itself. Add the type
# that `load` names, once you know what it is.
TRUSTED = ("numpy.dtype", "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor")


def build(name: str, task: Task, schema: Schema, seed: int) -> Pipeline:
    """An untrained pipeline: preprocessing, then the named model."""
    if name not in MODELS:
        raise ProjectError(
            f"train.model in params.yaml is {name!r}; known are: {', '.join(MODELS)}. "
            "Add yours to MODELS in model.py."
        )
    kind = MODELS[name][task == "regression"]
    estimator = kind(random_state=seed, **SETTINGS[kind.__name__])
    return Pipeline([("features", preprocessing(schema)), ("model", estimator)])


def train(
    rows: pl.DataFrame, params: TrainParams, task: Task, schema: Schema, seed: int
) -> tuple[Pipeline, dict[str, Any]]:
    """Choose the settings by cross-validation on these rows and train on all of them.

    Args:
        rows: the training rows; the test rows must not be among them.
        params: the model's name, its grid of settings, and the number of folds.
        seed: decides the folds and whatever the model draws at random.

    Returns:
        The trained pipeline and the settings that won.
    """
    pipeline = build(params.model, task, schema, seed)
    grid = params.search.get(params.model, {})
    unknown = sorted(set(grid) - set(pipeline.named_steps["model"].get_params()))
    if unknown:
        raise ProjectError(f"train.search.{params.model}: the model has no setting {unknown[0]!r}.")
    target = rows[schema.target.name]
    smallest = len(rows) if task == "regression" else target.value_counts()["count"].min()
    if task != "regression" and target.n_unique() < 2:
        raise ProjectError(
            "The training rows hold one class only: a model needs two to tell apart."
        )
    if not isinstance(smallest, int) or smallest < params.folds:
        raise ProjectError(
            f"The training rows hold {smallest} rows of the rarest class, too few for "
            f"{params.folds} folds: lower train.folds in params.yaml or find more data."
        )
    groups = rows[schema.unit].to_numpy() if schema.unit else None
    search = GridSearchCV(
        pipeline,
        {f"model__{name}": list(values) for name, values in grid.items()},
        cv=_folds(params.folds, task, schema, seed),
    )
    search.fit(rows.select(schema.features), target.to_numpy(), groups=groups)
    chosen = {name.removeprefix("model__"): value for name, value in search.best_params_.items()}
    return search.best_estimator_, chosen


def _folds(number: int, task: Task, schema: Schema, seed: int) -> BaseCrossValidator:
    """Folds that keep units together, and classes in proportion."""
    if task == "regression" and schema.unit:
        return GroupKFold(number)
    if task == "regression":
        return KFold(number, shuffle=True, random_state=seed)
    stratified = StratifiedGroupKFold if schema.unit else StratifiedKFold
    return stratified(number, shuffle=True, random_state=seed)


@contextmanager
def compute(params: ComputeParams) -> Iterator[None]:
    """Where scikit-learn's heavy work runs inside a `with`: here, or on a Dask cluster.

    `n_jobs` counts processes and the threads of the numerical libraries alike: on small
    data, or beside other work, threads that wait for each other cost more than they give.
    """
    with threadpool_limits(params.n_jobs if params.n_jobs > 0 else None), _parallel(params):
        yield


def _parallel(params: ComputeParams) -> parallel_config:
    """Settings of joblib for the chosen backend."""
    if params.backend != "dask":
        return parallel_config(backend=params.backend, n_jobs=params.n_jobs)
    if params.scheduler is None:
        raise ProjectError(
            "compute.backend in params.yaml is dask: give the address of its scheduler in "
            "compute.scheduler."
        )
    try:
        from distributed import Client  # pyrefly: ignore[missing-import]
    except ModuleNotFoundError:
        raise ProjectError(
            "compute.backend in params.yaml is dask, which is not installed: "
            "run `uv add distributed`."
        ) from None
    try:
        Client(params.scheduler, timeout=10)
    except (OSError, ValueError) as error:
        raise ProjectError(
            f"No Dask scheduler answers at compute.scheduler ({params.scheduler}): {error}"
        ) from None
    return parallel_config(backend="dask")


def save(pipeline: Pipeline, path: Path) -> None:
    """Write a trained pipeline in skops' format, which runs no code when it is read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    skops.dump(pipeline, path)


def load(path: Path, schema: Schema) -> Pipeline:
    """Read a trained pipeline, if it is one, holds only trusted types, and fits the schema.

    Raises:
        ProjectError: the file is missing, corrupt, foreign, or trained on other columns.
    """
    if not path.is_file():
        raise ProjectError(f"{path} does not exist: run `dvc repro train`, or `dvc pull`.")
    fix = "train it again with `dvc repro --force --single-item train`"
    try:
        strange = sorted(set(skops.get_untrusted_types(file=path)) - set(TRUSTED))
        if strange:
            raise ProjectError(
                f"{path} holds a type that is not trusted, {strange[0]}: if it is yours, add it "
                f"to TRUSTED in model.py; if not, {fix}."
            )
        pipeline = skops.load(path, trusted=list(TRUSTED))
    except (BadZipFile, KeyError, ValueError, TypeError, EOFError, AttributeError) as error:
        raise ProjectError(f"{path} is not a model that skops wrote ({error}): {fix}.") from None
    if not isinstance(pipeline, Pipeline) or not hasattr(pipeline, "feature_names_in_"):
        raise ProjectError(
            f"{path} holds a {type(pipeline).__name__}, not a trained pipeline: {fix}."
        )
    if list(pipeline.feature_names_in_) != schema.features:
        raise ProjectError(f"{path} was trained on other columns than schema.yaml names: {fix}.")
    return pipeline


def predict(pipeline: Pipeline, rows: pl.DataFrame, schema: Schema) -> tuple[pl.Series, pl.Series]:
    """Predict each row.

    Returns:
        `label`: the class (text) or the number; `score`: the probability of the positive
        class, null where the target has no positive class.
    """
    features = rows.select(schema.features)
    labels = pl.Series("label", pipeline.predict(features))
    positive = schema.target.positive
    if positive is None:
        return labels, pl.repeat(None, len(rows), dtype=pl.Float64, eager=True).alias("score")
    place = list(pipeline.classes_).index(positive)
    scores = pipeline.predict_proba(features)[:, place]
    return labels, pl.Series("score", scores, dtype=pl.Float64)
