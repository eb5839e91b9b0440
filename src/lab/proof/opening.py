"""Opening a sealed test set: the one moment at which held-out rows are predicted and counted.

The team's predict command gets rows without their target, under ids that say nothing, in a
process that cannot read the sealed files where the system allows that. A dry run on training rows
comes first, so that a command which fails costs nothing. The champion is predicted by the source
of its own commit. The status quo and the labels are the tool's work.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import polars as pl

from .. import git
from ..data.content import digest_of_rows
from ..data.heldout import FOLDER, LABELS, OPENINGS, TRAIN, SealedError, read_heldout
from ..data.jobs import Predicting, ask, blinded, read_predictions
from ..data.kpi import kpi_of
from ..data.params import Params, read_params
from ..data.pipeline import md5_of, vouched_for
from ..data.schema import Shape, mapping_in, read_shape
from ..data.split import shuffled
from ..data.status_quo import decide
from ..data.tables import read_rows
from ..data.tidy import examples_table, of_rule, predictions_table
from ..data.training import CANDIDATE, CHAMPION, model_of
from ..enclosure import KIND, enclosed
from ..errors import LabError
from ..evidence.verdict import Opening, Verdict
from ..project import Project
from ..records.store import Record, Store
from ..records.testsets import TestSet
from .cache import cache_of, find
from .exhibits import folder_of_opening
from .history import History

DRY_RUN = 50  # training rows
TOLERANCE = 1e-6  # between predictions of one model on two machines
DIGITS = 9  # of scores and predicted numbers: other processors give other last digits
SOURCE = ("src", "schema.yaml", "params.yaml")
Heard = Callable[[str], None]


@dataclass(frozen=True)
class Answers:
    """The two tables of an opening, what enclosed the command, and how long its dry run was."""

    examples: pl.DataFrame
    predictions: pl.DataFrame
    enclosed: Literal["landlock"] | None
    dry_run: int

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write both tables into a folder, and say where."""
        folder.mkdir(parents=True, exist_ok=True)
        paths = folder / "examples.parquet", folder / "predictions.parquet"
        self.examples.write_parquet(paths[0])
        self.predictions.write_parquet(paths[1])
        return paths


@dataclass(frozen=True)
class Model:
    """One model that is asked: its files by seed, and the project whose source predicts."""

    name: str
    project: Project
    files: Mapping[int, Path]


def open_testset(
    store: Store, record: Record, testset: TestSet, heard: Heard | None = None
) -> Opening:
    """Predict and count the held-out rows for a hypothesis, and write the two tables.

    Raises:
        SealedError: the sealed files are not on this machine.
        CommandError: the predict command failed, in the dry run or afterwards.
        LabError: the files are not those that were registered, or a model is not the pipeline's.
    """
    champion = read_params(store.root).evaluate.champion
    answers = _asked(store, record, testset, champion is not None, heard)
    answers.write(store.root / folder_of_opening(record))
    model = vouched_for(store.root, store.root / CANDIDATE)
    return Opening(
        model=model, champion=champion, enclosed=answers.enclosed, dry_run=answers.dry_run
    )


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
    answers = _asked(store, record, testset, same and now is not None)
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
    if not examples.select("id", "y").equals(answers.examples.select("id", "y")):
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


def _asked(
    store: Store,
    record: Record,
    testset: TestSet,
    with_champion: bool,
    heard: Heard | None = None,
) -> Answers:
    """The held-out rows, predicted: first some training rows, so that a failure costs nothing."""
    project = Project(store.root)
    params, shape = read_params(store.root), read_shape(store.root, store.task)
    held = read_heldout(store.root, shape)
    if digest_of_rows(held) != testset.digest:
        raise LabError(
            f"the rows in {FOLDER} are not those of {testset.id}: put the data back, or register "
            "them under a new name and start a new card."
        )
    with TemporaryDirectory(prefix="lab-opening-") as name:
        folder = Path(name)
        models = [_candidate(project, record)]
        if with_champion:
            models.append(_champion(store, folder))
        denied = [store.root / FOLDER, store.root / OPENINGS, cache_of(store.root)]
        if params.data.source == "file":
            denied.append(store.root / params.data.file)
        before = enclosed(denied, folder)
        some = shuffled(read_rows(store.root / TRAIN), shape.id).head(DRY_RUN)
        _predicted(models, some, params, shape, folder, before, heard)
        said = _predicted(models, held, params, shape, folder, before, heard)
    kpi = kpi_of(store.root)
    columns = (*params.evaluate.slices, *(kpi.columns if kpi else ()))
    examples, predictions = _tables(said, held, params, shape, columns)
    return Answers(examples, predictions, KIND if before else None, len(some))


