"""Working days: counted by hand in tables, and day by day in a slow second way."""

from datetime import UTC, date, datetime, time, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.process import clock
from lab.records.card_kinds import Block, Spike
from lab.records.front import Step
from lab.records.store import Store
from lab.records.team import Policy

TEST, REVIEW, UPDATE, DONE = (
    "test hypothesis",
    "code review hypothesis",
    "update model",
    "done",
)


def at(text: str) -> datetime:
    """A moment of November 2026: `23 09:00`. The 23rd is a Monday."""
    day, _, hour = text.partition(" ")
    return datetime.fromisoformat(f"2026-11-{day}T{hour or '09:00'}:00+00:00")


def card(*steps: tuple[str, str], blocked: tuple[tuple[str, str | None], ...] = ()) -> Spike:
    """A card with this history, after `to do`."""
    history = [Step(at=at("02"), by="ann", to="to do")]
    history += [Step(at=at(moment), by="ann", to=lane) for moment, lane in steps]
    blocks = [
        Block(at=at(begin), by="ann", why="x", until=at(end) if end else None)
        for begin, end in blocked
    ]
    return Spike(
        id="SPK-20261102-x",
        title="x",
        tldr="x",
        created=at("02"),
        owner="ann",
        size="S",
        timebox=3,
        question="x",
        history=history,
        blocked=blocks,
    )


def store(now: str, tmp_path, **policy) -> Store:
    return Store(tmp_path, at(now), policy=Policy(**policy))


@pytest.mark.parametrize(
    ("steps", "now", "used"),
    [
        ([], "23 09:00", 0),
        ([("23 09:00", TEST)], "23 09:00", 1),  # the first day counts
        ([("23 23:59", TEST)], "23 23:59", 1),
        ([("23 23:59", TEST)], "24 00:00", 2),  # days end at midnight, UTC
        ([("23 09:00", TEST)], "27 09:00", 5),
        ([("23 09:00", TEST)], "28 09:00", 5),  # Saturday
        ([("23 09:00", TEST)], "29 23:59", 5),  # Sunday
        ([("23 09:00", TEST)], "30 00:00", 6),
        ([("21 09:00", TEST)], "21 10:00", 0),  # started on a Saturday
        ([("21 09:00", TEST)], "23 09:00", 1),
        ([("23 09:00", TEST), ("24 09:00", REVIEW)], "27 09:00", 2),  # the review is free
        ([("23 09:00", TEST), ("23 10:00", REVIEW), ("23 11:00", TEST)], "23 12:00", 1),
        ([("23 09:00", TEST), ("24 10:00", REVIEW), ("26 11:00", TEST)], "27 12:00", 4),
        ([("23 09:00", TEST), ("23 10:00", REVIEW), ("25 11:00", UPDATE)], "26 12:00", 1),
        ([("23 09:00", TEST), ("25 10:00", DONE)], "27 12:00", 3),
        ([("20 09:00", TEST), ("23 10:00", DONE)], "27 12:00", 2),  # over a weekend
    ],
)
def test_days_of_the_test(tmp_path, steps, now, used):
    assert clock.days_used(card(*steps), store(now, tmp_path)) == used


@pytest.mark.parametrize(
    ("blocked", "now", "used"),
    [
        ([("24 09:00", None)], "27 09:00", 1),  # blocked until now
        ([("24 09:00", "24 12:00")], "27 09:00", 5),  # an hour of one day costs nothing
        ([("24 09:00", "25 12:00")], "27 09:00", 4),  # blocked at the end of Tuesday
        ([("24 09:00", "26 00:00")], "27 09:00", 3),
        ([("23 09:00", None)], "23 10:00", 0),
        ([("20 09:00", "24 09:00")], "27 09:00", 4),  # blocked before it began
        ([("24 09:00", "25 09:00"), ("25 10:00", "26 09:00")], "27 09:00", 3),
        ([("27 09:00", "30 09:00")], "30 10:00", 5),  # over a weekend: Friday is lost
    ],
)
def test_blocked_days_do_not_count(tmp_path, blocked, now, used):
    blocks = tuple(blocked)
    assert clock.days_used(card(("23 09:00", TEST), blocked=blocks), store(now, tmp_path)) == used


def test_holidays_and_the_working_week_are_the_teams(tmp_path):
    one = card(("23 09:00", TEST))
    assert clock.days_used(one, store("27 09:00", tmp_path, holidays=["2026-11-26"])) == 4
    assert clock.days_used(one, store("29 09:00", tmp_path, working_week=["sat", "sun"])) == 2


