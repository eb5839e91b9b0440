"""Iterations, the newest first: question, time, cards, gate, decision."""

from ...process import clock
from ...process.iterations import cards_of, is_open, report_of
from ...process.lanes import DONE, DRAFT
from ...records.store import Record
from ..feed import DECISIONS
from ..layout import Page
from ..world import World
from .progress import time_left


def iterations_page(world: World) -> Page:
    """One card for each proposal, with the report that closes it."""
    iterations = []
    for proposal in world.lines_of("PROP"):
        cards = cards_of(proposal, world.store)
        done = sum(card.lane == DONE for card in cards)
        report = report_of(proposal, world.store)
        spent = sum(clock.days_used(card.front, world.store) for card in cards)
        iterations.append((proposal, _state(proposal, world), len(cards), done, spent, report))
    shown = {"iterations": iterations, "feed": DECISIONS}
    hide = ("navigation", "toc") if iterations else ()
    return Page("iterations.md", "Iterations and reports", shown, hide)


def _state(proposal: Record, world: World) -> str:
    if proposal.lane == DRAFT:
        return "Proposed, not accepted yet."
    if is_open(proposal, world.store):
        return f"Running. {time_left(proposal, world)}"
    return "Closed."
