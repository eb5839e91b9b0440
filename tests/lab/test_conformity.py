"""What breaks the schema is told with its row, its column and the reason."""

import polars as pl
import pytest
from rows import a_shape, some_rows

from lab.data.conformity import conform
from lab.errors import LabError


@pytest.fixture
def rows() -> pl.DataFrame:
    return some_rows().drop("source")


def test_text_is_cast_to_the_schemas_types(rows: pl.DataFrame):
    as_text = rows.select(pl.all().cast(pl.String))
    assert conform(as_text, a_shape(), "rows").equals(rows)


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("age", "old", "row 3, column 'age': 'old' is not a whole number"),
        ("age", "30.5", "row 3, column 'age': '30.5' is not a whole number"),
        ("age", "-1", "row 3, column 'age': -1 is below 0"),
        ("age", "121", "row 3, column 'age': 121 is above 120"),
        ("age", None, "row 3, column 'age': the value is missing"),
        ("size", "inf", "row 3, column 'size': 'inf' is not a number"),
        ("colour", "blue", "row 3, column 'colour': 'blue' is not one of: red, green"),
        ("y", "", "row 3, column 'y': the value is missing"),
        ("id", "row-0", "row 3, column 'id': 'row-0' occurs more than once"),
        ("id", " ", "row 3, column 'id': it is empty"),
    ],
)
def test_a_wrong_value_is_told(rows: pl.DataFrame, column: str, value: str | None, told: str):
    third = pl.int_range(pl.len()) == 2
    wrong = rows.with_columns(
        pl.when(third).then(pl.lit(value)).otherwise(pl.col(column).cast(pl.String)).alias(column)
    )
    with pytest.raises(LabError) as refused:
        conform(wrong, a_shape(), "your.csv")
    assert told in str(refused.value)
    assert "your.csv breaks schema.yaml" in str(refused.value)


def test_ids_that_differ_in_unicode_form_only_are_one(rows: pl.DataFrame):
    names = ["Zo\u00eb", "Zoe\u0308", *rows["id"][2:]]
    with pytest.raises(LabError, match="occurs more than once"):
        conform(rows.with_columns(id=pl.Series(names)), a_shape(), "your.csv")


def test_columns_that_are_missing_or_unknown_or_nested_are_told(rows: pl.DataFrame):
    extra = rows.drop("age").with_columns(mood=pl.lit("good"))
    with pytest.raises(LabError, match="'age' is missing") as refused:
        conform(extra, a_shape(), "your.csv")
    assert "its columns are 'id', 'size', 'colour', 'y', 'mood'" in str(refused.value)
    assert "'mood' is not in schema.yaml" in str(refused.value)
    with pytest.raises(LabError, match="a cell is one number or one text"):
        conform(rows.with_columns(age=pl.concat_list("age")), a_shape(), "your.parquet")


def test_an_empty_table_is_refused(rows: pl.DataFrame):
    with pytest.raises(LabError, match="no rows"):
        conform(rows.clear(), a_shape(), "your.csv")


def test_a_long_list_of_faults_is_cut_and_counted(rows: pl.DataFrame):
    with pytest.raises(LabError, match="and 110 more"):
        conform(rows.with_columns(age=pl.lit(-1)), a_shape(), "your.csv")
