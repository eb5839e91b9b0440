"""Metrics of labels are resampled by cell, those examples that are the same to them."""

from math import sqrt

import numpy as np
import pytest
from scipy.stats import binom

from lab.data.tables import Prediction, Tables
from lab.evidence.bounds import bootstrap
from lab.evidence.criteria import parse_criterion
from lab.evidence.judge import judge
from lab.evidence.result import Result
from lab.evidence.unseen import Sample, extremes

RUNS = 300
AGREEING = 0.05  # examples that both models get wrong


def tables(y: np.ndarray, mine: np.ndarray, theirs: np.ndarray, task: str = "binary") -> Tables:
    classes = tuple(str(code) for code in range(int(y.max()) + 1))
    said = {
        name: {1: Prediction(label, None, {})}
        for name, label in (("candidate", mine), ("champion", theirs))
    }
    return Tables(task, np.arange(len(y)).astype(str), y, classes, None, {}, "made", said)


def paired(only_mine: int, only_theirs: int, n: int) -> Tables:
    """Two models that both err on a few examples, and where one alone is right on others."""
    y, place = np.arange(n) % 2, np.arange(n)
    neither = place >= n - round(AGREEING * n)
    wrong = (place >= only_mine) & (place < only_mine + only_theirs)
    mine, theirs = wrong | neither, (place < only_mine) | neither
    return tables(y, np.where(mine, 1 - y, y), np.where(theirs, 1 - y, y))


def of(evidence: Tables, criterion: str = "accuracy > champion", error: float = 0.05) -> Result:
    return judge([parse_criterion(criterion)], [], evidence, error).results[0]


@pytest.mark.parametrize("metric", ["accuracy", "matthews_corrcoef"])
def test_weights_of_cells_give_what_weights_of_examples_give(metric: str):
    generator = np.random.default_rng(4)
    y = (generator.random(500) < 0.4).astype(int)
    groups = [
        tuple(
            Prediction(np.where(generator.random(500) < right, y, 1 - y), None, {})
            for _ in range(2)
        )
        for right in (0.9, 0.86)
    ]
    sample = Sample("binary", ("0", "1"), y, (groups[0], groups[1]))
    cells = sample.cells()
    assert cells.counts.sum() == 500
    by_row = bootstrap(extremes(metric, sample, None), 500, None, 20_000, 1)
    by_cell = bootstrap(
        extremes(metric, cells, None), len(cells.y), None, 20_000, 1, sizes=cells.sizes
    )
    assert len(cells.y) <= 32
    for rows, drawn in zip(by_row, by_cell, strict=True):
        noise = 5 * rows.std() / sqrt(20_000)
        assert drawn.mean() == pytest.approx(rows.mean(), abs=noise)
        for error in (0.005, 0.05, 0.95, 0.995):
            there = np.quantile(rows, error)
            assert np.quantile(drawn, error) == pytest.approx(there, abs=8 * noise)


def test_the_bound_of_a_difference_is_that_of_scipys_dirichlet_distribution():
    """A second way: shares of the cells, and one unseen example that only the champion gets."""
    drawn = np.random.default_rng(1).dirichlet([30, 12, 1, 457], 400_000)
    expected = np.quantile(drawn[:, 0] - drawn[:, 1] - drawn[:, 2], 0.005)
    found = of(paired(30, 12, 500 - 1), error=0.005)
    assert found.lower == pytest.approx(expected, abs=0.003)


@pytest.mark.parametrize("error", [0.05, 0.005])
@pytest.mark.parametrize(
    ("n", "only_mine", "only_theirs", "bar"),
    [(300, 0.03, 0.03, ""), (1000, 0.01, 0.01, ""), (1000, 0.002, 0.022, " - 0.02")],
)
def test_a_model_at_the_bar_is_seldom_supported(n, only_mine, only_theirs, bar, error):
    generator = np.random.default_rng(2)
    found = 0
    for _ in range(RUNS):
        mine, theirs, _ = generator.multinomial(
            n, [only_mine, only_theirs, 1 - only_mine - only_theirs]
        )
        found += of(paired(mine, theirs, n), f"accuracy > champion{bar}", error).status == "met"
    assert found / RUNS <= error + 3 * sqrt(error * (1 - error) / RUNS)


def test_a_better_model_is_found_as_often_as_by_mcnemars_exact_test():
    generator = np.random.default_rng(3)
    ours = theirs = 0
    for _ in range(RUNS):
        mine, other, _ = generator.multinomial(1000, [0.03, 0.01, 0.96])
        ours += of(paired(mine, other, 1000), error=0.005).status == "met"
        theirs += binom.sf(mine - 1, mine + other, 0.5) < 0.005
    assert ours / RUNS > theirs / RUNS - 0.04
    assert ours / RUNS > 0.6


def test_a_predicted_class_that_never_occurs_has_cells_of_its_own():
    y = np.arange(300) % 3
    mine = np.where(np.arange(300) < 20, 4, y)  # codes beyond those of `y`
    theirs = np.where(np.arange(300) < 20, 3, y)
    sample = Sample("multiclass", ("0", "1", "2"), y, (
        (Prediction(mine, None, {}),), (Prediction(theirs, None, {}),)
    ))  # fmt: skip
    cells = sample.cells()
    assert sorted(cells.counts) == sorted([7, 7, 6, 93, 93, 94])


def test_many_columns_do_not_run_over():
    generator = np.random.default_rng(5)
    y = generator.integers(0, 100, 400)
    said = tuple(Prediction(generator.integers(0, 100, 400), None, {}) for _ in range(20))
    cells = Sample("multiclass", tuple(map(str, range(100))), y, (said, ())).cells()
    assert len(cells.y) == 400


def test_a_million_examples_have_no_more_weights_than_cells():
    generator = np.random.default_rng(6)
    y = generator.integers(0, 2, 1_000_000)
    labels = [np.where(generator.random(len(y)) < right, y, 1 - y) for right in (0.91, 0.905)]
    said = [(Prediction(label, None, {}),) for label in labels]
    cells = Sample("binary", ("0", "1"), y, (said[0], said[1])).cells()
    assert len(cells.y) == 8
    assert of(tables(y, labels[0], labels[1]), error=0.005).status == "met"
