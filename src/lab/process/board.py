"""The board: six lanes, what is in them, and what comes first."""

from dataclasses import dataclass

from ..records.store import Record, Store
from ..terminal import count
from . import clock
from .iterations import days_left, open_iterations
from .lanes import BOARD, CARDS, DONE, WORKING, group_of, wip


@dataclass(frozen=True)
class Tile:
    """A card as the board shows it.

    Days are working days, but for `age`, which counts every day in the lane. `left` is None
    where no time box runs. `waited_for_by` are open cards that cannot go on before this one.
    """

    id: str
    kind: str
    title: str
    owner: str
    lane: str
    age: int
    timebox: int
    used: int
    left: int | None
    rank: int | None
    blocked: str | None
    waited_for_by: tuple[str, ...]
    outcome: str | None


@dataclass(frozen=True)
class Lane:
    """A lane, its limit (None for none), and its cards, the most urgent first."""

    name: str
    limit: int | None
    cards: tuple[Tile, ...]


def board(store: Store, finished: int = 10, group: str | None = None) -> list[Lane]:
    """All lanes. Of `done` only the cards that were finished last are shown.

    Args:
        store: the project.
        finished: how many of those.
        group: only cards of its people, and its limits, if it has its own.
    """
    limits = wip(store, group if group in store.policy.groups else None)
    lanes: dict[str, list[Record]] = {lane: [] for lane in BOARD}
    for record in store.of(*CARDS):
        owner = store.handles.get(record.front.owner)
        if group is not None and (owner is None or owner.group != group):
            continue
        if record.lane in lanes:
            lanes[record.lane].append(record)
    shown = []
    for name, records in lanes.items():
        if name == DONE:
            records.sort(key=lambda record: record.front.history[-1].at)
            records = records[-finished:][::-1]
            tiles = [tile(record, store) for record in records]
        else:
            tiles = sorted((tile(record, store) for record in records), key=_urgency)
        shown.append(Lane(name, limits.get(name), tuple(tiles)))
    return shown


def tile(record: Record, store: Store) -> Tile:
    """One card."""
    card = record.front
    begun = any(step.to in WORKING for step in card.history)
    used = clock.days_used(card, store) if begun else 0
    return Tile(
        id=record.id,
        kind=record.kind.code,
        title=card.title,
        owner=card.owner,
        lane=record.lane,
        age=clock.age(card, store.now),
        timebox=card.timebox,
        used=used,
        left=card.timebox - used if clock.box_runs(card) else None,
        rank=card.priority.rank if card.priority else None,
        blocked=next((block.why for block in card.blocked if block.until is None), None),
        waited_for_by=tuple(waiting_for(record, store)),
        outcome=card.outcome,
    )


def waiting_for(record: Record, store: Store) -> list[str]:
    """The open cards that wait for this one: by their `depends_on`, or by its `unblocks`."""
    if record.lane == DONE:
        return []
    dependent = store.pointing.get(("depends_on", record.id), ())
    named = (store.get(target) for target in record.front.unblocks)
    return sorted({card.id for card in (*dependent, *named) if card and card.lane != DONE})


def _urgency(card: Tile) -> tuple:
    """What others wait for first, then what is blocked or over, then the product owner's order."""
    return (
        not card.waited_for_by,
        card.blocked is None,
        card.left is None or card.left >= 0,
        card.rank if card.rank is not None else 10**6,
        -card.age,
        card.id,
    )


def rhythm(store: Store, group: str | None = None) -> str | None:
    """Where a team in sprints is: the iteration that runs and the working days left."""
    if store.policy.way_of_working != "sprints":
        return None
    running = open_iterations(store)
    if group in store.policy.groups:
        running = [proposal for proposal in running if group_of(proposal, store) == group]
    if not running:
        return "no sprint is running"
    name, left = running[0].id, days_left(running[0], store)
    if left is None:
        return f"{name}: no card was started yet"
    end, days = left
    if days < 1:
        return f"{name}: ended on {end}, {count(-days, 'working day')} ago"
    return f"{name}: {count(days, 'working day')} left, until {end}"
