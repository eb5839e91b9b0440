"""Labels that arrived later: joined with answers, and what they say of what was promised."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from playing import Play
from watching import reports, rows_of, vouch, write_log

from lab.data.labels import read_labelled
from lab.data.live import Live
from lab.data.schema import Column, Shape
from lab.errors import LabError

ILL = Shape(
    (Column("age", "float"),),
    Column("ill", "category", categories=("well", "ill")),
    "ill",
    id="case",
)


def answered(prediction: list, requests: list | None = None, **more: Any) -> Live:
    """Answers, by the request that each came with."""
    n = len(prediction)
    named = {"request_id": requests or [f"r{place}" for place in range(n)], "row_id": [None] * n}
    return Live(
        {"age": pl.Series(np.arange(n, dtype=float))},
        pl.Series(prediction),
        pl.Series(more.get("score", [None] * n), dtype=pl.Float64),
        *({}, None, None, {}),
        {name: pl.Series(named[name], dtype=pl.String) for name in named},
    )


def labels(tmp_path: Path, **columns: list) -> Path:
    path = tmp_path / "labels.parquet"
    pl.DataFrame(columns).write_parquet(path)
    return path


def test_labels_find_their_answers_in_any_order(tmp_path: Path):
    live = answered(["ill", "well", "ill", None], score=[0.9, 0.2, 0.7, None])
    path = labels(
        tmp_path,
        request_id=["r2", "elsewhere", "r0", "r1", "r3"],
        ill=["well", "ill", "ill", None, "ill"],
    )
    found = read_labelled(path, live, ILL)
    assert (found.known, found.waiting, found.strange) == (4, 1, 2)
    said = found.tables.predictions["candidate"][1]
    assert found.tables.y.tolist() == [1, 0]
    assert said.label.tolist() == [1, 1]
    assert said.score is not None
    assert said.score.tolist() == [0.9, 0.7]
    assert found.tables.columns["age"].tolist() == [0, 2]


def test_a_request_with_several_rows_needs_their_number(tmp_path: Path):
    live = answered(["ill", "well", "ill"], requests=["a", "a", "b"])
    with pytest.raises(LabError, match="2 labels are about requests with several rows"):
        read_labelled(labels(tmp_path, request_id=["a", "a", "b"], ill=["ill"] * 3), live, ILL)
    path = labels(tmp_path, request_id=["a", "a"], row=[1, 0], ill=["ill", "well"])
    assert read_labelled(path, live, ILL).tables.y.tolist() == [0, 1]


def test_numbers_and_several_classes_have_labels_too(tmp_path: Path):
    path = labels(tmp_path, request_id=["r0", "r1"], y=[1.5, 2])
    number = Shape(ILL.inputs, Column("y", "float"))
    found = read_labelled(path, answered([1.0, 3.0]), number).tables
    assert (found.task, found.y.tolist()) == ("regression", [1.5, 2])
    several = Shape(ILL.inputs, Column("y", "category", categories=("a", "b", "c")))
    path = labels(tmp_path, request_id=["r0", "r1"], y=["b", "b"])
    found = read_labelled(path, answered(["b", "c"]), several).tables
    assert (found.task, found.classes, found.y.tolist()) == ("multiclass", ("b",), [0, 0])
    assert found.predictions["candidate"][1].label.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"ill": ["ill"]}, "add the column request_id, or case"),
        ({"request_id": ["r0"]}, "has no column ill, which holds the labels"),
        ({"request_id": ["r0"], "ill": ["dead"]}, "1 of its labels are no class"),
        ({"request_id": ["x"], "ill": ["ill"]}, "none of its 1 labels is about an answer"),
        ({"request_id": ["r0", "r0"], "ill": ["ill", "well"]}, "about the same answer"),
        ({"request_id": ["r0"], "ill": [["ill"]]}, "`ill` holds lists or structures"),
        ({"request_id": [{"a": 1}], "ill": ["ill"]}, "`request_id` holds lists"),
    ],
)
def test_labels_that_do_not_fit_are_refused(tmp_path: Path, columns: dict, said: str):
    with pytest.raises(LabError, match=said):
        read_labelled(labels(tmp_path, **columns), answered(["ill", "well"]), ILL)


def test_where_rows_belong_together_labels_say_to_what(tmp_path: Path):
    shape = Shape(ILL.inputs, ILL.target, "ill", unit="patient")
    path = labels(tmp_path, request_id=["r0", "r1"], ill=["ill", "ill"])
    with pytest.raises(LabError, match="no column patient: rows of one patient belong together"):
        read_labelled(path, answered(["ill", "ill"]), shape)
    path = labels(tmp_path, request_id=["r0", "r1"], ill=["ill", "ill"], patient=["p", "p"])
    unit = read_labelled(path, answered(["ill", "ill"]), shape).tables.unit
    assert unit is not None
    assert unit.tolist() == [0, 0]


# The command.


def write_labels(play: Play, wrong: float) -> None:
    """Labels of the first 300 answers; so many of them are not what was answered."""
    log = [json.loads(line) for line in (play.root / "live.jsonl").read_text("utf-8").splitlines()]
    generator = np.random.default_rng(4)
    other = {"ill": "well", "well": "ill"}
    rows = [
        (row["request_id"], other[row["prediction"]] if mistaken else row["prediction"])
        for row, mistaken in zip(log[:300], generator.random(300) < wrong, strict=True)
    ]
    text = "".join(f"{name},{label}\n" for name, label in rows)
    play.write("labels.csv", f"request_id,ill\n{text}")


def test_what_still_holds_is_said_with_its_interval(watched: Play):
    write_log(watched)
    write_labels(watched, 0.05)
    words = ("monitor", "live.jsonl", "--labels", "labels.csv")
    said = watched.type(*words, "--criterion", "accuracy > 0.8")
    assert said.code == 0
    assert "Of 1 criteria" not in said.out
    assert "By the labels, of 1 criteria 1 still met." in said.out
    assert "300 answers have a label, 100 wait for theirs." in said.out
    assert "accuracy > 0.8: still met. The accuracy is 0.9" in said.out
    assert "we can be 95 % sure that it is above 0.9" in said.out
    page, found = ((watched.root / name).read_text("utf-8") for name in reversed(reports(watched)))
    assert "## Labels" in page
    assert json.loads(found)["labels"]["criteria"][0]["status"] == "met"
    assert "r17" not in page


def test_what_holds_no_longer_ends_with_1_and_what_cannot_be_told_with_3(watched: Play):
    write_log(watched)
    write_labels(watched, 0.4)
    words = ("monitor", "live.jsonl", "--labels", "labels.csv", "--criterion")
    missed = watched.type(*words, "accuracy > 0.8")
    assert missed.code == 1
    assert "accuracy > 0.8: no longer met." in missed.out
    unclear = watched.type(*words, "accuracy > 0.65")
    assert unclear.code == 3
    assert "not to be told yet" in unclear.out


def test_else_it_is_what_the_champion_promised(watched: Play):
    write_log(watched)
    write_labels(watched, 0.05)
    hypothesis = next((watched.root / "stages/4-experiments").iterdir()).name
    watched.write("params.yaml", f"task: binary\nevaluate: {{champion: {hypothesis}}}\n")
    words = ("monitor", "live.jsonl", "--labels", "labels.csv", "--json")
    found = json.loads(watched.type(*words).out)
    criteria = [one["criterion"] for one in found["labels"]["criteria"]]
    text = (watched.root / f"stages/4-experiments/{hypothesis}/index.md").read_text("utf-8")
    assert criteria
    assert all(criterion in text for criterion in criteria)
    assert not any("champion" in criterion or "latency" in criterion for criterion in criteria)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--criterion", "recall > 0.8"), "--criterion needs --labels"),
        (("--labels", "labels.csv"), "say what has to hold"),
        (("--labels", "labels.csv", "--criterion", "recal > 1"), "unknown metric `recal`"),
        (("--labels", "labels.csv", "--criterion", "recall > champion"), "labels do not decide"),
        (("--labels", "none.csv", "--criterion", "recall > 0.8"), "none.csv is missing"),
    ],
)
def test_what_labels_cannot_answer_ends_with_3(watched: Play, words: tuple, said: str):
    write_log(watched)
    write_labels(watched, 0.05)
    found = watched.type("monitor", "live.jsonl", *words)
    assert found.code == 3
    assert said in found.err
    assert not reports(watched)


def test_a_table_is_named_by_the_id_of_the_schema(watched: Play):
    generator = np.random.default_rng(9)
    rows = pl.DataFrame(rows_of(3, 300)).with_columns(
        id=pl.Series([f"c{number}" for number in range(300)]),
        prediction=pl.Series(generator.choice(["ill", "well"], 300, p=[0.2, 0.8])),
    )
    rows.write_parquet(watched.root / "batch.parquet")
    rows.select("id", ill="prediction").write_parquet(watched.root / "labels.parquet")
    vouch(watched)
    said = watched.type(
        *("monitor", "batch.parquet", "--labels", "labels.parquet"),
        *("--criterion", "accuracy > 0.9"),
    )
    assert "300 answers have a label, 0 wait for theirs." in said.out
