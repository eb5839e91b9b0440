"""Pages: any text is shown letter by letter, and the numbers are those that were given."""

import re
from html.parser import HTMLParser
from pathlib import PurePosixPath
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from markdown import markdown

from lab.records.document import Document
from lab.site.charts import Plot, plain
from lab.site.pages import (
    front_matter,
    home_page,
    record_page,
    results_page,
    stage_page,
    state,
    text,
)

EXTENSIONS = ["tables", "attr_list", "md_in_html", "toc", "admonition"]
METRICS: dict[str, Any] = {
    "source": "sample",
    "examples": 171,
    "candidate": {"recall": 0.81251, "roc_auc": 0.9375},
    "status_quo": {"recall": 0.6875},
}
LIFT: dict[str, Any] = {
    "unit": "EUR per case",
    "examples": 398,
    "random": -1.25,
    "status_quo": 2.5,
    "perfect": 4.75,
    "potential": 2.25,
    "risk": 3.75,
}
PIECES = [
    *("<script>alert(1)</script>", "<b>", "</td>", "<!--", "-->", "&lt;", "&#60;", "&", "<", '"'),
    *("**", "__a__", "_a_", "*", "`", "```", "[a](b)", "![a](b)", "[TOC]", "[^1]", "[", "](x)"),
    *("{#id}", "{ .lab-lead }", "{", "}", "|", "|---|", "\\", "\\*", "$", "~~", "^", "==", "++"),
    *("\n\n", "\n", "    ", "\t", "# ", "#", "- ", "1. ", "> ", "---", "===", "!!! note", ": "),
    *("https://a.b", "<https://a.b>", "a@b.c", "'", "é", "💡", "klzzwxh:0001", "wzxhzdk:0"),
]
LETTERS = st.characters(exclude_categories=["Cs", "Cn"])
HOSTILE = st.lists(st.sampled_from(PIECES) | st.text(LETTERS, max_size=5), max_size=12).map("".join)


TABLE = {"table", "thead", "tbody", "tr", "th", "td"}


class Page(HTMLParser):
    """What a reader of some HTML sees: its text, its tags and its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: dict[str, str | None] = {}
        self.shown = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= dict(attrs)

    def handle_data(self, data: str) -> None:
        self.shown += data

    def words(self) -> str:
        return " ".join(self.shown.split())


def page(source: str) -> Page:
    """A page of ours, as the builder renders it."""
    return Page(markdown(body(source), extensions=EXTENSIONS))


def body(source: str) -> str:
    return re.sub(r"\A---\n.*?\n---\n", "", source, flags=re.DOTALL)


def title(source: str) -> Any:
    """The title as the builder reads it from a page's front matter."""
    return yaml.safe_load(source.split("---\n")[1])["title"]


def words(value: str) -> str:
    return " ".join(plain(value).split())


# ------------------------------------------------------------------ any text


@given(value=HOSTILE)
@example("<script>alert('x')</script>")
@example("{ .lab-lead } | **a** [b](c) # d {#e}")
@example("1. a\n2. b")
@example("    code")
@example("\x02klzzwxh:0\x03")
def test_any_text_is_shown_letter_by_letter(value: str):
    shown = text(value)
    assert "\n" not in shown
    head = ["table", "thead", "tr", "th"]
    for source, tags in {
        f"before {shown} after": ["p"],
        f"# before {shown} after": ["h1"],
        f"- [before {shown} after](x.md)": ["ul", "li", "a"],
        f"before {shown} after\n{{ .lab-lead }}\n\n": ["p"],
        f"<table><tr><td>before {shown} after</td></tr></table>": ["table", "tr", "td"],
        f'!!! warning "x"\n\n    before {shown} after\n': ["div", "p", "p"],
        f"| a |\n|---|\n| before {shown} after |": [*head, "tbody", "tr", "td"],
    }.items():
        seen = page(source)
        assert seen.tags == tags
        assert words(f"before {value} after") in seen.words()
        assert set(seen.attributes) <= {"class", "id", "href"}


