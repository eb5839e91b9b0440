"""Time in a lane, counted in working days."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from ..records.card_kinds import Card, Task
from ..records.front import Front
from ..records.store import Store
from ..records.team import Policy
from .lanes import CARDS, TEST, UPDATE, started_at

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def is_working_day(day: date, policy: Policy) -> bool:
    """Does the team work on this day?"""
    return DAYS[day.weekday()] in policy.working_week and day.isoformat() not in policy.holidays


def working_days(first: date, last: date, policy: Policy) -> int:
    """How many working days there are from the first day to the last, both counted."""
    return sum(is_working_day(day, policy) for day in _days(first, last))


def stays(front: Front, lane: str, now: datetime) -> list[tuple[datetime, datetime]]:
    """When a record was in a lane: from entry to exit, the last one perhaps until now."""
    steps = front.history
    ends = [*(step.at for step in steps[1:]), now]
    return [(step.at, end) for step, end in zip(steps, ends, strict=True) if step.to == lane]


def boxed_lane(card: Card) -> str:
    """The lane in which a card's time box runs: its test, or for a delivery task its update."""
    return UPDATE if isinstance(card, Task) else TEST


def box_runs(card: Card) -> bool:
    """Is the card in the lane in which its time box runs?"""
    return card.history[-1].to == boxed_lane(card)


def days_used(card: Card, store: Store) -> int:
    """Working days of its time box that a card has used, less the blocked ones.

    The first day counts as one. A day on whose end the card was blocked does not count.
    """
    return len(_days_of_work(card, store))


def over_since(card: Card, store: Store) -> date | None:
    """The first day after a card's time box, or None if the box is not over."""
    after = _days_of_work(card, store)[card.timebox :]
    return after[0] if after else None


def _days_of_work(card: Card, store: Store) -> list[date]:
    """The days that count, in order; each once, however often the card came and went."""
    days: set[date] = set()
    for begin, end in stays(card, boxed_lane(card), store.now):
        days |= set(_days(_day(begin), _day(end)))
    return sorted(
        day
        for day in days
        if is_working_day(day, store.policy) and not _blocked_at_the_end_of(day, card, store.now)
    )


def age(front: Front, now: datetime) -> int:
    """Full days since the record came into its lane."""
    return max(0, (now - front.history[-1].at).days)


def working_age(since: datetime, store: Store) -> int:
    """Full working days since a moment."""
    return max(0, working_days(_day(since), _day(store.now), store.policy) - 1)


def end_of_box(begin: datetime, days: int, policy: Policy) -> date:
    """The last working day of a time box that begins on a day."""
    day, left = _day(begin), days
    for _ in range(20 * days + 60):
        left -= is_working_day(day, policy)
        if left <= 0:
            break
        day += timedelta(days=1)
    return day


def is_blocked(card: Card) -> bool:
    """Is something keeping the card from moving on?"""
    return any(block.until is None for block in card.blocked)


def _blocked_at_the_end_of(day: date, card: Card, now: datetime) -> bool:
    end = min(datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC), now)
    return any(
        block.at <= end and (block.until is None or block.until > end) for block in card.blocked
    )


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def retro_due(store: Store) -> datetime | None:
    """When the next retro is due: counted from the last one, or else from the first start.

    None as long as no card was started.
    """
    starts = [at for record in store.of(*CARDS) if (at := started_at(record))]
    retros = [record.front.created for record in store.of("RET")]
    if not starts:
        return None
    return max(retros, default=min(starts)) + timedelta(days=store.policy.reminders.retro)
