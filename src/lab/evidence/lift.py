"""Expected lift: what a better decision could be worth, known before any modelling.

A perfect model decides as the labels say; a random one draws its decisions from the labels' own
frequencies; the status quo is what is decided today. Potential is perfect less status quo; risk
is status quo less random: what a useless model would cost.
"""

from collections.abc import Callable, Mapping

import numpy as np

from ..data.decisions import Decisions
from ..data.kpi import Kpi
from ..errors import LabError
from .bounds import Bounds, bootstrap

CONFIDENCE = 0.95
RESAMPLES = 2000
SEED = 20261101
NAMES = ("perfect", "status_quo", "random", "potential", "risk")


def expected_lift(
    decisions: Decisions, kpi: Kpi, progress: Callable[[int, int], None] | None = None
) -> Mapping[str, Bounds]:
    """The mean value of one decision under each policy, with a 95 % interval (Bayesian bootstrap).

    Raises:
        LabError: there are too few cases to say anything.
    """
    n = len(decisions.y)
    if n < 2:
        raise LabError("one case is too little to estimate a lift from.")
    policies = (
        _of_numbers(decisions, kpi)
        if decisions.task == "regression"
        else _of_classes(decisions, kpi)
    )
    perfect, today, random = policies
    statistics = [
        perfect,
        today,
        random,
        lambda weights: perfect(weights) - today(weights),
        lambda weights: today(weights) - random(weights),
    ]
    seen = [_of_the_seen(one) for one in statistics]
    values = bootstrap(seen, n, None, RESAMPLES, SEED, progress)
    plain = np.ones((1, n))
    tail = (1 - CONFIDENCE) / 2
    return {
        name: Bounds(
            float(one(plain)[0]),
            float(np.quantile(drawn, tail)),
            float(np.quantile(drawn, 1 - tail)),
        )
        for name, one, drawn in zip(NAMES, statistics, values, strict=True)
    }


def _of_the_seen(policy: "Policy") -> "Policy":
    """A policy under the weights of the cases alone, without the unseen one."""
    return lambda weights: policy(weights[:, :-1].astype(float))


Policy = Callable[[np.ndarray], np.ndarray]


def _of_classes(decisions: Decisions, kpi: Kpi) -> tuple[Policy, Policy, Policy]:
    names = decisions.classes
    worth = np.array(kpi.matrix(names), dtype=float)
    onehot = np.eye(len(names))[decisions.y]
    best = worth[decisions.y, decisions.y]
    today = worth[decisions.y, decisions.status_quo]

    def random(weights: np.ndarray) -> np.ndarray:
        share = weights @ onehot / weights.sum(axis=1, keepdims=True)
        return np.einsum("bi,ij,bj->b", share, worth, share)

    return _mean(best), _mean(today), random


def _of_numbers(decisions: Decisions, kpi: Kpi) -> tuple[Policy, Policy, Policy]:
    error = np.abs(decisions.y - decisions.status_quo)
    order = np.argsort(decisions.y, kind="stable")
    ranked = decisions.y[order]

    def random(weights: np.ndarray) -> np.ndarray:
        """Minus the cost of Gini's mean difference: the mean of |a - b| over all pairs."""
        drawn = weights[:, order]
        count = np.cumsum(drawn, axis=1)
        total = np.cumsum(drawn * ranked, axis=1)
        pairs = (drawn * (ranked * (count - drawn) - (total - drawn * ranked))).sum(axis=1)
        return -kpi.cost_of_error * 2 * pairs / count[:, -1] ** 2

    return _mean(np.zeros(len(error))), _mean(-kpi.cost_of_error * error), random


def _mean(values: np.ndarray) -> Policy:
    return lambda weights: weights @ values / weights.sum(axis=1)
