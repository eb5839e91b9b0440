"""A hypothesis from start to champion or close, on the real predictions of each task."""

import html
import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy import stats

from lab.numerals import number

from .using import CARD, PACKAGE, SEARCH, InUse, commit

pytestmark = pytest.mark.long

CARDS = {
    "binary": (CARD, "supported"),
    "multiclass": ("HYP-20261105-linear-model-reads-digits", "supported"),
    "regression": ("HYP-20261105-linear-model-beats-bmi-rule", "supported"),
}

COMPARED = {"binary": "recall", "multiclass": "accuracy"}  # with a champion of the task


def lab(project: InUse, *words: str) -> str:
    return project.ok("uv", "run", "--no-sync", "lab", *words)


FORGE = """
import sys, json
from pathlib import Path
import polars as pl
from lab.evidence.verdict import Opening, read
from lab.project import Project
from lab.proof.judgement import judged
from lab.proof.opening import keep
from lab.records.store import read_store
root, card = Path.cwd(), sys.argv[1]
folder = root / "evaluation/openings" / card
truth = pl.read_parquet(folder / "examples.parquet").select("id", "y")
said = pl.read_parquet(folder / "predictions.parquet").join(truth, on="id", maintain_order="left")
mine = pl.col("model") == "candidate"
forged = said.with_columns(label=pl.when(mine).then("y").otherwise("label")).drop("y")
forged.write_parquet(folder / "predictions.parquet")
store = read_store(root)
record = store.find(card)
path = root / record.folder / "verdict.json"
honest = read(path.read_text())
path.unlink()
keep(Project(root), record)
path.write_text(judged(store, record, "ann", opening=honest.opening).text)
"""
SEARCHES = {
    "binary": SEARCH,
    "multiclass": ("linear: {C: [0.01, 0.1, 1.0]}", "linear: {C: [0.03, 0.3]}"),
    "regression": ("linear: {alpha: [0.1, 1.0, 10.0, 100.0]}", "linear: {alpha: [0.3, 3.0, 30.0]}"),
}


def experiment(project: InUse, task: str) -> None:
    """What the card says: search the penalty on another list, and run what depends on it."""
    project.change("params.yaml", *SEARCHES[task])
    assert project.repro().stages() == ["train", "evaluate"]


def folder(project: InUse, card: str) -> str:
    return f"stages/4-experiments/{card}"


def tick(project: InUse, card: str) -> None:
    """Tick the definition of done that came with the review: all of it is true."""
    path = project.root / folder(project, card) / "index.md"
    head, heading, rest = path.read_text("utf-8").partition("## Definition of done")
    assert "- [ ] Tests were written" in rest
    path.write_text(f"{head}{heading}{rest.replace('[ ]', '[x]')}", encoding="utf-8")


def test_a_hypothesis_lives_through_its_lanes(living: InUse, task: str):
    card, expected = CARDS[task]
    started = lab(living, "start", card)
    assert "Locked" in started
    assert "slot 1 of TS-2026-11" in started
    assert "not committed yet" in living.run("uv", "run", "lab", "judge", card).output
    commit(living, "Start")

    experiment(living, task)
    said = lab(living, "judge", card)
    verdict = living.json(f"{folder(living, card)}/verdict.json")
    assert verdict["verdict"] == expected
    assert verdict["mode"] == "confirmatory", verdict["reasons"]
    assert said.lower().startswith(expected)
    for result in verdict["results"]:
        assert result["criterion"] in said
        assert result["status"] in ("met", "unclear")
    counted_again(living, task, verdict)
    assert "holds" in lab(living, "check")
    commit(living, "Judge")
    assert "verdicts computed again: 1." in lab(living, "audit")

    tick(living, card)
    told = lab(living, "review", card, "--approve", "--learned", "It was worth three days.")
    assert "is in `update model`" in told
    if task in COMPARED:
        champion(living, task, card)


