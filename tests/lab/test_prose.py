"""Prose: what people write in Markdown is shown, and does nothing else."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown import markdown

from lab.site.prose import Place, prose

# More than a project switches on: what a team adds must not open a door either.
EXTENSIONS = [
    *("tables", "attr_list", "md_in_html", "toc", "admonition", "footnotes", "def_list", "abbr"),
    *("pymdownx.superfences", "pymdownx.tasklist", "pymdownx.details", "pymdownx.snippets"),
]
HERE = Place(locate=lambda url: url)
TAGS = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "em", "strong", "code", "pre", "a"),
    *("img", "ul", "ol", "li", "blockquote", "table", "thead", "tbody", "tr", "th", "td", "div"),
    *("details", "summary", "dl", "dt", "dd"),
}
ATTRIBUTES = {"class", "id", "href", "src", "alt", "tabindex", "style", "start", "open"}
PIECES = [
    *("<script>alert(1)</script>", "<img src=x onerror=y>", "<div markdown>", "</div>", "<!--"),
    *("-->", "<b>", "&lt;", "&#106;", "&", "<", ">", '"', "'", "`", "``", "```", "````", "~~~"),
    *("[a](", "javascript:alert(1)", ")", "![a](", "http://a.b/c.png", "[a]: ", "[a][a]", "[a]"),
    *("[", "]", "(", "{: onclick=x }", "{.x #y onclick=z}", "{", "}", "{{ x }}", "{% x %}", "\\"),
    *("\n", "\n\n", "    ", "\t", "> ", "- ", "1. ", "# ", "===", "---", "|", "|---|\n", ": "),
    *("!!! note", "??? note", "[TOC]", "[^1]: ", "*[a]: ", "--8<-- ", "- [ ] ", "\x02", "\u202e"),
    *(
        "text",
        "*",
        "**",
        "_",
        "https://a.b",
        "<https://a.b>",
        "```js {onclick=x}\n",
        "[![a](b)](c)",
    ),
]
WILD = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=25).map("".join)


class Seen(HTMLParser):
    """The tags, attributes and text of some HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data

    def of(self, name: str) -> list[str]:
        """The values of an attribute."""
        return [value for known, value in self.attributes if known == name]


def seen(source: str, place: Place = HERE) -> Seen:
    return Seen(markdown(prose(source, place), extensions=EXTENSIONS))


@given(source=WILD)
@example("`\n<script>alert(1)</script>\n`")
@example("~~~\n<script>\n\n```\n~~~\n")
@example("> ```\n> <script>x</script>\n> ```\n")
@example("- a\n\n    ```\n    <script>x</script>\n    ```\n")
@example("[a](java\\script:x) [b](java&#115;cript:x) [c](<javascript:x>) [d](\tjavascript:x)")
@example("[a]: javascript:x\n\n[a] [b][a] ![c][a]\n")
@example("<<script>script>alert(1)<</script>/script>")
@example("[a](x.md){: onclick=alert(1) }\n\n# b {onclick=c}\n")
@example("[x](data:text/html,<script>) ![x](//a.b/c.png) [y](//a.b)")
def test_nothing_that_people_write_runs_or_asks_for_anything(source: str):
    shown = seen(source)
    assert set(shown.tags) <= TAGS
    assert {name for name, _ in shown.attributes} <= ATTRIBUTES
    for target in shown.of("href"):
        assert re.match(r"https?://|mailto:|[^:]*$|#|[^/?#:]*[/?#]", target), target
        assert not target.startswith("//")
    for target in shown.of("src"):
        assert not re.match(r"[a-z]+:|//", target, re.IGNORECASE), target
    for style in shown.of("style"):
        assert re.fullmatch(r"text-align: \w+;", style)


@given(source=WILD, after=st.sampled_from(["After it.", "# After it", "- After it"]))
def test_what_comes_later_is_never_swallowed(source: str, after: str):
    html = markdown(
        f"{prose(source, HERE)}\n\n<div class='ours'>Generated</div>\n", extensions=EXTENSIONS
    )
    assert "ours" in Seen(html).of("class"), html


