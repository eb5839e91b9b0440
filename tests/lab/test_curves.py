"""The data of the pipeline's plots."""

import numpy as np
import polars as pl
import pytest
from scipy.stats import binomtest

from lab.evidence.curves import ENOUGH, curves


def calibration(scores: list[float], y: list[int]) -> pl.DataFrame:
    ids = range(len(y))
    examples = pl.DataFrame({"id": ids, "y": y})
    predictions = pl.DataFrame({"id": ids, "label": y, "score": scores, "model": "candidate"})
    return curves("binary", examples, predictions.with_columns(seed=1), ["no", "yes"])[
        "calibration"
    ]


def test_scores_are_taken_together_until_each_point_holds_enough():
    generator = np.random.default_rng(1)
    scores = generator.beta(0.4, 0.4, 400)
    y = (generator.random(400) < scores).astype(int)
    found = calibration(scores.tolist(), y.tolist())
    assert min(found["n"].to_list()) >= ENOUGH
    assert found["n"].sum() == 400
    assert found["predicted"].is_sorted()
    start = 0
    order = np.argsort(scores)
    for row in found.iter_rows(named=True):
        part = order[start : start + row["n"]]
        exact = binomtest(int(y[part].sum()), len(part)).proportion_ci(0.95, "exact")
        expected = (scores[part].mean(), y[part].mean(), exact.low, exact.high)
        told = [row[name] for name in ("predicted", "observed", "low", "high")]
        assert told == pytest.approx(expected, abs=6e-5)
        start += row["n"]


def test_few_examples_are_one_point():
    found = calibration([0.1, 0.5, 0.9], [0, 0, 1])
    assert found.rows() == [(0.5, pytest.approx(1 / 3, abs=1e-4), 0.0084, 0.9057, 3)]
