"""The tables, metrics, lift and plots of each task, counted again by other means."""

import itertools
from statistics import mean

import numpy as np
import polars as pl
import pytest

from .using import InUse

SIZES = {"binary": 569, "multiclass": 1797, "regression": 442}  # of scikit-learn's samples
PRIMARY = {
    "binary": {"precision": 1, "recall": 1},
    "multiclass": {"accuracy": 1, "f1_macro": 1},
    "regression": {"mean_absolute_error": -1, "r2": 1},
}


def test_every_row_is_in_one_part_and_the_held_out_part_is_large_enough(project: InUse):
    parts = ("train", "heldout/rows", "heldout/labels")
    train, rows, labels = (project.table(f"data/{name}") for name in parts)
    known, target = project.json("data/heldout.json"), project.yaml("schema.yaml")["target"]["name"]
    assert not set(train["id"]) & set(rows["id"])
    assert target not in rows.columns
    assert labels.columns == ["id", target]
    assert labels["id"].to_list() == rows["id"].to_list()
    assert not rows["id"].is_sorted()
    assert (
        len(train) + len(rows) + known["copies"]["within"] + known["copies"]["across"]
        == SIZES[project.yaml("params.yaml")["task"]]
    )
    assert len(rows) == known["examples"] >= 200
    assert rows["lab:source"].unique().to_list() == ["sample"]


def test_no_everyday_stage_reads_the_held_out_files(project: InUse):
    for name, stage in project.yaml("dvc.lock")["stages"].items():
        read = [entry["path"] for entry in stage.get("deps", [])]
        assert not [path for path in read if path.startswith("data/heldout")], name


def test_the_two_tables_are_tidy(project: InUse, task: str):
    examples = project.table("evaluation/examples")
    predictions = project.table("evaluation/predictions")
    seeds = project.yaml("params.yaml")["train"]["seeds"]
    assert examples.columns[:2] == ["id", "y"]
    assert examples.columns[-1] == "source"
    assert examples["id"].is_unique().all()
    assert examples["id"].to_list() == sorted(project.table("data/train")["id"])
    assert predictions.columns == ["id", "model", "seed", "label", "score"]
    counted = {(model, seed) for model, seed in predictions.select("model", "seed").rows()}
    assert counted == {("candidate", seed) for seed in seeds} | {("status_quo", 0)}
    assert len(predictions) == len(examples) * (len(seeds) + 1)
    assert predictions.select("id", "model", "seed").is_unique().all()
    assert predictions["label"].null_count() == 0
    scores = predictions.filter(pl.col("model") == "candidate")["score"]
    if task == "binary":
        assert set(examples["y"]) == {0, 1}
        assert scores.is_between(0, 1).all()
    else:
        assert scores.null_count() == len(scores)


def count_again(y: list, label: list) -> dict[str, float]:
    """Metrics by their definitions, from counts and sums alone."""
    pairs, n = list(zip(y, label, strict=True)), len(y)
    if isinstance(y[0], float):
        errors = [truth - said for truth, said in pairs]
        spread = sum((truth - mean(y)) ** 2 for truth in y)
        squares = sum(error**2 for error in errors)
        return {
            "mean_absolute_error": mean(map(abs, errors)),
            "root_mean_squared_error": (squares / n) ** 0.5,
            "r2": 1 - squares / spread,
        }
    found, recalls, scores = {"accuracy": sum(a == b for a, b in pairs) / n}, [], []
    for kind in sorted(set(y)):
        hits = sum(a == b == kind for a, b in pairs)
        said, true = label.count(kind), y.count(kind)
        recalls.append(hits / true)
        scores.append(2 * hits / (said + true))
        if kind == 1:
            found |= {"precision": hits / said, "recall": recalls[-1], "f1": scores[-1]}
    return found | {"recall_macro": mean(recalls), "f1_macro": mean(scores)}


def test_the_metrics_are_those_of_the_tables(project: InUse):
    metrics = project.json("evaluation/metrics.json")
    examples = project.table("evaluation/examples")
    predictions = project.table("evaluation/predictions")
    for model in ("candidate", "status_quo"):
        runs = []
        for part in predictions.filter(pl.col("model") == model).partition_by("seed"):
            table = examples.join(part, on="id")
            runs.append(count_again(table["y"].to_list(), table["label"].to_list()))
        for name, told in metrics[model].items():
            if name not in ("roc_auc", "kpi"):
                again = mean(run[name] for run in runs)
                assert told == pytest.approx(again, rel=1e-6, abs=1e-6), (model, name)


