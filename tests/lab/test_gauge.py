"""The lift gauge: its points lie where the values say, and it never breaks a page."""

import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from lab.site.gauge import LEFT, RIGHT, WIDTH, lift_gauge


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
    paths = [one.attrib["d"] for one in drawn().iter("path") if one.attrib["class"] == "interval"]
    ends = [re.fullmatch(r"M([0-9.]+) [0-9.]+H([0-9.]+)", path) for path in paths]
    widths = [float(found[2]) - float(found[1]) for found in ends if found]
    assert widths == pytest.approx([0, (WIDTH - LEFT - RIGHT) / 5, 0], abs=0.2)


def test_what_was_realised_stands_beside_it():
    assert len(list(drawn(5).iter("circle"))) == 4
    assert "realised 5.00" in drawn(5).attrib["aria-label"]


def test_a_candidate_stands_on_the_line_with_its_interval():
    svg = ET.fromstring(lift_gauge(ESTIMATE | {"candidate": at(5, 1)}))
    (dot,) = [one for one in svg.iter("circle") if "candidate" in one.attrib["class"]]
    assert float(dot.attrib["cx"]) == LEFT + 0.75 * (WIDTH - LEFT - RIGHT)


def test_everything_lies_inside_the_picture():
    for svg in (drawn(), drawn(5), ET.fromstring(lift_gauge(ESTIMATE | {"candidate": at(5)}))):
        _, top, _, height = map(float, svg.attrib["viewBox"].split())
        for text in svg.iter("text"):
            assert top + 8 <= float(text.attrib["y"]) <= top + height - 2


@pytest.mark.parametrize("scale", [1e-8, 1, 1e11])
@pytest.mark.parametrize("realised", [None, 10.5, 80.0])
def test_names_and_values_lie_inside_and_meet_nowhere(scale: float, realised: float | None):
    points = dict.fromkeys(("random", "status_quo", "perfect", "candidate"), 0.0)
    points |= {"random": -10, "perfect": 10.123, "candidate": 0.5}
    estimate = ESTIMATE | {name: at(scale * value) for name, value in points.items()}
    svg = ET.fromstring(lift_gauge(estimate, realised and scale * realised))
    boxes = []
    for text in svg.iter("text"):
        x, y, half = float(text.attrib["x"]), float(text.attrib["y"]), 3.2 * len(text.text or "")
        assert half <= x <= WIDTH - half
        for other_x, other_y, other_half in boxes:
            assert abs(y - other_y) >= 12 or abs(x - other_x) >= half + other_half
        boxes.append((x, y, half))


def test_the_label_says_all_of_it():
    label = "Lift in points <per> biopsy: random -10.0, status quo 0, perfect 10.0"
    assert drawn().attrib["aria-label"] == label


def test_nothing_is_drawn_where_nothing_differs():
    assert lift_gauge(ESTIMATE | dict.fromkeys(("random", "status_quo", "perfect"), at(1))) == ""
