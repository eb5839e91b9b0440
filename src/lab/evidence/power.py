"""What a test set is known by, and whether it could decide a criterion at all."""

import hashlib
import json
from bisect import bisect_right
from math import floor, log

import numpy as np

from ..data.kpi import Kpi
from ..data.tables import Tables
from ..records.testsets import TestSet
from .bounds import Rates, clopper_pearson
from .case import fewest
from .contributions import is_decided
from .criteria import Criterion
from .exact import PROPORTIONS


def digest_of(tables: Tables) -> str:
    """SHA-256 over ids, labels and units, whatever order the rows have."""
    order = np.argsort(tables.ids)
    labels = [
        tables.classes[label] if tables.task == "multiclass" else repr(float(label))
        for label in tables.y[order]
    ]
    units = [] if tables.unit is None else tables.unit[order].tolist()
    content = json.dumps([tables.ids[order].tolist(), labels, units], ensure_ascii=False)
    return f"v1:{hashlib.sha256(content.encode()).hexdigest()}"


def described(tables: Tables) -> dict[str, int | None]:
    """How many examples there are, in the smallest class, and positive ones."""
    counts = [len(tables)]
    positives = None
    if tables.task != "regression":
        sizes = np.bincount(tables.y, minlength=len(tables.classes))
        counts.append(int(sizes.min()))
    if tables.task == "binary":
        positives = int(tables.y.sum())
    if tables.unit is not None:
        counts.append(len(np.unique(tables.unit)))
    return {"examples": len(tables), "smallest": min(counts), "positives": positives}


def reach(
    criterion: Criterion, testset: TestSet, alpha: float, kpi: Kpi | None = None
) -> tuple[bool, str]:
    """Could a test set ever support a criterion, and what would it take?

    Args:
        criterion: the criterion.
        testset: how many examples of what it holds.
        alpha: the error rate of the hypothesis.
        kpi: the project's value function.

    Returns:
        Whether it could, and a sentence about how many examples are needed.
    """
    if criterion.metric in ("share", "panel"):
        return True, f"`{criterion.text}` needs no held-out example"
    if criterion.metric == "model_mb":
        return True, f"`{criterion.text}` is measured once"
    if criterion.slice:
        return True, f"`{criterion.text}` looks at a part: how large it is shows when it is judged"
    task, by_unit = testset.task, testset.unit is not None
    if criterion.reference or by_unit or not is_counted(criterion, task):
        needed = fewest(criterion.metric, task, kpi)
        what = "units" if by_unit else "examples"
        where = "" if by_unit or task == "regression" else " in the smallest class"
        return testset.smallest >= needed, (
            f"`{criterion.text}` needs {needed} {what}{where}, and there are {testset.smallest}"
        )
    bar = criterion.value or 0.0
    n, counted = numbers_of(criterion, testset)
    if "<" in criterion.op:
        return True, f"`{criterion.text}` can be decided with {n} {counted}"
    needed = least_hits(n, bar, alpha)
    if needed is None:
        return False, (
            f"`{criterion.text}` cannot be supported by {n} {counted}, not even without a mistake: "
            f"at least {fewest_for(bar, alpha)} are needed"
        )
    return True, f"`{criterion.text}` needs {needed} of {n} {counted} to be right"


def is_drawn(criterion: Criterion, task: str, by_unit: bool, kpi: Kpi | None) -> bool:
    """Does a bootstrap decide a criterion?"""
    exact = is_counted(criterion, task) and not (criterion.reference or by_unit)
    if exact or criterion.metric in ("share", "panel", "model_mb"):
        return False
    return not is_decided(criterion.metric, task, kpi)


def is_counted(criterion: Criterion, task: str) -> bool:
    """Is a metric k of n, if each row is one unit?"""
    return criterion.metric in PROPORTIONS.get(task, ())


def numbers_of(criterion: Criterion, testset: TestSet) -> tuple[int, str]:
    """How many examples a proportion counts, and what they are; of positive calls it is supposed
    that there are as many as positive examples.
    """
    examples, positives = testset.examples, testset.positives
    if criterion.metric == "recall":
        return examples if positives is None else positives, "positive examples"
    if criterion.metric == "precision":
        return min(examples, positives or examples), "positive calls"
    return examples, "examples"


def least_hits(n: int, bar: float, alpha: float) -> int | None:
    """The least number of hits of n whose lower bound lies above the bar."""
    least = 1 + bisect_right(
        range(1, n + 1), bar, key=lambda hits: clopper_pearson(hits, n, Rates.both(alpha)).lower
    )
    return least if least <= n else None


def fewest_for(bar: float, alpha: float) -> int:
    """How many examples it takes at least to show that a proportion is above the bar.

    Without a mistake the lower bound is alpha^(1/n).
    """
    return floor(log(alpha) / log(bar)) + 1 if 0 < bar < 1 else 1
