"""What decisions are worth row by row, and the judge on it."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.data.kpi import Amount, Capacity, ErrorCost, Kpi
from lab.data.tables import Prediction, Tables
from lab.evidence.criteria import parse_criterion
from lab.evidence.judge import judge
from lab.evidence.payoff import carried_out, with_worth, worth
from lab.evidence.result import Result

SOLD = Kpi(
    {"yes": {"yes": Amount("price", 0.5), "no": Amount("price", -1.0)}, "no": {"no": 1.0}},
    cost={"yes": 2.0},
    positive="yes",
    negative="no",
)
CALLS = Kpi(
    {"yes": {"yes": 10.0}},
    cost={"yes": 1.0},
    positive="yes",
    negative="no",
    capacity=Capacity(2, per="day"),
)


def tables(y: list[int], label: list[int], **more) -> Tables:
    """Examples of a binary task, with what one candidate says of them."""
    score = more.pop("score", None)
    unit = more.pop("unit", None)
    said = Prediction(np.array(label), None if score is None else np.array(score), {})
    columns = {name: np.array(values) for name, values in more.items()}
    ids = np.arange(len(y)).astype(str)
    models = {"candidate": {1: said}}
    group = None if unit is None else np.array(unit)
    return Tables("binary", ids, np.array(y), ("0", "1"), group, columns, "file", models)


def decided(criterion: str, found: Tables, kpi: Kpi, alpha: float = 0.05) -> Result:
    """What becomes of one criterion."""
    return judge([parse_criterion(criterion)], [], found, alpha, kpi=kpi).results[0]


def values(found: Tables, kpi: Kpi) -> list[float]:
    """What the candidate's decisions are worth."""
    return with_worth(found, kpi).predictions["candidate"][1].cost["kpi"].tolist()


def test_each_row_has_the_worth_that_its_own_columns_say():
    found = tables([1, 1, 0, 0], [1, 0, 1, 0], price=[10.0, 20.0, 30.0, 40.0])
    assert values(found, SOLD) == [0.5 * 10 - 2, -20, -2, 1]
    assert decided("kpi > 0", found, SOLD).estimate == pytest.approx((3 - 20 - 2 + 1) / 4)


def test_an_error_costs_what_its_side_costs():
    kpi = Kpi(cost_of_error=ErrorCost(above=1.0, below=Amount("price")))
    y, label, price = np.array([5.0, 5.0, 5.0]), np.array([7.0, 4.0, 5.0]), np.array([9.0, 3, 9])
    assert worth("regression", (), y, label, kpi, {"price": price}).tolist() == [-2, -3, 0]


def test_the_first_by_score_get_what_a_unit_can_spend():
    day, score = [0, 0, 0, 1, 1, 1], [0.1, 0.3, 0.2, 0.4, 0.4, 0.4]
    found = tables([1, 1, 0, 1, 0, 0], [0] * 6, score=score, unit=day, day=np.array(day, float))
    assert values(found, CALLS) == pytest.approx([0, 9, -1, 2 / 3 * 9, -2 / 3, -2 / 3])


def test_a_rule_without_scores_gets_what_it_names_and_no_more():
    found = carried_out(np.array([1, 0, 1, 1, 0, 0]) == 1, None, np.array([0, 0, 0, 0, 1, 1]), 2)
    assert found == pytest.approx([2 / 3, 0, 2 / 3, 2 / 3, 0, 0])


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=1), st.integers(1, 5))
def test_lots_are_drawn_between_equal_scores(rows: list[tuple[int, int]], most: int):
    unit, score = (np.array(column) for column in zip(*rows, strict=True))
    unit = np.unique(unit, return_inverse=True)[1]
    found = carried_out(np.zeros(len(unit), bool), score.astype(float), unit, most)
    for row, (own, mark) in enumerate(zip(unit, score, strict=True)):
        better = int(((unit == own) & (score > mark)).sum())
        equal = int(((unit == own) & (score == mark)).sum())
        assert found[row] == pytest.approx(min(1.0, max(0.0, (most - better) / equal)))


@pytest.mark.parametrize(
    ("more", "kpi", "why"),
    [
        ({}, SOLD, "the examples have no such column: name it under evaluate.slices"),
        ({"price": ["a", "b"]}, SOLD, "`price` is text"),
        ({"price": [1.0, np.nan]}, SOLD, "`price` is missing in 1 examples"),
        (
            {"price": [9.0, 1.0]},
            replace(SOLD, ranges={"price": (0.0, 5.0)}),
            "more or less than -5 to 1, which min and max of price",
        ),
        ({"day": [0.0, 1.0]}, CALLS, "the `unit` in schema.yaml is null: name day there"),
        ({"day": [0.0, 0.0], "unit": [0, 1]}, CALLS, "name day there"),
        ({}, replace(CALLS, capacity=Capacity(2, of=9)), "no bound is known to hold for that"),
    ],
)
def test_what_cannot_be_judged_is_an_error_with_its_reason(more: dict, kpi: Kpi, why: str):
    found = decided("kpi > 0", tables([1, 0], [0, 0], **more), kpi)
    assert found.status == "error"
    assert why in (found.reason or "")


def bought(generator: np.random.Generator, n: int) -> Tables:
    """Prices of any size up to 8, and a model that finds four of five buyers."""
    y = (generator.random(n) < 0.3).astype(int)
    right = generator.random(n) < np.where(y == 1, 0.8, 0.9)
    price = np.minimum(8.0, generator.lognormal(size=n))
    return tables(y.tolist(), np.where(right, y, 1 - y).tolist(), price=price)


def called(generator: np.random.Generator, days: int) -> Tables:
    """Days on which more or fewer leave, and a score that ranks them."""
    sizes = generator.poisson(8, days) + 1
    day = np.repeat(np.arange(days), sizes)
    busy = np.repeat(generator.normal(size=days), sizes)
    y = (generator.random(len(day)) < 1 / (1 + np.exp(1.5 - busy))).astype(int)
    score = 1 / (1 + np.exp(-y - generator.normal(size=len(day))))
    more = {"score": score, "unit": day, "day": day.astype(float)}
    return tables(y.tolist(), (score > 0.5).astype(int).tolist(), **more)


@pytest.mark.parametrize(
    ("kpi", "draw", "n"),
    [
        (SOLD, bought, 200),
        (replace(SOLD, ranges={"price": (0.0, 8.0)}), bought, 200),
        (CALLS, called, 60),
    ],
)
def test_a_model_at_the_bar_is_seldom_supported(kpi: Kpi, draw, n: int):
    generator = np.random.default_rng(3)
    bar = float(np.mean(values(draw(generator, 300_000), kpi)))
    runs, alpha = 400, 0.05
    met = sum(decided(f"kpi > {bar}", draw(generator, n), kpi).status == "met" for _ in range(runs))
    assert met / runs <= alpha + 3 * sqrt(alpha * (1 - alpha) / runs)


@pytest.mark.parametrize(("kpi", "draw", "n"), [(SOLD, bought, 2000), (CALLS, called, 300)])
def test_a_model_that_is_worth_more_is_supported(kpi: Kpi, draw, n: int):
    found = draw(np.random.default_rng(4), n)
    bar = float(np.mean(values(found, kpi))) - 0.5
    assert decided(f"kpi > {bar}", found, kpi, 0.005).status == "met"
