"""What a split test shows: claims about treatment and control, judged at every look.

A claim is `kpi op control`, with or without a margin: letters_read >= control + 0.01.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl

from ..data.arms import CONTROL, TREATMENT
from ..numerals import number
from .criteria import NUMBER
from .sequential import Arm, Difference, difference

ALPHA = 0.05  # the interval misses the truth at any look in so many tests; a claim in half of them
CLAIM = re.compile(
    r"\s*(?P<kpi>[A-Za-z_]\w*)\s*(?P<op>>=|<=|>|<)\s*control"
    rf"(?:\s*(?P<sign>[-+\u2212])\s*(?P<margin>{NUMBER}))?\s*"
)

Says = Literal["supported", "refuted", "open", "too early"]


@dataclass(frozen=True)
class Claim:
    """A claim, parsed: the difference from the control lies on one side of a bar."""

    text: str
    kpi: str
    more: bool
    bar: float


@dataclass(frozen=True)
class Look:
    """What a claim looks like as of a day.

    Attributes:
        claim: what is claimed.
        day: the last one that counts.
        treatment: the mean of that arm; `control` is that of the other.
        n: units in both arms.
        difference: treatment less control; None while there is too little to tell.
        says: supported and refuted hold at all looks together.
    """

    claim: Claim
    day: date
    treatment: float
    control: float
    n: int
    difference: Difference | None
    says: Says

    def told(self, expects: float) -> str:
        """In a sentence; `expects` is the difference that was hoped for."""
        arms = (
            f"{number(self.treatment)} with the model and {number(self.control)} without, of "
            f"{number(self.n)} units until {self.day}"
        )
        if (found := self.difference) is None:
            return f"{arms}; too few for an interval yet."
        return (
            f"{arms}: a difference of {number(found.estimate)}, between {number(found.low)} and "
            f"{number(found.high)} at all looks together; {expects:g} was hoped for."
        )


def parse_claim(text: str) -> Claim | None:
    """A claim from its text; None if it is none."""
    found = CLAIM.fullmatch(text)
    if not found:
        return None
    margin = float(found["margin"] or 0) * (1 if found["sign"] in ("+", None) else -1)
    return Claim(text, found["kpi"], ">" in found["op"], margin)


def looks(rows: pl.DataFrame, claim: Claim, expects: float) -> Iterator[Look]:
    """What a claim looked like at the end of each day.

    Args:
        rows: as `read_arms` has them.
        claim: what is claimed.
        expects: the difference that is hoped for, not 0.
    """
    of_kpi = rows.filter(pl.col("kpi") == claim.kpi)
    days = of_kpi["day"].unique().sort()
    arms = {name: _arm(of_kpi, name, days) for name in (TREATMENT, CONTROL)}
    for until, day in enumerate(days, start=1):
        treatment, control = (
            Arm(arm.n[:until], arm.total[:until], arm.squares[:until]) for arm in arms.values()
        )
        found = difference(treatment, control, abs(expects), ALPHA)
        n = int(treatment.n.sum() + control.n.sum())
        yield Look(claim, day, treatment.mean, control.mean, n, found, _says(claim, found))


def _arm(rows: pl.DataFrame, arm: str, days: pl.Series) -> Arm:
    by_day = days.to_frame("day").join(rows.filter(pl.col("arm") == arm), on="day", how="left")
    n, total, squares = (
        by_day[name].fill_null(0).to_numpy() for name in ("n", "sum", "sum_of_squares")
    )
    return Arm(n, total, squares)


def _says(claim: Claim, found: Difference | None) -> Says:
    if found is None:
        return "too early"
    low, high = (found.low, found.high) if claim.more else (-found.high, -found.low)
    bar = claim.bar if claim.more else -claim.bar
    if low > bar:
        return "supported"
    return "refuted" if high < bar else "open"
