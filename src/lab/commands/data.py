"""`lab data`: the stages of `dvc.yaml` that must be trusted, and corrected in one place."""

import argparse
import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from ..errors import LabError
from ..numerals import KEPT, number, rounded
from ..project import Project
from . import data_adopt, data_describe, data_use
from .parser import Command
from .session import project_here

if TYPE_CHECKING:  # they load polars
    import polars as pl

    from ..data.kpi import Kpi
    from ..data.params import Params
    from ..data.schema import Shape

OUT = "evaluation"


@dataclass(frozen=True)
class Stage:
    """What every stage starts from."""

    project: Project
    params: "Params"
    shape: "Shape"

    @property
    def root(self) -> Path:
        """The project's folder."""
        return self.project.root


def arguments(command: Command) -> None:
    """One action for each stage."""
    command.describe(
        "Run a stage of the pipeline; `uv run dvc repro` calls them in order, as dvc.yaml says. "
        "The tool runs what must be trusted, the team's two commands train and predict.",
        "lab data split",
    )
    action = command.action("split", "read, check and part the rows; seal those held out")
    action.describe(
        "Read the rows of the chosen source, check them against schema.yaml, part them by a hash "
        "of their names, take out copies, and seal the held-out part: rows and labels in files "
        "that no other stage reads.",
        "lab data split",
        split,
    )
    action = command.action("train", "train candidates, and predict the training rows out of fold")
    action.describe(
        "Let the team's train command make one candidate per seed, and further models without "
        "each fold; let its predict command predict each fold with a model that has not seen it.",
        "lab data train",
        train,
    )
    action = command.action("score", "say what the predictions out of fold show")
    action.describe(
        "Write the two tables, metrics with intervals, and the data of the plots, all from "
        "predictions out of fold: development numbers. The held-out set is not opened.",
        "lab data score",
        score,
    )
    action = command.action("lift", "say what a model could add at best")
    action.describe(
        "Write what today's rule decides for the training rows, and the expected lift.",
        "lab data lift",
        lift,
    )
    data_describe.describe(command.action("describe", "say what is in a file of rows"))
    data_use.describe(command.action("use", "make a file the project's data"))
    data_adopt.describe(command.action("adopt", "seal the held-out set of a 1.0.0 project"))


def split(typed: argparse.Namespace) -> int:
    """Stage `data`: rows that fit the schema, parted once and for all."""
    from ..data.heldout import summary_of, write_heldout
    from ..data.pipeline import HELD_OUT, SUMMARY, TRAIN
    from ..data.preconditions import see_that_all_fits
    from ..data.sources import load_rows
    from ..data.split import split as part
    from ..data.split import without_copies
    from ..data.tables import tables_of
    from ..data.tidy import examples_table
    from ..evidence.power import digest_of

    stage = _stage()
    params, shape = stage.params, stage.shape
    _mind_the_place(stage)
    rows = load_rows(stage.root, params.data, params.task, shape)
    see_that_all_fits(stage.root, rows, params, shape)
    kept, test = part(rows, shape, params.split)
    drop = params.split.copies == "drop"
    parted = without_copies(kept, test, shape, drop)
    kept, test, copies = parted.train, parted.test, parted.copies
    examples = tables_of(
        examples_table(test, shape, ()), None, params.task, shape.unit, stage.root, stage.root
    )
    summary = summary_of(parted, shape, params.split.copies, digest_of(examples))
    (stage.root / TRAIN).parent.mkdir(parents=True, exist_ok=True)
    kept.write_parquet(stage.root / TRAIN)
    _wrote(TRAIN, f"{len(kept)} rows to learn from")
    write_heldout(stage.root, test, shape, summary)
    _wrote(HELD_OUT, f"{len(test)} rows held out and sealed, by {_parted_by(stage)}")
    _wrote(SUMMARY, "what everybody may know of them")
    if copies.within or copies.across:
        done = "taken out" if drop else "kept: verdicts are exploratory"
        print(
            f"note: copies of rows {done}: {copies.within} among the held-out rows, "
            f"{copies.across} training rows with the inputs of a held-out one."
        )
    if copies.near:
        print(f"note: {copies.near} held-out rows are nearly the same as a training row.")
    return 0


