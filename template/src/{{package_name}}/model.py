"""The models: build one, keep it on disk, predict."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

import polars as pl
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import FixedThresholdClassifier
from sklearn.pipeline import Pipeline
from skops import io as skops

from .config import Task
from .errors import ProjectError
from .features import preprocessing
from .schema import Schema

Model = Pipeline | FixedThresholdClassifier

# Start with the simple one. A complex one is a hypothesis: it has to beat this.
MODELS: dict[str, tuple[Any, Any]] = {  # for classes, and for numbers
    "linear": (LogisticRegression(max_iter=1000), Ridge()),
    "boosted_trees": (
        HistGradientBoostingClassifier(early_stopping=False),
        HistGradientBoostingRegressor(early_stopping=False),
    ),
}

# What a model file may hold besides the types that skops trusts by itself. Add the types
# that `save` names, once you know what they are.
TRUSTED = (
    "numpy.dtype",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
)

NAMES = re.compile(r'(?<="__id__": )\d+|(?<="file": ")[^".]+')  # of parts in skops' format


def build(name: str, task: Task, schema: Schema, seed: int) -> Pipeline:
    """An untrained pipeline: preprocessing, then the named model."""
    estimator = clone(MODELS[name][task == "regression"]).set_params(random_state=seed)
    return Pipeline([("features", preprocessing(schema)), ("model", estimator)])


def save(model: Model, path: Path) -> None:
    """Write a trained model in skops' format, which runs no code when it is read.

    skops names parts by their place in memory, and notes the time. Here they are numbered, without
    a time: the same model is the same file, and `dvc.lock` stays as it is.

    Raises:
        ProjectError: it holds types that are not trusted, so nobody could read it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(BytesIO(skops.dumps(model))) as made, ZipFile(path, "w") as kept:
        schema = made.read("schema.json").decode()
        numbers = {name: f"{n}" for n, name in enumerate(dict.fromkeys(NAMES.findall(schema)))}
        kept.writestr(ZipInfo("schema.json"), NAMES.sub(lambda name: numbers[name[0]], schema))
        parts = {part.split(".")[0]: part for part in made.namelist()}
        for name in (name for name in numbers if name in parts):
            part = parts[name].replace(name, numbers[name])
            kept.writestr(ZipInfo(part), made.read(parts[name]))
    _trusted(path)


def load(path: Path, schema: Schema) -> Model:
    """Read a trained model, if it is one, holds only trusted types, and fits the schema.

    Raises:
        ProjectError: the file is missing, corrupt, foreign, or trained on other columns.
    """
    if not path.is_file():
        raise ProjectError(f"{path} does not exist: run `dvc repro train`, or `dvc pull`.")
    fix = "train it again with `dvc repro --force --single-item train`"
    try:
        _trusted(path)
        model = skops.load(path, trusted=list(TRUSTED))
    except (BadZipFile, KeyError, ValueError, TypeError, EOFError, AttributeError) as error:
        raise ProjectError(f"{path} is not a model that skops wrote ({error}): {fix}.") from None
    if not isinstance(model, Model) or not hasattr(model, "feature_names_in_"):
        raise ProjectError(f"{path} holds a {type(model).__name__}, not a trained model: {fix}.")
    if list(model.feature_names_in_) != schema.features:
        raise ProjectError(f"{path} was trained on other columns than schema.yaml names: {fix}.")
    return model


def _trusted(path: Path) -> None:
    strange = sorted(set(skops.get_untrusted_types(file=path)) - set(TRUSTED))
    if strange:
        raise ProjectError(
            f"{path} holds types that are not trusted: {', '.join(strange)}. If they are yours, "
            "add them to TRUSTED in model.py; if not, do not use the file."
        )


def predict(model: Model, rows: pl.DataFrame, schema: Schema) -> tuple[pl.Series, pl.Series]:
    """Predict each row.

    Returns:
        `label`: the class (text) or the number; `score`: the probability of the positive
        class, null where the target has no positive class.
    """
    features, classes = rows.select(schema.features), schema.classes
    said = model.predict(features)
    labels = pl.Series("label", [classes[place] for place in said] if classes else said)
    if schema.target.positive is None:
        return labels, pl.repeat(None, len(rows), dtype=pl.Float64, eager=True).alias("score")
    return labels, pl.Series("score", model.predict_proba(features)[:, 1], dtype=pl.Float64)
