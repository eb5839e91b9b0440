"""Layout: how the values of a page become its text. Whatever a template shows is escaped here.

A template is written in blocks with blank lines between them; each block becomes one line, because
Markdown takes what follows a blank line, or stands in from the left, for something of its own.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.ext import Extension
from jinja2.filters import FILTERS
from jinja2.runtime import Context
from markupsafe import Markup

from ..evidence.words import about_opening, about_seeds, found, has_numbers, sentence
from ..numerals import apart, number
from ..records.store import Record
from ..terminal import count, with_uv
from .intervals import axis_of, interval_chart, is_drawn, small_interval
from .links import address, page_of_person
from .markup import front_matter, text, verbatim
from .world import World

CONTROL = re.compile(r"\{%.*?%\}|\{#.*?#\}")
# Each has its own shape and none its own colour: refuted is as good an outcome as supported.
SIGNS = {
    "supported": "●",
    "refuted": "◆",
    "inconclusive": "◐",
    "abandoned": "○",
    "met": "●",
    "missed": "◆",
    "unclear": "◐",
    "feasible": "●",
    "not feasible": "◆",
    "explored": "●",
    "delivered": "●",
}


@dataclass(frozen=True)
class Page:
    """A page before it is written: its template, its title and the values that it shows.

    `hide` are columns of the theme that the page does without: `navigation`, `toc`.
    """

    template: str
    title: str
    shown: Mapping[str, Any] = field(default_factory=dict)
    hide: tuple[str, ...] = ()


def written(page: Page, here: str, world: World) -> str:
    """A page as Markdown; `here` is its path below `build/pages`."""
    parts = [f"# {text(page.title)}", block(page.template, here, world, page.shown)]
    if world.is_dated:
        parts.append(block("as-of.html", here, world, {"title": page.title}))
    return front_matter(page.title, page.hide) + "\n\n".join(parts) + "\n"


def block(template: str, here: str, world: World, shown: Mapping[str, Any]) -> Markup:
    """A template with its values, for the page `here`."""
    made = environment().get_template(template).render(shown, here=here, world=world)
    return Markup(re.sub(r"\n{3,}", "\n\n", made).strip("\n"))


class Blocks(Extension):
    """Joins the lines of each block of a template: a break is a space, but not where tags meet."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The source of a template, each block on one line."""
        return "\n\n".join(map(self._joined, re.split(r"\n(?:[ ]*\n)+", source)))

    def _joined(self, block: str) -> str:
        joined = last = ""
        for line in map(str.strip, block.split("\n")):
            shown = CONTROL.sub("", line)
            if shown:
                between_tags = last.endswith(">") and shown.startswith("<")
                joined += "" if not last or between_tags or shown.startswith("</") else " "
                last = shown
            joined += line
        return joined


@cache
def environment() -> Environment:
    """What the templates can call. Filters of Jinja's that know another escape are left out."""
    made = Environment(
        loader=PackageLoader("lab.site"),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        extensions=[Blocks],
        auto_reload=False,
    )
    made.filters = {
        "default": FILTERS["default"],
        "length": len,
        "words": lambda name: str(name).replace("_", " "),
    }
    offered: dict[str, Any] = {
        "SIGNS": SIGNS,
        "address": _address,
        "count": count,
        "days": _days,
        "interval_chart": interval_chart,
        "number": number,
        "outcome": _outcome,
        "people": _people,
        "page_of_person": page_of_person,
        "person": _person,
        "apart": apart,
        "axis_of": axis_of,
        "commit": _commit,
        "found": found,
        "about_opening": about_opening,
        "has_numbers": has_numbers,
        "is_drawn": is_drawn,
        "about_seeds": lambda verdict: about_seeds(verdict, float(verdict.alpha)),
        "sentence": lambda result, verdict: sentence(result, float(verdict.alpha)),
        "small_interval": small_interval,
        "typed": with_uv,
        "verbatim": verbatim,
        "waited": _waited,
    }
    made.globals.update(offered)
    return made


def _shown(value: object) -> object:
    """A value in a template: markup of ours as it is, nothing for None, all else as text."""
    if isinstance(value, Markup | StrictUndefined):
        return value
    return Markup("") if value is None else text(value)


@pass_context
def _address(context: Context, path: str) -> Markup:
    """The address of a source's page, as the page that is written links it."""
    return address(path, context["here"])


@pass_context
def _commit(context: Context, id_: str) -> Markup:
    """A commit in short, with its page on the forge if there is one."""
    origin = context["world"].origin
    shown = Markup("<code>") + text(id_[:10]) + Markup("</code>")
    return Markup(f'<a href="{text(origin.commit(id_))}">{shown}</a>') if origin else shown


@pass_context
def _outcome(context: Context, record: Record) -> str:
    """What became of a card: its verdict as soon as there is one, else its outcome or its lane."""
    return context["world"].became(record)


@pass_context
def _person(context: Context, handle: str) -> str:
    """Somebody by name, where the team knows one."""
    known = context["world"].store.handles.get(handle)
    return known.name if known else f"@{handle}"


@pass_context
def _people(context: Context, handles: Iterable[str]) -> Markup:
    """Several people in a sentence."""
    named = Markup(", ").join(_linked(context, handle) for handle in handles)
    return named or Markup("nobody yet")


def _linked(context: Context, handle: str) -> Markup:
    """Somebody by name, with a link to what waits for them, but on that page itself."""
    page, name = page_of_person(handle), text(_person(context, handle))
    if handle not in context["world"].store.handles or page == context["here"]:
        return name
    return Markup(f'<a href="{address(page, context["here"])}">{name}</a>')


@pass_context
def _waited(context: Context, at: datetime) -> str:
    """How long ago a moment is."""
    return _days(max(0, (context["world"].store.now - at).days))


def _days(number_: int) -> str:
    return "today" if number_ == 0 else count(number_, "day")
