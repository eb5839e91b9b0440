"""What a test set is known by, and whether it could decide a criterion."""

from dataclasses import replace

import numpy as np
import pytest
from rows import a_testset

from lab.data.tables import Tables
from lab.evidence.bounds import Rates, clopper_pearson
from lab.evidence.criteria import parse_criterion
from lab.evidence.power import described, digest_of, fewest_for, least_hits, reach


@pytest.fixture
def tables() -> Tables:
    y = np.repeat([0, 1], [70, 30])
    ids = np.array([f"x{number:03}" for number in range(100)])
    return Tables("binary", ids, y, ("0", "1"), None, {}, "sample", {})


def test_the_digest_is_over_ids_labels_and_units_in_any_order(tables: Tables):
    order = np.random.default_rng(1).permutation(100)
    shuffled = replace(tables, ids=tables.ids[order], y=tables.y[order])
    assert digest_of(shuffled) == digest_of(tables)
    assert digest_of(tables).startswith("v1:")
    flipped = tables.y.copy()
    flipped[5] = 1
    others = [
        replace(tables, y=flipped),
        replace(tables, ids=np.char.add(tables.ids, "a")),
        replace(tables, unit=np.arange(100) // 2),
    ]
    assert len({digest_of(one) for one in (tables, *others)}) == 4
    columns = replace(tables, columns={"age": np.arange(100.0)}, source="file")
    assert digest_of(columns) == digest_of(tables)


def test_a_digest_knows_a_class_by_its_name(tables: Tables):
    one = replace(tables, task="multiclass", classes=("a", "b"))
    assert digest_of(one) != digest_of(replace(one, classes=("a", "c")))


def test_it_is_described_by_its_counts(tables: Tables):
    assert described(tables) == {"examples": 100, "smallest": 30, "positives": 30}
    by_unit = replace(tables, unit=np.arange(100) // 5)
    assert described(by_unit) == {"examples": 100, "smallest": 20, "positives": 30}
    numbers = replace(tables, task="regression", y=np.linspace(0, 1, 100), classes=())
    assert described(numbers) == {"examples": 100, "smallest": 100, "positives": None}


@pytest.mark.parametrize("bar", [0.5, 0.7, 0.95, 0.99])
@pytest.mark.parametrize("alpha", [0.05, 0.005])
def test_the_least_numbers_are_the_least(bar, alpha):
    fewest = fewest_for(bar, alpha)
    assert least_hits(fewest, bar, alpha) == fewest
    assert least_hits(fewest - 1, bar, alpha) is None
    hits = least_hits(1000, bar, alpha)
    assert hits is not None
    assert clopper_pearson(hits, 1000, Rates.both(alpha)).lower > bar
    assert clopper_pearson(hits - 1, 1000, Rates.both(alpha)).lower <= bar


@pytest.mark.parametrize(
    ("text", "task", "possible", "said"),
    [
        ("recall > 0.7", "binary", True, "needs 26 of 30 positive examples to be right"),
        ("recall > 0.95", "binary", False, "at least 59 are needed"),
        ("accuracy > 0.95", "binary", True, "needs 99 of 100 examples"),
        ("recall < 0.2", "binary", True, "30 positive examples"),
        ("f1 > 0.9", "binary", True, "needs 30 examples in the smallest class"),
        ("recall > champion", "binary", True, "needs 30 examples in the smallest class"),
        ("log_loss < 0.9", "binary", False, "needs 50 examples in the smallest class"),
        ("r2 > 0.9", "regression", False, "needs 50 examples, and there are 30"),
        ("recall[age < 3] > 0.9", "binary", True, "looks at a part"),
        ("share(x) > 0.9", "binary", True, "needs no held-out example"),
        ("model_mb < 9", "binary", True, "is measured once"),
    ],
)
def test_what_could_be_supported_is_known_before(text, task, possible, said):
    found = reach(parse_criterion(text), a_testset(task, 100, 30), 0.05)
    assert found[0] is possible
    assert said in found[1]
