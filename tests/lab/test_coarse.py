"""What an opening tells is no finer than its uncertainty, and never on the wrong side."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lab.evidence.coarse import coarse, step_of, value_told
from lab.evidence.result import Result, Status
from lab.evidence.words import sentence

UNIT = st.floats(0, 1)


def result(estimate: float, lower: float, upper: float, threshold: float, **more: object) -> Result:
    return Result(
        criterion="recall > 0.85",
        role="criterion",
        metric="recall",
        slice=None,
        status="unclear",
        n=100,
        estimate=estimate,
        lower=lower,
        upper=upper,
        threshold=threshold,
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("width", "step"), [(0.06, 0.05), (0.05, 0.05), (0.049, 0.02), (0.1, 0.1), (73, 50), (0, None)]
)
def test_a_step_is_the_next_round_number_below(width: float, step: float | None):
    assert step_of(width) == (None if step is None else pytest.approx(step))


def test_an_example():
    told = coarse(result(0.951, 0.871, 0.989, 0.85, needed_n=1234))
    assert (told.estimate, told.lower, told.upper, told.needed_n) == (0.95, 0.85, 1.0, 2000)


@given(UNIT, UNIT, UNIT, UNIT)
def test_an_interval_only_grows_and_stays_on_its_side(a: float, b: float, c: float, bar: float):
    lower, estimate, upper = sorted((a, b, c))
    assume(upper - lower > 1e-6)
    told = coarse(result(estimate, lower, upper, bar))
    half = (upper - lower) / 2
    assert told.lower is not None
    assert told.upper is not None
    assert told.estimate is not None
    assert told.lower <= lower + 1e-9
    assert told.upper >= upper - 1e-9
    assert abs(told.estimate - estimate) <= half / 2 + 1e-9
    assert (lower > bar + 1e-9) <= (told.lower >= bar - 1e-9)
    assert (upper < bar - 1e-9) <= (told.upper <= bar + 1e-9)
    assert told.upper - told.lower <= (upper - lower) + 2 * half + 1e-9


def test_many_estimates_become_few():
    told = {coarse(result(x / 1000, x / 1000 - 0.05, x / 1000 + 0.05, 0.85)).estimate
            for x in range(800, 900)}  # fmt: skip
    assert len(told) <= 3


def test_what_is_not_about_held_out_rows_is_told_as_it_is():
    votes = Result("panel(team) >= 3 of 5", "criterion", "panel", None, "met", estimate=4)
    assert coarse(votes) == votes


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("met", "We can be 99.5 % sure that the recall is above 0.85 (100 examples)."),
        ("missed", "We can be 99.5 % sure that the recall is below 0.85 (100 examples)."),
        ("unclear", "It cannot be told on which side of 0.85 the recall is (100 examples)."),
    ],
)
def test_a_status_alone_tells_no_number(status: Status, said: str):
    one, other = (
        coarse(replace(result(estimate, 0.6, 0.9, 0.85), status=status), "status")
        for estimate in (0.7, 0.8)
    )
    assert one == other
    assert sentence(one, 0.005) == said


def test_the_status_quo_is_told_no_finer():
    assert value_told(0.8691588, None) == 0.8691588
    assert value_told(0.8691588, "steps") == 0.87
    assert value_told(0.8691588, "status") is None
