"""Prediction logs and tables of a batch job, as they are read."""

import gzip
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from lab.data import request_logs as logs
from lab.data.live import read_live
from lab.data.schema import Column, Shape, read_shape
from lab.errors import LabError

SHAPE = Shape(
    columns=(Column("age", "float"), Column("score", "float"), Column("sex", "category")),
    target=Column("ill", "category", categories=("no", "yes")),
    positive="yes",
)


def row(number: int = 0, **changes: Any) -> dict[str, Any]:
    return {
        "at": f"2026-11-{1 + number % 28:02}T08:00:00.5Z",
        "request_id": f"r{number}",
        "model": "v1",
        "stub": False,
        "features": {"age": number, "score": 0.5, "sex": "m"},
        "prediction": "yes",
        "score": 0.75,
    } | changes


def log(path: Path, *rows: Any, end: str = "\n") -> Path:
    text = "\n".join(one if isinstance(one, str) else json.dumps(one) for one in rows)
    path.write_text(text + end, encoding="utf-8")
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "predictions.jsonl"


def test_rows_are_read_with_what_was_answered(path: Path):
    found = read_live([log(path, row(3), row(4, prediction=None, score=None))], SHAPE)
    assert {name: column.to_list() for name, column in found.inputs.items()} == {
        "age": [3.0, 4.0],
        "score": [0.5, 0.5],  # the feature, and not what the model answered
        "sex": ["m", "m"],
    }
    assert found.prediction.to_list() == ["yes", None]
    assert found.score.to_list() == [0.75, None]
    assert found.models == {"v1": 2}
    assert (found.first, found.last) == tuple(
        datetime(2026, 11, day, 8, 0, 0, 500_000, UTC) for day in (4, 5)
    )
    assert found.left_out == {}


def test_answers_of_the_stub_are_left_out_and_counted(path: Path):
    found = read_live([log(path, row(1), row(2, stub=True), row(3, stub=None))], SHAPE)
    assert found.inputs["age"].to_list() == [1, 3]
    assert found.left_out == {"answered by the stub": 1}


def test_a_missing_feature_is_a_gap_and_another_one_does_not_matter(path: Path):
    features = {"sex": "", "height": 180}
    found = read_live([log(path, row(features=features), "", row(2))], SHAPE)
    assert found.inputs["age"].to_list() == [None, 2]
    assert found.inputs["sex"].to_list() == [None, "m"]


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_last_line_that_is_whole_counts_with_and_without_an_end(path: Path, end: str):
    assert len(read_live([log(path, row(1), row(2), end=end)], SHAPE)) == 2


@pytest.mark.parametrize("cut", [1, 40, 120])
def test_a_last_line_that_was_cut_short_is_counted_and_left_out(path: Path, cut: int):
    found = read_live([log(path, row(1), json.dumps(row(2))[:cut], end="")], SHAPE)
    assert found.inputs["age"].to_list() == [1]
    assert found.left_out == {"cut short": 1}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"features":{"age":NaN}}', "`age` is no number"),
        ("[1]", "this line has no `features`"),
        ("null", "this line has no `features`"),
        (row(features=None), "this line has no `features`"),
        (row(features=[1, 2]), "this line has no `features`"),
        ({"age": 3}, "this line has no `features`"),
        (row(features={"age": "31"}), "`age` is no number: write one, or null."),
        (row(features={"age": True}), "`age` is no number"),
        (row(score="high"), "`score` is no number"),
        (row(stub="yes"), "`stub` is neither true nor false"),
    ],
)
def test_a_line_that_is_no_row_is_named(path: Path, line: Any, said: str):
    log(path, row(1), "", row(2), line, row(3))
    with pytest.raises(LabError) as error:
        read_live([path], SHAPE)
    assert str(error.value).startswith(f"{path}:4: {said}")


TORN = [
    "not JSON",
    json.dumps(row(2))[:50],
    json.dumps(row(2))[20:],
    json.dumps(row(2)) + json.dumps(row(3)),
    "[" * 100_000,
    '{"features":{"age":3},"other":NaN}',
    '{"features":{"age":3},"other":1e999}',
]


