"""Intervals against bars: every shape stands where its number says."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.evidence.verdict import Decided
from lab.site.intervals import (
    HEIGHT,
    SMALL,
    WIDTH,
    axes_of,
    axis_of,
    interval_chart,
    small_interval,
)

FINITE = st.floats(-1e9, 1e9)


def decided(**changes: Any) -> Decided:
    fields: dict[str, Any] = {
        "criterion": "recall > 0.80", "role": "criterion", "metric": "recall", "slice": None,
        "status": "met", "n": 500, "estimate": 0.9, "lower": 0.86, "upper": 0.94,
        "threshold": 0.8, "reference": None, "method": "clopper-pearson", "needed_n": None,
        "reason": None, "seeds": 3,
    }  # fmt: skip
    return Decided(**(fields | changes))


def across(svg: str, css: str) -> list[float]:
    """Where the shapes of a class stand."""
    found = []
    for element in ElementTree.fromstring(svg).iter():
        if css not in element.attrib.get("class", "").split():
            continue
        if "cx" in element.attrib:
            found.append(float(element.attrib["cx"]))
        elif "x" in element.attrib:
            begin = float(element.attrib["x"])
            found += [begin, begin + float(element.attrib["width"])]
        else:
            path = element.attrib["d"]
            found += [float(one) for one in re.findall(r"[MH]([-0-9.]+)", path)]
    return found


@pytest.mark.parametrize("draw", [interval_chart, small_interval])
def test_estimate_bounds_and_bar_stand_in_proportion(draw: Any):
    svg = draw(decided())
    (dot,) = across(svg, "estimate")
    begin, end = across(svg, "interval")
    (bar,) = across(svg, "goal")
    assert (dot - bar) / (end - begin) == pytest.approx((0.9 - 0.8) / (0.94 - 0.86), rel=0.01)
    assert (begin - bar) / (end - bar) == pytest.approx(0.06 / 0.14, rel=0.02)


@given(numbers=st.lists(FINITE, min_size=4, max_size=4), up=st.booleans(), today=st.none() | FINITE)
def test_everything_lies_inside_whatever_the_numbers(
    numbers: list[float], up: bool, today: float | None
):
    lower, estimate, upper = sorted(numbers[:3])
    one = decided(
        criterion=f"kpi {'>' if up else '<'} {numbers[3]!r}", metric="kpi", threshold=numbers[3],
        lower=lower, estimate=estimate, upper=upper,
    )  # fmt: skip
    svg = interval_chart(one, today)
    root = ElementTree.fromstring(svg)
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    assert (width, height) == (WIDTH, HEIGHT if today is not None else HEIGHT - 16)
    for css in ("estimate", "interval", "goal", "wanted"):
        assert all(0 <= x <= WIDTH for x in across(svg, css)), css
    for text in root.iter("text"):
        width_of = 6.5 * len(text.text or "")
        half = min(width_of, float(text.attrib.get("textLength", "inf"))) / 2
        assert half <= float(text.attrib["x"]) <= WIDTH - half
        assert float(text.attrib["y"]) <= height
    begin, end = across(svg, "wanted")
    (bar,) = across(svg, "goal")
    assert (begin if up else end) == pytest.approx(bar, abs=0.11)


def test_the_words_say_what_is_drawn():
    root = ElementTree.fromstring(interval_chart(decided(), 0.5))
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == (
        "recall > 0.80: met. Estimate 0.900 (0.860 to 0.940), bar: more than 0.80. "
        "Status quo 0.500."
    )
    beside = decided(criterion="recall >= status_quo - 0.02", reference="status_quo")
    assert (
        "Status quo" not in ElementTree.fromstring(interval_chart(beside, 0.5)).attrib["aria-label"]
    )
    assert (
        "bar: at least status quo - 0.02"
        in ElementTree.fromstring(interval_chart(beside)).attrib["aria-label"]
    )


def test_a_slice_does_not_decide_which_side_is_wanted():
    svg = interval_chart(decided(criterion="latency_ms[age > 30] <= 0.8"))
    begin, end = across(svg, "wanted")
    assert begin < across(svg, "goal")[0] == pytest.approx(end, abs=0.11)


def test_small_drawings_of_one_metric_share_a_scale_that_they_show():
    near, far = decided(), decided(estimate=0.5, lower=0.42, upper=0.58, status="missed")
    against = decided(criterion="recall >= status_quo - 0.02", reference="status_quo", threshold=0)
    axes = axes_of([near, far, against])
    assert axes == {"recall": (0.4, 1.0), "recall less status_quo": (0.0, 1.0)}
    places = []
    for result in (near, far):
        svg = small_interval(result, axes[axis_of(result)])
        ends = [text.text for text in ElementTree.fromstring(svg).iter("text")]
        assert ends == ["0.4", "1"]
        places += [*across(svg, "goal"), *across(svg, "estimate")]
        begin, end = across(svg, "wanted")
        assert begin == pytest.approx(across(svg, "goal")[0], abs=0.06)
        assert end == SMALL - 5
    assert places[0] == places[2]
    assert (places[1] - places[3]) / (SMALL - 10) == pytest.approx(0.4 / 0.6, abs=0.01)


def test_votes_are_not_drawn():
    votes = decided(criterion="panel(team) >= 2 of 3", metric="panel", method="ballot")
    assert axes_of([votes]) == {}
