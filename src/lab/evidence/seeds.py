"""What several seeds of one recipe can say.

A recipe that collapses with one seed in five shows no collapse in three seeds half of the time,
and no arithmetic on those three can know it. So a claim about a recipe needs as many seeds as
make it unlikely that all of those that collapse were missed; with fewer, a claim is about these
seeds, and nothing is added for seeds. With enough of them the uncertainty of the seeds is bounded
as that of examples is: by Student's t, and by the worst seed that was seen, which may be exceeded.

Source. Zou and Donner (2008), "Construction of confidence limits about effect measures: a general
approach", for adding two uncertainties, each with its own quantile, as squares.
"""

from collections.abc import Mapping, Sequence
from math import hypot

import numpy as np

from ..data.tables import Prediction
from .bounds import Bounds, Rates
from .influence import of_mean
from .student import student

SAME = 1e-9  # predictions that differ by no more are the same, on another processor


def distinct_seeds(predictions: Mapping[int, Prediction]) -> list[list[int]]:
    """Seeds in groups that predict the same for every example, each group in ascending order.

    A group counts as one seed: a recipe without chance has one model, however often it is trained.
    """
    groups: list[list[int]] = []
    for seed in sorted(predictions):
        same = (group for group in groups if _same(predictions[seed], predictions[group[0]]))
        group = next(same, None)
        if group is None:
            groups.append([seed])
        else:
            group.append(seed)
    return groups


def _same(mine: Prediction, theirs: Prediction) -> bool:
    if (mine.score is None) != (theirs.score is None):
        return False
    pairs = [(mine.label, theirs.label)]
    if mine.score is not None and theirs.score is not None:
        pairs.append((mine.score, theirs.score))
    return all(np.allclose(own, other, rtol=SAME, atol=0.0) for own, other in pairs)


def over_seeds(
    bounds: Bounds,
    candidate: Sequence[float] | np.ndarray,
    reference: Sequence[float] | np.ndarray,
    at: Rates,
) -> Bounds:
    """Bounds that hold for the recipe and not only for its seeds.

    Args:
        bounds: for the examples, at the mean over the seeds.
        candidate: the value with each seed of the candidate.
        reference: the same of what it is compared with; empty if there is nothing.
        at: the error rates.
    """
    down, up = bounds.estimate - bounds.lower, bounds.upper - bounds.estimate
    for values, sign in ((candidate, 1.0), (reference, -1.0)):
        if len(values) < 2 or np.ptp(values) == 0:
            continue
        own = student(of_mean(sign * np.asarray(values)), at)
        down = hypot(down, own.estimate - own.lower)
        up = hypot(up, own.upper - own.estimate)
    return Bounds(bounds.estimate, bounds.estimate - down, bounds.estimate + up)
