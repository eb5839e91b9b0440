"""Charts: well-formed SVG whose shapes stand where the numbers say."""

import itertools
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.errors import LabError
from lab.site.charts import HEIGHT, LEFT, RIGHT, SHAPES, TOP, WIDTH, Plot, draw, ticks
from lab.site.markup import plain

Column = Sequence[tuple[str, str]]
Svg = ElementTree.Element

HOSTILE = "<b>\"&amp;'\n\n</svg>\x00\x1b\ufffe]]>"
NUMBERS = st.floats(-1e300, 1e300)
FILES = ["a.csv", "b.csv"]
TEXT = st.text(max_size=60) | st.sampled_from([HOSTILE, "-->", "\n\n", "a" * 500])


def plot(template: str, *columns: Column, title: str = "Title", label: str = "series") -> Plot:
    """A plot of one or more series."""
    names = [label, *(f"{label}_{number}" for number in range(1, len(columns)))]
    return Plot(title, template, "the x", "the y", dict(zip(names, columns, strict=True)), FILES)


def parsed(drawn: Plot) -> Svg:
    """The chart as a browser would read it; Markdown would break it at a blank line."""
    svg = draw(drawn)
    assert all(line.strip() for line in svg.split("\n"))
    return ElementTree.fromstring(svg)


def strings(points: Sequence[tuple[float, float]]) -> Column:
    return [(repr(x), repr(y)) for x, y in points]


def kind(svg: Svg, css: str) -> list[Svg]:
    """The elements of a class."""
    return [element for element in svg.iter() if css in element.get("class", "").split()]


def texts(svg: Svg) -> list[str]:
    return [element.text or "" for element in svg.iter("text")]


def alone(shown: str) -> str:
    """A text without the marks that keep one from right to left to itself."""
    return shown.strip("\u2068\u2069")


def size(svg: Svg) -> tuple[float, float]:
    left, top, width, height = map(float, svg.get("viewBox", "").split())
    assert (left, top) == (0, 0)
    return width, height


def corners(line: Svg) -> list[tuple[float, float]]:
    """The points of a path of absolute lines."""
    numbers = [pair.split() for pair in line.get("d", "").removeprefix("M").split("L")]
    return [(float(x), float(y)) for x, y in numbers]


# ------------------------------------------------------------------ every shape


@pytest.mark.parametrize("template", [*SHAPES, "unknown"])
def test_every_shape_is_one_image_with_a_name(template: str):
    svg = parsed(plot(template, [("0.5", "1"), ("1", "2")], title='Say "A & B"'))
    assert svg.tag == "svg"
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == 'Say "A & B"'
    assert {"the x"} <= set(texts(svg))


@pytest.mark.parametrize("template", SHAPES)
def test_no_chart_asks_for_anything_or_carries_a_style(template: str):
    svg = draw(plot(template, [("0.5", "1")], [("1", "2")], title=HOSTILE))
    assert not re.search(r"(href|src|style|url|on\w+)\s*[=(]", svg)


@given(template=st.sampled_from([*SHAPES, "unknown"]), title=TEXT, label=TEXT, cell=TEXT)
def test_hostile_words_stay_words(template: str, title: str, label: str, cell: str):
    wordy = template.startswith(("bar", "confusion"))
    column = [("1", cell if wordy else "2"), ("2", cell if wordy else "3")]
    svg = parsed(Plot(title, template, label, label, {label: column, label + "2": column}, []))
    assert {element.tag for element in svg.iter()} <= {"svg", "g", "path", "text", "rect", "circle"}
    assert alone(svg.get("aria-label") or "") == plain(title)
    assert plain(label) in map(alone, texts(svg))


def test_plain_text_has_no_breaks_and_no_controls():
    assert plain(" a\r\n\tb\x00\x7f\x85c\u2028 d ") == "a b c d"
    assert plain("<é & 💡>") == "<é & 💡>"


