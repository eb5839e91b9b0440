"""Expected lift, beside a count of every pair by hand."""

import itertools
from dataclasses import replace
from pathlib import Path
from statistics import mean

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.data.decisions import Decisions, read_decisions
from lab.data.kpi import Amount, Capacity, ErrorCost, Kpi
from lab.errors import LabError
from lab.evidence.lift import expected_lift

VALUE = {"yes": {"yes": 10.0, "no": -50.0}, "no": {"yes": -5.0, "no": 0.0}}
MATRIX = Kpi(VALUE)
LABELS = st.lists(st.sampled_from(["yes", "no"]), min_size=2, max_size=40)


def of_classes(truth: list[str], today: list[str]) -> Decisions:
    classes = tuple(sorted({*truth, *today}))
    y, status_quo = (np.array([classes.index(one) for one in part]) for part in (truth, today))
    return Decisions("classes", y, status_quo, classes, "sample")


@given(LABELS, st.randoms())
def test_the_three_policies_are_what_counting_every_pair_gives(truth: list[str], random):
    today = [random.choice(["yes", "no"]) for _ in truth]
    found = expected_lift(of_classes(truth, today), MATRIX)

    def worth(a: str, d: str) -> float:
        return VALUE[a][d]

    assert found["perfect"].estimate == pytest.approx(mean(worth(a, a) for a in truth))
    assert found["status_quo"].estimate == pytest.approx(mean(map(worth, truth, today)))
    pairs = itertools.product(truth, truth)
    assert found["random"].estimate == pytest.approx(mean(worth(a, d) for a, d in pairs))
    gap = found["perfect"].estimate - found["status_quo"].estimate
    assert found["potential"].estimate == pytest.approx(gap)


@given(st.lists(st.tuples(*[st.floats(-100, 100)] * 2), min_size=2, max_size=40))
def test_a_cost_of_error_is_counted_over_all_pairs_of_numbers(rows: list[tuple[float, float]]):
    truth, today = (np.array(part) for part in zip(*rows, strict=True))
    decisions = Decisions("regression", truth, today, (), "sample")
    found = expected_lift(decisions, Kpi(cost_of_error=2.0))
    everyone = np.abs(truth[:, None] - truth[None]).mean()
    assert found["perfect"].estimate == 0
    assert found["status_quo"].estimate == pytest.approx(-2 * np.abs(truth - today).mean())
    assert found["random"].estimate == pytest.approx(-2 * everyone, abs=1e-9)


def test_a_rule_worse_than_chance_has_a_negative_risk():
    truth = ["yes", "no"] * 50
    wrong = ["no", "yes"] * 50
    found = expected_lift(of_classes(truth, wrong), MATRIX)
    assert found["risk"].estimate == pytest.approx(-27.5 - (10 - 50 - 5 + 0) / 4)
    assert found["risk"].upper < 0
    assert found["potential"].lower > 0


def test_the_interval_covers_the_value_of_the_whole_population():
    generator = np.random.default_rng(1)
    population = generator.random((20_000, 2)) < [0.3, 0.4]
    names = np.array(["no", "yes"])
    true_value = np.mean([VALUE[names[int(a)]][names[int(d)]] for a, d in population.tolist()])
    covered = 0
    for _ in range(100):
        rows = population[generator.integers(0, len(population), 200)].astype(int)
        decisions = Decisions("classes", rows[:, 0], rows[:, 1], ("no", "yes"), "sample")
        found = expected_lift(decisions, MATRIX)["status_quo"]
        covered += found.lower <= true_value <= found.upper
    assert covered >= 88  # 95 of 100 are promised; 88 or fewer come about once in 300 times


