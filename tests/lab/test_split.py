"""Who is held out is decided by each row's name alone, and no row is there twice."""

import polars as pl
import pytest
from rows import BINARY, NUMBER, a_shape, some_rows

from lab.data.content import contents
from lab.data.split import Copies, folds, shuffled, split, validation, without_copies
from lab.errors import LabError


def some_names(first: int, last: int) -> pl.DataFrame:
    numbers = range(first, last)
    return pl.DataFrame({"id": [f"{n}" for n in numbers], "unit": [f"u{n % 50}" for n in numbers]})


def test_the_share_is_about_what_was_asked_and_nothing_is_lost():
    rows = some_names(0, 4000)
    train, test = split(rows, "id", test_share=0.3, salt="1")
    assert pl.concat([train, test]).sort("id").equals(rows.sort("id"))
    assert abs(len(test) / 4000 - 0.3) < 0.03


def test_rows_that_arrive_later_move_nobody_across():
    before, _ = split(some_names(0, 500), "id", 0.5, "1")
    after, _ = split(some_names(0, 900), "id", 0.5, "1")
    assert set(before["id"]) == {name for name in after["id"] if int(name) < 500}


def test_rows_of_one_unit_stay_together():
    train, test = split(some_names(0, 500), "unit", 0.5, "1")
    assert not set(train["unit"]) & set(test["unit"])


def test_another_salt_gives_another_split():
    rows = some_names(0, 500)
    assert not split(rows, "id", 0.5, "1")[1].equals(split(rows, "id", 0.5, "2")[1])


def test_a_side_without_rows_is_refused():
    with pytest.raises(LabError, match="0 to test"):
        split(some_names(0, 5), "id", 0.000001, "1")


def test_the_order_of_held_out_rows_tells_nothing_and_stays():
    rows = some_rows().sort("y")
    mixed = shuffled(rows, "id")
    assert mixed.equals(shuffled(rows.reverse(), "id"))
    assert not mixed["y"].is_sorted()


@pytest.mark.parametrize("target", [BINARY, NUMBER])
def test_each_row_is_in_one_fold_of_about_the_same_size(target):
    rows = some_rows(target=target)
    place = folds(rows, a_shape(target), 5, seed=1)
    assert place.value_counts().sort("fold")["count"].to_list() == [24] * 5
    assert not place.equals(folds(rows, a_shape(target), 5, seed=2))
    if target is BINARY:
        share = rows.with_columns(place).group_by("fold").agg((pl.col("y") == "yes").sum())["y"]
        assert share.max() - share.min() <= 1  # type: ignore[operator]


def test_rows_of_one_unit_are_in_one_fold():
    rows = some_rows().with_columns(house=pl.int_range(pl.len()).floordiv(10).cast(pl.String))
    place = folds(rows, a_shape(unit="house"), 3, seed=1)
    per_house = rows.with_columns(place).group_by("house").agg(pl.col("fold").n_unique())
    assert per_house["fold"].to_list() == [1] * 12
    with pytest.raises(LabError, match="12 training rows or units are too few for 13 folds"):
        folds(rows, a_shape(unit="house"), 13, seed=1)


def test_one_validation_share_is_the_same_for_every_seed():
    place = validation(some_rows(1000), a_shape(), 0.2)
    assert set(place) == {0, -1}
    assert abs(len(place.filter(place == 0)) / 1000 - 0.2) < 0.04
    assert place.equals(validation(some_rows(1000), a_shape(), 0.2))
    with pytest.raises(LabError, match=r"split\.validation in params\.yaml is 1e-09"):
        validation(some_rows(), a_shape(), 1e-9)


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
