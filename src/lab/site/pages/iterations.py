"""Iterations, the newest first: question, time, cards, gate, decision."""

from ...process.iterations import cards_of, is_open, report_of
from ...process.lanes import DONE, DRAFT
from ...records.store import Record
from ..markup import attribute, count, page, said
from ..parts import chip, day, person, to_record
from ..world import World
from . import iteration

HERE = "iterations.md"


def iterations_page(world: World) -> str:
    """One card for each proposal, with the report that closes it."""
    proposals = world.lines_of("PROP")
    if not proposals:
        return page("Iterations and reports", "No iteration yet: a proposal opens the first one.")
    shown = "".join(_iteration(one, world) for one in proposals)
    return page(
        "Iterations and reports",
        f'<div class="lab-stack">{shown}</div>',
        hide=("navigation", "toc"),
    )


def _iteration(proposal: Record, world: World) -> str:
    store = world.store
    cards = cards_of(proposal, store)
    done = sum(one.lane == DONE for one in cards)
    report = report_of(proposal, store)
    if proposal.lane == DRAFT:
        state = "Proposed, not accepted yet."
    elif is_open(proposal, store):
        state = f"Running. {iteration.time_left(proposal, world)}"
    else:
        state = "Closed."
    gate = proposal.front.gate
    lines = [
        f'<p class="lab-kind">{to_record(proposal, HERE)}, {day(proposal.front.created)}</p>',
        f'<p class="lab-title">{said(proposal.front.question)}</p>',
        f"<p>{attribute(state)} {count(len(cards), 'card')}, {done} done.</p>",
        f"<p>Gate: <code>{attribute(gate.criterion)}</code>. If it is passed: {said(gate.then)}. "
        f"If not: {said(gate.otherwise)}.</p>",
        _outcome(report, world) if report else "<p>No report yet.</p>",
    ]
    return f'<div class="lab-card">{"".join(lines)}</div>'


def _outcome(report: Record, world: World) -> str:
    made = report.front.decision
    if not made.choice or not made.by:
        return f"<p>Report: {to_record(report, HERE)}, which waits for a decision.</p>"
    return (
        f"<p>Report: {to_record(report, HERE)}. {chip(made.choice)} by {person(made.by, world)}: "
        f"{said(made.because or '')}</p>"
    )
