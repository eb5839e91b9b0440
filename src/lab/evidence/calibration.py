"""Calibration: do the hypotheses that were thought likely turn out to be supported?"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..records.store import Store

EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True)
class Band:
    """Hypotheses with a prior from `low` to below `high`: how many, and how many held."""

    low: float
    high: float
    n: int
    expected: float
    supported: int

    @property
    def share(self) -> float:
        """The share that was supported."""
        return self.supported / self.n


def decided(store: Store) -> list[tuple[float, bool]]:
    """Prior and truth of each hypothesis that was supported or refuted.

    An inconclusive one says nothing about its truth, and an abandoned one was not asked.
    """
    return [
        (float(record.front.prior), record.front.outcome == "supported")
        for record in store.of("HYP")
        if record.front.outcome in ("supported", "refuted")
    ]


def bands(pairs: Sequence[tuple[float, bool]]) -> list[Band]:
    """The pairs by prior, in fifths; empty ones are left out, and 1 belongs to the last."""
    bands = []
    for low, high in pairwise(EDGES):
        inside = [
            pair for pair in pairs if low <= pair[0] < high or (high == 1.0 and pair[0] == 1.0)
        ]
        if inside:
            expected = sum(prior for prior, _ in inside) / len(inside)
            bands.append(Band(low, high, len(inside), expected, sum(true for _, true in inside)))
    return bands


def brier(pairs: Sequence[tuple[float, bool]]) -> float | None:
    """The mean squared distance of priors to the truth: 0 is perfect, 0.25 is always saying 0.5.

    G. W. Brier, Verification of forecasts expressed in terms of probability, 1950.
    """
    return sum((prior - true) ** 2 for prior, true in pairs) / len(pairs) if pairs else None
