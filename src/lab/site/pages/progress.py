"""Progress of one iteration: its time, its cards, its results beside the status quo."""

from typing import Any

from ...process import clock
from ...process.iterations import cards_of, days_left
from ...records.store import Record
from ...terminal import count
from ..world import World


def time_left(proposal: Record, world: World) -> str:
    """How much of an iteration's time box is left, in words."""
    box, left = proposal.front.timebox, days_left(proposal, world.store)
    if left is None:
        return f"Not begun; its time box is {count(box, 'working day')}."
    end, days = left
    if days < 1:
        return f"Its time box ended on {end}, {count(-days, 'working day')} ago."
    return f"{count(days, 'working day')} of {box} left, until {end}."


def cards(proposal: Record, world: World) -> dict[str, Any]:
    """What was worked on, each card with the working days that it took."""
    return {
        "cards": [
            (card, clock.days_used(card.front, world.store)) for card in _in_order(proposal, world)
        ]
    }


def results(proposal: Record, world: World) -> dict[str, Any]:
    """Every criterion that was decided in an iteration, with today's value of its metric."""
    found = []
    for card in _in_order(proposal, world):
        if verdict := world.verdicts.get(card.id):
            found += [
                (card, result, verdict.status_quo.get(result.criterion))
                for result in verdict.results
            ]
    return {"results": found}


def _in_order(proposal: Record, world: World) -> list[Record]:
    return sorted(cards_of(proposal, world.store), key=lambda card: card.front.created)