def test_the_first_day_after_the_box(tmp_path):
    one = card(("20 09:00", TEST), blocked=(("24 09:00", "25 09:00"),))
    assert clock.over_since(one, store("25 09:00", tmp_path)) is None  # day 3 of 3
    assert clock.over_since(one, store("30 09:00", tmp_path)) == date(2026, 11, 26)


@pytest.mark.parametrize(
    ("begin", "days", "end"),
    [
        ("23 09:00", 1, 23),
        ("23 09:00", 5, 27),
        ("23 23:59", 6, 30),
        ("21 09:00", 1, 23),  # a Saturday: it begins on Monday
        ("20 09:00", 2, 23),
    ],
)
def test_the_last_day_of_a_box(begin: str, days: int, end: int):
    assert clock.end_of_box(at(begin), days, Policy()) == date(2026, 11, end)


def test_a_box_that_never_ends_is_cut_off():
    nobody_works = Policy(working_week=["mon"], holidays=[f"2026-11-{day}" for day in (23, 30)])
    assert clock.end_of_box(at("23"), 1, nobody_works) == date(2026, 12, 7)


@pytest.mark.parametrize(
    ("now", "age"), [("23 08:59", 0), ("24 08:59", 0), ("24 09:00", 1), ("22", 0)]
)
def test_the_age_is_in_full_days_and_never_negative(now: str, age: int):
    assert clock.age(card(("23 09:00", TEST)), at(now)) == age


@pytest.mark.parametrize(
    ("since", "now", "age"), [("23", "23", 0), ("20", "23", 1), ("20", "27", 5), ("21", "22", 0)]
)
def test_the_age_in_working_days(tmp_path, since: str, now: str, age: int):
    assert clock.working_age(at(since), store(now, tmp_path)) == age


MOMENTS = st.datetimes(datetime(2026, 11, 2), datetime(2027, 1, 10)).map(
    lambda one: one.replace(microsecond=0, tzinfo=UTC)
)
WEEK = st.sets(st.sampled_from(clock.DAYS), min_size=1)


@given(
    moments=st.lists(MOMENTS, min_size=1, max_size=6).map(sorted),
    lanes=st.lists(st.sampled_from([TEST, REVIEW, UPDATE, DONE]), min_size=6, max_size=6),
    blocks=st.lists(st.tuples(MOMENTS, MOMENTS).map(sorted), max_size=4),
    still=st.booleans(),
    week=WEEK,
    holidays=st.sets(st.dates(date(2026, 11, 2), date(2027, 1, 10)), max_size=5),
)
def test_days_are_those_of_a_count_day_by_day(
    tmp_path_factory, moments, lanes, blocks, still, week, holidays
):
    *entries, now = moments
    history = [
        Step(at=entry, by="ann", to=lane) for entry, lane in zip(entries, lanes, strict=False)
    ]
    blocked = [Block(at=a, by="ann", why="x", until=b) for a, b in blocks]
    if still and blocked:
        blocked[-1] = Block(at=blocked[-1].at, by="ann", why="x")
    first = card()
    one = msgspec.structs.replace(first, history=[*first.history, *history], blocked=blocked)
    policy = Policy(working_week=sorted(week), holidays=[day.isoformat() for day in holidays])
    here = Store(tmp_path_factory.getbasetemp(), now, policy=policy)
    assert clock.days_used(one, here) == slowly(one, now, week, holidays)


def slowly(one: Spike, now: datetime, week: set[str], holidays: set[date]) -> int:
    """Every day from the first, hour by hour of its history, as a person would with a calendar."""
    count, day = 0, date(2026, 11, 2)
    while day <= now.date():
        midnight = datetime.combine(day, time(), UTC)
        last = min(midnight + timedelta(days=1) - timedelta(seconds=1), now)
        worked = False
        for number, step in enumerate(one.history):
            following = one.history[number + 1 :]
            left = following[0].at if following else now
            worked |= step.to == TEST and step.at.date() <= day <= left.date()
        stuck = False
        for block in one.blocked:
            stuck |= block.at <= last and not (block.until and block.until <= last)
        free = day.strftime("%a").lower() not in week or day in holidays
        count += worked and not stuck and not free
        day += timedelta(days=1)
    return count