WORDS = st.lists(st.sampled_from(["so", "it", "is", "a<b", "x_y", "&c", "5*3"]), min_size=1)


@given(code=WORDS.map(" ".join), fence=st.sampled_from(["```", "~~~", "`````"]))
def test_code_is_shown_as_it_was_written(code: str, fence: str):
    source = f"Before\n\n{fence}python\n{code}\n\n    {code}\n{fence}\n\nAfter `{code}` it."
    shown = seen(source)
    assert f"{code}\n\n    {code}" in shown.text
    assert f"After {code} it." in shown.text
    assert shown.tags.count("pre") == 1


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("*a* **b** `c`", "<p><em>a</em> <strong>b</strong> <code>c</code></p>"),
        ("# a\n\nb", '<h2 id="a">a</h2>\n<p>b</p>'),
        ("a\n===\n\nb", '<h2 id="a">a</h2>\n<p>b</p>'),
        ("a <!-- hint --> b", "<p>a  b</p>"),
        ("a <!-- b", "<p>a &#60;!-- b</p>"),
        ("a <b>c</b>", "<p>a &#60;b&gt;c&#60;/b&gt;</p>"),
        ("[a](b.md)", '<p><a href="b.md">a</a></p>'),
        ('[a *b*](b.md "t")', '<p><a href="b.md">a <em>b</em></a></p>'),
        ("[a][x]\n\n[x]: b.md", '<p><a href="b.md">a</a></p>'),
        ("<https://a.b/c>", '<p><a href="https://a.b/c">https&#58;//a.b/c</a></p>'),
        ("![a](b.png)", '<p><img alt="a" src="b.png" /></p>'),
        ("![](c/b.png)", '<p><img alt="b.png" src="c/b.png" /></p>'),
        ("![a](https://x.y/b.png)", '<p><a href="https://x.y/b.png">a</a></p>'),
        ("[a](javascript:b)", "<p>a</p>"),
        ("- [ ] a\n- [x] b", "<ul>\n<li>☐ a</li>\n<li>☑ b</li>\n</ul>"),
        ("a[1] {b}", "<p>a&#91;1&#93; &#123;b&#125;</p>"),
        ("\\*a\\*", "<p>&#42;a&#42;</p>"),
    ],
)
def test_what_markdown_means_stays(source: str, html: str):
    found = markdown(prose(source, HERE), extensions=EXTENSIONS)
    assert " ".join(found.split()) == " ".join(html.split())


def test_a_table_keeps_its_cells():
    shown = seen("| a | b |\n|---|---:|\n| `c|d` | <e> |\n")
    assert [tag for tag in shown.tags if tag in ("th", "td")] == ["th", "th", "td", "td"]
    assert "c|d" in shown.text
    assert "<e>" in shown.text


def test_references_marks_and_ids_are_filled_in():
    place = Place(
        locate=lambda url: url,
        value=lambda reference: "<7>" if reference == "{{HYP-20260105-a#verdict}}" else None,
        part=lambda id_, name: f"<div>{name}</div>" if name == "chart" else None,
        record=lambda id_: "../a/index.md" if id_ == "HYP-20260105-a" else None,
    )
    source = (
        "It is {{HYP-20260105-a#verdict}}, `{{HYP-20260105-a#verdict}}`.\n"
        "{{HYP-20260105-a#chart}}\n{{HYP-20260105-b#verdict}} of HYP-20260105-a and HYP-20260105-b"
    )
    shown = seen(source, place)
    assert "It is <7>, <7>." in shown.text
    assert shown.of("href") == ["../a/index.md"]
    assert shown.tags.count("div") == 1
    assert "{{HYP-20260105-b#verdict}} of HYP-20260105-a and HYP-20260105-b" in shown.text


def test_a_link_off_the_site_is_its_label():
    shown = seen("[params](../params.yaml)", Place(locate=lambda url: None))
    assert (shown.text, shown.tags) == ("params", ["p"])


def test_a_long_hostile_line_takes_no_time():
    for piece in ("`", "[", "![a](", "<!--", "[a", "\\", "`` ` "):
        assert prose(piece * 3000, HERE)
