"""Whether the predictions of a verdict come out again when the same models are asked again."""

from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from ..data.heldout import SealedError
from ..data.params import read_params
from ..data.pipeline import md5_of
from ..evidence.verdict import Verdict
from ..project import Project
from ..records.store import Record, Store
from .cache import find
from .exhibits import folder_of_opening
from .opening import Answers, answers_of, keep

TOLERANCE = 1e-6  # between predictions of one model on two machines


def predicted_otherwise(store: Store, record: Record, verdict: Verdict) -> str | None:
    """What is wrong with the predictions of a verdict when they are made again; None if nothing.

    Tables that are not here, and come out as they were, are put in their place.

    Raises:
        SealedError: the sealed files, or the tables, are not on this machine.
        LabError: it cannot be predicted again.
    """
    assert verdict.opening is not None
    testset = store.testsets[verdict.testset]
    now = read_params(store.root).evaluate.champion
    same = verdict.opening.champion == now
    answers = answers_of(store, record, testset, same and now is not None)
    sums = [table.md5 for table in verdict.tables[:2]]
    with TemporaryDirectory(prefix="lab-again-") as name:
        again = answers.write(Path(name))
        if [md5_of(path) for path in again] == sums:
            answers.write(store.root / folder_of_opening(record))
            keep(Project(store.root), record)
            return None
        known = [find(store.root, table.path, table.md5) for table in verdict.tables[:2]]
    examples, predictions = known
    if examples is None or predictions is None:
        raise SealedError(
            f"the tables of {record.id} are not here, and would not come out as they were, since "
            "the champion, the slices or the status quo have changed: `uv run dvc pull`."
        )
    models = ["candidate", *(["champion"] if same and now else [])]
    return _difference(answers, pl.read_parquet(examples), pl.read_parquet(predictions), models)


def _difference(
    answers: Answers, examples: pl.DataFrame, predictions: pl.DataFrame, models: list[str]
) -> str | None:
    shared = [name for name in examples.columns if name in answers.examples.columns]
    if not {"id", "y"} <= {*shared}:
        return "its examples have no id or no label"
    if not examples.select(shared).equals(answers.examples.select(shared)):
        return "its examples are not the held-out rows"
    for model in models:
        then = predictions.filter(pl.col("model") == model)
        now = answers.predictions.filter(pl.col("model") == model)
        if not then.select("id", "seed").equals(now.select("id", "seed")):
            return f"its predictions of the {model} are of other rows or seeds"
        numbers = then["label"].dtype.is_float()
        if not numbers and not then["label"].equals(now["label"]):
            differing = int((then["label"] != now["label"]).sum())
            return f"predicted again, the {model} says something else of {differing} examples"
        columns = [name for name in ("label", "score") if then[name].dtype.is_float()]
        for name in columns:
            far = (then[name] - now[name]).abs() > TOLERANCE * (1 + now[name].abs())
            if far.any():
                count = int(far.sum())
                return f"predicted again, the {model} has another {name} for {count} examples"
    return None
