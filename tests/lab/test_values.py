"""Every metric against scikit-learn's, plain and under weights."""

import warnings
from collections.abc import Callable

import numpy as np
import pytest
import sklearn.metrics as sk
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.exceptions import UndefinedMetricWarning

from lab.data.kpi import Kpi
from lab.data.tables import Prediction
from lab.evidence.metrics import METRICS
from lab.evidence.ratios import NoValueError
from lab.evidence.values import statistic

SCORES = ("roc_auc", "average_precision", "log_loss", "brier_score_loss")
OURS_ALONE = ("kpi", "latency_ms", "model_mb")


def of_sklearn(name: str) -> Callable[..., float]:
    base, _, mean = name.partition("_")
    if mean in ("macro", "micro", "weighted"):
        return lambda y, label: getattr(sk, f"{base}_score")(y, label, average=mean)
    own = name if hasattr(sk, name) else f"{name}_score"
    return getattr(sk, own)


def weighted(name, task, y, label, score, weights):
    classes = tuple(str(code) for code in range(int(y.max()) + 1)) if task != "regression" else ()
    what = statistic(name, task, classes, y, Prediction(label, score, {}))
    return float(what(np.asarray(weights, dtype=np.uint8)[None])[0])


def cases(task: str) -> list[str]:
    return [name for name, one in METRICS.items() if task in one.tasks and name not in OURS_ALONE]


@st.composite
def classified(draw, most: int):
    n = draw(st.integers(1, 12))
    codes = st.lists(st.integers(0, most), min_size=n, max_size=n)
    y, label = np.array(draw(codes)), np.array(draw(codes))
    # Few different scores: ties, and constants.
    score = np.array(draw(st.lists(st.integers(0, 4), min_size=n, max_size=n))) / 4
    weights = np.array(draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)))
    assume(weights.any())
    return y, label, score, weights


def agrees(name, task, y, label, score, weights):
    """Where ours has a value, scikit-learn has the same, on rows repeated by their weights."""
    said = score if name in SCORES else label
    ones = np.ones(len(y))
    with warnings.catch_warnings():
        warnings.simplefilter("error", UndefinedMetricWarning)
        try:
            theirs = float(of_sklearn(name)(y, said))
        except (UndefinedMetricWarning, ValueError):
            theirs = np.nan
    try:
        ours = weighted(name, task, y, label, score, ones)
    except NoValueError:
        ours = np.nan
    if np.isnan(theirs):
        assert np.isnan(ours), "scikit-learn leaves it undefined"
        return
    if np.isnan(ours):
        return
    assert ours == pytest.approx(theirs, abs=1e-9)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            repeated = float(of_sklearn(name)(np.repeat(y, weights), np.repeat(said, weights)))
        except ValueError:
            return  # one class or one row is left
    again = weighted(name, task, y, label, score, weights)
    if np.isfinite(again) and np.isfinite(repeated):
        assert again == pytest.approx(repeated, abs=1e-9)


@pytest.mark.parametrize("name", cases("binary"))
@given(classified(1))
def test_a_binary_metric_is_that_of_scikit_learn(name, drawn):
    agrees(name, "binary", *drawn)


@pytest.mark.parametrize("name", [*cases("multiclass"), "balanced_accuracy"])
@given(classified(3))
def test_a_metric_of_several_classes_is_that_of_scikit_learn(name, drawn):
    y, label, score, weights = drawn
    # A class that no resample holds counts as absent, so here every class stays.
    agrees(name, "multiclass", y, label, score, np.maximum(weights, 1))


@pytest.mark.parametrize("name", cases("regression"))
@given(
    st.lists(
        st.tuples(
            st.floats(-100, 100).map(lambda x: round(x, 2)),
            st.floats(-100, 100).map(lambda x: round(x, 2)),
            st.integers(1, 3),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_a_metric_of_numbers_is_that_of_scikit_learn(name, rows):
    y, label, weights = (np.array(column) for column in zip(*rows, strict=True))
    assume(name != "mean_absolute_percentage_error" or np.abs(y).min() > 0)
    assume(name != "r2" or np.var(y) > 1e-3 or len(set(y)) == 1)
    if name == "r2" and len(set(y)) == 1:
        with pytest.raises(NoValueError, match="does not vary"):
            weighted(name, "regression", y, label, None, weights)
        return
    theirs = of_sklearn(name)
    ours = weighted(name, "regression", y, label, None, np.ones(len(y)))
    assert ours == pytest.approx(theirs(y, label), rel=1e-8, abs=1e-8)
    again = weighted(name, "regression", y, label, None, weights)
    repeated = theirs(np.repeat(y, weights), np.repeat(label, weights))
    assert again == pytest.approx(repeated, rel=1e-8, abs=1e-8)


@pytest.mark.parametrize("name", ["roc_auc", "average_precision", "log_loss", "brier_score_loss"])
def test_a_score_of_one_class_or_none_has_no_value(name):
    ones, score = np.ones(5, dtype=int), np.linspace(0, 1, 5)
    with pytest.raises(NoValueError, match="only one class"):
        weighted(name, "binary", ones, ones, score, ones)
    with pytest.raises(NoValueError, match="no score"):
        weighted(name, "binary", np.arange(5) % 2, ones, None, ones)


def test_large_areas_are_exact():
    generator = np.random.default_rng(3)
    y = (generator.random(20_000) < 0.3).astype(int)
    score = np.round(generator.random(20_000) + y / 5, 3) / 1.2
    ours = weighted("roc_auc", "binary", y, y, score, np.full(len(y), 189))
    assert ours == pytest.approx(sk.roc_auc_score(y, score), abs=1e-14)


def test_many_weightings_are_computed_at_once():
    generator = np.random.default_rng(4)
    y = np.arange(40) % 2
    said = Prediction(generator.integers(0, 2, 40), generator.random(40), {})
    weights = generator.integers(1, 9, (5, 40)).astype(np.uint8)
    for name in cases("binary"):
        what = statistic(name, "binary", ("0", "1"), y, said)
        singly = [float(what(row[None])[0]) for row in weights]
        assert what(weights) == pytest.approx(singly, abs=1e-12)


def test_the_kpi_is_the_mean_worth_of_the_decisions():
    worth = {"ill": {"ill": 10, "well": -50}, "well": {"ill": -5}}
    kpi = Kpi(worth, correct=1, positive="ill", negative="well")
    y, label = np.array([1, 1, 0, 0]), np.array([1, 0, 1, 0])
    said = Prediction(label, None, {})
    what = statistic("kpi", "binary", ("0", "1"), y, said, kpi)
    assert what(np.ones((1, 4)))[0] == (10 - 50 - 5 + 1) / 4
    numbers = Prediction(np.array([1.0, 5.0]), None, {})
    cost = statistic("kpi", "regression", (), np.array([2.0, 2.0]), numbers, Kpi(cost_of_error=3))
    assert cost(np.ones((1, 2)))[0] == -6
    with pytest.raises(NoValueError, match="value function"):
        statistic("kpi", "binary", ("0", "1"), y, said)


def test_a_cost_is_the_mean_of_its_column():
    said = Prediction(np.zeros(2), None, {"latency_ms": np.array([10.0, 30.0])})
    what = statistic("latency_ms", "regression", (), np.zeros(2), said)
    assert what(np.array([[1, 3]]))[0] == 25
    with pytest.raises(NoValueError, match="no column `model_mb`"):
        statistic("model_mb", "regression", (), np.zeros(2), said)
