"""Markup: any text is shown letter by letter, in Markdown and in HTML."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from markdown import markdown

from lab.site.markup import front_matter, plain, text

EXTENSIONS = ["tables", "attr_list", "md_in_html", "toc", "admonition"]
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
        return words(self.shown)


def rendered(source: str) -> Page:
    """A page of ours, as the builder renders it."""
    return Page(markdown(body(source), extensions=EXTENSIONS))


def body(source: str) -> str:
    return re.sub(r"\A---\n.*?\n---\n", "", source, flags=re.DOTALL)


def title(source: str) -> Any:
    """The title as the builder reads it from a page's front matter."""
    return yaml.safe_load(source.split("---\n")[1])["title"]


def words(value: str) -> str:
    """A text on one line, without the marks that keep one from right to left to itself."""
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
        f'<p class="{shown}">before {shown} after</p>': ["p"],
        f'a <span class="{shown}">before {shown} after</span>': ["p", "span"],
    }.items():
        seen = rendered(source)
        assert seen.tags == tags
        assert words(f"before {value} after") in seen.words()
        assert set(seen.attributes) <= {"class", "id", "href"}


@given(value=HOSTILE)
def test_a_text_that_opens_a_paragraph_is_a_paragraph(value: str):
    seen = rendered(text(value))
    assert seen.tags == (["p"] if words(value) else [])
    assert seen.words() == words(value)


@pytest.mark.parametrize(
    ("value", "shown"), [(0.5, "0.5"), (None, "None"), (True, "True"), ("a\n\n b", "a b"), ("", "")]
)
def test_values_that_are_no_text(value: object, shown: str):
    assert rendered(text(value)).words() == shown


@given(value=HOSTILE)
def test_any_title_arrives_where_the_theme_does_not_escape_it(value: str):
    read = title(front_matter(value))
    assert Page(read).tags == []
    assert Page(read).words() == words(value)


@given(value=HOSTILE)
def test_an_attribute_holds_the_text(value: str):
    seen = rendered(f'<p title="{text(value)}">shown</p>')
    assert set(seen.attributes) == {"title"}
    assert words(seen.attributes["title"] or "") == words(value)


@pytest.mark.parametrize(
    "mark", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"
)
def test_marks_that_turn_a_text_around_are_spaces(mark: str):
    assert plain(f"a{mark}b") == "a b"


def test_a_text_from_right_to_left_keeps_to_itself():
    assert text("שלום") == "&#8296;שלום&#8297;"
    assert text("2026-07-14, 0.95") == "2026-07-14, 0.95"
