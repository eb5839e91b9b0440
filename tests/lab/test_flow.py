"""Flow and calibration: the numbers, against computations that go another way."""

import itertools
import statistics
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.evidence import calibration
from lab.process import flow
from lab.process.lanes import BOARD, DONE, TEST, TO_DO
from lab.records.card_kinds import Spike
from lab.records.front import Step
from lab.records.kinds import KINDS
from lab.records.store import Record, Store

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


def card(number: int, steps: list[tuple[int, str]], outcome: str | None = None) -> Record:
    """A spike with steps so many days after the first Monday."""
    history = [Step(at=MONDAY + timedelta(days=day), by="ann", to=lane) for day, lane in steps]
    id_ = f"SPK-20260105-s{number}"
    front = Spike(
        id=id_, title="T", tldr="T", created=MONDAY, owner="ann", history=history, size="S",
        timebox=2, question="Q", outcome=outcome,  # type: ignore[arg-type]
    )  # fmt: skip
    return Record(KINDS["SPK"], front, f"stages/4-experiments/{id_}/index.md", "", "")


def store(cards: list[Record], day: int = 60) -> Store:
    return Store(Path(), MONDAY + timedelta(days=day), {one.id: one for one in cards})


def test_cycle_times_count_working_days_from_start_to_done():
    cards = [
        card(1, [(0, TO_DO), (1, TEST), (1, DONE)], "feasible"),  # on one day
        card(2, [(0, TO_DO), (4, TEST), (7, DONE)], "feasible"),  # over a weekend
        card(3, [(0, TO_DO), (0, TEST), (14, DONE)], "abandoned"),
        card(4, [(0, TO_DO), (3, DONE)], "abandoned"),  # never started
        card(5, [(0, TO_DO), (3, TEST)]),
    ]
    found = flow.finished(store(cards))
    assert [(one.record.id[-2:], one.days) for one in found] == [("s1", 1), ("s2", 2), ("s3", 11)]


@given(
    values=st.lists(st.integers(1, 60), min_size=1, max_size=40),
    share=st.sampled_from([0.5, 0.85, 1.0]),
)
def test_a_percentile_is_the_smallest_that_covers_the_share(values: list[int], share: float):
    found = flow.percentile(values, share)
    covering = [x for x in values if sum(y <= x for y in values) >= share * len(values) - 1e-9]
    assert found == min(covering)
    assert found == np.quantile(values, share, method="inverted_cdf")


STEPS = st.lists(st.integers(0, 50), min_size=1, max_size=4).map(sorted)


@given(plans=st.lists(STEPS, min_size=1, max_size=8))
def test_the_cumulative_flow_is_what_a_walk_through_the_days_gives(plans: list[list[int]]):
    lanes = [TO_DO, TEST, "code review hypothesis", DONE]
    cards = [
        card(number, [(day, lanes[place]) for place, day in enumerate(plan)])
        for number, plan in enumerate(plans)
    ]
    rows = flow.cumulative(store(cards))
    assert rows[-1][0] == (MONDAY + timedelta(days=60)).date()
    for end, counts in rows:
        standing = Counter()
        for plan in plans:
            reached = [lanes[place] for place, day in enumerate(plan) if _day(day) <= end]
            if reached:
                standing[reached[-1]] += 1
        assert dict(zip(BOARD, counts, strict=True)) == {lane: standing[lane] for lane in BOARD}
    assert all(
        late - early <= timedelta(days=7) for (early, _), (late, _) in itertools.pairwise(rows)
    )


def _day(number: int) -> date:
    return (MONDAY + timedelta(days=number)).date()


def test_throughput_counts_each_finished_card_once_in_its_week():
    cards = [
        card(number, [(0, TO_DO), (1, TEST), (end, DONE)], outcome)
        for number, (end, outcome) in enumerate(
            [(4, "feasible"), (6, "abandoned"), (7, "feasible"), (20, "not feasible")]
        )
    ]
    where = store(cards, day=30)
    found = flow.throughput(flow.finished(where), where)
    assert [(week, dict(counts)) for week, counts in found] == [
        (_day(0), {"feasible": 1, "abandoned": 1}),
        (_day(7), {"feasible": 1}),
        (_day(14), {"not feasible": 1}),
        (_day(21), {}),
        (_day(28), {}),
    ]
    assert flow.throughput([], where) == []