@pytest.mark.parametrize("line", TORN, ids=[line[:20] for line in TORN])
def test_a_line_that_is_no_json_is_left_out_and_counted(path: Path, line: str):
    log(path, line, row(1), "", *([line, row(2)] * 3), row(3))
    found = read_live([path], SHAPE)
    assert found.inputs["age"].to_list() == [1, 2, 2, 2, 3]
    assert found.left_out == {"not JSON": 4}
    log(path, line, line)
    with pytest.raises(LabError, match=r":1: this line is not JSON: fix it, or delete it"):
        read_live([path], SHAPE)


def test_a_regression_answers_with_numbers(path: Path):
    shape = Shape(SHAPE.inputs, Column("cost", "float"))
    found = read_live([log(path, row(prediction=3, score=None))], shape)
    assert found.prediction.to_list() == [3.0]
    with pytest.raises(LabError, match=r":1: `prediction` is no number"):
        read_live([log(path, row(prediction="much"))], shape)


def test_a_log_of_several_blocks_is_the_same_log(path: Path, monkeypatch: pytest.MonkeyPatch):
    log(path, *(row(number) for number in range(40)), '{"at"', end="")
    whole = read_live([path], SHAPE)
    monkeypatch.setattr(logs, "BLOCK", 500)
    found = read_live([path], SHAPE)
    assert found.inputs["age"].to_list() == whole.inputs["age"].to_list() == [*range(40)]
    assert found.left_out == whole.left_out == {"cut short": 1}
    log(path, *(row(number) for number in range(30)), "{", row(30), "[1]")
    with pytest.raises(LabError, match=r"predictions\.jsonl:33: this line has no `features`"):
        read_live([path], SHAPE)


def test_logs_that_overlap_count_once_and_equal_rows_of_a_batch_count_each(tmp_path: Path):
    batch = row(7)
    first = log(tmp_path / "a.jsonl", row(1), batch, batch, row(2))
    second = log(tmp_path / "a.jsonl.1", batch, batch, row(2), row(3), row(2, score=0.5))
    found = read_live([first, second, first], SHAPE)
    assert found.inputs["age"].to_list() == [1, 7, 7, 2, 3, 2]
    assert found.left_out == {"in several logs": 3}
    assert len(read_live([first], SHAPE)) == 4


def test_without_a_request_nobody_knows_a_row_again(tmp_path: Path):
    table = pl.DataFrame({"age": [1, 1], "score": 0.0, "sex": "m"})
    table.write_csv(tmp_path / "a.csv")
    table.write_csv(tmp_path / "b.csv")
    found = read_live([tmp_path / "a.csv", tmp_path / "b.csv"], SHAPE)
    assert len(found) == 4


def test_days_are_chosen(path: Path):
    log(path, *(row(number) for number in range(10)))
    since, until = datetime(2026, 11, 3, tzinfo=UTC), datetime(2026, 11, 6, tzinfo=UTC)
    found = read_live([path], SHAPE, since, until)
    assert found.inputs["age"].to_list() == [2, 3, 4]
    assert found.left_out == {"of another time": 7}
    log(path, row(), row(at="yesterday"))
    assert len(read_live([path], SHAPE)) == 2
    with pytest.raises(LabError, match="has no time `at` in 1 of its rows"):
        read_live([path], SHAPE, since)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_table_of_a_batch_job_serves_too(tmp_path: Path, kind: str):
    table = pl.DataFrame(
        {
            "id": ["a", "b", "c"],
            "age": [31.5, None, 44.0],
            "sex": ["f", None, "m"],
            "prediction": ["yes", "no", "no"],
            "at": ["2026-11-01T08:00:00Z", "2026-11-02T08:00:00Z", "2026-11-03T09:00:00+01:00"],
            "stub": [False, False, True],
        }
    )
    path = tmp_path / f"batch.{kind}"
    table.write_csv(path) if kind == "csv" else table.write_parquet(path)
    found = read_live([path], SHAPE)
    assert found.inputs["age"].to_list() == [31.5, None]
    assert found.inputs["sex"].to_list() == ["f", None]
    assert found.inputs["score"].null_count() == 2  # a feature, and the table does not have it
    assert found.prediction.to_list() == ["yes", "no"]
    assert found.last == datetime(2026, 11, 2, 8, tzinfo=UTC)


