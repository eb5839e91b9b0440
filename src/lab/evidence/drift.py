"""Do two samples come from the same distribution, and if not, how far apart are they?

With many rows every difference is significant, and with few rows every index is large. So a
test says whether there is a difference at all, and the population stability index how large.

Sources. Smirnov (1948), "Table for estimating the goodness of fit of empirical distributions".
Rosenbaum (1954), "Tables for a nonparametric test of location", for exceedances.
Pearson (1900) and Fisher (1935), for counts.
Holm (1979), "A simple sequentially rejective multiple test procedure". Lewis (1994), "An
introduction to credit scoring", for the index and its limit; Yurdakul and Naranjo (2020),
"Statistical properties of the population stability index", for its distribution.
"""

from collections.abc import Sequence
from math import ceil, log, sqrt

import numpy as np
from scipy.special import chdtrc, chdtri, gammaln, kolmogorov, ndtr

LIMIT = 0.2  # of the index: above it, the convention speaks of a change that matters
NEGLIGIBLE = 0.02  # of the index: below it, a change is not worth a word
TAIL = 50  # one training row in so many lies beyond the edge of a tail
FEWEST = 30  # rows of either sample
EXPECTED = 5  # in every cell of a chi-squared test
BINS = 10


def smirnov(live: np.ndarray, training: np.ndarray) -> float:
    """The p-value of the two-sample Kolmogorov-Smirnov test, by its limit for large samples.

    That is on the side of caution: with few rows it is up to twice the exact value, and larger
    still where values repeat.

    Args:
        live: numbers, shape (n,), n above 0.
        training: numbers, shape (m,), m above 0.
    """
    ours, theirs = np.sort(live), np.sort(training)
    # The training distribution is flat between its values, so the gap is widest at one of them.
    at = np.unique(theirs)
    distance = max(
        float(np.abs(_below(ours, at, side) - _below(theirs, at, side)).max())
        for side in ("left", "right")
    )
    n = len(ours) * len(theirs) / (len(ours) + len(theirs))
    return float(kolmogorov(sqrt(n) * distance))


def _below(ordered: np.ndarray, at: np.ndarray, side: str) -> np.ndarray:
    """The share of values below each point ("left"), or up to it ("right")."""
    found = ordered.searchsorted(at, "left" if side == "left" else "right")
    return found / len(ordered)


def of_numbers(live: np.ndarray, training: np.ndarray) -> float:
    """The p-value of the hypothesis that two samples of numbers come from the same distribution.

    Smirnov's test sees where the bulk has moved, and hardly what a tenth of the rows do; those are
    counted in the tails. There are two questions, so the smaller of both p-values counts twice.

    Args:
        live: numbers, shape (n,), n above 0.
        training: numbers, shape (m,), m above 0.
    """
    return min(1.0, 2 * min(smirnov(live, training), exceedance(live, training)))


def exceedance(live: np.ndarray, training: np.ndarray) -> float:
    """The p-value of how many live rows lie beyond the edge of a tail of the training rows.

    Up to the edge there are j training rows on that side. If at least k live rows lie beyond it,
    at most j - 1 of the outermost k + j - 1 rows are training rows, however values are distributed:
    an exact chance. Rows on the edge do not count, which is on the side of caution.

    Args:
        live: numbers, shape (n,), n above 0.
        training: numbers, shape (m,), m above 0.
    """
    n, m = len(live), len(training)
    inside = ceil(m / TAIL)
    ordered = np.partition(training, [inside - 1, m - inside])
    beyond = [int((live < ordered[inside - 1]).sum()), int((live > ordered[m - inside]).sum())]
    return min(1.0, 2 * min(_at_least(k, inside, n, m) for k in beyond))


def _at_least(k: int, inside: int, n: int, m: int) -> float:
    """The chance of k or more live rows of n beyond the row number `inside` of m."""
    if not k:
        return 1.0
    outermost = k + inside - 1
    training = np.arange(max(0, outermost - n), inside)
    chances = _ways(m, training) + _ways(n, outermost - training) - _ways(n + m, outermost)
    return min(1.0, float(np.exp(chances).sum()))


