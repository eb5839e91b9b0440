"""One hypothesis after another: each shape stands where its number says."""

import re
from xml.etree import ElementTree

import pytest

from lab.site.milestones import HEIGHT, WIDTH, Milestone, milestones_chart


def test_judged_and_development_numbers_and_the_champion_are_told_apart():
    svg = ElementTree.fromstring(
        milestones_chart(
            "recall",
            [
                Milestone("one", "met", 0.8, 0.7, 0.9, development=0.85, is_champion=True),
                Milestone("one", "missed", 0.6, 0.5, 0.7),
                Milestone("two", "unclear", 1.0, 0.9, 1.0, development=0.95),
            ],
        )
    )
    dots = [one for one in svg.iter("circle") if "estimate" in one.attrib["class"]]
    assert [dot.attrib["class"].split()[1] for dot in dots] == ["met", "missed", "unclear"]
    x, y = zip(*((float(dot.attrib["cx"]), float(dot.attrib["cy"])) for dot in dots), strict=True)
    assert list(x) == sorted(x)
    assert (y[1] - y[0]) / (y[0] - y[2]) == pytest.approx(1, abs=0.01)  # 0.6, 0.8, 1.0
    (ring,) = [one for one in svg.iter("circle") if one.attrib["class"] == "ring"]
    assert (ring.attrib["cx"], ring.attrib["cy"]) == (dots[0].attrib["cx"], dots[0].attrib["cy"])
    hollow = [one.attrib["d"] for one in svg.iter("path") if one.attrib["class"] == "dot hollow"]
    assert len(hollow) == 2
    found = re.match(r"M([\d.]+) ([\d.]+)", hollow[0])
    assert found
    assert float(found[1]) > x[0]
    assert float(found[2]) + 4 == pytest.approx((y[0] * 3 + y[2]) / 4, abs=0.2)  # 0.85
    texts = [(text.text, float(text.attrib["x"])) for text in svg.iter("text")]
    assert [text for text, _ in texts][-2:] == ["iteration 1", "iteration 2"]
    assert all(0 <= place <= WIDTH for _, place in texts)


@pytest.mark.parametrize("scale", [1e-8, 1e12])
def test_it_can_be_drawn_at_any_size_of_number(scale: float):
    many = [Milestone(str(n), "met", n * scale, n * scale, n * scale) for n in range(1, 40)]
    svg = ElementTree.fromstring(milestones_chart("mean_absolute_error", many))
    for circle in svg.iter("circle"):
        assert 0 <= float(circle.attrib["cx"]) <= WIDTH
        assert 0 <= float(circle.attrib["cy"]) <= HEIGHT
