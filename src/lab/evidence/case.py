"""A case: one criterion on the examples that count, and all that its bounds depend on."""

from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil, isfinite

import numpy as np

from ..data.kpi import Kpi
from ..data.tables import Tables
from .bounds import Bounds, Rates
from .criteria import Criterion
from .method import Method
from .ratios import NoValueError
from .result import Result, bar_of, blank, in_range, with_bounds
from .unseen import Sample, is_unlimited, values_of

FEWEST = 30
FEWEST_UNLIMITED = 50


@dataclass(frozen=True)
class Case:
    """One criterion with what it is decided on.

    Attributes:
        criterion: what is asked.
        role: is it a criterion or a guardrail?
        tables: all held-out examples.
        rows: which of them count, shape (n,), true or false.
        sample: those that count.
        kpi: the project's value function.
        at: the error rates of its bounds.
        method: how seeds and unseen units count.
    """

    criterion: Criterion
    role: str
    tables: Tables
    rows: np.ndarray
    sample: Sample
    kpi: Kpi | None
    at: Rates
    method: Method

    @property
    def blank(self) -> Result:
        """The result with nothing found yet."""
        return blank(self.criterion, self.role)

    @cached_property
    def values(self) -> tuple[list[float], list[float]]:
        """The metric of the candidate with each seed, and of the reference.

        Raises:
            NoValueError: it has no value on these examples.
        """
        metric = self.criterion.metric
        plain = np.ones((1, len(self.sample.y)), dtype=np.uint8)
        mine, theirs = (
            [float(statistic(plain)[0]) for statistic in group]
            for group in values_of(metric, self.sample, self.kpi)
        )
        if not all(map(isfinite, (*mine, *theirs))):
            raise NoValueError(f"`{metric}` has no value on these examples")
        return mine, theirs

    @property
    def estimate(self) -> float:
        """The mean over the seeds, less that of the reference; raises as `values` does."""
        mine, theirs = self.values
        return float(np.mean(mine)) - (float(np.mean(theirs)) if theirs else 0.0)

    @cached_property
    def smallest(self) -> int:
        """How many examples the smallest class has, or how many units there are if fewer."""
        tables, y = self.tables, self.sample.y
        counts = [len(y)]
        if tables.unit is not None:
            counts.append(len(np.unique(tables.unit[self.rows])))
        if tables.task != "regression":
            counts.append(int(np.bincount(y, minlength=len(tables.classes)).min()))
        return min(counts)

    @property
    def fewest(self) -> int:
        """How many examples of each class, or units, its bounds need."""
        return fewest(self.criterion.metric, self.tables.task, self.kpi)

    @property
    def is_small(self) -> bool:
        """Are the examples of a class, or the units, too few for bounds that are not exact?"""
        return self.smallest < self.fewest

    def over_seeds(self, bounds: Bounds, values: tuple[list[float], list[float]]) -> Bounds:
        """Bounds of the examples as those of the claim, which may be about more than its seeds."""
        widened = self.method.over_seeds(bounds, *values, self.at)
        return in_range(widened, self.criterion)

    def result(self, plain: Bounds, method: str, by_unit: bool) -> Result:
        """What follows from bounds of the examples; unclear where these are too few for them."""
        criterion = self.criterion
        bounds = self.over_seeds(plain, self.values)
        name = "paired " * bool(criterion.reference) + method + " by unit" * by_unit
        n, seeds = len(self.sample.y), len(self.values[0])
        needed = self._needed(plain, bounds)
        result = with_bounds(self.blank, criterion, n, bounds, name, seeds, needed)
        if result.status == "error" or not self.is_small:
            return result
        least = self.fewest
        few = ceil(len(self.tables) * least / self.smallest) if self.smallest else None
        what = "units, or examples of the smallest class" if by_unit else "examples of a class"
        needs = "a bootstrap needs" if "bootstrap" in method else "a bound needs"
        reason = f"there are only {self.smallest} {what}, and {needs} {least}"
        return replace(result, status="unclear", reason=reason, needed_n=few)

    def _needed(self, plain: Bounds, bounds: Bounds) -> int | None:
        """How many examples would settle it: widths shrink with the square root of n.

        None if more examples alone would not do, because the seeds differ too much, or if it would
        take more than `farthest` times as many.
        """
        n, bar = len(self.tables), bar_of(self.criterion)
        above = bounds.estimate > bar
        gap = abs(bounds.estimate - bar)
        if not gap:
            return None
        examples = (plain.estimate - plain.lower) if above else (plain.upper - plain.estimate)
        both = (bounds.estimate - bounds.lower) if above else (bounds.upper - bounds.estimate)
        seeds = max(0.0, both**2 - examples**2)
        if gap**2 <= seeds:
            return None
        needed = n * examples**2 / (gap**2 - seeds)
        return None if needed > self.method.farthest * n else max(n, ceil(needed)) + 1


def fewest(metric: str, task: str, kpi: Kpi | None = None) -> int:
    """With fewer examples of a class, or units, no bound is asked that is not exact."""
    return FEWEST_UNLIMITED if is_unlimited(metric, task, kpi) else FEWEST
