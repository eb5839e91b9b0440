"""Iterations, the newest first: question, time, cards, gate, decision."""

from datetime import datetime
from typing import Any

from ...process import clock
from ...process.iterations import cards_of, is_open, report_of
from ...process.lanes import DONE, DRAFT
from ...records.store import Record
from ..feed import DECISIONS
from ..intervals import axis_of, is_drawn
from ..layout import Page
from ..milestones import Milestone, milestones_chart
from ..snapshots import Snapshot
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
    shown = {"iterations": iterations, "feed": DECISIONS} | _milestones(world)
    hide = ("navigation", "toc") if iterations else ()
    return Page("iterations.md", "Iterations and reports", shown, hide)


def _milestones(world: World) -> dict[str, Any]:
    """The primary metric of the newest iteration, in every hypothesis that was judged on it."""
    primary = next((found.front.metrics.primary for found in world.lines_of("PROP")), None)
    champions = {snapshot.champion for snapshot in world.snapshots.values()}
    evaluate = world.params.get("evaluate")
    champions.add(evaluate.get("champion") if isinstance(evaluate, dict) else None)
    rows = []
    for record, verdict in world.judged:
        result = next((r for r in verdict.results if axis_of(r) == primary and not r.slice), None)
        if result is None or not is_drawn(result) or record.id in world.unsound:
            continue
        snapshot = world.snapshots.get(record.id, Snapshot())
        milestone = Milestone(
            iteration=record.front.proposal,
            status=result.status,
            estimate=result.estimate,
            lower=result.lower,
            upper=result.upper,
            development=snapshot.development.get(result.metric),
            is_champion=record.id in champions,
        )
        rows.append((record, result, milestone))
    rows.sort(key=lambda row: _proposed(row[0], world))
    drawing = milestones_chart(primary, [row[-1] for row in rows]) if primary and rows else None
    return {"primary": primary, "milestones": rows, "drawing": drawing}


def _proposed(record: Record, world: World) -> datetime:
    """When the iteration of a hypothesis was proposed: its cards stand together."""
    proposal = world.store.get(record.front.proposal)
    return proposal.front.created if proposal else record.front.created


def _state(proposal: Record, world: World) -> str:
    if proposal.lane == DRAFT:
        return "Proposed, not accepted yet."
    if is_open(proposal, world.store):
        return f"Running. {time_left(proposal, world)}"
    return "Closed."
