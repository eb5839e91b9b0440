"""Markup: the one place where text becomes part of a page, so that it is shown letter by letter.

`text` is for Markdown, `said` and `attribute` for HTML. Blocks of HTML hold no blank line:
Markdown would take what follows it for a text of its own.
"""

import json
import re
from collections.abc import Iterable, Sequence
from html import escape

# Breaks, what XML and YAML refuse, and what turns the direction of a text around.
INVISIBLE = re.compile(
    r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u200e\u200f\u202a-\u202e\u2066-\u2069]+"
)
# Letters of scripts that are read from right to left.
FROM_THE_RIGHT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff]")
SPECIAL = re.compile(r"[^\w ,/%]|_")


def plain(value: object) -> str:
    """A text on one line: breaks, and characters that steer or that XML refuses, are spaces."""
    shown = str(value)
    return (shown if shown.isprintable() else INVISIBLE.sub(" ", shown)).strip()


def text(value: object) -> str:
    """A value as Markdown that shows it letter by letter, whatever is in it."""
    return SPECIAL.sub(lambda found: f"&#{ord(found[0])};", plain(value))


def attribute(value: object) -> str:
    """A value inside the double quotes of an attribute, or where it needs no direction."""
    return escape(plain(value), quote=True)


def said(value: object) -> str:
    """What a person wrote, as HTML; it keeps its own direction, and turns nothing around it."""
    shown = attribute(value)
    return f"<bdi>{shown}</bdi>" if FROM_THE_RIGHT.search(shown) else shown


def front_matter(title: str, hide: Sequence[str] = ()) -> str:
    """The builder's own front matter: the title, safe where a theme does not escape it.

    Args:
        title: any text.
        hide: columns of the theme that this page does without: `navigation`, `toc`.
    """
    lines = [f"title: {json.dumps(escape(plain(title)), ensure_ascii=False)}"]
    if hide:
        lines.append(f"hide: [{', '.join(hide)}]")
    return "\n".join(["---", *lines, "---", "", ""])


def page(title: str, *blocks: str, hide: Sequence[str] = ()) -> str:
    """A page: its front matter, its heading and its blocks; empty ones are left out."""
    head = front_matter(title, hide) + f"# {text(title)}"
    return "\n\n".join([head, *(block.strip("\n") for block in blocks if block)]) + "\n"


def link(label: object, target: str) -> str:
    """A link in HTML whose label a person wrote; `target` is a path that we made."""
    return f'<a href="{attribute(target)}">{said(label)}</a>'


def lead(value: object) -> str:
    """The paragraph below a title, where there is one."""
    return f'<p class="lab-lead">{said(value)}</p>' if plain(value) else ""


def note(inside: str) -> str:
    """A small remark in HTML."""
    return f'<p class="lab-note">{inside}</p>'


def table(
    head: Sequence[str], rows: Iterable[Sequence[str]], css: str = "", label: str = "Table"
) -> str:
    """A table in HTML whose cells are HTML; a wide one scrolls inside itself."""
    top = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    kind = f"lab-table {css}".strip()
    inside = f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody>"
    return scroll(f'<table class="{kind}">{inside}</table>', label)


def scroll(inside: str, label: str) -> str:
    """Something wide that scrolls by itself, reachable with the keyboard, too."""
    name = attribute(label)
    return f'<div class="lab-scroll" role="region" tabindex="0" aria-label="{name}">{inside}</div>'


def facts(rows: Iterable[tuple[str, str]]) -> str:
    """Names and values in two columns; the values are HTML, empty ones are left out."""
    shown = "".join(
        f'<tr><th scope="row">{attribute(name)}</th><td>{value}</td></tr>'
        for name, value in rows
        if value
    )
    return f'<table class="lab-facts"><tbody>{shown}</tbody></table>' if shown else ""


def verbatim(value: str) -> str:
    """A text with its breaks, as HTML on one line."""
    inside = escape(value.strip("\n")).replace("\n", "&#10;")
    return f'<pre tabindex="0" data-search-exclude><code>{inside}</code></pre>'


def folded(summary: str, inside: str) -> str:
    """Something that opens when it is wanted; both are HTML, the summary from us."""
    return f'<details class="lab-more"><summary>{summary}</summary>{inside}</details>'


def figure(
    finding: str, drawing: str, about: str, head: Sequence[str], rows: Iterable[Sequence[str]]
) -> str:
    """A chart with what it shows above, units and n below, and its numbers in a table beside.

    Args:
        finding: the sentence that the chart supports, as HTML; empty where a heading says it.
        drawing: the SVG element; without one only the words are shown.
        about: units, n and where the numbers come from, as HTML.
        head: the columns of the table.
        rows: its cells, as HTML.
    """
    numbers = folded("The numbers", table(head, rows, label="The numbers of the chart"))
    said_ = f'<p class="lab-finding">{finding}</p>' if finding else ""
    return f'<div class="lab-figure">{said_}{drawing}{note(about)}{numbers}</div>'


def count(number: int, one: str, many: str = "") -> str:
    """A number of things in words."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"
