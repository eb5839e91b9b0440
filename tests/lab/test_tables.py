"""The two tables: what is read, and what is refused."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from lab.data.tables import Tables, read_rows, read_tables
from lab.errors import LabError
from lab.evidence.criteria import parse_criterion
from lab.evidence.judge import judge
from lab.evidence.power import digest_of

Frames = tuple[pl.DataFrame, pl.DataFrame]


def frames(n: int = 120) -> Frames:
    generator = np.random.default_rng(1)
    ids = [f"x{number:03}" for number in range(n)]
    y = np.arange(n) % 2
    examples = pl.DataFrame(
        {
            "id": ids,
            "y": y,
            "age": generator.normal(40, 9, n),
            "unit": [f"u{number % 40}" for number in range(n)],
            "site": ["a b" if number % 3 else "c" for number in range(n)],
            "source": ["sample"] * n,
        }
    )
    parts = []
    for model, seed in (("candidate", 1), ("candidate", 2), ("champion", 0)):
        score = np.clip(generator.normal(0.5 + 0.3 * (y - 0.5), 0.2), 0, 1)
        parts.append(
            pl.DataFrame(
                {"id": ids, "model": [model] * n, "seed": [seed] * n,
                 "label": (score > 0.5).astype(int), "score": score, "latency_ms": score + 3}
            )
        )  # fmt: skip
    return examples, pl.concat(parts)


def written(folder: Path, both: Frames, suffix: str = "parquet") -> tuple[Path, Path]:
    folder.mkdir(exist_ok=True)
    paths = (folder / f"examples.{suffix}", folder / f"predictions.{suffix}")
    for path, frame in zip(paths, both, strict=True):
        frame.write_csv(path) if suffix == "csv" else frame.write_parquet(path)
    return paths


def answer(tables: Tables) -> object:
    texts = ("f1 > 0.5", "accuracy[age < 45] > 0.5", "roc_auc >= champion - 0.1", "latency_ms < 9",
             'recall[site == "a b"] > 0.2')  # fmt: skip
    return judge([parse_criterion(text) for text in texts], [], tables, 0.05)


def test_rows_in_another_order_and_csv_give_the_same_answer(tmp_path: Path):
    both = frames()
    whole = read_tables(*written(tmp_path / "a", both), "binary", "unit")
    shuffled = tuple(frame.sample(fraction=1, shuffle=True, seed=5) for frame in both)
    other = read_tables(*written(tmp_path / "b", (shuffled[0], shuffled[1])), "binary", "unit")
    text = read_tables(*written(tmp_path / "c", both, "csv"), "binary", "unit")
    assert answer(whole) == answer(other) == answer(text)
    assert digest_of(whole) == digest_of(other) == digest_of(text)
    assert len(whole) == 120
    assert whole.unit is not None
    assert len(np.unique(whole.unit)) == 40
    assert sorted(whole.predictions["candidate"]) == [1, 2]
    assert whole.source == "sample"


def test_the_task_is_seen_in_what_is_true(tmp_path: Path):
    examples, said = frames()
    assert read_tables(*written(tmp_path, (examples, said))).task == "binary"
    words = pl.Series("y", ["a", "b", "c"] * 40)
    labels = pl.Series("label", ["a", "b", "d"] * 120)
    several = read_tables(
        *written(tmp_path, (examples.with_columns(words), said.with_columns(labels)))
    )
    assert (several.task, several.classes) == ("multiclass", ("a", "b", "c"))
    assert several.predictions["candidate"][1].label.max() == 3, "an unknown class is a wrong one"
    numbers = examples.with_columns(pl.col("y") * 1.5)
    assert read_tables(*written(tmp_path, (numbers, said))).task == "regression"
    whole = examples.with_columns(pl.col("y") * 3)
    with pytest.raises(LabError, match="say which with --task"):
        read_tables(*written(tmp_path, (whole, said)))


def column(name: str, value: object) -> Callable[[pl.DataFrame], pl.DataFrame]:
    def changed(frame: pl.DataFrame) -> pl.DataFrame:
        values = [*frame[name][:-1].to_list(), value]
        return frame.with_columns(pl.Series(name, values, strict=False))

    return changed


def same(frame: pl.DataFrame) -> pl.DataFrame:
    return frame


@pytest.mark.parametrize(
    ("examples", "said", "message"),
    [
        (column("id", "x000"), same, "the id x000 stands there twice"),
        (column("id", None), same, "`id` is missing"),
        (column("id", "other"), same, "1 are missing, 1 are others"),
        (column("y", None), same, "`y` is missing or not finite in 1 rows"),
        (column("y", 2), same, "`y` holds 2"),
        (column("unit", None), same, "`unit` is missing"),
        (column("source", "dummy"), same, "mixes sources: dummy, sample"),
        (lambda frame: frame.drop("unit"), same, "has no column unit"),
        (lambda frame: frame.drop("y"), same, "has no column y"),
        (lambda frame: frame.clear(), same, "has no rows"),
        (lambda frame: frame.head(100), same, "0 are missing, 20 are others"),
        (same, column("id", "x000"), "an id stands there twice"),
        (same, column("model", "rival"), "rival is no model"),
        (same, column("model", None), "None is no model"),
        (same, column("seed", None), "`seed` is missing"),
        (same, lambda frame: frame.cast({"seed": pl.Float64}), "`seed` has to be a whole number"),
        (same, column("label", None), "`label` is missing"),
        (same, column("label", 2), "`label` holds something else"),
        (same, column("score", float("nan")), "`score` is missing or not finite"),
        (same, column("score", float("inf")), "`score` is missing or not finite"),
        (same, column("score", None), "`score` is missing"),
        (same, column("score", 1.5), "outside of 0 to 1"),
        (same, column("latency_ms", None), "`latency_ms` is missing"),
        (same, column("latency_ms", float("nan")), "`latency_ms` is missing or not finite"),
        (same, lambda frame: frame.cast({"latency_ms": pl.String}), "`latency_ms` is text"),
        (same, lambda frame: frame[:-1], "1 are missing, 0 are others"),
        (same, lambda frame: frame.drop("label"), "has no column label"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(tmp_path: Path, examples, said, message):
    both = frames()
    with pytest.raises(LabError) as error:
        read_tables(*written(tmp_path, (examples(both[0]), said(both[1]))), "binary", "unit")
    assert message in str(error.value)


def test_infinite_numbers_are_refused(tmp_path: Path):
    examples, said = frames()
    broken = column("y", float("inf"))(examples.cast({"y": pl.Float64}))
    with pytest.raises(LabError, match="`y` is missing or not finite"):
        read_tables(*written(tmp_path, (broken, said)), "regression")


def test_a_file_that_is_missing_or_damaged_is_named(tmp_path: Path):
    paths = written(tmp_path, frames())
    paths[1].write_bytes(b"no table")
    with pytest.raises(LabError, match="parquet is no table"):
        read_tables(*paths)
    paths[1].unlink()
    with pytest.raises(LabError, match="parquet is missing"):
        read_tables(*paths)
    with pytest.raises(LabError, match="ranking is no task"):
        read_tables(*written(tmp_path, frames()), "ranking")


def test_a_model_without_scores_has_none(tmp_path: Path):
    examples, said = frames()
    bare = said.with_columns(score=pl.when(pl.col("model") == "candidate").then("score"))
    tables = read_tables(*written(tmp_path, (examples, bare)), "binary")
    assert tables.predictions["champion"][0].score is None
    assert tables.predictions["candidate"][1].score is not None


@pytest.mark.parametrize(
    "nested",
    [pl.concat_list, pl.struct, lambda name: pl.col(name).cast(pl.String).cast(pl.Binary)],
    ids=["lists", "structures", "bytes"],
)
@pytest.mark.parametrize(
    ("table", "column"),
    [(0, "id"), (0, "y"), (0, "age"), (0, "unit"), (1, "label"), (1, "model"), (1, "score")],
)
def test_each_row_has_one_value_in_each_column(
    tmp_path: Path, nested: Callable, table: int, column: str
):
    both = list(frames())
    both[table] = both[table].with_columns(nested(column).alias(column))
    with pytest.raises(LabError, match=rf"`{column}` holds .* one number or text in each row"):
        read_tables(*written(tmp_path, (both[0], both[1])), unit="unit")


def test_words_that_are_kept_as_codes_are_words(tmp_path: Path):
    examples, predictions = frames()
    coded = examples.with_columns(pl.col("site", "unit").cast(pl.Categorical))
    found = read_tables(*written(tmp_path, (coded, predictions)), unit="unit")
    plain = read_tables(*written(tmp_path, (examples, predictions)), unit="unit")
    assert digest_of(found) == digest_of(plain)
    text = predictions.with_columns(pl.col("score").cast(pl.String))
    with pytest.raises(LabError, match="`score` is text, and needs to be numbers"):
        read_tables(*written(tmp_path, (examples, text)))


@pytest.mark.parametrize("name", ["table.csv", "table.parquet"])
def test_a_table_that_is_too_large_is_not_read(tmp_path: Path, name: str):
    path = tmp_path / name
    path.touch()
    os.truncate(path, 5_000_000_000)  # a hole: it takes no room on the disk
    with pytest.raises(LabError, match=r"has 5,000 MB, and 2,000 MB is the most that is read"):
        read_rows(path)
