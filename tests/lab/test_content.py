"""Rows are known by what is in them, whatever their names, their order and their machine."""

import polars as pl
import pytest
from rows import some_rows

from lab.data.content import contents, digest_of_rows, rounded
from lab.data.sketch import overlap, sketch_of


def test_a_digest_is_of_the_content_and_of_nothing_else():
    rows = some_rows()
    assert digest_of_rows(rows) == digest_of_rows(rows.reverse().select(reversed(rows.columns)))
    assert digest_of_rows(rows) != digest_of_rows(rows.with_columns(pl.col("size") * 1.0000001))
    assert digest_of_rows(rows) != digest_of_rows(rows.rename({"size": "length"}))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([0.0], [-0.0]),
        ([None], [float("nan")]),
    ],
)
def test_values_that_mean_the_same_are_the_same(one: list, other: list):
    first, second = (pl.DataFrame({"x": pl.Series(x, dtype=pl.Float64)}) for x in (one, other))
    assert contents(first, ["x"]).equals(contents(second, ["x"]))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": ["x"], "b": ["yz"]}, {"a": ["xy"], "b": ["z"]}),
        ({"a": ["1\x1f1"], "b": [""]}, {"a": ["1"], "b": ["1"]}),
        ({"a": [None], "b": [""]}, {"a": [""], "b": [None]}),
    ],
)
def test_values_that_differ_are_told_apart(one: dict, other: dict):
    kinds = {"a": pl.String, "b": pl.String}
    first, second = (contents(pl.DataFrame(rows, kinds), ["a", "b"]) for rows in (one, other))
    assert not first.equals(second)


def test_the_overlap_of_two_sets_is_seen_from_their_sketches():
    rows = some_rows(4000).with_columns(size=pl.int_range(pl.len()) / 1000)
    names = ["age", "size", "colour"]
    first, half, other = rows.head(2000), rows.slice(1000, 2000), rows.tail(2000)
    mine, mixed, theirs = (sketch_of(contents(part, names)) for part in (first, half, other))
    assert overlap(mine, mine) == 1
    assert overlap(mine, theirs) == 0
    assert overlap(mine, mixed) == pytest.approx(1 / 3, abs=0.15)
    assert overlap([], mine) == 0


def test_rows_are_cut_to_three_digits_that_matter():
    rows = pl.DataFrame({"x": [1.23456, 0.00123456, -98765.4, 0.0, None], "y": ["a"] * 5})
    cut = rounded(rows, ["x", "y"])
    assert cut["x"].to_list()[:4] == pytest.approx([1.23, 0.00123, -98800, 0])
    assert cut["y"].to_list() == ["a"] * 5
