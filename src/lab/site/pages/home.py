"""Home: what was decided last, why and on what evidence; and what waits for whom."""

from collections.abc import Iterable

from ...evidence.verdict import Verdict
from ...evidence.words import sentence
from ...process.attention import Need
from ...process.board import board, rhythm
from ...process.iterations import began_at, open_iterations
from ...process.lanes import DONE, REVIEWS, TO_DO, WORKING
from ...records.store import Record
from ..intervals import small_interval
from ..markup import attribute, count, folded, lead, page, said, table
from ..parts import chip, day, found, people, person, since, stale_note, to_record
from ..world import World
from . import iteration, lift, results
from .hypothesis import main_result

HERE = "index.md"
FIRST = 4


def home_page(world: World) -> str:
    """The first page."""
    return page(
        world.name,
        lead(world.description),
        results.warning(world),
        _state(world),
        "## Needs your decision",
        waiting(world.needs, world, HERE),
        "## Decided last",
        _decided(world),
        "## The iteration now",
        _iterations(world),
        *_lift(world),
        "## Candidate against today",
        stale_note(world.metrics.stale),
        results.compared(world),
        "[All results and charts](results.md)",
        hide=("navigation",),
    )


def _state(world: World) -> str:
    """The state of the project in one sentence."""
    store = world.store
    lanes = {lane.name: len(lane.cards) for lane in board(store, finished=10**6)}
    judged = len(world.verdicts)
    running = sum(lanes[name] for name in WORKING)
    reviews = sum(lanes[name] for name in REVIEWS)
    counted = {
        f"{running} in work": running,
        f"{count(reviews, 'waits', 'wait')} for a review": reviews,
        f"{lanes[TO_DO]} to do": lanes[TO_DO],
        f"{lanes[DONE]} done": lanes[DONE],
    }
    cards = ", ".join(words for words, number in counted.items() if number) or "none yet"
    verdicts = f"{count(judged, 'hypothesis has', 'hypotheses have')} a verdict so far"
    if not judged:
        verdicts = "no hypothesis has a verdict yet"
    pace = f" {attribute(rhythm(store))}." if rhythm(store) else ""
    return (
        f'<p class="lab-state">Cards: {cards}; {verdicts}.'
        f' <a href="board.html">See the board</a>.{pace}</p>'
    )


def waiting(needs: Iterable[Need], world: World, here: str) -> str:
    """What waits for whom, the oldest first; a long list is folded."""
    items = [_waits(one, world, here) for one in needs]
    if not items:
        return "<p>Nothing waits for a decision.</p>"
    shown = f'<ul class="lab-needs">{"".join(items[:FIRST])}</ul>'
    if rest := items[FIRST:]:
        more = f'<ul class="lab-needs">{"".join(rest)}</ul>'
        shown += folded(f"{len(rest)} more", more)
    return f"<div>{shown}</div>"


def _waits(need: Need, world: World, here: str) -> str:
    record = world.store.get(need.record)
    about = to_record(record, here) if record else f"<code>{attribute(need.record)}</code>"
    return (
        f"<li><strong>{people(need.who, world)}</strong> {since(need.since, world)}<br>"
        f"{about}: {said(need.what)}</li>"
    )


def _decided(world: World) -> str:
    """The last decision of the stakeholders, and the last verdicts."""
    reports = [one for one in world.store.of("REP") if one.front.decision.choice]
    reports.sort(key=lambda one: (one.front.decision.on or one.front.created, one.id))
    parts = [_decision(reports[-1], world)] if reports else []
    last = sorted(world.verdicts.values(), key=lambda one: (one.at, one.id), reverse=True)[:3]
    for verdict in last:
        record = world.store.records[verdict.id]
        result = main_result(verdict)
        why = sentence(result, float(verdict.alpha))
        learned = f"<p>Learned: {said(record.front.learned)}</p>" if record.front.learned else ""
        parts.append(
            f'<div class="lab-card"><p class="lab-kind">{chip(verdict.verdict)} '
            f"{attribute(verdict.mode)}, {day(verdict.at)}</p>"
            f'<p class="lab-title">{to_record(record, HERE)}</p>'
            f"<p>{small_interval(result)} <code>{attribute(result.criterion)}</code></p>"
            f"<p>{attribute(why)}</p>{learned}{_numbers(verdict)}</div>"
        )
    if not parts:
        first = next(iter(world.store.of("HYP")), None)
        begin = f" The first one is {to_record(first, HERE)}." if first else ""
        return f"<p>Nothing was decided yet: no hypothesis has a verdict.{begin}</p>"
    return f'<div class="lab-grid">{"".join(parts)}</div>'


def _numbers(verdict: Verdict) -> str:
    rows = [[f"<code>{attribute(one.criterion)}</code>", found(one)] for one in verdict.results]
    return folded("The numbers", table(["criterion", "estimate and bounds"], rows))


def _decision(report: Record, world: World) -> str:
    made = report.front.decision
    gate = f"<p>The gate was {attribute(report.front.gate)}.</p>" if report.front.gate else ""
    return (
        f'<div class="lab-card lab-strong"><p class="lab-kind">{chip(made.choice)} decision, '
        f"{day(made.on or report.front.created)}</p>"
        f'<p class="lab-title">{to_record(report, HERE)}</p>'
        f"<p>{person(made.by or report.front.owner, world)}: {said(made.because or '')}</p>{gate}"
        f"<p>{said(report.front.tldr)}</p></div>"
    )


def _iterations(world: World) -> str:
    running = open_iterations(world.store)
    if not running:
        return "<p>No iteration is running: a proposal that is accepted begins one.</p>"
    shown = []
    for proposal in sorted(
        running, key=lambda one: began_at(one, world.store) or one.front.created
    ):
        shown.append(
            f'<div class="lab-card"><p class="lab-kind">{to_record(proposal, HERE)}</p>'
            f'<p class="lab-title">{said(proposal.front.question)}</p>'
            f"<p>{attribute(iteration.time_left(proposal, world))}</p>{_trouble(proposal, world)}"
            "</div>"
        )
    return f'<div class="lab-grid">{"".join(shown)}</div>'


def _trouble(proposal: Record, world: World) -> str:
    """Cards of an iteration that are blocked, or over their time box."""
    lines = []
    for lane in board(world.store, finished=0):
        for card in lane.cards:
            record = world.store.records[card.id]
            if getattr(record.front, "proposal", None) != proposal.id:
                continue
            if card.blocked:
                lines.append(f"<li>{to_record(record, HERE)} is blocked: {said(card.blocked)}</li>")
            if card.left is not None and card.left < 0:
                over = count(-card.left, "working day")
                lines.append(f"<li>{to_record(record, HERE)} is {over} over its time box</li>")
    return f'<ul class="lab-plain">{"".join(lines)}</ul>' if lines else ""


def _lift(world: World) -> list[str]:
    return ["## What a model could add", stale_note(world.lift.stale), lift.expected(world)]
