"""Who is held out is decided by each row's name alone, and no row is there twice."""

from datetime import date, timedelta

import polars as pl
import pytest
from rows import BINARY, NUMBER, a_shape, some_rows

from lab.data.content import contents
from lab.data.params import Split
from lab.data.schema import Column, Shape
from lab.data.split import (
    Copies,
    by_name,
    folds,
    learned_from,
    shuffled,
    split,
    validation,
    without_copies,
)
from lab.errors import LabError


def some_names(first: int, last: int) -> pl.DataFrame:
    numbers = range(first, last)
    return pl.DataFrame({"id": [f"{n}" for n in numbers], "unit": [f"u{n % 50}" for n in numbers]})


def test_the_share_is_about_what_was_asked_and_nothing_is_lost():
    rows = some_names(0, 4000)
    train, test = by_name(rows, "id", test_share=0.3, salt="1")
    assert pl.concat([train, test]).sort("id").equals(rows.sort("id"))
    assert abs(len(test) / 4000 - 0.3) < 0.03


def test_rows_that_arrive_later_move_nobody_across():
    before, _ = by_name(some_names(0, 500), "id", 0.5, "1")
    after, _ = by_name(some_names(0, 900), "id", 0.5, "1")
    assert set(before["id"]) == {name for name in after["id"] if int(name) < 500}


def test_rows_of_one_unit_stay_together():
    train, test = by_name(some_names(0, 500), "unit", 0.5, "1")
    assert not set(train["unit"]) & set(test["unit"])


def test_another_salt_gives_another_split():
    rows = some_names(0, 500)
    assert not by_name(rows, "id", 0.5, "1")[1].equals(by_name(rows, "id", 0.5, "2")[1])


def test_a_side_without_rows_is_refused():
    with pytest.raises(LabError, match="0 to test"):
        split(some_rows(5), a_shape(), Split(test_share=0.000001))


def test_the_order_of_held_out_rows_tells_nothing_and_stays():
    rows = some_rows().sort("y")
    mixed = shuffled(rows, "id")
    assert mixed.equals(shuffled(rows.reverse(), "id"))
    assert not mixed["y"].is_sorted()


@pytest.mark.parametrize("target", [BINARY, NUMBER])
def test_each_row_is_in_one_fold_of_about_the_same_size(target):
    rows = some_rows(target=target)
    place = folds(rows, a_shape(target), Split(), seed=1)
    assert place.value_counts().sort("fold")["count"].to_list() == [24] * 5
    assert not place.equals(folds(rows, a_shape(target), Split(), seed=2))
    if target is BINARY:
        share = rows.with_columns(place).group_by("fold").agg((pl.col("y") == "yes").sum())["y"]
        assert share.max() - share.min() <= 1  # type: ignore[operator]


def test_rows_of_one_unit_are_in_one_fold():
    rows = some_rows().with_columns(house=pl.int_range(pl.len()).floordiv(10).cast(pl.String))
    place = folds(rows, a_shape(unit="house"), Split(folds=3), seed=1)
    per_house = rows.with_columns(place).group_by("house").agg(pl.col("fold").n_unique())
    assert per_house["fold"].to_list() == [1] * 12
    with pytest.raises(LabError, match="12 training rows or units are too few for 13 folds"):
        folds(rows, a_shape(unit="house"), Split(folds=13), seed=1)


def test_one_validation_share_is_the_same_for_every_seed():
    place = validation(some_rows(1000), a_shape(), 0.2)
    assert set(place) == {0, -1}
    assert abs(len(place.filter(place == 0)) / 1000 - 0.2) < 0.04
    assert place.equals(validation(some_rows(1000), a_shape(), 0.2))
    with pytest.raises(LabError, match=r"split\.validation in params\.yaml is 1e-09"):
        validation(some_rows(), a_shape(), 1e-9)


DAYS = [date(2026, 1, 1) + timedelta(days=number) for number in range(60)]
IN_TIME = Shape(
    columns=(Column("day", "date", role="slice"), Column("size")), target=NUMBER, time="day"
)


def some_days() -> pl.DataFrame:
    """Two rows a day, shuffled."""
    names = [f"row-{number}" for number in range(120)]
    return pl.DataFrame({"id": names, "day": DAYS * 2, "size": 1.0, "y": 1.0}).sample(
        fraction=1, shuffle=True, seed=1
    )


def test_in_time_what_comes_later_is_held_out_and_a_gap_is_left_out():
    params = Split(by="time", after="2026-02-10", gap=7)
    train, test = split(some_days(), IN_TIME, params)
    assert test["day"].min() == date(2026, 2, 10)
    assert train["day"].max() == date(2026, 2, 2)
    assert (len(train), len(test)) == (66, 40)
    assert train["day"].is_sorted()


