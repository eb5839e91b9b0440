"""What the predict command is asked says nothing of the answer, and what it says is checked."""

from pathlib import Path

import polars as pl
import pytest
from rows import NUMBER, a_shape, some_rows

from lab.data.jobs import CommandError, Predicting, ask, blinded, read_predictions
from lab.project import Project


def test_rows_are_blinded():
    rows = some_rows()
    asked, key = blinded(rows, a_shape())
    assert asked.columns == ["id", "age", "size", "colour"]
    assert not set(asked["id"]) & set(rows["id"])
    assert key["name"].to_list() == rows["id"].to_list()


def said(tmp_path: Path, **columns: object) -> Path:
    path = tmp_path / "said.parquet"
    pl.DataFrame(columns).write_parquet(path)
    return path


def test_predictions_come_back_under_their_names(tmp_path: Path):
    rows = some_rows(3)
    _, key = blinded(rows, a_shape())
    path = said(tmp_path, id=key["id"].reverse(), label=["no", "no", "yes"], score=[0.1, 0.2, 0.9])
    found = read_predictions(path, key, a_shape())
    assert found["id"].to_list() == rows["id"].to_list()
    assert found["label"].to_list() == ["yes", "no", "no"]
    assert found["score"].to_list() == [0.9, 0.2, 0.1]


def test_what_was_measured_comes_along(tmp_path: Path):
    _, key = blinded(some_rows(2), a_shape())
    path = said(tmp_path, id=key["id"], label=["no", "yes"], latency_ms=[1, 2], mood=["a", "b"])
    found = read_predictions(path, key, a_shape())
    assert found.columns == ["id", "label", "score", "latency_ms"]
    assert found["latency_ms"].to_list() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"label": ["no"] * 3}, "no column id"),
        ({"id": ["row-000000001"] * 3, "label": ["no"] * 3}, "each of 3 rows once"),
        ({"id": ["a", "b", "c"], "label": ["no"] * 3}, "each of 3 rows once"),
        ({"label": ["no", "perhaps", "yes"]}, "'perhaps', which is not one of: no, yes"),
        ({"label": ["no", None, "yes"]}, "which is not one of"),
        ({"label": ["no"] * 3, "score": [0.1, 0.2, 1.1]}, "no probability"),
        ({"label": ["no"] * 3, "score": [0.1, None, 0.3]}, "no probability"),
    ],
)
def test_predictions_that_cannot_be_counted_are_refused(
    tmp_path: Path, columns: dict[str, object], told: str
):
    _, key = blinded(some_rows(3), a_shape())
    if told != "no column id":
        columns = {"id": key["id"], **columns}
    with pytest.raises(CommandError, match=told):
        read_predictions(said(tmp_path, **columns), key, a_shape())


def test_numbers_have_to_be_finite(tmp_path: Path):
    _, key = blinded(some_rows(2, NUMBER), a_shape(NUMBER))
    path = said(tmp_path, id=key["id"], label=[1.0, float("nan")])
    with pytest.raises(CommandError, match="not a finite number"):
        read_predictions(path, key, a_shape(NUMBER))


def test_a_command_that_fails_is_told_with_what_it_said(tmp_path: Path):
    jobs = [Predicting("m", "r", "id", "t")]
    with pytest.raises(CommandError, match=r"commands\.predict in params\.yaml.*exit code 1") as it:
        ask(Project(tmp_path), "predict", "python -c 1/0", jobs, tmp_path / "jobs.json")
    assert "ZeroDivisionError" in str(it.value)
