"""Expected lift: what the best possible model could add, known before any modelling.

Value is counted in the unit of the project's KPI, for one decision. A perfect model
decides as the labels say; a random one draws its decisions from the labels' own
frequencies; the status quo is the rule in use.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from .config import LiftParams
from .errors import ProjectError


def expected_lift(
    actual: Sequence[str] | Sequence[float],
    status_quo: Sequence[str] | Sequence[float],
    params: LiftParams,
    classes: Sequence[str] | None = None,
) -> dict[str, float]:
    """Mean value of one decision under the three policies, and what lies between them.

    Args:
        actual: labels, one per example: classes (text) or numbers.
        status_quo: what is decided today, one per example.
        params: what a decision is worth.
        classes: what a label can be, where it is not a number.

    Returns:
        `perfect`, `random`, `status_quo`; `potential` is perfect - status quo, what a model
        may gain; `risk` is status quo - random, what a bad one may lose.

    Raises:
        ProjectError: the value matrix names a class that no label can be.
    """
    named = {*params.value, *(name for row in params.value.values() for name in row)}
    if strange := sorted(named - set(classes or [])):
        raise ProjectError(
            f"lift.value in params.yaml names {strange[0]!r}, which the target in schema.yaml "
            "cannot be: use the names of its values."
        )
    if isinstance(actual[0], str):
        perfect, random, current = _of_classes(actual, status_quo, params)
    else:
        perfect, random, current = _of_numbers(
            np.asarray(actual, float), np.asarray(status_quo, float), params.cost_of_error
        )
    return {
        "perfect": perfect,
        "random": random,
        "status_quo": current,
        "potential": perfect - current,
        "risk": current - random,
    }


def _of_classes(
    actual: Sequence, status_quo: Sequence, params: LiftParams
) -> tuple[float, float, float]:
    """Values from the matrix `value[actual][decision]`, or correct and wrong where it is silent."""

    def value(truth: str, decision: str) -> float:
        otherwise = params.correct if truth == decision else params.wrong
        return params.value.get(truth, {}).get(decision, otherwise)

    n = len(actual)
    share = {label: count / n for label, count in Counter(actual).items()}
    perfect = sum(part * value(label, label) for label, part in share.items())
    random = sum(p * q * value(a, d) for a, p in share.items() for d, q in share.items())
    pairs = Counter(zip(actual, status_quo, strict=True))
    current = sum(count * value(*pair) for pair, count in pairs.items()) / n
    return perfect, random, current


def _of_numbers(
    actual: np.ndarray, status_quo: np.ndarray, cost: float
) -> tuple[float, float, float]:
    """Minus the mean absolute error times its cost; random is Gini's mean difference."""
    n = len(actual)
    ranks = 2 * np.arange(1, n + 1) - n - 1
    difference = 2 * float(ranks @ np.sort(actual)) / n**2  # mean of |a - b| over all pairs
    current = float(np.abs(actual - status_quo).mean())
    return 0.0, -cost * difference, -cost * current
