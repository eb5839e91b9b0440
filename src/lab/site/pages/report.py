"""What only the page of a report has: the decision first, then the question and the results."""

from ...proof.references import REFERENCE
from ...records.store import Record
from ..markup import attribute, said
from ..parts import chip, day, person, to_record
from ..world import World
from . import iteration


def before(record: Record, world: World) -> list[str]:
    """What stands before the story: its question; and the results, where it does not bring them."""
    proposal = world.store.get(record.front.proposal)
    if proposal is None:
        return []
    question = f"<p>{said(proposal.front.question)} ({to_record(proposal, record.path)})</p>"
    if REFERENCE.search(record.body):
        return ["## The question", question]
    return [
        "## The question and its cards",
        question,
        iteration.cards(proposal, world, record.path),
        "## Results beside the status quo",
        iteration.results(proposal, world, record.path),
    ]


def decision(record: Record, world: World) -> str:
    """What was decided, by whom, when and why; or that it waits."""
    front = record.front
    made = front.decision
    gate = f"<p>The gate was {attribute(front.gate)}.</p>" if front.gate else ""
    if not made.choice or not made.by:
        waits = "<p><strong>Waits for a decision.</strong></p>"
        return f'<div class="lab-decision">{waits}{gate}</div>'
    when = f", {day(made.on)}" if made.on else ""
    kept = f"<p>Not deployed: {said(front.not_deployed)}</p>" if front.not_deployed else ""
    following = f"<p>Next question: {said(front.next)}</p>" if front.next else ""
    return (
        f'<div class="lab-decision"><p>Decided: {chip(made.choice)} by {person(made.by, world)}'
        f"{when}</p><p>{said(made.because or '')}</p>{gate}{kept}{following}</div>"
    )