def test_what_is_in_work_is_listed_with_its_age_the_oldest_first():
    cards = [
        card(1, [(0, TO_DO), (4, TEST)]),
        card(2, [(0, TO_DO), (0, TEST), (3, "code review hypothesis")]),
        card(3, [(0, TO_DO)]),
        card(4, [(0, TO_DO), (0, TEST), (1, DONE)], "feasible"),
    ]
    found = flow.in_work(store(cards, day=7))
    assert [(record.id[-2:], days) for record, days in found] == [("s2", 6), ("s1", 2)]
    assert flow.remaining(store(cards)) == 3


def test_a_steady_past_gives_a_sure_forecast():
    assert flow.forecast([2, 2, 2, 2], 10, (0.5, 0.85)) == [5, 5]
    assert flow.forecast([2, 2, 2, 2], 11, (0.5, 0.85)) == [6, 6]


def test_a_forecast_agrees_with_the_exact_distribution():
    """Weeks of 0, 1 or 3 cards: the sum over n weeks is a convolution of one week."""
    weekly, cards = [0, 1, 3, 1], 12
    one = np.zeros(4)
    for number in weekly:
        one[number] += 1 / len(weekly)
    done_by, total = [], np.array([1.0])
    for _ in range(60):
        total = np.convolve(total, one)
        done_by.append(total[cards:].sum())
    for share, found in zip(
        (0.5, 0.85), flow.forecast(weekly, cards, (0.5, 0.85)) or [], strict=True
    ):
        # Within what 1,000 draws can miss of the share.
        assert done_by[found - 1] >= share - 0.04
        assert done_by[found - 2] <= share + 0.04


@pytest.mark.parametrize(
    ("weekly", "cards"), [([5, 5], 3), ([1, 1, 1], 3), ([0, 0, 0, 0], 3), ([5, 5, 5], 0), ([], 3)]
)
def test_too_little_past_gives_no_forecast(weekly: list[int], cards: int):
    assert flow.forecast(weekly, cards, (0.5,)) is None


# ------------------------------------------------------------------ calibration

PAIRS = st.lists(st.tuples(st.integers(0, 100).map(lambda x: x / 100), st.booleans()), min_size=1)


@given(pairs=PAIRS)
def test_bands_hold_every_hypothesis_once_and_in_its_place(pairs: list[tuple[float, bool]]):
    found = calibration.bands(pairs)
    assert sum(one.n for one in found) == len(pairs)
    assert sum(one.supported for one in found) == sum(true for _, true in pairs)
    for one in found:
        assert one.low <= one.expected <= one.high
        assert 0 <= one.share <= 1


@given(pairs=PAIRS)
def test_the_brier_score_is_the_mean_squared_distance(pairs: list[tuple[float, bool]]):
    expected = statistics.fmean((prior - (1.0 if true else 0.0)) ** 2 for prior, true in pairs)
    assert calibration.brier(pairs) == pytest.approx(expected)


def test_only_what_was_supported_or_refuted_counts():
    def hypothesis(number: int, outcome: str | None) -> Any:
        class Front:
            prior = "0.6"

        Front.outcome = outcome  # type: ignore[attr-defined]
        id_ = f"HYP-20260105-h{number}"
        return Record(KINDS["HYP"], Front, f"stages/4-experiments/{id_}/index.md", "", "")

    outcomes = ["supported", "refuted", "inconclusive", "abandoned", None]
    records = [hypothesis(number, outcome) for number, outcome in enumerate(outcomes)]
    assert calibration.decided(store(records)) == [(0.6, True), (0.6, False)]
    assert calibration.brier([]) is None
