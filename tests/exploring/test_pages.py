"""The pages on exploring, done word for word, with the packages that they name."""

import json

import pytest
from following import blocks_under, follow
from project.using import PACKAGE, InUse, commit

from lab.enclosure import is_possible

LAST_RUN = """
import json, mlflow
(run,) = mlflow.search_runs(search_all_experiments=True, output_format="list")
print(json.dumps({"metrics": run.data.metrics, "params": run.data.params}))
"""


def test_a_notebook_runs_beside_its_record_and_holds_by_hooks_and_sessions(working: InUse):
    follow(working, blocks_under("explore-the-data", "A notebook of marimo"))
    (notebook,) = working.root.glob("stages/4-experiments/EDA-*/explore.py")
    working.ok("uv", "run", "nox", "-s", "lint", "records")
    if is_possible():
        text = notebook.read_text("utf-8").replace("data/train", "data/heldout/rows")
        notebook.write_text(text, encoding="utf-8")
        ran = working.run("uv", "run", "lab", "explore", "training-rows", "--run")
        assert ran.code != 0
        assert "ermission" in ran.output
    jupyter = notebook.with_name("look.ipynb")
    cells = [{"cell_type": "code", "source": ["1"], "outputs": [{"data": "1"}]}]
    jupyter.write_text(json.dumps({"cells": cells, "nbformat": 4, "metadata": {}}), "utf-8")
    working.ok("git", "add", "--all")
    for checked in (
        working.run("git", "commit", "--message", "Look"),
        working.run("uv", "run", "nox", "-s", "records"),
    ):
        assert checked.code == 1
        assert "REC021 cell 1 of look.ipynb holds outputs" in checked.output


def test_variants_are_tried_and_taken_over(working: InUse):
    first, then = (
        [block] for block in blocks_under("try-variants", None) if block.language == "console"
    )
    follow(working, first)
    shown = working.ok("uv", "run", "dvc", "exp", "show", "--csv", "--keep", "train.model")
    assert {"trees", "strong-penalty"} <= {
        cell for line in shown.split() for cell in line.split(",")
    }
    follow(working, then)
    assert working.ok("git", "status", "--short") == ""


def test_mlflow_gets_the_numbers_that_the_pipeline_writes(working: InUse):
    follow(working, blocks_under("log-to-mlflow", None))
    said = working.ok("uv", "run", "python", "-c", LAST_RUN)
    run = json.loads(said.splitlines()[-1])
    numbers = working.json("evaluation/metrics.json")
    told = {name: run["metrics"][name] for name in numbers["candidate"]}
    assert told == pytest.approx(numbers["candidate"])
    low, high = (run["metrics"][f"recall_{end}"] for end in ("low", "high"))
    assert {"low": low, "high": high} == pytest.approx(numbers["interval"]["recall"])
    assert run["params"]["model"] == "linear"
    assert (working.root / f"src/{PACKAGE}/tracking.py").is_file()
    commit(working, "MLflow")
