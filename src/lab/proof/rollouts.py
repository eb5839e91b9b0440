"""What the split test of a rollout shows, now or as of a day on which somebody decided."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import LabError
from ..numerals import rounded
from ..records.kinds import Rollout, Seen

if TYPE_CHECKING:  # they load polars
    from ..evidence.split_test import Claim, Look


@dataclass(frozen=True)
class Shown:
    """What one claim of a split test looks like; no look where the table has nothing of it."""

    claim: str
    expects: float
    looks: "tuple[Look, ...]"

    @property
    def last(self) -> "Look | None":
        """As of the last day."""
        return self.looks[-1] if self.looks else None


def claims_of(front: Rollout) -> "list[tuple[Claim, float]]":
    """What the split test of a rollout has to show, and what is hoped for; nothing without one.

    Raises:
        LabError: a claim cannot be read.
    """
    from ..evidence.split_test import parse_claim

    found = []
    for claimed in front.test.claims if front.test else ():
        claim = parse_claim(claimed.claim)
        if claim is None or not claimed.expects:
            raise LabError(
                f"`{claimed.claim}` cannot be judged: write it like "
                "`letters_read >= control + 0.01`, and in `expects` what you hope for, not 0."
            )
        found.append((claim, claimed.expects))
    return found


def shown(root: Path, front: Rollout) -> list[Shown]:
    """Every claim of a rollout's split test, day by day; nothing if there is no test.

    Raises:
        LabError: a claim cannot be read, or the table does not fit.
    """
    from ..data.arms import read_arms
    from ..evidence.split_test import looks

    if front.test is None:
        return []
    path = root / front.test.table
    if not path.resolve().is_relative_to(root.resolve()):
        raise LabError(f"{front.test.table} is outside of the project: name a table in it.")
    claims, rows = claims_of(front), read_arms(path)
    return [
        Shown(claim.text, expects, (*looks(rows, claim, expects),)) for claim, expects in claims
    ]


def kept(claims: list[Shown]) -> list[dict[str, Any]]:
    """What a ladder keeps of a look at each claim."""
    return [
        {"claim": claim.claim, "day": look.day.isoformat(), **_numbers(look), "says": look.says}
        for claim in claims
        if (look := claim.last)
    ]


def otherwise(claims: list[Shown], seen: list[Seen]) -> Iterator[str]:
    """What a ladder says of its test, and the table does not."""
    by_claim = {claim.claim: claim for claim in claims}
    for then in seen:
        claim = by_claim.get(then.claim)
        if claim is None:
            yield f"`{then.claim}` is no claim of its test any more"
            continue
        look = {look.day.isoformat(): look for look in claim.looks}.get(then.day)
        now = {**_numbers(look), "says": look.says} if look else None
        if now != {**_told(then), "says": then.says}:
            yield f"its test does not show what it is said to have shown of `{then.claim}`"


def _numbers(look: "Look") -> dict[str, float]:
    found = look.difference
    if found is None:
        return {}
    named = {"difference": found.estimate, "low": found.low, "high": found.high}
    return {name: rounded(number) for name, number in named.items()}


def _told(seen: Seen) -> dict[str, float]:
    named = {"difference": seen.difference, "low": seen.low, "high": seen.high}
    return {name: number for name, number in named.items() if number is not None}