def test_what_should_be_a_number_and_is_none_is_no_gap(tmp_path: Path):
    path = tmp_path / "batch.csv"
    path.write_text("age,sex\n31,m\n,f\nn/a, \ninf,f\nNaN,m\n")
    found = read_live([path], SHAPE)
    numbers = found.inputs["age"]
    assert numbers.is_null().to_list() == [False, True, False, False, True]
    assert numbers.is_nan().to_list() == [False, None, True, True, None]
    assert found.inputs["sex"].to_list() == ["m", "f", None, "f", "m"]


def test_types_of_parquet_are_taken_as_they_are_meant(tmp_path: Path):
    path = tmp_path / "batch.parquet"
    pl.DataFrame(
        {
            "age": pl.Series([1, 2], dtype=pl.Int8),
            "sex": pl.Series(["m", "f"], dtype=pl.Categorical),
            "score": [[1.0], [2.0]],
            "at": [datetime(2026, 11, 1), datetime(2026, 11, 2)],
        }
    ).write_parquet(path)
    found = read_live([path], SHAPE, datetime(2026, 11, 2, tzinfo=UTC))
    assert found.inputs["age"].to_list() == [2]
    assert found.inputs["sex"].to_list() == ["f"]
    assert found.inputs["score"].is_nan().all()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("gone.jsonl", None, "gone.jsonl is no file"),
        ("batch.parquet", b"PAR1 no", "is no table that can be read"),
        ("batch.csv", b"weight,height\n1,2\n", "has no column of schema.yaml: it has weight"),
        ("log.gz", b"\x1f\x8b\x08\x00\x00\n\x01\n", "log.gz cannot be read"),
        ("log.gz", gzip.compress(b"{}" * 50, mtime=0)[:-9], "log.gz cannot be read"),
        ("log.jsonl", b"{}\n\x1f\x8b\n", r"log.jsonl:1: this line has no `features`"),
    ],
)
def test_a_file_that_is_no_log_is_refused(
    tmp_path: Path, name: str, content: bytes | None, said: str
):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(LabError, match=said):
        read_live([tmp_path / name], SHAPE)


def test_a_packed_log_is_unpacked(path: Path):
    log(path, row(1), row(2))
    packed = path.with_suffix(".jsonl.gz")
    packed.write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    assert read_live([packed], SHAPE).inputs["age"].to_list() == [1, 2]


def test_an_empty_log_has_no_rows(path: Path):
    path.touch()
    assert len(read_live([path], SHAPE)) == 0


def test_a_schema_is_read_and_a_missing_key_allows_everything(tmp_path: Path):
    (tmp_path / "schema.yaml").write_text(
        'target: {name: ill, values: ["no", "yes"], positive: "yes"}\n'
        "columns:\n"
        "  age: {type: integer, min: 0, max: 120, unit: years, nullable: true}\n"
        '  sex: {type: category, values: ["1", "2"]}\n'
    )
    found = read_shape(tmp_path)
    age, sex = found.inputs
    assert age == Column("age", "integer", least=0.0, most=120.0, nullable=True, unit="years")
    assert sex == Column("sex", "category", categories=("1", "2"))
    assert found.target == Column("ill", "category", categories=("no", "yes"))
    assert found.positive == "yes"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("columns: {}\ntarget: {}\n", "describes no rows"),
        ("columns: {age: {type: magic}}\ntarget: {}\n", "age: type is magic; it is one of float"),
        ("columns: {age: }\ntarget: {}\n", "age: it says nothing"),
        ("columns: {age: {nulable: true}}\ntarget: {}\n", "unknown key 'nulable': is it nullable"),
        ("columns: {age: {min: low}}\ntarget: {}\n", "age: min has to be a number"),
        ("columns: [", "is not valid YAML"),
    ],
)
def test_a_schema_that_does_not_fit_is_refused(tmp_path: Path, text: str, said: str):
    (tmp_path / "schema.yaml").write_text(text)
    with pytest.raises(LabError, match=said):
        read_shape(tmp_path)


def test_a_line_that_never_ends_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("lab.data.request_logs.BLOCK", 1000)
    monkeypatch.setattr("lab.data.request_logs.LONGEST", 5000)
    path = tmp_path / "live.jsonl"
    path.touch()
    os.truncate(path, 5_000_000_000)  # a hole: it takes no room on the disk
    with pytest.raises(LabError, match=r"live\.jsonl:1: a line of more than"):
        read_live([path], SHAPE)
