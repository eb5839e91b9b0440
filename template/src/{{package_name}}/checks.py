"""What cannot be trained, told before anything is."""

from collections.abc import Iterator
from difflib import get_close_matches
from warnings import catch_warnings

import numpy as np
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.metrics import get_scorer, get_scorer_names

from .config import Params
from .errors import ProjectError
from .model import MODELS
from .schema import Schema


def check(params: Params, schema: Schema, valued: bool) -> None:
    """Refuse what cannot be trained, all of it at once, before anything is.

    `valued` if it is known what a decision is worth.

    Raises:
        ProjectError: one line for each mistake in `train` of params.yaml.
    """
    if wrong := list(_mistakes(params, schema, valued)):
        raise ProjectError("params.yaml asks for what cannot be trained:\n  " + "\n  ".join(wrong))


def _mistakes(params: Params, schema: Schema, valued: bool) -> Iterator[str]:
    train, place = params.train, int(params.task == "regression")
    known = {name: kinds[place] for name, kinds in MODELS.items() if kinds[place] is not None}
    for name in {train.model: 0, **train.search}:
        if name not in known:
            where = "train.model" if name == train.model else "train.search"
            names = ", ".join(known)
            yield f"{where}: {name!r} is no model for a {params.task} task; known are: {names}."
            continue
        for setting in sorted({*train.search.get(name, ())} - {*known[name].get_params()}):
            yield f"train.search.{name}: the model has no setting {setting!r}."
    bar = train.threshold
    if not (bar in (None, "value") or (isinstance(bar, float) and 0 < bar < 1)):
        yield f"train.threshold is {bar!r}: set it to value, a number between 0 and 1, or null."
    elif bar is not None and schema.target.positive is None:
        yield "train.threshold is for a target with a `positive` class: set it to null."
    if train.scoring not in (None, "value") and (fault := _unsuited(train.scoring, schema)):
        yield f"train.scoring: {fault}"
    if "value" in (train.scoring, train.threshold) and not valued:
        yield "train.scoring or train.threshold is value: say in `lift` what that is."


def _unsuited(scoring: str, schema: Schema) -> str | None:
    """Why settings cannot be compared by a scorer; None if they can."""
    if scoring not in get_scorer_names():
        near = ", ".join(get_close_matches(scoring, get_scorer_names(), 3, 0.4))
        return f"{scoring!r} is neither value nor a scorer of scikit-learn ({near})."
    target = np.arange(max(len(schema.classes), 2)).repeat(2)
    model = (DummyClassifier() if schema.classes else DummyRegressor()).fit(target, target)
    try:
        with catch_warnings(action="ignore"):
            get_scorer(scoring)(model, target, target)
    except (AttributeError, TypeError, ValueError) as error:
        return f"{scoring!r} does not suit the target: {error}"
    return None
