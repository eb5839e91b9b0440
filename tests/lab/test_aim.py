"""What training may aim at: the worth of each decision in each row, and what cannot be counted."""

import polars as pl
import pytest

from lab.data.kpi import Amount, Capacity, ErrorCost, Kpi
from lab.data.schema import Shape, read_shape
from lab.evidence.aim import worth_of_decisions
from lab.evidence.ratios import NoValueError


def shape_of(tmp_path, target: str, task: str) -> Shape:
    text = (
        f"id: id\nunit: null\ntarget: {{name: y, {target}}}\ncolumns: {{amount: {{type: float}}}}\n"
    )
    (tmp_path / "schema.yaml").write_text(text, "utf-8")
    return read_shape(tmp_path, task)


@pytest.fixture
def classes(tmp_path) -> Shape:
    return shape_of(tmp_path, "type: category, values: ['no', 'yes'], positive: 'yes'", "binary")


def rows(*amounts: float | None) -> pl.DataFrame:
    return pl.DataFrame({"amount": amounts, "y": ["yes", "no"]})


def test_each_class_has_what_it_would_bring(classes: Shape):
    value = {"yes": {"yes": Amount("amount", 0.5)}, "no": {"yes": -3.0}}
    kpi = Kpi(value, cost={"yes": 1.0}, wrong=-2.0, capacity=Capacity(1, of=10))
    found = worth_of_decisions(rows(10.0, 20.0), classes, kpi)
    assert found.to_dict(as_series=False) == {"no": [-2.0, 0.0], "yes": [4.0, -4.0]}


def test_an_error_has_a_price_on_both_sides(tmp_path):
    shape = shape_of(tmp_path, "type: float", "regression")
    kpi = Kpi(cost_of_error=ErrorCost(1.0, Amount("amount", 2.0)))
    found = worth_of_decisions(rows(10.0, 20.0).with_columns(y=1.0), shape, kpi)
    assert found.to_dict(as_series=False) == {"above": [1.0, 1.0], "below": [20.0, 40.0]}


@pytest.mark.parametrize(
    ("told", "columns"),
    [
        ("`amount` is missing in 1 examples", {"amount": [10.0, None]}),
        ("`amount` is text", {"amount": ["much", "little"]}),
        ("have no such column", {}),
    ],
)
def test_what_cannot_be_counted_is_told(classes: Shape, told: str, columns: dict):
    kpi = Kpi({"yes": {"yes": Amount("amount")}})
    with pytest.raises(NoValueError, match=told):
        worth_of_decisions(pl.DataFrame({**columns, "y": ["yes", "no"]}), classes, kpi)