@given(value=HOSTILE)
def test_a_text_that_opens_a_paragraph_is_a_paragraph(value: str):
    seen = page(text(value))
    assert seen.tags == (["p"] if words(value) else [])
    assert seen.words() == words(value)


@pytest.mark.parametrize(
    ("value", "shown"), [(0.5, "0.5"), (None, "None"), (True, "True"), ("a\n\n b", "a b"), ("", "")]
)
def test_values_that_are_no_text(value: object, shown: str):
    assert page(text(value)).words() == shown


@given(value=HOSTILE)
def test_any_title_arrives_where_the_theme_does_not_escape_it(value: str):
    read = title(front_matter(value))
    assert Page(read).tags == []
    assert Page(read).words() == words(value)


# ------------------------------------------------------------------ records


def record(**front: Any) -> Document:
    return Document(front, "\n## Why\n\nBecause *so*.\n")


def facts(source: str) -> dict[str, str]:
    """The table of a record's page, as it is read."""
    found = re.findall(r'<tr><th scope="row">(.*?)</th><td>(.*?)</td></tr>', source)
    return {Page(key).shown: Page(value.replace("<br>", "; ")).shown for key, value in found}


def test_a_record_shows_its_data_and_then_its_story():
    source = record_page(
        record(
            id="HYP-20260714-a",
            title='A "b" < c',
            tldr="In short.",
            owner="ann",
            story={"we_believe": "x", "reduces": None},
            seeds=[1, 2, 3],
            criteria=["recall > 0.7", "f1 > 0.5"],
            kpis=[{"name": "late", "better": "lower"}],
            lock=None,
            depends_on=[],
            history=[{"to": "to do"}, {"to": "done"}],
        )
    )
    assert Page(title(source)).shown == 'A "b" < c'
    assert facts(source) == {
        "id": "HYP-20260714-a",
        "state": "done",
        "owner": "ann",
        "story": "we believe: x",
        "seeds": "1, 2, 3",
        "criteria": "recall > 0.7; f1 > 0.5",
        "kpis": "name: late; better: lower",
    }
    seen = page(source)
    assert seen.words().startswith("In short. ")
    assert seen.words().endswith("Why Because so.")
    assert seen.tags.count("p") == 2
    assert seen.tags[-3:] == ["h2", "p", "em"]


@given(value=HOSTILE, key=HOSTILE)
def test_a_hostile_record_is_shown_as_it_is(value: str, key: str):
    key = f"key {key}"
    seen = page(
        record_page(record(title=value, tldr=value, owner=value, **{key: {key: [value, value]}}))
    )
    assert set(seen.tags) <= {"p", "br", "h2", "em"} | TABLE
    assert words(value) in seen.words()
    assert words(key.replace("_", " ")) in seen.words()


@pytest.mark.parametrize(
    "front",
    [
        {},
        {"title": None, "tldr": None, "owner": None, "history": None},
        {"title": "", "tldr": "", "owner": "", "history": []},
    ],
)
def test_a_record_that_holds_nothing_still_has_a_page(front: dict[str, Any]):
    source = record_page(record(**front))
    assert title(source) == "Untitled"
    assert facts(source) == {"state": "new"}
    assert page(source).words() == "statenew Why Because so."
    below = [(PurePosixPath("a-b/index.md"), record(**front))]
    listed = stage_page(Document({}, "# Stage\n"), below)
    assert page(listed).words() == "Stage Records a-b · new"


@pytest.mark.parametrize("story", ["- It began\n", "- It began", "It began", "It began\n\n\n"])
def test_the_log_of_a_record_is_listed_below_its_story(story: str):
    log = [PurePosixPath(f"log/{day}-ann.md") for day in (20260703, 20260704)]
    seen = page(record_page(Document({}, story), log))
    assert seen.words() == "statenew It began Log 20260703-ann 20260704-ann"
    assert seen.tags[-6:] == ["h2", "ul", "li", "a", "li", "a"]
    assert seen.attributes["href"] == "log/20260704-ann.md"
    assert "Log" not in record_page(Document({}, story))


def test_a_record_without_a_title_is_called_by_its_id():
    assert title(record_page(record(id="HYP-20260714-a"))) == "HYP-20260714-a"


