"""Expected lift: what a better decision could be worth, known before any modelling.

A perfect model knows what is true, and decides what is worth most; a random one draws its
decisions from the labels' own frequencies; the status quo is what is decided today. Where a
capacity limits how often the positive class is decided, the perfect model spends it where it gains
most, and the random one on rows drawn at random. Potential is perfect less status quo; risk is
status quo less random: what a useless model would cost.
"""

from collections.abc import Callable, Mapping

import numpy as np

from ..data.decisions import Decisions
from ..data.kpi import Capacity, Kpi
from ..errors import LabError
from .bounds import Bounds, bootstrap
from .payoff import carried_out, error_costs, payoffs
from .ratios import NoValueError

CONFIDENCE = 0.95
RESAMPLES = 2000
MANY, FEW = 50_000, 400  # of so many cases fewer resamples say as much
SEED = 20261101
NAMES = ("perfect", "status_quo", "random", "potential", "risk")
Policy = Callable[[np.ndarray], np.ndarray]  # weights of shape (b, n) to mean values, shape (b,)


def expected_lift(
    decisions: Decisions, kpi: Kpi, progress: Callable[[int, int], None] | None = None
) -> Mapping[str, Bounds]:
    """The mean value of one decision under each policy, with a 95 % interval (Bayesian bootstrap).

    What is resampled are cases, or whole units where cases belong together.

    Raises:
        LabError: there are too few cases to say anything, or the value function does not fit them.
    """
    n, unit = len(decisions.y), decisions.unit
    if n < 2 or (unit is not None and unit.max() < 1):
        raise LabError("one case is too little to estimate a lift from.")
    try:
        perfect, today, random = _policies(decisions, kpi)
    except NoValueError as error:
        raise LabError(f"the lift cannot be estimated: {error}.") from None
    statistics = [
        perfect,
        today,
        random,
        lambda weights: perfect(weights) - today(weights),
        lambda weights: today(weights) - random(weights),
    ]
    seen = [_of_the_seen(statistic) for statistic in statistics]
    values = bootstrap(seen, n, unit, RESAMPLES if n <= MANY else FEW, SEED, progress)
    plain = np.ones((1, n))
    tail = (1 - CONFIDENCE) / 2
    return {
        name: Bounds(
            float(statistic(plain)[0]),
            float(np.quantile(drawn, tail)),
            float(np.quantile(drawn, 1 - tail)),
        )
        for name, statistic, drawn in zip(NAMES, statistics, values, strict=True)
    }


def _of_the_seen(policy: Policy) -> Policy:
    """A policy under the weights of the cases alone, without the unseen one."""
    return lambda weights: policy(weights[:, :-1].astype(float))


def _policies(decisions: Decisions, kpi: Kpi) -> tuple[Policy, Policy, Policy]:
    """The perfect one, that of today, and the random one."""
    if decisions.task == "regression":
        return _of_numbers(decisions, kpi)
    capacity = kpi.capacity
    if capacity is None:
        return _of_classes(decisions, kpi)
    positive, negative = (_code(name, decisions) for name in (kpi.positive, kpi.negative))
    worth = payoffs(kpi, decisions.classes, decisions.y, decisions.columns)
    base, gain = worth[:, negative], worth[:, positive] - worth[:, negative]
    named = decisions.status_quo == positive
    if capacity.per is None:
        return _of_a_share(base, gain, named, capacity)
    units = np.unique(decisions.columns[capacity.per], return_inverse=True)[1]
    return _of_units(base, gain, named, units, capacity.most)


def _code(name: str | None, decisions: Decisions) -> int:
    if name not in decisions.classes:
        raise NoValueError(
            f"a capacity is about the positive class, and no case is or was decided {name}"
        )
    return decisions.classes.index(name)


def _of_classes(decisions: Decisions, kpi: Kpi) -> tuple[Policy, Policy, Policy]:
    n = len(decisions.y)
    worth = payoffs(kpi, decisions.classes, decisions.y, decisions.columns)
    onehot = np.eye(len(decisions.classes))[decisions.y]

    def random(weights: np.ndarray) -> np.ndarray:
        whole = weights.sum(axis=1, keepdims=True)
        return np.einsum("bd,bd->b", weights @ onehot / whole, weights @ worth / whole)

    return _mean(worth.max(axis=1)), _mean(worth[np.arange(n), decisions.status_quo]), random


def _of_a_share(
    base: np.ndarray, gain: np.ndarray, named: np.ndarray, capacity: Capacity
) -> tuple[Policy, Policy, Policy]:
    """Policies under a capacity for a share of all cases, however often each counts."""
    share = capacity.share
    order = np.argsort(-gain, kind="stable")
    best = np.maximum(gain[order], 0.0)

    def perfect(weights: np.ndarray) -> np.ndarray:
        ranked = weights[:, order]
        whole = ranked.sum(axis=1)
        before = np.cumsum(ranked, axis=1) - ranked
        taken = np.clip(share * whole[:, None] - before, 0.0, ranked)
        return (weights @ base + taken @ best) / whole

    def today(weights: np.ndarray) -> np.ndarray:
        whole, wanted = weights.sum(axis=1), weights @ named
        allowed = np.minimum(wanted, share * whole)
        part = np.divide(allowed, wanted, out=np.zeros_like(wanted), where=wanted > 0)
        return (weights @ base + part * (weights @ (gain * named))) / whole

    return perfect, today, _mean(base + share * gain)


def _of_units(
    base: np.ndarray, gain: np.ndarray, named: np.ndarray, units: np.ndarray, most: int
) -> tuple[Policy, Policy, Policy]:
    """Policies under a capacity for each unit: what a case gets depends on its own unit alone."""
    best = carried_out(np.ones(len(gain), dtype=bool), gain, units, most) * np.maximum(gain, 0.0)
    today = carried_out(named, None, units, most)
    random = np.minimum(1.0, most / np.bincount(units))[units]
    return _mean(base + best), _mean(base + today * gain), _mean(base + random * gain)


def _of_numbers(decisions: Decisions, kpi: Kpi) -> tuple[Policy, Policy, Policy]:
    n, y = len(decisions.y), decisions.y
    above, below = error_costs(kpi, decisions.columns, n)
    error = decisions.status_quo - y
    today = -np.where(error > 0, above, below) * np.abs(error)
    order = np.argsort(y, kind="stable")
    ranked, over, under = y[order], above[order], below[order]

    def random(weights: np.ndarray) -> np.ndarray:
        """Minus the mean cost over all pairs: one is true, and the other is predicted."""
        drawn = weights[:, order]
        values = drawn * ranked
        count, total = np.cumsum(drawn, axis=1), np.cumsum(values, axis=1)
        whole, sum_ = count[:, -1:], total[:, -1:]
        too_low = ranked * count - total
        too_high = (sum_ - total) - ranked * (whole - count)
        cost = (drawn * (under * too_low + over * too_high)).sum(axis=1)
        return -cost / whole[:, 0] ** 2

    return _mean(np.zeros(n)), _mean(today), random


def _mean(values: np.ndarray) -> Policy:
    return lambda weights: weights @ values / weights.sum(axis=1)
