"""Confidence bounds: exact for proportions, a paired bootstrap for everything else.

Sources. Clopper and Pearson (1934), "The use of confidence or fiducial limits illustrated in
the case of the binomial". Rubin (1981), "The Bayesian bootstrap", for exponential weights; with
the unseen example of unseen.py its percentiles are the bound of Gaffke (2005), which for a
proportion is that of Clopper and Pearson. Zou and Donner (2008), "Construction of confidence
limits about effect measures: a general approach", for adding the uncertainty of the seeds.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
from scipy.special import betaincinv, stdtrit

from ..errors import LabError

RESAMPLES = 2000
TAIL = 10  # at least so many resamples lie beyond a bound
LEAST_RATE = 1e-12  # below it, quantiles are no numbers any more
MOST_RESAMPLES = 1_000_000
MOST_WEIGHTS = 10**11  # of all resamples together: some ten minutes
BLOCK = 1 << 20  # weights of one block: they fit into a processor's cache
THREADS = 4


@dataclass(frozen=True)
class Bounds:
    """An estimate with a one-sided bound on either side."""

    estimate: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Rates:
    """The error rates of a lower and of an upper bound, in the metric's own direction."""

    lower: float
    upper: float

    @classmethod
    def both(cls, rate: float) -> "Rates":
        """The same rate on either side."""
        return cls(rate, rate)


def clopper_pearson(hits: float, n: float, at: Rates) -> Bounds:
    """Exact one-sided bounds of a proportion.

    Args:
        hits: how many of n; a mean over seeds need not be whole.
        n: how many were counted, above 0.
        at: the error rates.
    """
    low = 0.0 if hits <= 0 else float(betaincinv(hits, n - hits + 1, at.lower))
    high = 1.0 if hits >= n else float(betaincinv(hits + 1, n - hits, 1 - at.upper))
    return Bounds(hits / n, low, high)


def resamples_for(error: float) -> int:
    """How many resamples an error rate needs, so that some lie beyond the bound."""
    return max(RESAMPLES, ceil(TAIL / error))


def see_that_rate(error: float) -> None:
    """See that an error rate is one that anybody could keep.

    Raises:
        LabError: it is so small that no number of examples would show it.
    """
    if not error >= LEAST_RATE:
        raise LabError(
            f"an error rate of {error:.2g} for one hypothesis is below {LEAST_RATE:g}, which no "
            "examples show: raise `alpha`, or lower the budget."
        )


def too_many(error: float, n: int) -> str | None:
    """Why the resamples that an error rate needs on n examples are not drawn; None if they are."""
    least = max(TAIL / MOST_RESAMPLES, TAIL * n / MOST_WEIGHTS)
    if error >= least:
        return None
    return (
        f"an error rate of {error:.2g} takes more resamples of {n} examples than are drawn: "
        f"{least:.2g} is the least, so raise `alpha`, or lower the budget or the number of criteria"
    )


