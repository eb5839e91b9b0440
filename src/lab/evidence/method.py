"""How bounds are computed. The format of a verdict names the method, so that old ones are replayed.

Format 1 resampled whatever is no proportion, and took the seeds that there were for those of the
recipe. Since format 2, means and areas have the bounds that the contributions of their examples
give, and a claim about a recipe needs as many seeds as can show a collapse.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from .bounds import Bounds, Rates, with_seeds
from .recipes import seeds_needed
from .seeds import over_seeds

FARTHEST = 1e5  # more than so many times the examples nobody will collect
OverSeeds = Callable[[Bounds, Sequence[float], Sequence[float], Rates], Bounds]


def of_these_seeds(bounds: Bounds, *_: object) -> Bounds:
    """Bounds of a claim about no more than its seeds: nothing is added for them."""
    return bounds


@dataclass(frozen=True)
class Method:
    """What differs between the formats.

    `over_seeds` widens bounds by what the values of candidate and reference with each seed say.
    `contributions`: do they decide what is a mean or an area, or does a bootstrap? `largest`: is
    the unit that nobody has seen as large as the largest, or as the average? `cells`: do examples
    that are the same to a metric share one weight? Beyond `farthest`
    times the examples nothing is said of how many would settle a criterion.
    """

    over_seeds: OverSeeds = of_these_seeds
    contributions: bool = True
    largest: bool = True
    cells: bool = True
    farthest: float = FARTHEST


def method_of(format_: int, distinct: int, error: float) -> Method:
    """The method of a format.

    Args:
        format_: of a verdict.
        distinct: how many seeds of the candidate predict differently.
        error: the error rate of the claim.
    """
    if format_ == 1:
        return Method(_of_any_seeds, contributions=False, largest=False, cells=False, farthest=inf)
    return Method(over_seeds if distinct >= seeds_needed(error) else of_these_seeds)


def _of_any_seeds(
    bounds: Bounds, candidate: Sequence[float], reference: Sequence[float], at: Rates
) -> Bounds:
    spread = [
        (float(np.std(values, ddof=1)), len(values))
        for values in (candidate, reference)
        if len(values) > 1
    ]
    return with_seeds(bounds, spread, at)
