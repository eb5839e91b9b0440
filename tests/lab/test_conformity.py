"""What breaks the schema is told with its row, its column and the reason."""

from dataclasses import replace
from datetime import datetime

import polars as pl
import pytest
from rows import a_shape, some_rows

from lab.data.conformity import PLAIN, conform
from lab.data.params import Format
from lab.data.schema import ORIGIN, Column, Shape
from lab.errors import LabError


@pytest.fixture
def rows() -> pl.DataFrame:
    return some_rows().drop(ORIGIN)


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
        ("id", "row-0", "(row 1: 'row-0', row 3: 'row-0'): each occurs more than once"),
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


def test_all_that_is_wrong_is_told_at_once_and_rows_are_counted(rows: pl.DataFrame):
    with pytest.raises(LabError) as refused:
        conform(rows.with_columns(age=pl.lit(-1), y=pl.lit("perhaps")), a_shape(), "your.csv")
    assert str(refused.value).splitlines()[1:] == [
        "  column 'age', 120 rows (row 1: -1, row 2: -1, row 3: -1, …): each is below 0",
        "  column 'y', 120 rows (row 1: 'perhaps', row 2: 'perhaps', row 3: 'perhaps', …): "
        "each is not one of: no, yes",
    ]


def cast(type_: str, values: list, written: Format = PLAIN, **more) -> list:
    """Values of one column, as the schema's type holds them."""
    shape = Shape((Column("x", type_, nullable=True, **more),), Column("y", "text"))
    names = [f"{place}" for place in range(len(values))]
    rows = pl.DataFrame({"id": names, "x": values, "y": "a"}, strict=False)
    return conform(rows, shape, "rows", written)["x"].to_list()


def test_whole_numbers_stay_exact():
    assert cast("integer", ["9007199254740993", "-9223372036854775808", "3.0", None]) == [
        2**53 + 1,
        -(2**63),
        3,
        None,
    ]
    for wrong in ("9223372036854775808", "9007199254740993.0", "1e300"):
        with pytest.raises(LabError, match="is not a whole number of at most 64 bits"):
            cast("integer", [wrong])


def test_numbers_are_read_as_their_file_writes_them():
    german = Format(decimal=",", thousands=".")
    assert cast("float", ["1.234,5", "-0,25"], german) == [1234.5, -0.25]
    assert cast("integer", ["1.234"], german) == [1234]
    with pytest.raises(LabError, match=r"'1\.5' is not a number"):
        cast("float", ["1.5"], Format(decimal=","))


@pytest.mark.parametrize("values", [["true", "No", "1", None], [True, False, True, None]])
def test_truths_are_words_of_several_kinds(values: list):
    assert cast("boolean", values) == [True, False, True, None]
    with pytest.raises(LabError, match="is not true or false"):
        cast("boolean", ["maybe"])


def test_times_are_dates_and_moments_and_never_numbers():
    moment = datetime(2026, 3, 1, 12, 30)
    assert cast("date", ["2026-03-01", "2026-03-01 00:00:00", None]) == [moment.date()] * 2 + [None]
    assert cast("date", ["01.03.2026"], Format(dates=["%d.%m.%Y"])) == [moment.date()]
    assert cast("datetime", ["2026-03-01T13:30:00+01:00", "2026-03-01 12:30"]) == [moment] * 2
    assert cast("datetime", [moment]) == [moment]
    for type_, wrong in [("float", moment), ("integer", moment.date()), ("date", moment)]:
        with pytest.raises(LabError, match="is not a"):
            cast(type_, [wrong])
    with pytest.raises(LabError, match="is not a date"):
        cast("date", [20260301])


def test_an_open_category_takes_any_word_and_text_is_text():
    assert cast("category", ["a", " b "]) == ["a", "b"]
    assert cast("text", [1.5]) == ["1.5"]


def test_rows_without_an_id_are_named_by_what_is_in_them(rows: pl.DataFrame):
    shape = replace(a_shape(), id_made=True)
    nameless = rows.drop("id")
    twice = pl.concat([nameless, nameless.head(1)])
    named = conform(twice, shape, "rows")
    assert named["id"].n_unique() == 121
    assert named["id"][120][:13] == named["id"][0][:13]
    other = conform(nameless.reverse().select(sorted(nameless.columns)), shape, "rows")
    assert set(other["id"]) == set(conform(nameless, shape, "rows")["id"])
    relabelled = nameless.with_columns(y=pl.lit("yes"))
    assert set(conform(relabelled, shape, "rows")["id"]) == set(other["id"])


def test_what_is_ignored_may_hold_anything(rows: pl.DataFrame):
    shape = replace(a_shape(), ignored=("notes",))
    assert conform(rows.with_columns(notes=pl.lit([1])), shape, "rows").equals(rows)
