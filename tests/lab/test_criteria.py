"""The grammar of criteria: what is read, and what is refused with the place."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.evidence.criteria import Condition, CriterionError, parse_criterion, problem_with
from lab.evidence.metrics import METRICS


@pytest.mark.parametrize(
    ("text", "metric", "op", "value", "reference", "margin"),
    [
        ("precision > 0.95", "precision", ">", 0.95, None, 0.0),
        ("recall>=.7", "recall", ">=", 0.7, None, 0.0),
        ("latency_ms <= 50", "latency_ms", "<=", 50.0, None, 0.0),
        ("mean_absolute_error < 1e-3", "mean_absolute_error", "<", 0.001, None, 0.0),
        ("r2 > -0.5", "r2", ">", -0.5, None, 0.0),
        ("f1 > champion", "f1", ">", None, "champion", 0.0),
        ("roc_auc >= champion + 0.01", "roc_auc", ">=", None, "champion", 0.01),
        ("recall >= status_quo - 0.02", "recall", ">=", None, "status_quo", -0.02),
        ("recall >= champion \u2212 0.02", "recall", ">=", None, "champion", -0.02),
    ],
)
def test_a_comparison_is_read(text, metric, op, value, reference, margin):
    one = parse_criterion(text)
    assert (one.metric, one.op, one.value) == (metric, op, value)
    assert (one.reference, one.margin, one.text) == (reference, margin, text)


def test_slices_ballots_and_shares_are_read():
    sliced = parse_criterion('recall[age < 30 and sex == "f" and site != north] > 0.5')
    assert sliced.slice == (
        Condition("age", "<", 30.0),
        Condition("sex", "==", "f"),
        Condition("site", "!=", "north"),
    )
    panel = parse_criterion("panel(data scientist) >= 3 of 5")
    assert (panel.argument, panel.value, panel.of) == ("data scientist", 3.0, 5)
    share = parse_criterion("share(standard_form) >= 0.95")
    assert (share.argument, share.value) == ("standard_form", 0.95)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("precison > 0.9", "Did you mean `precision`?"),
        ("beauty > 0.9", "Known are precision"),
        ("max_error < 3", "unknown metric `max_error`"),
        ("precision", "compares nothing"),
        ("precision == 0.9", "`==` cannot be decided"),
        ("precision = 0.9", "`=` cannot be decided"),
        ("recall ≥ 0.7", "`≥` cannot be decided. Write >=."),
        ("latency_ms ≤ 50", "Write <=."),
        ("precision >", "after > stands nothing"),
        ("precision > nan", "unknown reference `nan`"),
        ("precision > inf", "unknown reference `inf`"),
        ("precision > 1e999", "is too large"),
        ("precision > champion + 1e999", "is too large"),
        ("precision > 0.9 and recall > 0.9", "after > stands"),
        ("precision > champoin", "Did you mean `champion`?"),
        ("precision > 3 of 5", "is for a panel"),
        ("precision(x) > 0.9", "A slice has square brackets"),
        ("precision[age] > 0.9", "`age` is not a part"),
        ("precision[] > 0.9", "is not a part"),
        ("share() > 0.9", "does not say which"),
        ("panel() >= 3 of 5", "does not say which"),
        ("panel(team) >= 3", "is not a ballot"),
        ("panel(team) > 3 of 5", "is not a ballot"),
        ("panel(team) >= 6 of 5", "cannot be decided"),
        ("panel(team) >= 0 of 5", "cannot be decided"),
        ("panel(team) >= 2.5 of 5", "cannot be decided"),
        ("0.9 < precision", "is not a criterion"),
        ("", "is not a criterion"),
    ],
)
def test_anything_else_is_refused_with_the_place(text, said):
    with pytest.raises(CriterionError) as error:
        parse_criterion(text)
    assert said in str(error.value)


@given(st.text(max_size=40))
def test_no_text_breaks_the_parser(text):
    with suppress(CriterionError):
        assert parse_criterion(text).text == text


@given(st.sampled_from(sorted(METRICS)), st.floats(-5, 5), st.sampled_from([">", "<="]))
def test_every_metric_and_number_is_read(metric, value, op):
    assert parse_criterion(f"{metric} {op} {value!r}").value == value


@pytest.mark.parametrize(
    ("text", "task", "said"),
    [
        ("precision > 1.2", "binary", "can never hold"),
        ("precision > 1", "binary", "can never hold"),
        ("precision >= 1", "binary", "can never be shown"),
        ("log_loss <= 0", "binary", "can never be shown"),
        ("precision >= 0", "binary", "always holds"),
        ("log_loss < -1", "binary", "can never hold"),
        ("share(x) > 1", "binary", "can never hold"),
        ("precision > 0.5", "regression", "not for a regression task"),
        ("r2 > 1", "regression", "can never hold"),
    ],
)
def test_what_can_never_decide_anything_is_said(text, task, said):
    found = problem_with(parse_criterion(text), task)
    assert found is not None
    assert said in found[0]


@pytest.mark.parametrize(
    "text", ["precision > 0.9", "recall >= champion - 0.02", "panel(team) >= 1 of 1", "kpi > -5"]
)
def test_a_sensible_criterion_has_no_problem(text):
    assert problem_with(parse_criterion(text), "binary") is None
