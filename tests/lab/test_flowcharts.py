"""Charts of the flow: names that can be told apart."""

from datetime import date
from xml.etree import ElementTree

from lab.process.lanes import BOARD
from lab.site.flowcharts import WIDTH, lanes_over_time


def test_the_names_of_lanes_do_not_meet_in_the_legend():
    rows = [(date(2026, 1, day), [day] * len(BOARD)) for day in (1, 8)]
    svg = ElementTree.fromstring(lanes_over_time(rows, BOARD, "lanes"))
    names = [text for text in svg.iter("text") if text.text in BOARD]
    keys = [(float(key.attrib["x"]), float(key.attrib["y"])) for key in svg.iter("rect")]
    assert len(keys) == len(names) == len(BOARD)
    for text in names:
        begin, level = float(text.attrib["x"]), float(text.attrib["y"])
        end = begin + 7.3 * len(text.text or "")
        assert end <= WIDTH
        assert all(not begin < x < end for x, y in keys if abs(y + 9 - level) < 1), text.text