def _tables(
    said: dict[str, pl.DataFrame],
    held: pl.DataFrame,
    params: Params,
    shape: Shape,
    columns: Sequence[str],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The two tables of an opening; the status quo is the tool's own work."""
    decisions = decide(held, params.status_quo.rule, shape)
    said = said | {"status_quo": of_rule(held[shape.id], decisions)}
    slices = [name for name in columns if name in held.columns]
    return examples_table(held, shape, slices), predictions_table(said, shape)


def keep(project: Project, record: Record) -> None:
    """Let DVC keep the tables of an opening, in the remote of the sealed files if they have one.

    Raises:
        LabError: DVC cannot.
    """
    path = folder_of_opening(record)
    ended = project.run("dvc", "add", "--quiet", path)
    if ended.code:
        raise LabError(f"DVC could not keep {path}:\n{ended.tail()}")
    if remote := _remote_of_sealed(project.root):
        pointer = project.root / f"{path}.dvc"
        text = pointer.read_text(encoding="utf-8").rstrip()
        pointer.write_text(f"{text}\n  remote: {remote}\n", encoding="utf-8", newline="\n")


def _remote_of_sealed(root: Path) -> str | None:
    """The remote that dvc.yaml names for the held-out labels, if it names one."""
    stages = mapping_in(root / "dvc.yaml").get("stages")
    for stage in stages.values() if isinstance(stages, dict) else ():
        for out in (stage.get("outs") if isinstance(stage, dict) else None) or ():
            settings = out.get(LABELS) if isinstance(out, dict) else None
            if isinstance(settings, dict) and settings.get("remote"):
                return str(settings["remote"])
    return None


def _candidate(project: Project, record: Record) -> Model:
    seeds = record.front.evaluation.seeds
    files = {seed: project.root / model_of(CANDIDATE, seed) for seed in seeds}
    if absent := [path for path in files.values() if not path.is_file()]:
        raise LabError(
            f"{absent[0].relative_to(project.root)} is missing: {record.id} promised this seed. "
            "Set train.seeds in params.yaml, and run `uv run dvc repro`."
        )
    return Model("candidate", project, files)


def _champion(store: Store, folder: Path) -> Model:
    """The champion, with the source, schema and parameters of the commit that it comes from."""
    home = store.root / CHAMPION
    try:
        provenance = json.loads((home / "champion.json").read_text(encoding="utf-8"))
        commit = str(provenance["source"])
    except (OSError, ValueError, KeyError, TypeError):
        raise LabError(
            f"{CHAMPION}/champion.json does not say from which commit the champion is: get it with "
            f"`uv run dvc pull {CHAMPION}.dvc`, or promote a model again."
        ) from None
    files = {int(path.stem.removeprefix("seed-")): path for path in home.glob("seed-*.skops")}
    if not files:
        raise LabError(f"{CHAMPION} holds no model: `uv run dvc pull {CHAMPION}.dvc`.")
    root = folder / "champion"
    _checked_out(store.root, commit, root)
    return Model("champion", Project(root), dict(sorted(files.items())))


def _checked_out(root: Path, commit: str, into: Path) -> None:
    """The source, the schema and the parameters of a commit, in a folder."""
    if not History(root).show(commit, "params.yaml"):
        raise LabError(
            f"the commit {commit[:10]} of the champion is not here: fetch the whole history."
        )
    names = git.entries(git.run(root, "ls-tree", "-r", "-z", "--name-only", commit, "--", *SOURCE))
    history = History(root)
    for name in names:
        path = into / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(history.content(f"in {commit}", name) or b"")


def _predicted(
    models: list[Model],
    rows: pl.DataFrame,
    params: Params,
    shape: Shape,
    folder: Path,
    before: tuple[str, ...],
    heard: Heard | None,
) -> dict[str, pl.DataFrame]:
    """What each model says of rows: `id`, `seed`, `label`, `score`."""
    asked, key = blinded(rows, shape)
    asked.write_parquet(folder / "rows.parquet")
    found = {}
    for model in models:
        jobs = {
            seed: Predicting(
                str(file),
                str(folder / "rows.parquet"),
                str(folder / f"{model.name}-{seed}.parquet"),
            )
            for seed, file in model.files.items()
        }
        own = params if model.name == "candidate" else read_params(model.project.root)
        command = own.commands.predict
        ask(
            model.project,
            "predict",
            command,
            [*jobs.values()],
            folder / "jobs.json",
            before=before,
            heard=heard,
            source=model.project.root / "src",
        )
        found[model.name] = pl.concat(
            _steady(read_predictions(Path(job.to), key, shape)).select(
                "id", pl.lit(seed, dtype=pl.Int64).alias("seed"), "label", "score"
            )
            for seed, job in jobs.items()
        )
    return found


def _steady(said: pl.DataFrame) -> pl.DataFrame:
    """Predictions without the digits in which processors differ."""
    label = said["label"]
    return said.with_columns(
        label.round_sig_figs(DIGITS) if label.dtype.is_float() else label,
        pl.col("score").round(DIGITS),
    )
