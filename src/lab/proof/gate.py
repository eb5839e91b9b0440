"""How the gate of a proposal falls: computed from the verdicts of its iteration."""

from dataclasses import dataclass
from typing import Literal

from ..evidence.criteria import Criterion, CriterionError, parse_criterion
from ..evidence.verdict import Verdict, verdict_of
from ..process.iterations import cards_of
from ..records.store import Record, Store

Word = Literal["passed", "not passed"]


@dataclass(frozen=True)
class Fallen:
    """How a gate fell, and by which verdict, in words."""

    word: Word
    why: str


def gate_of(proposal: Record, store: Store) -> Fallen | None:
    """How the gate of a proposal falls; None if no verdict of its iteration speaks of it.

    It is passed if a confirmatory verdict found a criterion met that asks for at least as much.
    Unclear is not passed, and nor is what was found in an exploratory way.
    """
    try:
        gate = parse_criterion(proposal.front.gate.criterion)
    except CriterionError:
        return None
    against = None
    for card in cards_of(proposal, store):
        verdict = verdict_of(card, store) if card.judged else None
        if not isinstance(verdict, Verdict):
            continue
        for result in verdict.results:
            found = parse_criterion(result.criterion)
            if not _alike(found, gate):
                continue
            why = f"{card.id} found `{result.criterion}` {result.status}, {verdict.mode}"
            met = result.status == "met" and verdict.mode == "confirmatory"
            if met and _at_least_as_much(found, gate):
                return Fallen("passed", why)
            against = against or Fallen("not passed", why)
    return against


def _alike(one: Criterion, other: Criterion) -> bool:
    """Do two criteria ask for the same, but for how much of it?"""
    kinds = [
        (it.metric, it.argument, it.slice, it.reference, it.of, it.op[0]) for it in (one, other)
    ]
    return kinds[0] == kinds[1]


def _at_least_as_much(found: Criterion, gate: Criterion) -> bool:
    """Whenever the one holds, does the other?"""
    sign = -1 if "<" in gate.op else 1
    asked, wanted = (
        sign * (it.margin if it.reference else it.value or 0.0) for it in (found, gate)
    )
    return asked > wanted or (asked == wanted and ("=" not in found.op or "=" in gate.op))