@pytest.mark.parametrize(
    ("history", "lane"),
    [
        ([{"to": "to do"}, {"to": "done"}], "done"),
        ([{"to": "to do"}], "to do"),
        ([], "new"),
        (None, "new"),
        ("done", "new"),
        ({"to": "done"}, "new"),
        (["done"], "new"),
        ([{"to": "done"}, {"at": "now"}], "new"),
    ],
)
def test_the_state_is_where_the_last_entry_of_the_history_went(history: Any, lane: str):
    assert state({"history": history, "state": "done by hand"}) == lane
    source = record_page(record(history=history, state="done by hand"))
    assert facts(source) == {"state": lane}


# ------------------------------------------------------------------ stages


def test_a_stage_lists_its_records_below_its_own_words():
    source = stage_page(
        Document({}, "# Stage\n\nWhat it is for.\n\n"),
        [
            (
                PurePosixPath("REQ-1/index.md"),
                record(title="[A] <b>", tldr="It *is*.", owner="a_b", history=[{"to": "draft"}]),
            ),
            (PurePosixPath("REQ-2/index.md"), record(title="Second")),
        ],
    )
    seen = page(source)
    assert seen.words() == (
        "Stage What it is for. Records [A] <b> · draft · a_bIt *is*. Second · new"
    )
    assert seen.tags == ["h1", "p", "h2", "ul", "li", "a", "br", "li", "a"]
    assert re.findall(r"\]\((.*?)\)", source) == ["REQ-1/index.md", "REQ-2/index.md"]


def test_a_stage_without_records_says_so():
    assert page(stage_page(Document({}, "# Stage"), [])).words() == "Stage Records None yet."


# ------------------------------------------------------------------ numbers


def table(source: str, heading: str) -> list[list[str]]:
    """The cells of the table below a heading, row by row."""
    section = body(source).partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rendered = markdown(section, extensions=EXTENSIONS).partition("</table>")[0]
    rows = rendered.partition("<tbody>")[2].split("<tr>")[1:]
    return [[Page(cell).words() for cell in row.split("</td>")[:-1]] for row in rows]


COMPARED = [["recall", "0.813", "0.688"], ["roc_auc", "0.938", ""]]
STANDS = (
    "metric candidate status quo recall 0.813 0.688 roc_auc 0.938 On 171 held-out examples that "
    "no model has seen. Charts and what they are made of."
)
EXPLAINED = (
    "EUR per case random -1.250 decisions at random status quo 2.500 decisions as they are made "
    "today perfect 4.750 every decision right potential 2.250 what a model may gain: perfect less "
    "status quo risk 3.750 what a bad model may lose: status quo less random From the labels of "
    "398 training examples and the value of each decision in params.yaml; no model is needed for "
    "it."
)
ADDS = f"What a model could add {EXPLAINED}"
LIFTED = {
    "random": "-1.250",
    "status quo": "2.500",
    "perfect": "4.750",
    "potential": "2.250",
    "risk": "3.750",
}


def test_the_home_page_holds_the_numbers_that_were_given():
    source = home_page('Mail "&" <more>', "Sorts *mail*.", METRICS, LIFT)
    assert Page(title(source)).shown == 'Mail "&" <more>'
    assert table(source, "Where the model stands") == COMPARED
    lifted = table(source, "What a model could add")
    assert {row[0]: row[1] for row in lifted} == LIFTED
    seen = page(source)
    assert seen.words() == f'Mail "&" <more> Sorts *mail*. Where the model stands {STANDS} {ADDS}'
    assert seen.attributes["href"] == "results.md"
    assert seen.tags[:3] == ["h1", "p", "h2"]


def test_a_home_page_without_a_description_goes_on_with_the_numbers():
    assert page(home_page("Mail", "", METRICS, LIFT)).words().startswith("Mail Where the model")


PLOT = Plot(
    title='"<Recall>" & more',
    template="linear",
    x_label="<x>",
    y_label="share",
    series={"a": [("0", "1"), ("1", "2")], "<b>": [("0", "3"), ("1", "4")]},
    files=["one.csv"],
)


