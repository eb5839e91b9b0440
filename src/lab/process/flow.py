"""Flow: how long cards take, how many are done, what is in work, and when the rest may be done.

Cycle time is from the first start of a card to its end, in working days, the first one counted.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from random import Random

from ..records.store import Record, Store
from . import clock
from .lanes import BOARD, CARDS, DONE, started_at

ENOUGH = 5  # finished cards below which a distribution says nothing
WEEKS = 3  # of history below which a forecast says nothing
TRIALS = 1000
SEED = 20261101
LONGEST = 260  # weeks after which a forecast gives up


@dataclass(frozen=True)
class Finished:
    """A card that was started and is done; `days` is its cycle time, `used` that of its box."""

    record: Record
    on: date
    days: int
    used: int


def finished(store: Store) -> list[Finished]:
    """Every card that was started and is done, in the order in which they ended."""
    found = []
    for record in store.of(*CARDS):
        begun = started_at(record)
        if record.lane != DONE or begun is None:
            continue
        end = record.front.history[-1].at.date()
        days = max(1, clock.working_days(begun.date(), end, store.policy))
        found.append(Finished(record, end, days, clock.days_used(record.front, store)))
    return sorted(found, key=lambda card: (card.on, card.record.id))


def percentile(values: Sequence[int], share: float) -> int:
    """The smallest of the values that at least this share of them does not exceed."""
    return sorted(values)[max(0, ceil(share * len(values)) - 1)]


def throughput(done: Sequence[Finished], store: Store) -> list[tuple[date, Counter[str]]]:
    """By week, from the first that saw a card end to this one: how many ended, by outcome."""
    if not done:
        return []
    weeks = _weeks(done[0].on, store.now.date())
    ended: dict[date, Counter[str]] = {week: Counter() for week in weeks}
    for card in done:
        if (week := _monday(card.on)) in ended:
            ended[week][card.record.front.outcome or "abandoned"] += 1
    return list(ended.items())


def cumulative(store: Store) -> list[tuple[date, tuple[int, ...]]]:
    """At the end of each week, and now: how many cards stood in each lane of the board."""
    cards = [record for record in store.of(*CARDS) if record.front.history]
    if not cards:
        return []
    today = store.now.date()
    first = min(record.front.history[0].at.date() for record in cards)
    ends = [min(week + timedelta(days=6), today) for week in _weeks(first, today)]
    counts = [[0] * len(BOARD) for _ in ends]
    for record in cards:
        steps = [(step.at.date(), step.to) for step in record.front.history]
        here = 0
        lane = None
        for number, end in enumerate(ends):
            while here < len(steps) and steps[here][0] <= end:
                lane, here = steps[here][1], here + 1
            if lane in BOARD:
                counts[number][BOARD.index(lane)] += 1
    return [(end, tuple(row)) for end, row in zip(ends, counts, strict=True)]


def in_work(store: Store) -> list[tuple[Record, int]]:
    """The cards that were started and are not done, the oldest first: working days since then."""
    found = []
    for record in store.of(*CARDS):
        begun = started_at(record)
        if begun and record.lane != DONE:
            days = clock.working_days(begun.date(), store.now.date(), store.policy)
            found.append((record, max(1, days)))
    return sorted(found, key=lambda pair: (-pair[1], pair[0].id))


def remaining(store: Store) -> int:
    """How many cards are not done."""
    return sum(record.lane != DONE for record in store.of(*CARDS))


def forecast(weekly: Sequence[int], cards: int, shares: Sequence[float]) -> list[int] | None:
    """In how many weeks the cards that are left are done, with these probabilities.

    Monte Carlo: each week of the future is one of the past, drawn with replacement (D. Vacanti,
    Actionable Agile Metrics for Predictability, 2015).

    Args:
        weekly: how many cards ended in each whole week of the past.
        cards: how many are left.
        shares: probabilities, such as 0.5 and 0.85.

    Returns:
        Weeks, one for each share; None where the past says too little.
    """
    if len(weekly) < WEEKS or sum(weekly) < ENOUGH or cards < 1:
        return None
    random = Random(SEED)
    runs = []
    for _ in range(TRIALS):
        left, weeks = cards, 0
        while left > 0 and weeks < LONGEST:
            left -= random.choice(weekly)
            weeks += 1
        runs.append(weeks)
    return [percentile(runs, share) for share in shares]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _weeks(first: date, last: date) -> list[date]:
    """The Mondays from one day's week to another's."""
    begin, end = _monday(first), _monday(last)
    return [begin + timedelta(weeks=number) for number in range((end - begin).days // 7 + 1)]
