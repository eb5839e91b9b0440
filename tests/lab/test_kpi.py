"""What a decision is worth: how params.yaml says it, and what nobody can count with."""

from pathlib import Path

import pytest

from lab.data.kpi import Amount, Capacity, ErrorCost, Kpi, kpi_of
from lab.errors import LabError

SCHEMA = """\
target: {name: churn, values: [stays, leaves], positive: leaves}
columns:
  revenue: {type: float, min: 0, max: 500}
  visits: {type: integer, min: 0}
"""


def said(tmp_path: Path, lift: str, schema: str = SCHEMA) -> Kpi:
    """The value function of a project."""
    (tmp_path / "params.yaml").write_text(f"lift: {lift}\n", "utf-8")
    (tmp_path / "schema.yaml").write_text(schema, "utf-8")
    found = kpi_of(tmp_path)
    assert found is not None
    return found


def test_values_may_be_columns_and_actions_may_cost(tmp_path: Path):
    found = said(
        tmp_path,
        '{value: {leaves: {leaves: 0.3 * revenue, stays: -revenue}, stays: {leaves: "-2"}}, '
        "cost: {leaves: 5}, capacity: {most: 100, of: 2000}}",
    )
    assert found.worth("leaves", "leaves") == (Amount("revenue", 0.3), 5)
    assert found.worth("leaves", "stays") == (Amount("revenue", -1), 0)
    assert found.worth("stays", "leaves") == (-2, 5)
    assert found.columns == ("revenue",)
    assert found.ranges == {"revenue": (0, 500)}
    assert not found.unlimited
    assert found.capacity == Capacity(100, of=2000)


def test_a_column_without_both_ends_in_the_schema_has_no_limit(tmp_path: Path):
    assert said(tmp_path, "{correct: visits}").unlimited


def test_an_error_may_cost_more_on_one_side(tmp_path: Path):
    found = said(tmp_path, "{cost_of_error: {above: 1, below: 2 * revenue}}")
    assert found.error_cost == ErrorCost(1, Amount("revenue", 2))
    assert said(tmp_path, "{cost_of_error: 3}").error_cost == ErrorCost(3, 3)


@pytest.mark.parametrize(
    ("lift", "why"),
    [
        ("{value: {leaves: 3}}", r"`value\.leaves` of `lift` is no mapping"),
        ("{value: [1]}", "`value` of `lift` is no mapping"),
        ("{wrong: two words}", "`wrong` of `lift` is 'two words'; it is a number, a column, or"),
        ("{wrong: 2 * 3}", "a number times a column"),
        ("{wrong: [1]}", "`wrong` of `lift` is"),
        ("{wrong: true}", "`wrong` of `lift` is"),
        ("{cost: {leaves: .inf}}", r"`cost\.leaves` of `lift` is not finite"),
        (f"{{correct: 1{'0' * 400}}}", "`correct` of `lift` is not finite"),
        ("{cost_of_error: -1}", "below 0: an error would pay"),
        ("{cost_of_error: {above: 1}}", "for predictions above and below the truth"),
        ("{capacity: 100}", "`capacity` of `lift` is {most: 100, of: 2000}"),
        ("{capacity: {most: 100, of: 50}}", "`capacity` of `lift` is"),
        ("{capacity: {most: true, of: 50}}", "`capacity` of `lift` is"),
        ("{capacity: {most: 0, per: day}}", "`capacity` of `lift` is"),
        ("{capcity: {most: 1, per: day}}", "unknown key `capcity` of `lift`: did you mean"),
    ],
)
def test_what_nobody_can_count_with_is_refused(tmp_path: Path, lift: str, why: str):
    with pytest.raises(LabError, match=why):
        said(tmp_path, lift)


def test_a_capacity_needs_a_positive_class(tmp_path: Path):
    with pytest.raises(LabError, match="the positive class of two"):
        said(tmp_path, "{capacity: {most: 1, per: day}}", "target: {values: [a, b, c]}\n")


def test_a_capacity_is_judged_in_whole_units_alone():
    of_rows, per_day = (Kpi(capacity=it) for it in (Capacity(5, of=90), Capacity(5, per="day")))
    assert "no bound is known" in (of_rows.not_judged("day") or "")
    assert of_rows.not_estimated(None) is None
    assert "name day there" in (per_day.not_judged("customer") or "")
    assert "is null" in (per_day.not_estimated(None) or "")
    assert per_day.not_judged("day") is None