def test_the_table_is_read_as_parquet_and_as_csv(tmp_path: Path):
    rows = pl.DataFrame({"y": ["a", "b", "a"], "status_quo": ["a", "a", "c"], "source": "file"})
    rows.write_parquet(tmp_path / "decisions.parquet")
    rows.write_csv(tmp_path / "decisions.csv")
    for name in ("decisions.parquet", "decisions.csv"):
        found = read_decisions(tmp_path / name)
        assert found.classes == ("a", "b", "c")
        assert found.y.tolist() == [0, 1, 0]
        assert found.status_quo.tolist() == [0, 0, 2]
        assert found.source == "file"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({"y": [1.0]}, "needs the column status_quo"),
        ({"y": [None, 1.0], "status_quo": [1.0, 2.0], "source": ["x", "x"]}, "needs the column y"),
        ({"y": [], "status_quo": [], "source": []}, "needs the column y"),
        ({"y": [["a"]], "status_quo": ["a"], "source": ["x"]}, "`y` holds lists or structures"),
        ({"y": ["a"], "status_quo": [{"a": 1}], "source": ["x"]}, "`status_quo` holds lists"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(tmp_path: Path, rows: dict, said: str):
    pl.DataFrame(rows).write_parquet(tmp_path / "decisions.parquet")
    with pytest.raises(LabError, match=said):
        read_decisions(tmp_path / "decisions.parquet")


def test_a_missing_or_broken_table_is_named(tmp_path: Path):
    with pytest.raises(LabError, match=r"decisions\.parquet is missing: run the pipeline"):
        read_decisions(tmp_path / "decisions.parquet")
    (tmp_path / "decisions.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(LabError, match="is no table that can be read"):
        read_decisions(tmp_path / "decisions.parquet")


def test_one_case_is_too_little():
    with pytest.raises(LabError, match="too little"):
        expected_lift(of_classes(["yes"], ["no"]), MATRIX)


def of_amounts(seed: int, n: int = 60) -> tuple[Decisions, np.ndarray, np.ndarray]:
    """Cases of which each has its own worth: they, and what a call brings, and what it does not."""
    generator = np.random.default_rng(seed)
    y, today = (generator.integers(0, 2, n) for _ in range(2))
    worth = generator.lognormal(size=n)
    columns = {"amount": worth, "day": np.arange(n) // 12 * 1.0}
    found = Decisions("classes", y, today, ("no", "yes"), "sample", columns, np.arange(n) // 12)
    return found, np.where(y == 1, worth, 0.0) - 0.7, np.where(y == 1, -worth, 0.0)


def of_calls(capacity: Capacity | None) -> Kpi:
    return Kpi(
        {"yes": {"yes": Amount("amount"), "no": Amount("amount", -1.0)}},
        positive="yes",
        negative="no",
        cost={"yes": 0.7},
        capacity=capacity,
    )


def test_where_each_case_has_its_own_worth_the_perfect_model_knows_it():
    decisions, called, left = of_amounts(1)
    found = expected_lift(decisions, of_calls(None))
    assert found["perfect"].estimate == pytest.approx(np.maximum(called, left).mean())
    today = np.where(decisions.status_quo == 1, called, left)
    assert found["status_quo"].estimate == pytest.approx(today.mean())
    share = decisions.y.mean()
    drawn = share * called.mean() + (1 - share) * left.mean()
    assert found["random"].estimate == pytest.approx(drawn)


def test_a_capacity_of_so_many_rows_is_spent_where_it_gains_most():
    decisions, called, left = of_amounts(2)
    found = expected_lift(decisions, of_calls(Capacity(1, of=6)))
    gains = np.sort(called - left)[::-1]
    assert found["perfect"].estimate == pytest.approx(left.mean() + gains[:10].sum() / 60)
    named = decisions.status_quo == 1
    part = 10 / named.sum()
    today = left + part * named * (called - left)
    assert found["status_quo"].estimate == pytest.approx(today.mean())
    assert found["random"].estimate == pytest.approx((left + (called - left) / 6).mean())


def test_a_capacity_in_each_day_is_spent_day_by_day():
    decisions, called, left = of_amounts(3)
    found = expected_lift(decisions, of_calls(Capacity(2, per="day")))
    gains = (called - left).reshape(5, 12)
    best = np.sort(gains, axis=1)[:, -2:].clip(min=0).sum()
    assert found["perfect"].estimate == pytest.approx(left.mean() + best / 60)
    drawn = left.mean() + gains.sum() / 6 / 60
    assert found["random"].estimate == pytest.approx(drawn)
    assert found["perfect"].lower < found["perfect"].estimate < found["perfect"].upper


@given(st.lists(st.tuples(*[st.floats(-100, 100)] * 3), min_size=2, max_size=30))
def test_an_error_may_cost_more_on_one_side(rows: list[tuple[float, float, float]]):
    truth, today, price = (np.array(part) for part in zip(*rows, strict=True))
    price = np.abs(price)
    decisions = Decisions("regression", truth, today, (), "sample", {"price": price})
    found = expected_lift(decisions, Kpi(cost_of_error=ErrorCost(2.0, Amount("price"))))

    def cost(predicted: np.ndarray) -> np.ndarray:
        over = predicted - truth[:, None]
        return np.where(over > 0, 2.0 * over, -price[:, None] * over)

    assert found["random"].estimate == pytest.approx(-cost(truth[None]).mean(), abs=1e-6)
    assert found["status_quo"].estimate == pytest.approx(
        -np.diag(cost(np.tile(today, (len(truth), 1)))).mean(), abs=1e-6
    )


def test_whole_units_are_resampled_where_cases_belong_together():
    generator = np.random.default_rng(5)
    own = np.repeat(generator.normal(size=40), 25)
    truth = own + 0.1 * generator.normal(size=1000)
    alone = Decisions("regression", truth, np.zeros(1000), (), "sample")
    together = replace(alone, unit=np.arange(1000) // 25)
    narrow, wide = (expected_lift(cases, Kpi())["status_quo"] for cases in (alone, together))
    assert narrow.estimate == wide.estimate
    assert wide.upper - wide.lower > 3 * (narrow.upper - narrow.lower)


def test_what_the_value_function_needs_is_asked_for(tmp_path: Path):
    path = tmp_path / "decisions.parquet"
    pl.DataFrame({"y": ["a"], "status_quo": ["b"], "source": ["x"]}).write_parquet(path)
    with pytest.raises(LabError, match="needs the column amount in every row, which `lift`"):
        read_decisions(path, ("amount",))