def details(source: str) -> list[tuple[str, list[list[str]]]]:
    """Summary and cells of each folded table."""
    folded = "<details><summary>(.*?)</summary><table>(.*?)</table></details>"
    return [(Page(head).shown, cells(rows)) for head, rows in re.findall(folded, source)]


def cells(rows: str) -> list[list[str]]:
    """What stands in each cell of each row."""
    found = [re.findall("<t[hd]>(.*?)</t[hd]>", row) for row in rows.split("</tr>")[:-1]]
    return [[Page(cell).shown for cell in row] for row in found]


def test_the_results_hold_the_numbers_the_charts_and_their_data():
    source = results_page(METRICS, LIFT, [PLOT])
    assert title(source) == "Results"
    compared = table("## Results\n" + body(source), "Results")
    assert compared == COMPARED
    assert {row[0]: row[1] for row in table(source, "Expected lift")} == LIFTED
    seen = page(source)
    assert seen.words().startswith(
        "Measured on 171 held-out examples. The candidate's metrics are means over its seeds; the "
        "charts show the first seed. metric candidate status quo recall 0.813 0.688 roc_auc 0.938 "
        f'Expected lift {EXPLAINED} "<Recall>" & more '
    )
    assert seen.tags.count("svg") == seen.tags.count("details") == 1
    rows = [["<x>", "a", "<b>"], ["0", "1", "3"], ["1", "2", "4"]]
    assert details(source) == [("The data: all 2 rows of one.csv", rows)]


def test_a_project_without_plots_has_results_too():
    source = results_page(METRICS, LIFT, [])
    assert "svg" not in page(source).tags
    assert {row[0]: row[1] for row in table(source, "Expected lift")} == LIFTED


@pytest.mark.parametrize(
    ("rows", "said", "shown"),
    [
        (20, "all 20 rows", 20),
        (21, "one in 2 of 21 rows", 11),
        (1000, "one in 50 of 1000 rows", 20),
    ],
)
def test_a_long_table_is_thinned_and_says_so(rows: int, said: str, shown: int):
    series = {"a": [(str(number), str(-number)) for number in range(rows)]}
    plot = Plot("T", "linear", "x", "y", series, ["a.csv", "b.csv"])
    ((summary, found),) = details(results_page(METRICS, LIFT, [plot]))
    assert summary == f"The data: {said} of a.csv, b.csv"
    assert len(found) == shown + 1
    step = int(found[2][0])
    assert found[1:] == [[str(n), str(-n)] for n in range(0, rows, step)]


def test_series_over_other_x_have_tables_of_their_own():
    series = {"a": [("0", "1")], "b": [("0", "2")], "c": [("5", "6"), ("7", "8")]}
    plot = Plot("T", "linear", "x", "y", series, ["a.csv"])
    assert [found for _, found in details(results_page(METRICS, LIFT, [plot]))] == [
        [["x", "a", "b"], ["0", "1", "2"]],
        [["x", "c"], ["5", "6"], ["7", "8"]],
    ]


@given(value=HOSTILE)
def test_hostile_names_of_plots_and_metrics_stay_words(value: str):
    metrics = METRICS | {"candidate": {f"m {value}": 0.5}, "status_quo": {}}
    plot = Plot(value, "confusion", value, value, {f"s {value}": [(value, "a")]}, [value])
    source = results_page(metrics, LIFT | {"unit": value}, [plot])
    assert table("## Results\n" + body(source), "Results")[0][0] == words(f"m {value}")
    known = {"p", "h2", "a", "code", "div", "details", "summary"} | TABLE
    drawing = {"svg", "g", "path", "rect", "text"}
    assert set(page(source).tags) <= known | drawing


@pytest.mark.parametrize("source", ["sample", "files", "dummy"])
def test_dummy_data_is_marked_on_both_pages(source: str):
    metrics = METRICS | {"source": source}
    for made in (home_page("Mail", "", metrics, LIFT), results_page(metrics, LIFT, [])):
        marked = 'class="admonition warning"' in markdown(body(made), extensions=EXTENSIONS)
        assert marked == (source == "dummy")
        assert ("These numbers come from random rows." in made) == marked
        assert page(made).tags.count("table") == 2
