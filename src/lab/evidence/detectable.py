"""Which true value a test set would show with a good chance: its power, in the metric's own unit.

Sources. Lehmann and Romano (2005), "Testing statistical hypotheses", for the exact power of a
binomial test; Hanley and McNeil (1982), "The meaning and use of the area under a receiver
operating characteristic (ROC) curve", for the standard error of an area before there is a model.
"""

from dataclasses import replace
from math import ceil, sqrt

import numpy as np
from scipy.special import betaincinv, ndtri

from ..data.kpi import Kpi
from ..data.tables import Prediction, Tables
from ..numerals import number
from ..records.testsets import TestSet
from .bounds import Rates, clopper_pearson
from .criteria import Criterion
from .effective import AT_MOST
from .judge import judge
from .metrics import METRICS
from .power import fewest_for, is_counted, least_hits, numbers_of
from .result import bar_of
from .unseen import is_unlimited

CHANCE = 0.8
ALIKE = 0.8  # so many examples, as a share of the test set's, stand for it
FEW = 20_000  # more examples decide whatever is worth a question, and would take long


def prospect(
    criterion: Criterion,
    testset: TestSet,
    alpha: float,
    tables: Tables | None,
    kpi: Kpi | None,
) -> tuple[bool, str]:
    """Could a criterion be supported, and which true value would be, with a chance of 80 %?

    Args:
        criterion: the criterion, of a metric that the examples decide.
        testset: how many examples of what it holds.
        alpha: the error rate of the hypothesis.
        tables: the same examples, with the predictions of the last run; None if there are none.
        kpi: the project's value function.

    Returns:
        Whether it could, and half a sentence about the value, or about why not; empty if nothing
        is known.
    """
    value, examples, positives = None, testset.examples, testset.positives
    if not criterion.reference and not criterion.slice and testset.unit is None:
        if is_counted(criterion, testset.task) and ">" in criterion.op:
            value = proportion_shown(numbers_of(criterion, testset)[0], bar_of(criterion), alpha)
        elif criterion.metric == "roc_auc" and ">" in criterion.op and positives is not None:
            value = area_shown(positives, examples - positives, bar_of(criterion), alpha)
            if value is None:
                least = fewest_for(bar_of(criterion), alpha)
                return False, f"at least {least} examples of the smaller class are needed"
    like = tables is not None and len(tables) >= ALIKE * examples  # else the best may do more
    if like and (needed := _of_the_best(criterion, tables, kpi, alpha)) is not None:
        return False, f"not even a candidate without a mistake would be supported{needed}"
    if value is not None:
        return True, f"a true value of {number(value)} has a chance of 80 %"
    if tables is None:
        return True, ""
    value = value_shown(criterion, tables, kpi, alpha, scale=sqrt(len(tables) / examples))
    if value is None:
        return True, ""
    what = "difference" if criterion.reference else "value"
    return True, (
        f"if predictions vary as those of the last run, a true {what} of about {number(value)} "
        "has a chance of 80 %"
    )


def _of_the_best(criterion: Criterion, tables: Tables, kpi: Kpi | None, alpha: float) -> str | None:
    """What it would take if not even a candidate without a mistake is supported; else None."""
    metric = METRICS[criterion.metric]
    wanted = ">" if metric.larger_is_better else "<"
    if (
        criterion.metric == "kpi"
        or is_unlimited(criterion.metric, tables.task)
        or wanted not in criterion.op
    ):
        return None
    score = tables.y.astype(float) if tables.task == "binary" else None
    best = {"candidate": {0: Prediction(tables.y, score, {})}}
    whole = replace(tables, predictions={**tables.predictions, **best})
    (found,) = judge([criterion], [], whole, alpha, kpi=kpi).results
    if found.status in ("met", "error"):
        return None
    needed = found.needed_n
    if found.status == "unclear" and not criterion.reference and not found.reason:
        bound = found.lower if metric.larger_is_better else found.upper
        gap = abs((found.estimate or 0.0) - bar_of(criterion))
        far = abs((found.estimate or 0.0) - (bound or 0.0))  # it shrinks as 1 / n
        needed = ceil(len(tables) * far / gap) if gap else None
    return f": about {needed:,} examples would do" if needed else ""


def proportion_shown(n: int, bar: float, error: float, chance: float = CHANCE) -> float | None:
    """The least true proportion that is supported with a chance, exactly.

    Args:
        n: how many examples are counted.
        bar: what has to be exceeded.
        error: the error rate.
        chance: of a supported claim.

    Returns:
        None if not even n of n would be above the bar.
    """
    hits = least_hits(n, bar, error)
    return None if hits is None else float(betaincinv(hits, n - hits + 1, chance))


def value_shown(
    criterion: Criterion,
    tables: Tables,
    kpi: Kpi | None,
    error: float,
    chance: float = CHANCE,
    scale: float = 1.0,
) -> float | None:
    """The true value that is supported with a chance, if it varies as that of the last run.

    The judge's own bound says how far the estimate has to be from the bar. Nothing is told of
    where the estimate is.

    Args:
        criterion: the criterion.
        tables: the examples, with the predictions of the last run.
        kpi: the project's value function.
        error: the error rate.
        chance: of a supported claim.
        scale: how many times as wide an interval is on the test set as on these examples.

    Returns:
        None if the last run does not tell, or if the metric has no such value.
    """
    (found,) = judge([criterion], [], tables, error, kpi=kpi).results
    if found.estimate is None or found.lower is None or found.upper is None:
        return None
    above = ">" in criterion.op
    far = found.estimate - found.lower if above else found.upper - found.estimate
    if not far:
        return None
    far *= scale * (1 + float(ndtri(chance) / ndtri(1 - error)))
    value = bar_of(criterion) + (far if above else -far)
    metric = METRICS[criterion.metric]
    low = -np.inf if metric.low is None else metric.low
    high = np.inf if metric.high is None else metric.high
    return value if criterion.reference or low <= value <= high else None


def area_shown(
    positives: int, negatives: int, bar: float, error: float, chance: float = CHANCE
) -> float | None:
    """The least true area under the ROC curve that is supported with a chance.

    Args:
        positives: how many examples are positive.
        negatives: how many are not.
        bar: what has to be exceeded.
        error: the error rate.
        chance: of a supported claim.

    Returns:
        None if not even an area of 1 would do: more examples of the smaller class are needed.
    """
    few = min(positives, negatives)
    if clopper_pearson(few, few, Rates.both(error)).lower <= bar:
        return None
    low, high = bar, 1.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        spread = area_error(middle, positives, negatives)
        examples = float(np.clip(middle * (1 - middle) / spread**2, few, AT_MOST * few))
        seen = max(0.0, middle - float(ndtri(chance)) * spread)
        if clopper_pearson(seen * examples, examples, Rates.both(error)).lower > bar:
            high = middle
        else:
            low = middle
    return high


def area_error(area: float, positives: int, negatives: int) -> float:
    """The standard error of an area, if scores are distributed exponentially."""
    above, below = area / (2 - area), 2 * area**2 / (1 + area)
    return sqrt(
        (
            area * (1 - area)
            + (positives - 1) * (above - area**2)
            + (negatives - 1) * (below - area**2)
        )
        / (positives * negatives)
    )