def train(typed: argparse.Namespace) -> int:
    """Stage `train`: candidates, and predictions of the training rows out of fold."""
    from ..data.kpi import kpi_of
    from ..data.pipeline import CANDIDATE, OUT_OF_FOLD
    from ..data.training import train as trained
    from ..proof.cache import holding_labels

    stage = _stage()
    with TemporaryDirectory(prefix="lab-folds-") as folder:
        said, enclosed = trained(
            stage.project,
            stage.params,
            stage.shape,
            Path(folder),
            holding_labels(stage.root, stage.params.data),
            partial(_worth_of_decisions, stage, kpi_of(stage.root)),
            heard=lambda line: print(line, flush=True),
        )
    _wrote(CANDIDATE, f"{len(stage.params.train.seeds)} candidates, one per seed")
    said.write_parquet(stage.root / OUT_OF_FOLD)
    _wrote(OUT_OF_FOLD, f"{len(said)} predictions out of fold")
    if not enclosed:
        print("note: nothing on this system kept the two commands from the labels of these rows.")
    return 0


def score(typed: argparse.Namespace) -> int:
    """Stage `evaluate`: the tables, the metrics and the plots of development."""
    import polars as pl

    from ..data.kpi import kpi_of, unit_of_kpi
    from ..data.pipeline import CHAMPION, OUT_OF_FOLD, TRAIN
    from ..data.status_quo import decide
    from ..data.tables import read_tables
    from ..data.tidy import columns_beside, examples_table, of_rule, predictions_table
    from ..evidence.curves import curves
    from ..evidence.development import development_numbers

    stage = _stage()
    params, shape = stage.params, stage.shape
    said = {"candidate": pl.read_parquet(stage.root / OUT_OF_FOLD)}
    predicted = said["candidate"].select("id").unique()
    rows = pl.read_parquet(stage.root / TRAIN).with_columns(pl.col(shape.id).cast(pl.String))
    rows = rows.join(predicted, left_on=shape.id, right_on="id", how="semi", maintain_order="left")
    earlier = stage.root / CHAMPION / Path(OUT_OF_FOLD).name
    if params.evaluate.champion and (known := _of_champion(earlier, rows[shape.id])) is not None:
        said["champion"] = known
    decisions = decide(rows, params.status_quo.rule, shape)
    said["status_quo"] = of_rule(rows[shape.id], decisions)
    kpi = kpi_of(stage.root)
    examples = examples_table(rows, shape, columns_beside(params, shape, kpi))
    predictions = predictions_table(said, shape)
    folder = stage.root / OUT
    (folder / "plots").mkdir(parents=True, exist_ok=True)
    paths = folder / "examples.parquet", folder / "predictions.parquet"
    examples.write_parquet(paths[0])
    _wrote(f"{OUT}/examples.parquet", f"{len(examples)} training rows")
    predictions.write_parquet(paths[1])
    _wrote(f"{OUT}/predictions.parquet", f"{len(predictions)} predictions, out of fold")
    tables = read_tables(*paths, params.task, shape.unit)
    numbers = development_numbers(tables, kpi)
    head = {"rows": "development", "source": tables.source, "examples": len(tables)}
    _write_json(folder / "metrics.json", {**head, **numbers})
    _wrote(f"{OUT}/metrics.json", "development numbers, with 95 % intervals")
    positive = shape.positive
    classes = sorted(shape.target.categories or (), key=lambda name: name == positive)
    for name, table in curves(params.task, examples, predictions, classes).items():
        table.write_csv(folder / "plots" / f"{name}.csv")
        _wrote(f"{OUT}/plots/{name}.csv", f"{len(table)} points")
    worth, today = (numbers[model].get("kpi") for model in ("candidate", "status_quo"))
    if worth is not None and today is not None and worth <= today:
        print(
            f"note: a decision of the candidate is worth {number(worth)} "
            f"{unit_of_kpi(stage.root)}, one of the status quo {number(today)}. Let `scoring` and "
            "`threshold` under `train` in params.yaml aim at value; if they do, these features "
            "tell too little."
        )
    return 0


