"""What the predict command gets of held-out rows does not depend on their labels, in any byte."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from proving import HYP
from sealing import DATA, Sealed

from lab.data.content import digest_of_rows
from lab.data.heldout import read_heldout
from lab.data.schema import read_shape
from lab.proof.opening import answers_of
from lab.records.store import read_store

SEEN = "seen"
SPY = """\
jobs = Path(sys.argv[1])
if "lab-opening" in str(jobs):
    import os, shutil
    seen = Path("seen")
    seen.mkdir(exist_ok=True)
    place = seen / str(len(list(seen.iterdir())))
    shutil.copytree(jobs.parent, place)
    told = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    told = json.dumps([sys.argv[1:], told], sort_keys=True).replace(str(jobs.parent), "FOLDER")
    (place / "told.json").write_text(told)
    given = jobs.read_text().replace(str(jobs.parent), "FOLDER")
    (place / jobs.name).write_text(given)

for job in"""


@pytest.fixture
def spied(sealed: Sealed) -> Sealed:
    """A project whose predict command keeps all that it is given at an opening."""
    sealed.revise("src/tiny/predict.py", "for job in", SPY)
    sealed.repro()
    return sealed


def seen(sealed: Sealed) -> dict[str, bytes]:
    """Every file that an opening lets the predict command see, and what it is told beside them."""
    shutil.rmtree(sealed.root / SEEN, ignore_errors=True)
    store = read_store(sealed.root)
    held = read_heldout(sealed.root, read_shape(sealed.root, store.task))
    testset: Any = SimpleNamespace(id="TS-2026-11", digest=digest_of_rows(held))
    answers_of(store, store.records[HYP], testset, with_champion=False)
    files = [path for path in (sealed.root / SEEN).rglob("*") if path.is_file()]
    return {str(path.relative_to(sealed.root / SEEN)): path.read_bytes() for path in files}


def held_out(root: Path) -> pl.Series:
    return pl.read_parquet(root / "data/heldout/labels.parquet")["id"]


def turned(rows: pl.DataFrame, held: pl.Series) -> pl.DataFrame:
    """Each held-out row has the other label."""
    other = pl.when(pl.col("state") == "bad").then(pl.lit("good")).otherwise(pl.lit("bad"))
    return rows.with_columns(
        state=pl.when(pl.col("id").is_in(held.to_list())).then(other).otherwise("state")
    )


def all_bad(rows: pl.DataFrame, held: pl.Series) -> pl.DataFrame:
    """The held-out rows hardly have a second class, so the number of each is another."""
    mine = pl.col("id").is_in(held.to_list()[1:])
    return rows.with_columns(state=pl.when(mine).then(pl.lit("bad")).otherwise("state"))


def by_class(rows: pl.DataFrame, held: pl.Series) -> pl.DataFrame:
    """The file has one class after the other."""
    return rows.sort("state", maintain_order=True)


@pytest.mark.parametrize("change", [turned, all_bad, by_class])
def test_other_labels_or_another_order_change_nothing_that_is_given(
    spied: Sealed, change: Callable[[pl.DataFrame, pl.Series], pl.DataFrame]
):
    before = seen(spied)
    assert {"0/rows.parquet", "0/jobs.json", "0/told.json", "1/rows.parquet"} <= set(before)
    held = held_out(spied.root)
    raw = spied.root / DATA
    change(pl.read_csv(raw), held).write_csv(raw)
    labels = (spied.root / "data/heldout/labels.parquet").read_bytes()
    spied.repro()
    if change is not by_class:
        assert (spied.root / "data/heldout/labels.parquet").read_bytes() != labels
    assert seen(spied) == before


def test_rows_have_neither_target_nor_their_names(spied: Sealed):
    given = seen(spied)
    rows = pl.read_parquet(given["1/rows.parquet"])
    assert rows.columns == ["id", "size", "age"]
    assert rows["id"].to_list() == [f"row-{number:09}" for number in range(1, len(rows) + 1)]
    names = [name.encode() for name in random.Random(1).sample(held_out(spied.root).to_list(), 50)]
    for path, content in given.items():
        assert not [name for name in names if name in content], path
