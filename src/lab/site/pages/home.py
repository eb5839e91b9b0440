"""Home: what was decided last, why and on what evidence; and what waits for whom."""

from collections.abc import Iterator

from ...evidence.verdict import Decided, Verdict
from ...process.board import Tile, board, rhythm
from ...process.iterations import began_at, open_iterations
from ...process.lanes import DONE, REVIEWS, TO_DO, WORKING
from ...records.store import Record
from ...terminal import count
from ..intervals import axes_of
from ..layout import Page
from ..world import World
from .lift import expected
from .progress import time_left
from .results import compared

LAST = 3  # verdicts that are shown


def home_page(world: World) -> Page:
    """The first page."""
    store = world.store
    running = open_iterations(store)
    running.sort(key=lambda proposal: began_at(proposal, store) or proposal.front.created)
    reports = [report for report in store.of("REP") if report.front.decision.choice]
    reports.sort(key=lambda report: (report.front.decision.on or report.front.created, report.id))
    decided = [
        (record, verdict, main_result(verdict))
        for record, verdict in world.judged[: -LAST - 1 : -1]
    ]
    shown = {
        "description": world.description,
        "cards": _cards(world),
        "pace": rhythm(store),
        "report": reports[-1] if reports else None,
        "decided": decided,
        "waited_for": [
            (person, len(waiting))
            for person in store.people
            if (waiting := world.waiting_for(person.handle))
        ],
        "axes": axes_of(main for _, _, main in decided),
        "first": next(iter(store.of("HYP")), None),
        "running": [
            (proposal, time_left(proposal, world), list(_trouble(proposal, world)))
            for proposal in running
        ],
    }
    shown |= compared(world) | expected(world)
    return Page("home.md", world.name, shown, hide=("navigation",))


def _cards(world: World) -> str:
    """How many cards stand where, in words."""
    lanes = {lane.name: len(lane.cards) for lane in board(world.store, finished=10**6)}
    running, reviews = (sum(lanes[name] for name in group) for group in (WORKING, REVIEWS))
    counted = {
        f"{running} in work": running,
        f"{count(reviews, 'waits', 'wait')} for a review": reviews,
        f"{lanes[TO_DO]} to do": lanes[TO_DO],
        f"{lanes[DONE]} done": lanes[DONE],
    }
    return ", ".join(words for words, number in counted.items() if number) or "none yet"


def main_result(verdict: Verdict) -> Decided:
    """The result that a verdict is remembered by: what decided against it, or else the first."""
    statuses = {"refuted": "missed", "inconclusive": "unclear", "supported": "met"}
    wanted = statuses[verdict.verdict]
    return next(
        (result for result in verdict.results if result.status == wanted), verdict.results[0]
    )


def _trouble(proposal: Record, world: World) -> Iterator[tuple[Record, Tile]]:
    """Cards of an iteration that are blocked, or over their time box."""
    for lane in board(world.store, finished=0):
        for card in lane.cards:
            record = world.store.records[card.id]
            over = card.left is not None and card.left < 0
            if getattr(record.front, "proposal", None) == proposal.id and (card.blocked or over):
                yield record, card