def test_nothing_is_opened_while_the_models_are_of_another_source(working: InUse):
    card, _ = CARDS["binary"]
    lab(working, "start", card)
    commit(working, "Start")
    working.change(f"src/{PACKAGE}/predict.py", '"""The predict', '"""This predict')
    refused = working.run("uv", "run", "--no-sync", "lab", "judge", card)
    assert refused.code == 1
    assert "the pipeline is not up to date" in refused.output
    assert "Nothing was opened" in refused.output
    assert not (working.root / "evaluation/openings").exists()


def test_no_command_of_the_team_can_read_the_held_out_files(working: InUse):
    peek = 'print(len(Path("data/heldout/labels.parquet").read_bytes()))'
    line = "    schema = load_schema(load_params().task)\n"
    working.change(f"src/{PACKAGE}/predict.py", line, f"{line}    {peek}\n")
    refused = working.run("uv", "run", "dvc", "repro")
    assert refused.code != 0
    assert "Permission denied: 'data/heldout/labels.parquet'" in refused.output


def test_forged_predictions_come_out_otherwise(working: InUse):
    """An author who knows the tool can make a verdict of his own; predicting again shows it.

    The honest one is confirmatory although the model was there before the lock: nobody had seen
    what it says of held-out rows.
    """
    lab(working, "start", CARD)
    commit(working, "Start")
    assert lab(working, "judge", CARD).startswith("Supported (confirmatory).")
    working.ok("uv", "run", "--no-sync", "python", "-c", FORGE, CARD)
    commit(working, "Judge")
    assert "verdicts computed again: 1." in lab(working, "audit")
    red = working.run("uv", "run", "--no-sync", "lab", "reproduce")
    assert red.code == 1
    assert "predicted again, the candidate says something else of" in red.output


def test_the_evidence_of_a_verdict_comes_back_from_the_remote(decided: InUse, tmp_path: Path):
    dvc = ("uv", "run", "--no-sync", "dvc")
    decided.ok(*dvc, "remote", "add", "--default", "shelf", str(tmp_path / "shelf"))
    decided.ok(*dvc, "push", "--quiet")
    decided.change("params.yaml", *reversed(SEARCHES["binary"]))
    decided.repro()
    commit(decided, "Move on")

    opened = decided.root / "evaluation/openings" / CARD
    shutil.rmtree(opened)
    shutil.rmtree(decided.root / ".dvc/cache")
    assert "verdicts computed again: 1." in lab(decided, "audit")
    assert not opened.exists()
    shutil.rmtree(decided.root / ".dvc/cache")
    shutil.rmtree(tmp_path / "shelf")
    lost = decided.run("uv", "run", "--no-sync", "lab", "audit")
    assert lost.code == 3
    assert "is neither here nor in DVC's cache or remote" in lost.output


def counted_again(project: InUse, task: str, verdict: dict) -> None:
    """The estimates by other means, and the exact bounds where the seeds agree."""
    opened = f"evaluation/openings/{verdict['id']}"
    examples = project.table(f"{opened}/examples")
    predictions = project.table(f"{opened}/predictions").sort("seed", maintain_order=True)
    y = examples["y"].to_numpy()
    told = {one["criterion"]: one for one in verdict["results"]}
    counting = {"candidate": [group[0] for group in verdict["alike"]], "status_quo": [0]}

    def labels(model: str, seeds: list[int]) -> list[np.ndarray]:
        said = predictions.filter((pl.col("model") == model) & pl.col("seed").is_in(seeds))
        parts = said.partition_by("seed")
        return [examples.join(part, on="id")["label"].to_numpy() for part in parts]

    for group in verdict["alike"]:  # seeds that predict the same count as one
        first, *others = labels("candidate", group)
        same = np.allclose if task == "regression" else np.array_equal
        assert all(same(first, other) for other in others)

    if task == "binary":
        shares = [
            float((run[y == 1] == 1).mean()) for run in labels("candidate", counting["candidate"])
        ]
        recall = told["recall > 0.85"]
        assert_about(recall, float(np.mean(shares)))
        n = int((y == 1).sum())
        exact = stats.binomtest(round(float(np.mean(shares)) * n), n, alternative="greater")
        bound = exact.proportion_ci(0.995, method="exact").low
        assert 0.85 <= recall["lower"] <= bound + 0.01
    elif task == "multiclass":
        shares = [float((run == y).mean()) for run in labels("candidate", counting["candidate"])]
        assert_about(told["accuracy > 0.90"], float(np.mean(shares)))
    else:
        errors = [
            float(np.abs(run - y).mean()) for run in labels("candidate", counting["candidate"])
        ]
        (today,) = labels("status_quo", counting["status_quo"])
        gap = np.mean(errors) - np.abs(today - y).mean()
        one = told["mean_absolute_error < status_quo"]
        assert_about(one, float(gap))
        assert one["lower"] < gap < one["upper"] <= 0


