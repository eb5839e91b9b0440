"""The lift gauge: its points lie where the values say, and it never breaks a page."""

import xml.etree.ElementTree as ET
from typing import Any

import pytest

from lab.records.document import Document
from lab.site.gauge import LEFT, RIGHT, WIDTH, lift_gauge
from lab.site.pages import record_page


def at(value: float, spread: float = 0.0) -> dict[str, float]:
    return {"value": value, "low": value - spread, "high": value + spread}


ESTIMATE: dict[str, Any] = {
    "unit": "points <per> biopsy",
    "random": at(-10),
    "status_quo": at(0, 2),
    "perfect": at(10),
    "examples": 276,
    "source": "sample",
}


def drawn(realised: float | None = None) -> ET.Element:
    return ET.fromstring(lift_gauge(ESTIMATE, realised))


def test_points_lie_between_random_and_perfect():
    places = [float(dot.attrib["cx"]) for dot in drawn().iter("circle")]
    assert places == [LEFT, WIDTH / 2, WIDTH - RIGHT]
    intervals = [
        float(line.attrib["x2"]) - float(line.attrib["x1"])
        for line in drawn().iter("line")
        if line.attrib["class"] == "line"
    ]
    assert intervals == pytest.approx([0, (WIDTH - LEFT - RIGHT) / 5, 0], abs=0.2)


def test_what_was_realised_stands_beside_it():
    assert len(list(drawn(5).iter("circle"))) == 4
    assert "realised 5" in drawn(5).attrib["aria-label"]


def test_the_label_says_all_of_it():
    label = "Expected lift in points <per> biopsy: random -10, status quo 0, perfect 10"
    assert drawn().attrib["aria-label"] == label


def test_nothing_is_drawn_where_nothing_differs():
    assert lift_gauge(ESTIMATE | dict.fromkeys(("random", "status_quo", "perfect"), at(1))) == ""


def test_the_page_of_a_lift_record_shows_it():
    page = record_page(Document({"title": "Lift", "estimate": ESTIMATE}, "Story.\n"))
    assert page.index("lab-facts") < page.index("Expected lift in") < page.index("Story.")
    assert "| status quo | 0.000 | -2.000 to 2.000 |" in page
    assert "Estimated from 276 cases (sample data)." in page


@pytest.mark.parametrize(
    "estimate",
    [None, {}, {"random": 1}, ESTIMATE | {"random": {}}, ESTIMATE | {"perfect": {"value": "x"}}],
)
def test_a_broken_estimate_does_not_break_the_page(estimate: Any):
    page = record_page(Document({"title": "Lift", "estimate": estimate}, "Story.\n"))
    assert "Story." in page
    assert "<svg" not in page
