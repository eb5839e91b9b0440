"""Expected lift, beside a count of every pair by hand."""

import itertools
from pathlib import Path
from statistics import mean

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.data.decisions import Decisions, read_decisions
from lab.data.kpi import Kpi
from lab.errors import LabError
from lab.evidence.lift import expected_lift

MATRIX = Kpi(
    value={"yes": {"yes": 10.0, "no": -50.0}, "no": {"yes": -5.0, "no": 0.0}},
)
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
        return MATRIX.value[a][d]

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
    true_value = np.mean(
        [MATRIX.value[names[int(a)]][names[int(d)]] for a, d in population.tolist()]
    )
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
