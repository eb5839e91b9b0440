"""Each model of the how-to page is trained, judged and served, by the code that the page shows."""

import json

import polars as pl
import pytest
import yaml
from following import adjust, blocks_under, follow
from project.test_life import CARDS, folder, lab
from project.using import PACKAGE, InUse, commit

PAGE = "use-another-model"
SERVE = f"""
import json, sys
from pathlib import Path
from {PACKAGE}.serving import load
served = load(Path.cwd(), Path("models/candidate/seed-1"))
json.dump(served.predict(json.load(open("rows.json"))), open("answers.json", "w"))
"""


@pytest.mark.parametrize("heading", ["A random forest", "XGBoost", "LightGBM", "A neural network"])
def test_a_model_of_the_page_is_trained_judged_and_served(working: InUse, heading: str):
    blocks = blocks_under(PAGE, heading)
    assert 0 < sum(block.lines for block in blocks) <= 40
    card, _ = CARDS["binary"]
    models = [yaml.safe_load(block.text) for block in blocks if block.language == "yaml"]
    index = f"{folder(working, card)}/index.md"
    working.change(index, "model: linear}", f"model: {models[0]['train']['model']}}}")
    lab(working, "start", card)
    commit(working, "Start")

    follow(working, blocks)
    adjust(working, {"split": {"validation": 0.2}})  # one model each instead of five
    assert {"train", "evaluate"} <= set(working.repro().stages())
    assert working.json("evaluation/metrics.json")["candidate"]["roc_auc"] > 0.95
    working.ok("uv", "run", "--no-sync", "nox", "-s", "lint", "types")
    working.ok("uv", "run", "--no-sync", "pytest", "-q", "tests/test_model.py")

    assert "(confirmatory)" in lab(working, "judge", card)
    as_judged(working, card, "malignant")


def as_judged(project: InUse, card: str, positive: str) -> None:
    """What is served for the held-out rows is what was judged."""
    rows = project.table("data/heldout/rows")
    sent = rows.select([*project.yaml("schema.yaml")["columns"]]).to_dicts()
    (project.root / "rows.json").write_text(json.dumps(sent), encoding="utf-8")
    project.ok("uv", "run", "--no-sync", "python", "-c", SERVE)
    answers = project.json("answers.json")
    judged = project.table(f"evaluation/openings/{card}/predictions")
    judged = judged.filter(pl.col("model") == "candidate", pl.col("seed") == 1)
    judged = rows.select("id").join(judged, on="id", maintain_order="left")
    said = [answer["prediction"] == positive for answer in answers]
    assert said == (judged["label"] == 1).to_list()
    scores = [answer["score"] for answer in answers]
    assert scores == pytest.approx(judged["score"].to_list(), abs=1e-6)
