"""What decisions are worth, as `lift` in params.yaml says: what training may aim at."""

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import polars as pl

from .config import ErrorCost, LiftParams, Number
from .errors import ProjectError


@dataclass(frozen=True)
class Value:
    """The worth of decisions; called with a model, a scorer as scikit-learn wants one.

    Attributes:
        lift: what a decision is worth.
        classes: what a decision can be, by place; none where it is a number.
        tuned: the threshold is chosen by value, so a model is worth what its best one brings.
    """

    lift: LiftParams
    classes: list[str]
    tuned: bool

    def __call__(self, model: Any, rows: pl.DataFrame, truth: np.ndarray) -> float:
        """The mean worth of a model's decisions."""
        if not self.tuned:
            return float(self.of(rows, truth, model.predict(rows)).mean())
        scores = model.predict_proba(rows)[:, 1]
        said = scores >= self.threshold(rows, truth, scores)
        return float(self.of(rows, truth, said.astype(int)).mean())

    def of(self, rows: pl.DataFrame, truth: np.ndarray, said: np.ndarray) -> np.ndarray:
        """What each decision brings, shape (rows,).

        Args:
            rows: the columns that `lift` counts with, among others.
            truth: what was true, and `said` what was decided: places of classes, or numbers.
        """
        if not self.classes:
            cost, error = self.lift.cost_of_error, said - truth
            sides = (cost.above, cost.below) if isinstance(cost, ErrorCost) else (cost, cost)
            above, below = (_in_rows(side, rows) for side in sides)
            return -np.where(error > 0, above, below) * np.abs(error)
        brought = np.zeros(len(rows))
        for (true, actual), (decided, decision) in product(enumerate(self.classes), repeat=2):
            otherwise = self.lift.correct if true == decided else self.lift.wrong
            brings = self.lift.value.get(actual, {}).get(decision, otherwise)
            cost = self.lift.cost.get(decision, 0.0)
            here = (truth == true) & (said == decided)
            brought[here] = (_in_rows(brings, rows) - _in_rows(cost, rows))[here]
        return brought

    def threshold(self, rows: pl.DataFrame, truth: np.ndarray, scores: np.ndarray) -> float:
        """The score of the positive class from which on deciding for it has brought most."""
        yes, no = (self.of(rows, truth, np.full(len(rows), place)) for place in (1, 0))
        order = np.argsort(-scores, kind="stable")
        edges = np.concatenate([[1.01], scores[order], [-0.01]])
        brought = np.concatenate([[0.0], np.cumsum((yes - no)[order])])
        cuts = np.flatnonzero(edges[:-1] > edges[1:])  # between rows of different scores
        best = cuts[np.argmax(brought[cuts])]
        return float(edges[best] + edges[best + 1]) / 2


def _in_rows(number: Number, rows: pl.DataFrame) -> np.ndarray:
    """A number, a column, or a number times a column, in each row."""
    worth = pl.sql_expr(str(number)).cast(pl.Float64).alias("worth")
    if (found := rows.with_columns(worth)["worth"]).null_count():
        raise ProjectError(f"lift in params.yaml counts with {number}, which has gaps.")
    return found.to_numpy()
