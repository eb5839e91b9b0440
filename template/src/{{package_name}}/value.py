"""What a model's decisions are worth, where training aims at that.

The tool has counted it, as `lift` in params.yaml says. `worth` is what each class, by its place,
would bring in each row; or what a unit of error costs, above the truth and below it.
"""

from typing import Any

import numpy as np
from sklearn.metrics import make_scorer


def of_classes(truth: np.ndarray, said: np.ndarray, worth: np.ndarray) -> float:
    """What a decision is worth on average; `said` are the places of classes."""
    return float(worth[np.arange(len(said)), said].mean())


def of_numbers(truth: np.ndarray, said: np.ndarray, worth: np.ndarray) -> float:
    """What a predicted number is worth on average: its error costs."""
    error = said - truth
    return float(-np.where(error > 0, worth[:, 0], worth[:, 1]) @ np.abs(error)) / len(said)


def of_scores(truth: np.ndarray, scores: np.ndarray, worth: np.ndarray) -> float:
    """What a decision is worth on average, at the threshold that brings most."""
    return of_classes(truth, (scores >= best_threshold(scores, worth)).astype(int), worth)


def best_threshold(scores: np.ndarray, worth: np.ndarray) -> float:
    """The score of the positive class from which on deciding for it has brought most."""
    order = np.argsort(-scores, kind="stable")
    edges = np.concatenate([[1.01], scores[order], [-0.01]])
    brought = np.concatenate([[0.0], np.cumsum((worth[:, 1] - worth[:, 0])[order])])
    cuts = np.flatnonzero(edges[:-1] > edges[1:])  # between rows of different scores
    best = cuts[np.argmax(brought[cuts])]
    return float(edges[best] + edges[best + 1]) / 2


def scorer(classes: list[str], tuned: bool) -> Any:
    """A scorer of scikit-learn that is handed `worth`; `tuned` if the threshold is, too."""
    scored: Any = make_scorer(of_classes if classes else of_numbers)
    if tuned:
        scored = make_scorer(of_scores, response_method="predict_proba")
    return scored.set_score_request(worth=True)
