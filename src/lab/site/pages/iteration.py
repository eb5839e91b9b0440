"""The parts of an iteration: its question, its cards, its results beside the status quo."""

from ...evidence.words import number
from ...process import clock
from ...process.iterations import cards_of, ends_on
from ...records.store import Record
from ..markup import attribute, count, said, table
from ..parts import chip, found, outcome_of, to_record
from ..world import World


def time_left(proposal: Record, world: World) -> str:
    """How much of an iteration's time box is left, in words."""
    end = ends_on(proposal, world.store)
    if end is None:
        return f"Not begun; its time box is {count(proposal.front.timebox, 'working day')}."
    today = world.store.now.date()
    if today > end:
        ago = clock.working_days(end, today, world.store.policy) - 1
        return f"Its time box ended on {end}, {count(ago, 'working day')} ago."
    left = clock.working_days(today, end, world.store.policy)
    return f"{count(left, 'working day')} of {proposal.front.timebox} left, until {end}."


def cards(proposal: Record, world: World, here: str) -> str:
    """What was worked on, and what there is to show for it."""
    rows = [
        [
            to_record(card, here),
            attribute(card.kind.means),
            chip(outcome_of(card, world) or card.lane),
            f"{clock.days_used(card.front, world.store)} of {card.front.timebox}",
            said(card.front.learned) if card.front.learned else "",
        ]
        for card in sorted(cards_of(proposal, world.store), key=lambda one: one.front.created)
    ]
    if not rows:
        return "<p>No card yet.</p>"
    head = ["card", "kind", "outcome", "working days", "what we learned"]
    return table(head, rows, "lab-wide", "Cards of the iteration")


def results(proposal: Record, world: World, here: str) -> str:
    """Every criterion that was decided in an iteration, beside the status quo."""
    rows = []
    for card in sorted(cards_of(proposal, world.store), key=lambda one: one.front.created):
        verdict = world.verdicts.get(card.id)
        for number_, one in enumerate(verdict.results if verdict else ()):
            today = verdict.status_quo.get(one.criterion) if verdict else None
            rows.append(
                [
                    "" if number_ else to_record(card, here),
                    f"<code>{attribute(one.criterion)}</code>",
                    found(one),
                    "" if today is None else number(today),
                    chip(one.status),
                ]
            )
    if not rows:
        return "<p>No hypothesis of this iteration was judged yet.</p>"
    head = ["hypothesis", "criterion", "estimate and bounds", "status quo", ""]
    return table(head, rows, "lab-wide", "Results of the iteration")
