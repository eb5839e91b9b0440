"""The main promise, guarded: at the bar, a claim is not supported more often than agreed.

benchmarks/simulate.py measures it in full; here are the cases that break a weaker rule.
"""

from math import sqrt

import numpy as np
import pytest
from scipy.stats import norm, t

from lab.data.tables import Prediction
from lab.evidence.bounds import Bounds, Rates, exponential, percentiles, with_seeds
from lab.evidence.unseen import Sample, extremes

RUNS = 400


def supported(metric: str, truth: float, draw, error: float, rows: int = 1) -> float:
    """How often the lower bound lies above the truth."""
    generator = np.random.default_rng(1)
    n = len(draw(generator).y)
    units = np.append(np.arange(n) // rows, n // rows)
    weights = exponential(generator, 2000, n // rows + 1)[:, units]
    found = 0
    for _ in range(RUNS):
        low, high = (end(weights) for end in extremes(metric, draw(generator), None, rows))
        found += percentiles(np.inf, low, high, Rates.both(error)).lower > truth
    return found / RUNS


def limit(error: float) -> float:
    return error + 3 * sqrt(error * (1 - error) / RUNS)


def said(task: str, y: np.ndarray, *predictions: Prediction) -> Sample:
    classes = () if task == "regression" else ("0", "1")
    return Sample(task, classes, y, (predictions[:1], predictions[1:]))


def rare(generator: np.random.Generator) -> Sample:
    y = (np.arange(200) < 30).astype(int)
    right = generator.random(200) < np.where(y == 1, 0.9, 0.98)
    return said("binary", y, Prediction(np.where(right, y, 1 - y), None, {}))


def ranked(generator: np.random.Generator) -> Sample:
    y = (np.arange(100) < 30).astype(int)
    score = norm.cdf(generator.normal(size=100) + (2 * y - 1) * norm.ppf(0.98) / sqrt(2))
    return said("binary", y, Prediction(y, score, {}))


def nearly_equal(generator: np.random.Generator) -> Sample:
    y, lot = np.arange(100) % 2, generator.random(100)
    mine, other = lot >= 0.03, (lot < 0.03) | (lot >= 0.04)
    return said(
        "binary", y, *(Prediction(np.where(one, y, 1 - y), None, {}) for one in (mine, other))
    )


def grouped(generator: np.random.Generator) -> Sample:
    y = np.arange(300) % 2
    own = np.repeat(generator.normal(size=60), 5) + generator.normal(size=300)
    right = own < sqrt(2) * norm.ppf(0.9)
    return said("binary", y, Prediction(np.where(right, y, 1 - y), None, {}))


def explained(generator: np.random.Generator) -> Sample:
    signal = generator.normal(size=60)
    return said("regression", signal + generator.normal(size=60), Prediction(signal, None, {}))


@pytest.mark.parametrize("error", [0.05, 0.005])
@pytest.mark.parametrize(
    ("metric", "truth", "draw", "rows"),
    [
        ("balanced_accuracy", 0.94, rare, 1),
        ("roc_auc", 0.98, ranked, 1),
        ("accuracy", -0.02, nearly_equal, 1),
        ("accuracy", 0.9, grouped, 5),
        ("r2", 0.5, explained, 1),
    ],
)
def test_a_model_at_the_bar_is_seldom_supported(metric, truth, draw, rows, error):
    assert supported(metric, truth, draw, error, rows) <= limit(error)


@pytest.mark.parametrize("seeds", [3, 5, 10])
@pytest.mark.parametrize("ratio", [0.0, 0.3, 1.0, 5.0])
def test_over_seeds_the_promise_holds_as_well(seeds, ratio):
    generator = np.random.default_rng(2)
    runs, error = 4000, 0.05
    values = generator.normal(size=(runs, 1)) + ratio * generator.normal(size=(runs, seeds))
    below = norm.ppf(1 - error)
    found = [
        with_seeds(
            Bounds(row.mean(), row.mean() - below, row.mean() + below),
            [(row.std(ddof=1), seeds)],
            Rates.both(error),
        ).lower
        > 0
        for row in values
    ]
    assert np.mean(found) <= error + 3 * sqrt(error * (1 - error) / runs)
    assert t.ppf(1 - error, seeds - 1) > below