@pytest.mark.parametrize("task", ["binary"])  # no other task has scores
def test_the_area_under_the_curve_is_a_count_of_pairs(project: InUse):
    examples = project.table("evaluation/examples")
    candidate = project.table("evaluation/predictions").filter(pl.col("model") == "candidate")
    areas = []
    for part in candidate.partition_by("seed"):
        table = examples.join(part, on="id")
        positive, negative = (table.filter(pl.col("y") == y)["score"].to_numpy() for y in (1, 0))
        difference = positive[:, None] - negative[None, :]
        areas.append(((difference > 0) + 0.5 * (difference == 0)).mean())
    told = project.json("evaluation/metrics.json")["candidate"]["roc_auc"]
    assert told == pytest.approx(float(np.mean(areas)), abs=1e-6)


def test_an_interval_stands_beside_each_development_number(project: InUse):
    metrics = project.json("evaluation/metrics.json")
    assert metrics["rows"] == "development"
    assert metrics["interval"].keys() == metrics["candidate"].keys()
    for name, value in metrics["candidate"].items():
        assert metrics["interval"][name]["low"] < value < metrics["interval"][name]["high"], name


def test_the_candidate_beats_the_status_quo(project: InUse, task: str):
    metrics = project.json("evaluation/metrics.json")
    for name, sign in PRIMARY[task].items():
        better, worse = metrics["candidate"][name], metrics["status_quo"][name]
        assert sign * better > sign * worse, name


def test_the_lift_is_what_counting_every_pair_gives(project: InUse, task: str):
    told = project.json("evaluation/lift.json")
    lift = project.yaml("params.yaml")["lift"]
    train = project.table("data/train")
    target = project.yaml("schema.yaml")["target"]["name"]

    def value(truth: object, decision: object) -> float:
        if task == "regression":
            return -lift["cost_of_error"] * abs(truth - decision)  # type: ignore[operator]
        otherwise = lift.get("correct", 0) if truth == decision else lift.get("wrong", 0)
        return lift.get("value", {}).get(truth, {}).get(decision, otherwise)

    labels = train[target].to_list()
    if task == "regression":
        decisions = [8 * bmi - 60 for bmi in train["bmi"]]
    elif task == "binary":
        decisions = ["malignant" if radius > 14 else "benign" for radius in train["mean_radius"]]
    else:
        decisions = [
            ("4" if c > 8 else "3") if a > 0 else ("9" if b > 4 else "0")
            for a, b, c in train.select("pixel_4_4", "pixel_3_4", "pixel_3_2").rows()
        ]
    perfect = mean(value(label, label) for label in labels)
    status_quo = mean(map(value, labels, decisions))
    random = mean(value(a, b) for a, b in itertools.product(labels, labels))
    assert told["perfect"] == pytest.approx(perfect, abs=1e-5)
    assert told["status_quo"] == pytest.approx(status_quo, abs=1e-5)
    assert told["random"] == pytest.approx(random, abs=1e-5)
    assert told["potential"] == pytest.approx(perfect - status_quo, abs=1e-5)
    assert told["risk"] == pytest.approx(status_quo - random, abs=1e-5)
    assert told["potential"] > 0
    assert told["risk"] > 0


def test_the_plots_hold_the_tables_points(project: InUse, task: str):
    plots = project.root / "evaluation/plots"
    examples = project.table("evaluation/examples")
    if task == "regression":
        assert len(pl.read_csv(plots / "predicted.csv")) == len(examples)
        errors = pl.read_csv(plots / "errors.csv")
        assert errors.row(-1)[1:] == (1.0, 1.0)
        assert all(errors[name].is_sorted() for name in ("candidate", "status_quo"))
        return
    confusion = pl.read_csv(plots / "confusion.csv", infer_schema=False)
    predictions = project.table("evaluation/predictions")
    first = predictions.filter((pl.col("model") == "candidate") & (pl.col("seed") == 1))
    right = (first.join(examples, on="id").select(pl.col("label") == pl.col("y")))["label"].sum()
    assert len(confusion) == len(examples)
    assert (confusion["actual"] == confusion["predicted"]).sum() == right


def test_dvc_shows_the_plots_and_the_metrics(project: InUse, tmp_path):
    page = tmp_path / "plots"
    project.ok("uv", "run", "dvc", "plots", "show", "--out", str(page))
    shown = (page / "index.html").read_text(encoding="utf-8")
    for plot in project.yaml("dvc.yaml")["plots"]:
        for options in plot.values():
            assert options["title"] in shown
    metrics = project.ok("uv", "run", "dvc", "metrics", "show", "--md")
    assert "evaluation/metrics.json" in metrics
    assert "evaluation/lift.json" in metrics