@pytest.mark.parametrize(
    ("template", "column"),
    [
        ("linear", [("0.5", "much")]),
        ("linear", [("0.5", "")]),
        ("linear", [("nan", "1")]),
        ("smooth", [("1", "2"), ("-inf", "2")]),
        ("scatter", [("1e301", "1")]),
        ("bar_horizontal", [("benign", "0.5")]),
    ],
)
def test_what_is_no_number_is_refused_with_plot_and_files(template: str, column: Column):
    value = next(word for pair in column for word in pair if word not in ("0.5", "1", "2"))
    with pytest.raises(LabError) as refused:
        draw(plot(template, column, title="Recall"))
    said = str(refused.value)
    assert said.startswith("The plot 'Recall' of dvc.yaml cannot be drawn: a.csv and b.csv has ")
    assert f"{value!r} where a number has to be" in said


@pytest.mark.parametrize("template", SHAPES)
@pytest.mark.parametrize("columns", [[[]], [[("1", "2")], []]])
def test_a_plot_without_rows_is_refused(template: str, columns: list[Column]):
    with pytest.raises(LabError, match=r"'Title' of dvc\.yaml cannot be drawn: .* has no rows"):
        draw(plot(template, *columns))


# ------------------------------------------------------------------ every text


@dataclass(frozen=True)
class Box:
    """A text of a chart, about as large as a browser draws it."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def meets(self, other: "Box") -> bool:
        beside = self.right <= other.left or other.right <= self.left
        return not beside and self.top < other.bottom and other.top < self.bottom


def boxes(element: Svg, below: float = 0, turned: bool = False) -> list[Box]:
    """The texts of an element: 13 pixels high, and 6.5 wide for each letter."""
    transform = element.get("transform", "")
    if transform.startswith("translate"):
        below += float(transform.split()[1].rstrip(")"))
    found = [box for inner in element for box in boxes(inner, below, "rotate(-90" in transform)]
    if element.tag != "text":
        return found
    x, y, words = float(element.get("x", "")), float(element.get("y", "")), element.text or ""
    width = min(6.5 * len(words), float(element.get("textLength", "inf")))
    start = {"start": 0, "middle": width / 2, "end": width}[element.get("text-anchor", "")]
    box = Box(words, x - start, below + y - 10, x - start + width, below + y + 3)
    if turned:  # around its own place, as every chart does it
        box = Box(words, x - 10, below + y + start - width, x + 3, below + y + start)
    return [box]


DRAWN = {
    "a line": plot("linear", [("0", "10"), ("1", "20")]),
    "two lines": plot("linear", [("0", "10"), ("1", "20")], [("0", "1"), ("1", "2")]),
    "dots": plot("scatter", [("-400", "0.001"), ("250", "0.002")]),
    "bars": plot(
        "bar_horizontal", [("0.25", "beta"), ("0.98765", "alpha"), ("0", "a longer name")]
    ),
    "bars to both sides": plot("bar_horizontal", [("-0.25", "beta"), ("0.98765", "alpha")]),
    "two classes": plot("confusion", [("benign", "benign"), ("malign", "benign")] * 60),
    "a long axis": plot("linear", [("-1e12", "-1e12"), ("1e12", "1e12")]),
    "a fine axis": plot("scatter", [("1e-8", "1e-8"), ("9e-8", "9e-8")]),
    "long bars": plot("bar_horizontal", [("123456789012", "beta"), ("1e-8", "alpha")]),
    "many in a cell": plot("confusion", [("cat", "dog"), ("dog", "dog")] * 500_000),
    "long classes": plot("confusion", [(f"a class with a long name {n}", "b") for n in range(9)]),
    "calibration": replace(
        plot("linear", [("0", "0"), ("0.11", "0.12"), ("0.95", "1")]),
        spread=[("0", "0.2", "345678"), ("0.06", "0.3", "30"), ("0.9", "1", "4567")],
    ),
    "ten classes": plot("confusion", [(str(n), str(n % 7)) for n in range(10)] * 100),
}


@pytest.mark.parametrize("drawn", DRAWN.values(), ids=DRAWN)
def test_every_text_lies_inside_and_none_upon_another(drawn: Plot):
    svg = parsed(drawn)
    width, height = size(svg)
    found = boxes(svg)
    assert len(found) > 4
    for box in found:
        assert 0 <= box.left < box.right <= width, box
        assert 0 <= box.top < box.bottom <= height, box
    for one, other in itertools.combinations(found, 2):
        assert not one.meets(other), (one, other)


@pytest.mark.parametrize("template", ["linear", "scatter"])
def test_the_numbers_of_the_axes_stand_at_their_ticks(template: str):
    svg = parsed(plot(template, [("0", "10"), ("1", "20")]))
    found = boxes(svg)
    levels = [float(line.get("d", "").split()[1].split("H")[0]) for line in kind(svg, "grid")]
    for box, level in zip(found[:6], levels, strict=True):
        assert box.middle()[1] == pytest.approx(level, abs=2)
        assert LEFT - 15 < box.right < LEFT
    across = WIDTH - RIGHT - LEFT
    for number, box in enumerate(found[6:12]):
        assert box.middle()[0] == pytest.approx(LEFT + across * number / 5, abs=0.1)
        assert box.top > HEIGHT - 48
    name, turned = found[12:]
    assert name.middle()[0] == pytest.approx(LEFT + across / 2)
    assert turned.middle()[1] == pytest.approx((TOP + HEIGHT - 48) / 2)
    assert turned.right < min(box.left for box in found[:6])
    assert {element.get("class") for element in svg.iter("text")} == {None, "name"}


def test_a_point_of_calibration_has_its_interval_and_n_beside_the_diagonal():
    svg = parsed(DRAWN["calibration"])
    points = [(float(dot.get("cx", "")), float(dot.get("cy", ""))) for dot in kind(svg, "dot")]
    whiskers = [
        [float(end) for end in re.findall(r"[MV ]([-0-9.]+)", line.get("d", ""))]
        for line in kind(svg, "interval")
    ]
    (diagonal,) = map(corners, kind(svg, "reference"))
    (x0, y0), (x1, y1) = diagonal
    shares = [0.0, 0.12, 1.0]
    for (x, y), (middle, top, bottom), share in zip(points, whiskers, shares, strict=True):
        assert middle == x
        assert top <= y <= bottom
        assert (y0 - y) / (y0 - y1) == pytest.approx(share, abs=0.002)
    assert (points[1][0] - x0) / (x1 - x0) == pytest.approx(0.11, abs=0.002)
    assert [text for text in texts(svg) if text.startswith("n ")] == [
        "n 345,678",
        "n 30",
        "n 4,567",
    ]


def test_names_and_values_stand_beside_their_bars():
    svg = parsed(plot("bar_horizontal", [("0.5", "beta"), ("-0.25", "alpha"), ("1", "gamma")]))
    found = {box.text: box for box in boxes(svg)}
    drawn = kind(svg, "bar")
    for name, value, bar in zip(
        ["beta", "alpha", "gamma"], ["0.500", "-0.250", "1.00"], drawn, strict=True
    ):
        start, width = float(bar.get("x", "")), float(bar.get("width", ""))
        level = float(bar.get("y", "")) + float(bar.get("height", "")) / 2
        assert found[name].middle()[1] == pytest.approx(level, abs=2)
        assert found[name].right < start
        beside = [box for box in boxes(svg) if box.text == value][-1]
        assert beside.middle()[1] == pytest.approx(level, abs=2)
        assert 0 < beside.left - (start + width) < 10
    assert found["the x"].top > max(float(bar.get("y", "")) + 14 for bar in drawn)
    scale = boxes(svg)[:6]
    assert [box.text for box in scale] == ["-0.25", "0", "0.25", "0.5", "0.75", "1"]
    zero_x, one_x = scale[1].middle()[0], scale[5].middle()[0]
    assert bars(svg)[0] == pytest.approx((zero_x, (one_x - zero_x) / 2), abs=0.2)
    assert bars(svg)[2] == pytest.approx((zero_x, one_x - zero_x), abs=0.2)


def test_names_and_counts_stand_at_their_cells():
    pairs = [("cat", "cat"), *[("cat", "dog")] * 2, *[("dog", "cat")] * 3, *[("dog", "dog")] * 4]
    svg = parsed(plot("confusion", pairs))
    found = boxes(svg)
    cells = [
        [float(cell.get(side, "")) for side in ("x", "y", "width", "height")]
        for cell in kind(svg, "cell")
    ]
    counts = found[-4:]
    assert [box.text for box in counts] == ["1", "2", "3", "4"]
    for box, (x, y, width, height) in zip(counts, cells, strict=True):
        assert box.middle() == pytest.approx((x + width / 2, y + height / 2), abs=2)
    across, down, *names = found[:6]
    assert [box.text for box in names] == ["cat", "cat", "dog", "dog"]
    (x, y, side, _), (second_x, _, _, _), (_, second_y, _, _), _ = cells
    assert second_x > x + side
    assert second_y > y + side
    for box, left in zip(names[::2], (x, second_x), strict=True):
        assert box.middle()[0] == pytest.approx(left + side / 2, abs=2)
        assert box.bottom < y
    for box, top in zip(names[1::2], (y, second_y), strict=True):
        assert box.middle()[1] == pytest.approx(top + side / 2, abs=2)
        assert box.right < x
    assert across.middle()[0] == pytest.approx((x + second_x + side) / 2, abs=2)
    assert down.middle()[1] == pytest.approx((y + second_y + side) / 2, abs=2)


# ------------------------------------------------------------------ ticks


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (0, 0.97, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (3, 118, [0, 25, 50, 75, 100, 125]),
        (-0.4, 0.4, [-0.4, -0.2, 0, 0.2, 0.4]),
        (0, 1e-13, [0, 2e-14, 4e-14, 6e-14, 8e-14, 1e-13]),
        (7, 7, [6, 6.5, 7, 7.5, 8]),
        (0, 0, [-0.6, -0.4, -0.2, 0, 0.2, 0.4, 0.6]),
    ],
)
def test_ticks_are_the_numbers_a_person_would_choose(
    low: float, high: float, expected: list[float]
):
    assert ticks(low, high) == expected


@given(ends=st.tuples(NUMBERS, NUMBERS) | NUMBERS.map(lambda number: (number, number)))
def test_ticks_cover_any_range_and_increase_by_round_steps(ends: tuple[float, float]):
    low, high = min(ends), max(ends)
    found = ticks(low, high)
    step = (found[-1] - found[0]) / (len(found) - 1)
    assert found[0] <= low + 1e-6 * step
    assert found[-1] >= high - 1e-6 * step
    assert 3 <= len(found) <= 10
    for before, after in itertools.pairwise(found):
        assert after - before == pytest.approx(step, rel=1e-2)
    digits = step / 10.0 ** math.floor(math.log10(step) + 1e-6)
    assert any(digits == pytest.approx(round_one, rel=1e-2) for round_one in (1, 2, 2.5, 5))


@given(low=NUMBERS, width=st.floats(1e-12, 1e-6))
def test_a_range_too_narrow_to_be_told_apart_is_widened(low: float, width: float):
    found = ticks(low, low + abs(low) * width)
    assert len(set(found)) == len(found) >= 3
    assert found == sorted(found)


# ------------------------------------------------------------------ lines and dots


POINTS = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=8)


@given(
    template=st.sampled_from(["linear", "scatter"]),
    columns=st.lists(POINTS, min_size=1, max_size=3),
)
def test_every_point_lands_inside_the_axes(template: str, columns: list[list[tuple[float, float]]]):
    svg = parsed(plot(template, *map(strings, columns)))
    width, height = size(svg)
    assert (width, height) >= (WIDTH, HEIGHT)
    if template == "scatter":
        placed = [(float(dot.get("cx", "")), float(dot.get("cy", ""))) for dot in kind(svg, "dot")]
        assert len(placed) == sum(map(len, columns))
    else:
        lines = [line for line in kind(svg, "line") if "h" not in line.get("d", "")]
        assert [len(corners(line)) for line in lines] == [len(column) for column in columns]
        placed = [corner for line in lines for corner in corners(line)]
    assert all(LEFT - 0.1 <= x <= WIDTH - RIGHT + 0.1 for x, _ in placed)
    assert all(TOP - 0.1 <= y <= HEIGHT - 48 + 0.1 for _, y in placed)


@pytest.mark.parametrize("template", ["linear", "scatter"])
def test_points_stand_where_the_numbers_say(template: str):
    svg = parsed(plot(template, [("0", "0"), ("0.5", "1"), ("1", "0.25")]))
    if template == "linear":
        (line,) = kind(svg, "line")
        placed = corners(line)
    else:
        placed = [(float(dot.get("cx", "")), float(dot.get("cy", ""))) for dot in kind(svg, "dot")]
    (left, bottom), (middle, top), (right, quarter) = placed
    assert (left, right, middle) == (LEFT, WIDTH - RIGHT, (LEFT + WIDTH - RIGHT) / 2)
    assert (top, bottom) == (TOP, HEIGHT - 48)
    assert quarter == bottom - (bottom - top) / 4


def test_ticks_are_written_beside_the_axes():
    shown = texts(parsed(plot("linear", [("0", "10"), ("1", "20")])))
    assert shown[:6] == ["10", "12", "14", "16", "18", "20"]
    assert shown[6:12] == ["0", "0.2", "0.4", "0.6", "0.8", "1"]
    assert shown[12:] == ["the x", "the y"]


def test_one_line_has_no_legend_and_two_have():
    column = [("0", "1"), ("1", "2")]
    one = parsed(plot("linear", column, label="status_quo"))
    assert "status quo" not in texts(one)
    assert size(one) == (WIDTH, HEIGHT)
    two = parsed(plot("linear", column, column, label="status_quo"))
    assert texts(two)[:2] == ["status quo", "status quo 1"]
    assert len(kind(two, "series-0")) == len(kind(two, "series-1")) == 2
    assert size(two)[1] > HEIGHT


def test_the_legend_of_long_names_stays_inside():
    column = [("0", "1"), ("1", "2")]
    svg = parsed(plot("linear", column, column, column, label="a rather long name of a series"))
    legend = [text for text in svg.iter("text") if (text.text or "").startswith("a rather long")]
    assert [float(text.get("x", "")) for text in legend] == [LEFT + 30] * 3
    moved = size(svg)[1] - HEIGHT
    assert svg.findall("g")[-1].get("transform") == f"translate(0 {moved:g})"
    assert max(float(text.get("y", "")) for text in legend) < moved
    keys = [line.get("d", "") for line in kind(svg, "line") if "h" in line.get("d", "")]
    for text, key in zip(legend, keys, strict=True):
        assert re.fullmatch(rf"M{LEFT} (\d+)h24", key)
        assert float(text.get("y", "")) == pytest.approx(float(key.split()[1][:-3]), abs=6)


def test_a_line_of_perfect_answers_is_drawn_between_actual_and_predicted():
    column = {"predicted": [("0", "10"), ("20", "15")]}
    with_line = parsed(Plot("T", "scatter", "actual", "predicted", column, []))
    (line,) = kind(with_line, "reference")
    # From 10 to 15, where both axes have numbers: x runs from 0 to 20, y from 10 to 15.
    (x0, y0), (x1, y1) = corners(line)
    across, down = WIDTH - RIGHT - LEFT, HEIGHT - 48
    assert (x0, y0) == pytest.approx((LEFT + across / 2, down))
    assert (x1, y1) == pytest.approx((LEFT + across * 3 / 4, TOP))
    assert kind(parsed(Plot("T", "scatter", "age", "predicted", column, [])), "reference") == []
    apart = {"predicted": [("0", "100"), ("1", "101")]}
    assert not kind(parsed(Plot("T", "scatter", "actual", "predicted", apart, [])), "reference")


# ------------------------------------------------------------------ bars


def bars(svg: Svg) -> list[tuple[float, float]]:
    """Start and width of each bar."""
    return [(float(bar.get("x", "")), float(bar.get("width", ""))) for bar in kind(svg, "bar")]


@given(values=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8))
def test_bars_are_as_long_as_their_values(values: list[float]):
    svg = parsed(plot("bar_horizontal", [(repr(value), "name") for value in values]))
    found = bars(svg)
    longest = max(values, key=abs)
    scale = max(width for _, width in found)
    for value, (start, width) in zip(values, found, strict=True):
        assert 0 <= start <= start + width <= size(svg)[0]
        if abs(longest) > 1e-290:
            assert width == pytest.approx(scale * abs(value / longest), abs=0.11)
    pairs = zip(values, found, strict=True)
    zero = [start + (width if value < 0 else 0) for value, (start, width) in pairs]
    assert max(zero) - min(zero) < 0.21


def test_bars_carry_their_names_and_values():
    rows = [("0.25", "beta"), ("0.98765", "alpha")]
    shown = texts(parsed(plot("bar_horizontal", rows)))
    assert shown[shown.index("the x") + 1 :] == ["beta", "0.250", "alpha", "0.988"]
    shown = texts(parsed(plot("bar_horizontal_sorted", rows)))
    assert shown[shown.index("the x") + 1 :] == ["alpha", "0.988", "beta", "0.250"]


def test_bars_of_nothing_are_empty():
    svg = parsed(plot("bar_horizontal", [("0", "a"), ("0", "b")]))
    assert [width for _, width in bars(svg)] == [0, 0]
    assert texts(svg)[:2] == ["0", "0.2"]


def test_bars_always_begin_at_zero():
    above = texts(parsed(plot("bar_horizontal", [("20", "a"), ("30", "b")])))
    assert above[: above.index("the x")] == ["0", "10", "20", "30"]
    below = texts(parsed(plot("bar_horizontal", [("-20", "a"), ("-30", "b")])))
    assert below[: below.index("the x")] == ["-30", "-20", "-10", "0"]


@pytest.mark.parametrize("template", ["bar_horizontal", "confusion"])
def test_long_names_leave_room_for_the_chart(template: str):
    svg = parsed(plot(template, [("1", "n" * 200), ("2", "m" * 200)]))
    assert "n" * 29 + "…" in texts(svg)
    for shape in kind(svg, "bar") or kind(svg, "cell"):
        assert float(shape.get("width", "")) > 10
        assert float(shape.get("x", "")) + float(shape.get("width", "")) <= WIDTH


# ------------------------------------------------------------------ confusion


@given(pairs=st.lists(st.tuples(*[st.sampled_from(["a", "b", "c", "<d>"])] * 2), min_size=1))
def test_the_counts_of_the_picture_are_the_counts_of_the_pairs(pairs: list[tuple[str, str]]):
    svg = parsed(plot("confusion", pairs))
    names = sorted({name for pair in pairs for name in pair})
    found: Counter[tuple[str, str]] = Counter()
    cells = [(actual, predicted) for actual in names for predicted in names]
    elements = [element for element in svg if element.tag in ("rect", "text")]
    shapes = [number for number, element in enumerate(elements) if element.tag == "rect"]
    assert len(shapes) == len(cells)
    for number, (actual, predicted) in zip(shapes, cells, strict=True):
        right = "right" if actual == predicted else "wrong"
        assert elements[number].get("class") == f"cell {right}"
        after = elements[number + 1 : number + 2]
        if after and after[0].tag == "text":
            found[actual, predicted] = int(after[0].text or "")
    assert found == Counter(pairs)


def test_the_picture_names_what_was_true_and_what_was_said():
    svg = parsed(plot("confusion", [("cat", "dog"), ("cat", "cat"), ("cat", "dog")]))
    assert texts(svg) == ["the y", "the x", "cat", "cat", "dog", "dog", "1", "2"]
    shades = [float(cell.get("fill-opacity", "")) for cell in kind(svg, "cell")]
    assert shades == [0.4, 0.67, 0, 0]  # most in the darkest; none is white
    width, height = size(svg)
    for cell in kind(svg, "cell"):
        assert float(cell.get("x", "")) + float(cell.get("width", "")) <= width
        assert float(cell.get("y", "")) + float(cell.get("height", "")) <= height