def lift(typed: argparse.Namespace) -> int:
    """Stage `lift`: what a model could add at best. It needs labels and the rule, no model."""
    import polars as pl

    from ..data.decisions import read_decisions
    from ..data.kpi import kpi_of, unit_of_kpi
    from ..data.pipeline import TRAIN
    from ..data.schema import ORIGIN
    from ..data.status_quo import decide
    from ..evidence.lift import expected_lift

    stage = _stage()
    kpi = kpi_of(stage.root)
    if kpi is None:
        raise LabError("params.yaml says nothing of what a decision is worth: add `lift`.")
    rows, unit = pl.read_parquet(stage.root / TRAIN), stage.shape.unit
    _see_what_counts(kpi, rows)
    if fault := kpi.not_estimated(unit):
        raise LabError(f"the lift cannot be estimated: {fault}.")
    table = pl.DataFrame(
        {
            "id": rows[stage.shape.id],
            "y": rows[stage.shape.target.name],
            "status_quo": decide(rows, stage.params.status_quo.rule, stage.shape),
            "source": rows[ORIGIN],
        }
        | {name: rows[name] for name in kpi.columns}
        | ({unit: rows[unit]} if unit else {})
    )
    path = stage.root / OUT / "decisions.parquet"
    path.parent.mkdir(exist_ok=True)
    table.write_parquet(path)
    _wrote(f"{OUT}/decisions.parquet", f"{len(table)} decisions as they are made today")
    found = expected_lift(read_decisions(path, kpi.columns, unit), kpi)
    counted_in = unit_of_kpi(stage.root)
    values = {name: rounded(bounds.estimate, KEPT) for name, bounds in found.items()}
    head = {"source": stage.params.data.source, "examples": len(table), "unit": counted_in}
    _write_json(stage.root / OUT / "lift.json", {**head, **values})
    _wrote(
        f"{OUT}/lift.json",
        f"potential {number(values['potential'])}, risk {number(values['risk'])} {counted_in}",
    )
    return 0


def _stage() -> Stage:
    from ..data.params import read_params
    from ..data.schema import read_shape

    project = project_here()
    params = read_params(project.root)
    return Stage(project, params, read_shape(project.root, params.task))


def _worth_of_decisions(
    stage: Stage, kpi: "Kpi | None", rows: "pl.DataFrame"
) -> "pl.DataFrame | None":
    """What each decision would bring, where params.yaml says it."""
    from ..evidence.aim import worth_of_decisions
    from ..evidence.ratios import NoValueError

    if kpi is None:
        return None
    _see_what_counts(kpi, rows)
    try:
        return worth_of_decisions(rows, stage.shape, kpi)
    except NoValueError as error:
        raise LabError(f"{error}.") from None


def _see_what_counts(kpi: "Kpi", rows: "pl.DataFrame") -> None:
    if missing := [name for name in kpi.columns if name not in rows.columns]:
        raise LabError(
            f"`lift` in params.yaml counts with {missing[0]}, which schema.yaml does not describe."
        )


def _parted_by(stage: Stage) -> str:
    split, shape = stage.params.split, stage.shape
    if split.by == "time":
        return f"{shape.time} from {split.after}"
    return str(split.column) if split.by == "column" else shape.unit or shape.id


def _mind_the_place(stage: Stage) -> None:
    """DVC notices a change of what lies in data/raw, and of nothing else."""
    from ..data.pipeline import RAW

    raw, file = stage.root / RAW, stage.root / stage.params.data.file
    if stage.params.data.source == "file" and raw.resolve() not in file.resolve().parents:
        print(
            f"note: {stage.params.data.file} is outside data/raw: DVC will not notice when it "
            "changes, unless you add it to the deps of stage data in dvc.yaml."
        )


def _of_champion(path: Path, ids: "pl.Series") -> "pl.DataFrame | None":
    """The champion's predictions out of fold, if it has one of each of these rows."""
    import polars as pl

    if not path.is_file():
        return None
    known = pl.read_parquet(path)
    if set(ids) <= set(known["id"]):
        return known.filter(known["id"].is_in(ids.to_list()))
    print("note: the champion was trained on other rows, so it has no development numbers here.")
    return None


def _write_json(path: Path, content: dict[str, Any]) -> None:
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")


def _wrote(path: str, what: str) -> None:
    print(f"wrote {path}: {what}", flush=True)
