"""Opening a sealed test set: the one moment at which held-out rows are predicted and counted.

The team's predict command gets rows without their target, under ids that say nothing, in a
process that cannot read the sealed files where the system allows that. A dry run on training rows
comes first, so that a command which fails costs nothing. The champion is predicted by the source
of its own commit. The status quo and the labels are the tool's work.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import polars as pl

from ..data.content import digest_of_rows
from ..data.heldout import read_heldout
from ..data.jobs import Predicting, ask, blinded, read_predictions
from ..data.kpi import kpi_of
from ..data.params import Params, read_params
from ..data.pipeline import CANDIDATE, HELD_OUT, LABELS, TRAIN, vouched_for
from ..data.schema import Shape, mapping_in, read_shape
from ..data.split import shuffled
from ..data.status_quo import decide
from ..data.tables import read_rows
from ..data.tidy import columns_beside, examples_table, of_rule, predictions_table
from ..enclosure import KIND, enclosed
from ..errors import LabError
from ..evidence.verdict import Opening
from ..project import Project
from ..records.store import Record, Store
from ..records.testsets import TestSet
from .cache import holding_labels
from .contenders import Model, candidate_of, champion_of
from .exhibits import folder_of_opening

DRY_RUN = 50  # training rows
DIGITS = 9  # of scores and predicted numbers: other processors give other last digits
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


def open_testset(
    store: Store,
    record: Record,
    testset: TestSet,
    hand_over: Callable[[], None],
    heard: Heard | None = None,
) -> Opening:
    """Predict and count the held-out rows for a hypothesis, and write the two tables.

    `hand_over` is called before the predict command gets held-out rows.

    Raises:
        SealedError: the sealed files are not on this machine.
        CommandError: the predict command failed, in the dry run or afterwards.
        LabError: the files are not those that were registered, or a model is not the pipeline's.
    """
    champion = read_params(store.root).evaluate.champion
    answers = answers_of(store, record, testset, champion is not None, heard, hand_over)
    answers.write(store.root / folder_of_opening(record))
    model = vouched_for(store.root, store.root / CANDIDATE)
    return Opening(
        model=model,
        champion=champion,
        enclosed=answers.enclosed,
        dry_run=answers.dry_run,
        tells=store.policy.evidence.tell,
        parted=read_params(store.root).split.by,
    )


def answers_of(
    store: Store,
    record: Record,
    testset: TestSet,
    with_champion: bool,
    heard: Heard | None = None,
    hand_over: Callable[[], None] = lambda: None,
) -> Answers:
    """The held-out rows, predicted: first some training rows, so that a failure costs nothing.

    Raises:
        SealedError: the sealed files are not on this machine.
        CommandError: the predict command failed.
        LabError: the files are not those that were registered, or a model is not here.
    """
    project = Project(store.root)
    params, shape = read_params(store.root), read_shape(store.root, store.task)
    held = read_heldout(store.root, shape)
    if digest_of_rows(held) != testset.digest:
        raise LabError(
            f"the rows in {HELD_OUT} are not those of {testset.id}: put the data back, or register "
            "them under a new name and start a new card."
        )
    with TemporaryDirectory(prefix="lab-opening-") as name:
        folder = Path(name)
        models = [candidate_of(project, record)]
        if with_champion:
            models.append(champion_of(store.root, folder))
        before = enclosed(holding_labels(store.root, params.data), folder)
        some = shuffled(read_rows(store.root / TRAIN), shape.id).head(DRY_RUN)
        _predicted(models, some, params, shape, folder, before, heard)
        hand_over()
        said = _predicted(models, held, params, shape, folder, before, heard)
    columns = columns_beside(params, shape, kpi_of(store.root))
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
                shape.id,
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
            _steady(read_predictions(Path(job.to), key, shape)).with_columns(
                pl.lit(seed, dtype=pl.Int64).alias("seed")
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
