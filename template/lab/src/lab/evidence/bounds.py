"""Confidence bounds: exact for proportions, a paired bootstrap for everything else.

Sources. Clopper and Pearson (1934), "The use of confidence or fiducial limits illustrated in
the case of the binomial". Efron and Tibshirani (1993), "An introduction to the bootstrap",
chapter 13, for the percentile interval; Chamandy et al. (2012), "Estimating uncertainty for
massive data streams", for Poisson weights. Zou and Donner (2008), "Construction of confidence
limits about effect measures: a general approach", for adding the uncertainty of the seeds.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
from scipy.special import betaincinv, stdtrit

RESAMPLES = 2000
TAIL = 10  # at least so many resamples lie beyond a bound
BLOCK = 8_000_000  # weights that are held at once
MANY = 50_000  # from so many draws on, their counts are drawn independently


@dataclass(frozen=True)
class Bounds:
    """An estimate with a one-sided bound on either side."""

    estimate: float
    lower: float
    upper: float


def clopper_pearson(hits: float, n: float, lower: float, upper: float) -> Bounds:
    """Exact one-sided bounds of a proportion.

    Args:
        hits: how many of n; a mean over seeds need not be whole.
        n: how many were counted, above 0.
        lower: the error rate of the lower bound.
        upper: the error rate of the upper bound.
    """
    low = 0.0 if hits <= 0 else float(betaincinv(hits, n - hits + 1, lower))
    high = 1.0 if hits >= n else float(betaincinv(hits + 1, n - hits, 1 - upper))
    return Bounds(hits / n, low, high)


def resamples_for(error: float) -> int:
    """How many resamples an error rate needs, so that some lie beyond the bound."""
    return max(RESAMPLES, ceil(TAIL / error))


def bootstrap(
    statistics: Sequence[Callable[[np.ndarray], np.ndarray]],
    n: int,
    unit: np.ndarray | None,
    resamples: int,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
) -> np.ndarray:
    """The values of statistics under resampling of the examples, or of whole units.

    Args:
        statistics: each from weights of shape (b, n) to values of shape (b,).
        n: how many examples there are.
        unit: which unit each example belongs to, shape (n,), codes from 0; or None.
        resamples: how many.
        seed: of the random numbers.
        progress: called with how many are done, of how many.

    Returns:
        Shape (len(statistics), resamples). All statistics see the same resamples.
    """
    generator = np.random.default_rng(seed)
    found = np.empty((len(statistics), resamples))
    for start, size in _blocks(resamples, n):
        weights = _weights(generator, size, n, unit)
        for number, one in enumerate(statistics):
            found[number, start : start + size] = one(weights)
        if progress:
            progress(start + size, resamples)
    return found


def _blocks(resamples: int, n: int) -> Iterator[tuple[int, int]]:
    size = max(1, min(resamples, BLOCK // n))
    for start in range(0, resamples, size):
        yield start, min(size, resamples - start)


def _weights(
    generator: np.random.Generator, size: int, n: int, unit: np.ndarray | None
) -> np.ndarray:
    """How often each example is drawn, shape (size, n)."""
    groups = n if unit is None else int(unit.max()) + 1
    if groups >= MANY:
        counts = POISSON[generator.integers(0, 65536, (size, groups), dtype=np.uint16)]
    else:
        drawn = generator.integers(0, groups, (size, groups))
        drawn += np.arange(size)[:, None] * groups
        counts = np.bincount(drawn.ravel(), minlength=size * groups).reshape(size, groups)
    counts = counts if unit is None else counts[:, unit]
    return counts.astype(np.float64)


def _poisson_table() -> np.ndarray:
    """For each of 65,536 equally likely numbers a count, distributed as Poisson with mean 1."""
    from scipy.special import pdtr

    edges = np.round(pdtr(np.arange(12), 1.0) * 65536).astype(int)
    return np.searchsorted(edges, np.arange(65536), side="right").astype(np.uint8)


POISSON = _poisson_table()


def percentiles(estimate: float, values: np.ndarray, lower: float, upper: float) -> Bounds:
    """Percentile bounds, on the side of caution between two resamples."""
    return Bounds(
        estimate,
        float(np.quantile(values, lower, method="lower")),
        float(np.quantile(values, 1 - upper, method="higher")),
    )


def with_seeds(
    bounds: Bounds, spread: Sequence[tuple[float, int]], lower: float, upper: float
) -> Bounds:
    """Bounds that hold over seeds as well: the two uncertainties add up as squares.

    Each part keeps its own quantile (the method of variance estimates recovery): the exact or
    bootstrap bound for the examples, Student's t with S - 1 degrees of freedom for the seeds.

    Args:
        bounds: for the examples, at the mean over the seeds.
        spread: standard deviation over the seeds, and how many seeds, of each model.
        lower: the error rate of the lower bound.
        upper: the error rate of the upper bound.
    """
    down, up = bounds.estimate - bounds.lower, bounds.upper - bounds.estimate
    for deviation, seeds in spread:
        if seeds > 1 and deviation > 0:
            error = deviation / sqrt(seeds)
            down = sqrt(down**2 + (error * float(stdtrit(seeds - 1, 1 - lower))) ** 2)
            up = sqrt(up**2 + (error * float(stdtrit(seeds - 1, 1 - upper))) ** 2)
    return Bounds(bounds.estimate, bounds.estimate - down, bounds.estimate + up)