def test_in_time_each_fold_is_predicted_from_what_came_before():
    rows = some_days().sort("day", "id")
    params = Split(by="time", folds=4, gap=2)
    place = folds(rows, IN_TIME, params, seed=1)
    assert place.unique().sort().to_list() == [-1, 0, 1, 2, 3]
    assert place.is_sorted()
    for fold in range(4):
        first = rows["day"].filter(place == fold).min()
        learned = learned_from(rows, place, fold, IN_TIME, params)
        assert learned["day"].max() == first - timedelta(days=3)  # type: ignore[operator]
    share = folds(rows, IN_TIME, Split(by="time", validation=0.25), seed=1)
    assert rows["day"].filter(share == 0).min() == DAYS[45]


def test_years_are_moments_too():
    shape = Shape((Column("year", "integer"),), NUMBER, time="year")
    rows = pl.DataFrame({"id": list("abcdef"), "year": [2020, 2021, 2022] * 2, "y": 1.0})
    train, test = split(rows, shape, Split(by="time", after=2022))
    assert (train["year"].to_list(), test["year"].to_list()) == (
        [2020, 2020, 2021, 2021],
        [2022] * 2,
    )


@pytest.mark.parametrize(
    ("params", "told"),
    [
        (Split(by="time"), "under split.after"),
        (Split(by="time", after="spring"), "split.after in params.yaml is 'spring'"),
        (Split(by="time", after="2036-01-01"), "0 to test: .*change split.after"),
        (Split(by="column"), "name it under split.column"),
        (Split(by="column", column="mood", held_out="x"), "mood, which is not in schema.yaml"),
        (Split(by="column", column="day", held_out="x"), "change split.held_out"),
    ],
)
def test_a_split_that_is_not_said_or_not_there_is_refused(params: Split, told: str):
    with pytest.raises(LabError, match=told):
        split(some_days(), IN_TIME, params)


def test_a_column_says_who_is_held_out():
    shape = Shape((*IN_TIME.columns, Column("part", "category", role="slice")), NUMBER)
    parts = pl.Series("part", ["train"] * 70 + ["test"] * 49 + [None])
    train, test = split(
        some_days().with_columns(parts), shape, Split(by="column", column="part", held_out="test")
    )
    assert (len(train), len(test)) == (71, 49)
    assert set(test["part"]) == {"test"}
    torn = some_days().with_columns(parts, house=pl.lit("h1"))
    with pytest.raises(LabError, match="1 of house are on both sides"):
        split(
            torn,
            Shape(shape.columns, NUMBER, unit="house"),
            Split(by="column", column="part", held_out="test"),
        )


def test_a_row_that_was_copied_ten_times_counts_once():
    rows = some_rows()
    train, test = rows.head(60), rows.tail(60)
    copies = [test.with_columns(id=pl.col("id") + f"-{number}") for number in range(9)]
    swollen = pl.concat([test, *copies])
    parted = without_copies(train, swollen, a_shape())
    assert parted.copies == Copies(within=540, across=0, near=0)
    assert parted.test.equals(test)
    assert parted.contents.equals(contents(test, ["age", "size", "colour"]))
    assert parted.train.equals(train)


def test_a_copy_of_a_held_out_row_is_not_trained_on():
    rows = some_rows()
    train, test = rows.head(60), rows.tail(60)
    leaked = test.head(20).with_columns(id=pl.col("id") + "-again", y=pl.lit("no"))
    parted = without_copies(pl.concat([train, leaked]), test, a_shape())
    assert parted.copies.across == 20
    assert parted.train.equals(train)
    assert parted.test.equals(test)
    untouched = without_copies(pl.concat([train, leaked]), test, a_shape(), drop=False)
    assert len(untouched.train) == 80
    assert untouched.copies == parted.copies


def test_a_row_that_is_nearly_the_same_is_counted_and_stays():
    rows = some_rows()
    close = rows.tail(5).with_columns(pl.col("size") * 1.00001, id=pl.col("id") + "-near")
    parted = without_copies(pl.concat([rows.head(60), close]), rows.tail(60), a_shape())
    assert len(parted.train) == 65
    assert parted.copies == Copies(within=0, across=0, near=5)


def test_rows_that_are_hardly_told_apart_are_refused():
    rows = some_rows().with_columns(age=pl.lit(30), size=pl.lit(1.0))
    with pytest.raises(LabError, match="60 of 60 training rows have the inputs of a held-out row"):
        without_copies(rows.head(60), rows.tail(60), a_shape())
