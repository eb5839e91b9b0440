"""Rows from the sample, from a file and from the dummy generator fit the schema."""

import os
from pathlib import Path

import polars as pl
import pytest
from rows import NUMBER, a_shape, some_rows

from lab.data.conformity import conform
from lab.data.params import Data, Format
from lab.data.raw import read_file, read_raw
from lab.data.schema import ORIGIN
from lab.data.sources import load_rows, make_dummy
from lab.data.status_quo import decide
from lab.errors import LabError


def test_dummy_rows_keep_every_rule_and_are_the_same_for_the_same_seed():
    shape = a_shape(unit="household")
    dummy = make_dummy(shape, rows=500, seed=1)
    assert conform(dummy, shape, "dummy").select(dummy.columns).equals(dummy)
    assert dummy["size"].null_count() > 0
    assert dummy["age"].null_count() == 0
    assert dummy["household"].n_unique() < 500
    assert dummy.equals(make_dummy(shape, rows=500, seed=1))
    assert not dummy.equals(make_dummy(shape, rows=500, seed=2))


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_file_gives_the_rows_it_holds(tmp_path: Path, suffix: str):
    rows = some_rows()
    getattr(rows.drop(ORIGIN), f"write_{suffix}")(tmp_path / f"rows.{suffix}")
    data = Data(source="file", file=f"rows.{suffix}")
    assert load_rows(tmp_path, data, "binary", a_shape()).equals(rows)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path):
    with pytest.raises(LabError, match=r"gone\.csv does not exist"):
        read_raw(tmp_path, "gone.csv", Format())
    for name, told in [
        ("rows.doc", "is none of .csv"),
        ("rows.parquet", "cannot be read as parquet"),
    ]:
        path = tmp_path / name
        path.write_text("not a table")
        with pytest.raises(LabError, match=told):
            read_file(path, Format())


def test_a_rule_is_applied_row_by_row():
    rows = some_rows()
    decided = decide(rows, "CASE WHEN age > 50 THEN 'yes' ELSE 'no' END", a_shape())
    assert decided.to_list() == ["yes" if age > 50 else "no" for age in rows["age"]]


def test_one_answer_serves_every_row():
    rows = some_rows(target=NUMBER)
    assert decide(rows, "1.5", a_shape(NUMBER)).to_list() == [1.5] * 120


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("CASE WHEN age THEN", "does not work"),
        ("wages", "does not work"),
        ("y", "does not work"),
        ("'maybe'", "'maybe', which is not one of: no, yes"),
        ("CASE WHEN age > 50 THEN 'yes' END", "without a decision"),
    ],
)
def test_a_wrong_rule_is_refused(rule: str, told: str):
    with pytest.raises(LabError, match=told):
        decide(some_rows(), rule, a_shape())


def test_a_rule_sees_no_target():
    with pytest.raises(LabError, match="does not work"):
        decide(some_rows().select(pl.all()), "CASE WHEN y = 'yes' THEN y ELSE y END", a_shape())


@pytest.mark.parametrize("name", ["data.csv", "data.parquet"])
def test_a_file_that_no_pipeline_could_hold_is_not_read(tmp_path: Path, name: str):
    path = tmp_path / name
    path.touch()
    os.truncate(path, 5_000_000_000)  # a hole: it takes no room on the disk
    with pytest.raises(LabError, match=r"has 5,000 MB, and 4,000 MB is the most that is read"):
        read_file(path, Format())