def homogeneity(live: np.ndarray, training: np.ndarray) -> float:
    """The p-value of the hypothesis that two rows of counts come from the same distribution.

    Rare categories are counted as one, which the sums of both rows decide. Two categories are
    compared by Fisher's exact test, more of them by Pearson's chi-squared test.

    Args:
        live: counts of each category, shape (k,).
        training: counts of the same categories.
    """
    table = _pooled(np.stack([live, training]).astype(float))
    if table.shape[1] < 2:
        return 1.0
    if table.shape[1] == 2:
        return _fisher(table)
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / table.sum()
    statistic = float(((table - expected) ** 2 / expected).sum())
    return float(chdtrc(table.shape[1] - 1, statistic))


def _pooled(table: np.ndarray) -> np.ndarray:
    """Counts of shape (2, k) without empty categories, and the rarest ones as one."""
    totals = table.sum(axis=0)
    table = table[:, np.argsort(-totals, kind="stable")][:, : np.count_nonzero(totals)]
    least = table.sum(axis=1).min() / table.sum()
    while table.shape[1] > 2 and table[:, -1].sum() * least < EXPECTED:
        table = np.column_stack([table[:, :-2], table[:, -2:].sum(axis=1)])
    return table


def _fisher(table: np.ndarray) -> float:
    """Fisher's exact test of a table of shape (2, 2): how likely it is, and what is no likelier."""
    (row, other), (first, second) = table.sum(axis=1), table.sum(axis=0)
    inside = np.arange(max(0.0, row - second), min(row, first) + 1)
    ways = _ways(first, inside) + _ways(second, row - inside) - _ways(row + other, row)
    seen = ways[int(table[0, 0] - inside[0])]
    return min(1.0, float(np.exp(ways[ways <= seen + 1e-7]).sum()))


def _ways(n: float, k: float | np.ndarray) -> np.ndarray:
    """The logarithm of n over k."""
    return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)


def holm(p: Sequence[float]) -> list[float]:
    """p-values such that a rate holds for all of them together, in the order given."""
    adjusted, least = [0.0] * len(p), 0.0
    for place, number in enumerate(sorted(range(len(p)), key=p.__getitem__)):
        least = max(least, min(1.0, p[number] * (len(p) - place)))
        adjusted[number] = least
    return adjusted


def stability(live: np.ndarray, training: np.ndarray) -> float:
    """The population stability index of two rows of counts; an empty bin counts half a row.

    Args:
        live: counts in each bin, shape (k,).
        training: counts in the same bins.
    """
    ours, theirs = (
        (counts + 0.5) / (counts.sum() + 0.5 * len(counts)) for counts in (live, training)
    )
    return float(((ours - theirs) * np.log(ours / theirs)).sum())


def cuts_of(training: np.ndarray) -> np.ndarray:
    """Where the bins of the index end: at the deciles of the training rows.

    A value so frequent that it is several deciles has a bin of its own, and so has the only one.

    Args:
        training: numbers, shape (m,), m above 0.
    """
    shares = np.arange(1, BINS) / BINS
    deciles, times = np.unique(
        np.quantile(training, shares, method="inverted_cdf"), return_counts=True
    )
    return np.union1d(deciles, np.nextafter(deciles[times > 1], -np.inf))


def binned(values: np.ndarray, cuts: np.ndarray) -> np.ndarray:
    """How many values each bin holds, shape (len(cuts) + 1,); a bin holds its upper end."""
    return np.bincount(cuts.searchsorted(values, "left"), minlength=len(cuts) + 1)


def enough_numbers(training: int, error: float) -> int | None:
    """How many live rows would show a change at the limit more often than not, or None.

    For Smirnov's test, which is one of two, that change is a shift of a normal distribution: its
    index is the square of the shift in standard deviations.

    Args:
        training: rows.
        error: the error rate of this one test.
    """
    distance = 2 * float(ndtr(sqrt(LIMIT) / 2)) - 1
    return _enough(2 * distance**2 / -log(error / 4), training)


def enough_counts(categories: int, training: int, error: float) -> int | None:
    """The same for a test of counts: there, chi-squared is the index over 1 / n + 1 / m."""
    critical = float(chdtri(max(1, categories - 1), error))
    return _enough(LIMIT / critical, training)


def _enough(reach: float, training: int) -> int | None:
    """The least n with 1 / n + 1 / m within reach; None if no n is."""
    left = reach - 1 / training
    return max(FEWEST, ceil(1 / left)) if left > 0 else None
