"""The pipeline runs what a change touches, stops at bad data, and repeats itself exactly."""

import json
from pathlib import Path

import polars as pl
import pytest

from lab.data.schema import ORIGIN

from .using import PACKAGE, InUse


def test_a_second_run_runs_nothing(working: InUse):
    ran = working.repro()
    assert ran.stages() == []
    assert "up to date" in ran.output


def test_a_change_runs_only_what_depends_on_it(working: InUse):
    for old, new, stages in (
        ("seeds: [1, 2, 3]", "seeds: [4]", ["train", "evaluate"]),
        ("malignant: 10,", "malignant: 11,", ["train", "evaluate", "lift"]),
        ("slices: [mean_radius]", "slices: [mean_area]", ["evaluate"]),
        ("mean_radius > 14", "mean_radius > 15", ["evaluate", "lift"]),
    ):
        working.change("params.yaml", old, new)
        assert working.repro().stages() == stages
    working.change(f"src/{PACKAGE}/features.py", '"""Preprocessing,', '"""The preprocessing,')
    assert working.repro().stages() == ["train"]  # its predictions are what they were


def test_the_same_seed_gives_the_same_bytes(working: InUse):
    before = made(working)
    ran = working.run("uv", "run", "dvc", "repro", "--force")
    assert ran.stages() == ["data", "train", "evaluate", "lift"], ran.output
    assert len(before) == 17
    assert made(working) == before


def made(project: InUse) -> dict[str, bytes]:
    """What the pipeline wrote; dvc.lock, too, which names all of it by content."""
    data, evaluation = project.root / "data", project.root / "evaluation"
    tables = [path for path in evaluation.rglob("*.*") if path.name != ".gitignore"]
    rows = [*data.rglob("*.parquet"), *data.glob("*.json")]
    models = [*(project.root / "models/candidate").iterdir()]
    written = [*rows, *tables, *models, project.root / "dvc.lock"]
    return {path.name: path.read_bytes() for path in written}


def test_another_model_is_one_parameter_away(working: InUse):
    working.change("params.yaml", "model: linear ", "model: boosted_trees ")
    assert working.repro().stages() == ["train", "evaluate"]
    assert working.json("evaluation/metrics.json")["candidate"]["roc_auc"] > 0.95


def test_dummy_data_runs_the_whole_pipeline_and_is_marked_everywhere(working: InUse):
    working.change("params.yaml", "source: sample ", "source: dummy ")
    working.repro()
    assert len(working.table("data/train")) + len(working.table("data/heldout/rows")) == 600
    assert working.table("evaluation/examples")["source"].unique().to_list() == ["dummy"]
    assert working.json("evaluation/metrics.json")["source"] == "dummy"
    working.ok("uv", "run", "lab", "site", "build")
    assert "Dummy data" in working.text("build/site/index.html")


def test_a_file_of_the_team_is_checked_row_by_row_and_then_used(working: InUse):
    labelled = working.table("data/heldout/rows").join(
        working.table("data/heldout/labels"), on="id", how="left"
    )
    train = working.table("data/train")
    rows = pl.concat([train, labelled.select(train.columns)]).drop(ORIGIN).sort("id")
    path = working.root / "data/raw/biopsies.csv"
    before = working.text("evaluation/metrics.json")
    working.change("params.yaml", "source: sample ", "source: file ")
    working.change("params.yaml", "file: data/raw/data.csv ", "file: data/raw/biopsies.csv ")

    missing = working.run("uv", "run", "dvc", "repro")
    assert missing.code != 0
    assert "data/raw/biopsies.csv does not exist" in missing.output

    third = pl.int_range(pl.len()) == 2
    wrong = pl.when(third).then(pl.lit(-1.0)).otherwise(pl.col("mean_area")).alias("mean_area")
    rows.with_columns(wrong).write_csv(path)
    stopped = working.run("uv", "run", "dvc", "repro")
    assert stopped.code != 0
    assert "row 3, column 'mean_area': -1.0 is below 0" in stopped.output
    assert "Traceback" not in stopped.output
    assert working.text("evaluation/metrics.json") == before

    rows.write_csv(path)
    assert working.repro().stages() == ["data", "train", "evaluate", "lift"]
    assert working.table("evaluation/examples")["source"].unique().to_list() == ["file"]
    again = working.json("evaluation/metrics.json")
    assert again["candidate"] == pytest.approx(json.loads(before)["candidate"])
    assert working.run("git", "check-ignore", "data/raw/biopsies.csv").code == 0


def test_a_corrupt_model_is_refused(working: InUse):
    path = working.root / "models/candidate/seed-1"
    path.unlink()
    path.write_bytes(b"PK not a model")
    job = {"model": str(path), "rows": "data/train.parquet", "id": "id", "to": "said.parquet"}
    (working.root / "jobs.json").write_text(json.dumps({"jobs": [job]}), encoding="utf-8")
    ran = working.run("uv", "run", "python", "-m", f"{PACKAGE}.predict", "jobs.json")
    assert ran.code == 1
    assert "seed-1 is not a model that skops wrote" in ran.output
    assert "Traceback" not in ran.output


def test_the_teams_data_travels_with_dvc_and_never_with_git(working: InUse, tmp_path: Path):
    own = working.root / "data/raw/own.csv"
    own.write_text("id\na\n", encoding="utf-8")
    working.ok("uv", "run", "dvc", "add", "data/raw/own.csv")
    working.ok("uv", "run", "dvc", "remote", "add", "--default", "store", str(tmp_path / "store"))
    working.ok("git", "add", "--all")
    working.ok("git", "commit", "--quiet", "--message", "Own data")
    assert "data/raw/own.csv" not in working.ok("git", "ls-files").splitlines()
    working.ok("uv", "run", "dvc", "push")
    working.ok("git", "clone", "--quiet", ".", str(tmp_path / "clone"))
    clone = InUse(tmp_path / "clone")
    clone.ok("uv", "run", "--python", working.python(), "dvc", "pull")
    assert clone.text("data/raw/own.csv") == "id\na\n"
    for name in ("data/heldout/labels", "evaluation/predictions"):
        assert clone.table(name).equals(working.table(name))