def bootstrap(
    statistics: Sequence[Callable[[np.ndarray], np.ndarray]],
    n: int,
    unit: np.ndarray | None,
    resamples: int,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
    sizes: np.ndarray | None = None,
) -> np.ndarray:
    """The values of statistics when examples, or whole units, have random weights.

    One more weight than there are examples is drawn: the last is for an unseen example.

    Args:
        statistics: each from weights of shape (b, n + 1) to values of shape (b,).
        n: how many examples there are.
        unit: which unit each example belongs to, shape (n,), codes from 0; or None.
        resamples: how many.
        seed: of the random numbers; the values do not depend on how many threads there are.
        progress: called with how many are done, of how many.
        sizes: if what is called an example here is a cell of several that are the same to every
            statistic, how many it holds, shape (n,); there are no units then.

    Returns:
        Shape (len(statistics), resamples). All statistics see the same weights.
    """
    values = np.empty((len(statistics), resamples))
    groups = n if unit is None else int(unit.max()) + 1
    member = None if unit is None else np.append(unit, groups)
    size = max(1, min(resamples, BLOCK // (n + 1)))
    starts = range(0, resamples, size)
    seeds = np.random.SeedSequence(seed).spawn(len(starts))

    def block(start: int, own: np.random.SeedSequence) -> int:
        end = min(start + size, resamples)
        generator = np.random.default_rng(own)
        if sizes is None:
            weights = exponential(generator, end - start, groups + 1)
        else:
            weights = gamma(generator, end - start, np.append(sizes, 1))
        weights = weights if member is None else weights.take(member, axis=1)
        for number, statistic in enumerate(statistics):
            values[number, start:end] = statistic(weights)
        return end

    with ThreadPoolExecutor(min(THREADS, os.cpu_count() or 1)) as pool:
        for done in pool.map(block, starts, seeds):
            if progress:
                progress(done, resamples)
    return values


def exponential(generator: np.random.Generator, rows: int, columns: int) -> np.ndarray:
    """Weights with an exponential distribution, in whole sixteenths: exact sums, small numbers.

    Returns:
        Shape (rows, columns), whole numbers from 1 to 189, with mean 16. None is 0, so that
        what has a value on the examples has one under every weighting.
    """
    quarter = -(-rows * columns // 4)
    drawn = generator.integers(0, 2**64 - 1, quarter, dtype=np.uint64, endpoint=True)
    words = drawn.astype("<u8", copy=False).view("<u2")[: rows * columns]
    return QUANTILES.take(words).reshape(rows, columns)


def gamma(generator: np.random.Generator, rows: int, sizes: np.ndarray) -> np.ndarray:
    """Weights of cells: each the sum of as many exponential weights as the cell has examples.

    Returns:
        Shape (rows, len(sizes)), whole sixteenths, none of them 0, as `exponential` gives them.
    """
    drawn = generator.standard_gamma(sizes, (rows, len(sizes)))
    return np.maximum(1, np.rint(16 * drawn)).astype(np.int64)


def _quantiles() -> np.ndarray:
    """The exponential distribution at the middles of 65,536 equal parts, times 16."""
    middles = (np.arange(65536) + 0.5) / 65536
    return np.maximum(1, np.round(-16 * np.log(middles))).astype(np.uint8)


QUANTILES = _quantiles()


def percentiles(estimate: float, low: np.ndarray, high: np.ndarray, at: Rates) -> Bounds:
    """Percentile bounds, on the side of caution between two resamples.

    Args:
        estimate: the value on the examples as they are.
        low: values with the worst unseen example.
        high: values with the best unseen example.
        at: the error rates.
    """
    return Bounds(
        estimate,
        min(estimate, float(np.quantile(low, at.lower, method="lower"))),
        max(estimate, float(np.quantile(high, 1 - at.upper, method="higher"))),
    )


def with_seeds(bounds: Bounds, spread: Sequence[tuple[float, int]], at: Rates) -> Bounds:
    """Bounds that hold over seeds as well: the two uncertainties add up as squares.

    Each part keeps its own quantile (the method of variance estimates recovery): the exact or
    bootstrap bound for the examples, Student's t with S - 1 degrees of freedom for the seeds.

    Args:
        bounds: for the examples, at the mean over the seeds.
        spread: standard deviation over the seeds, and how many seeds, of each model.
        at: the error rates.
    """
    down, up = bounds.estimate - bounds.lower, bounds.upper - bounds.estimate
    for deviation, seeds in spread:
        if seeds > 1 and deviation > 0:
            error = deviation / sqrt(seeds)
            down = sqrt(down**2 + (error * float(stdtrit(seeds - 1, 1 - at.lower))) ** 2)
            up = sqrt(up**2 + (error * float(stdtrit(seeds - 1, 1 - at.upper))) ** 2)
    return Bounds(bounds.estimate, bounds.estimate - down, bounds.estimate + up)
