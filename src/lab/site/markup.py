"""Markup: the one place where text becomes part of a page, so that it is shown letter by letter.

There is one spelling for all places: a letter that Markdown or HTML may read as anything else is
written as its number, which holds in a paragraph, in a heading, in a tag and inside an attribute.
"""

import json
import re
from collections.abc import Sequence
from html import escape

from markupsafe import Markup

# Breaks, what XML and YAML refuse, and what turns the direction of a text around.
INVISIBLE = re.compile(
    r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u200e\u200f\u202a-\u202e\u2066-\u2069]+"
)
# Letters of scripts that are read from right to left.
FROM_THE_RIGHT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff]")
# All that Markdown or HTML may read; but within a word, as in 2026-07-14 and in 0.95, a full stop
# and a hyphen mean nothing else.
SPECIAL = re.compile(r"[!-$&-+.:-@\[-`{-~\x00-\x1f\x7f-](?<![^\W_][.-](?=[^\W_]))")
NUMBERS = {chr(code): f"&#{code};" for code in range(128)}


def plain(value: object) -> str:
    """A text on one line: breaks, and characters that steer or that XML refuses, are spaces."""
    shown = str(value)
    return (shown if shown.isprintable() else INVISIBLE.sub(" ", shown)).strip()


def entities(value: str) -> str:
    """A text in which nothing has a meaning to Markdown or HTML, with its breaks."""
    return SPECIAL.sub(lambda found: NUMBERS[found[0]], value)


def text(value: object) -> Markup:
    """A value as Markdown and as HTML that show it letter by letter, whatever is in it.

    A text from right to left is isolated, so that it turns nothing around it.
    """
    shown = entities(plain(value))
    return Markup(f"&#8296;{shown}&#8297;" if FROM_THE_RIGHT.search(shown) else shown)


def verbatim(value: str) -> Markup:
    """A text with its breaks, on one line of HTML."""
    return Markup(entities(value.strip("\n")))


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