def assert_about(result: dict, value: float) -> None:
    """What a verdict tells is no finer than its uncertainty, and no coarser than half of it."""
    step = (result["upper"] - result["lower"]) / 2
    assert abs(result["estimate"] - value) <= step / 2 + 1e-9
    assert result["lower"] <= value <= result["upper"]


def champion(project: InUse, task: str, card: str) -> None:
    """The judged model becomes a reference for the next candidate."""
    commit(project, "Review")
    lab(project, "promote", card)
    assert project.yaml("params.yaml")["evaluate"]["champion"] == card
    assert project.repro().stages() == ["evaluate"]
    predictions = project.table("evaluation/predictions")
    models = predictions["model"].unique().to_list()
    assert sorted(models) == ["candidate", "champion", "status_quo"]
    by_model = predictions.sort("model", "seed", "id").partition_by("model", as_dict=True)
    labels = {key[0]: part["label"].to_list() for key, part in by_model.items()}
    assert labels["champion"] == labels["candidate"]
    commit(project, "Promote")
    assert "verdicts computed again: 1." in lab(project, "audit")  # the evidence is in DVC's cache

    project.change("params.yaml", *reversed(SEARCHES[task]))
    project.repro()
    tried = project.ok(
        *("uv", "run", "--no-sync", "lab", "try", f"{COMPARED[task]} >= champion - 0.2", "--json")
    )
    assert '"reference": "champion"' in tried
    assert '"mode": "exploratory"' in tried


def test_an_iteration_ends_in_a_report_and_a_decision(decided: InUse):
    lab(decided, "log", CARD, "Nothing but the penalty was tuned.")
    tick(decided, CARD)
    lab(
        decided,
        *("review", CARD, "--approve", "--not-shipped", "Nobody wants it yet."),
        *("--learned", "Thirty measurements know more than one."),
    )
    assert "outcome: supported" in decided.text(f"{folder(decided, CARD)}/index.md")

    lab(decided, "report", "--title", "What the measurements know")
    (report,) = (decided.root / "stages/5-reports").glob("REP-*/index.md")
    name = report.parent.name
    early = decided.run("uv", "run", "--no-sync", "lab", "decide", name, "invest", "--because", "x")
    assert early.code == 1
    assert "REP009" not in early.output
    assert "REC009" in early.output  # its headings are still empty
    text = report.read_text("utf-8").replace("-->", "-->\nWe learned that it works.")
    text = text.replace("tldr: <", "tldr: It works on old biopsies. #<")
    report.write_text(text, encoding="utf-8")
    lab(
        decided,
        *("decide", name, "invest", "--because", "It is worth a second look."),
        *("--not-deployed", "too early", "--revisit-on", "2027-03-01"),
    )
    shown = decided.yaml_front(report)
    assert shown["decision"]["choice"] == "invest"
    assert shown["history"][-1]["to"] == "accepted"
    assert "holds" in lab(decided, "check")
    lab(decided, "site", "build")
    page = html.unescape(decided.text(f"build/site/stages/5-reports/{name}/index.html"))
    verdict = decided.json(f"{folder(decided, CARD)}/verdict.json")
    assert number(verdict["results"][1]["lower"]) in page
    assert "{{" not in page
