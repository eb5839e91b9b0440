"""Parts that several pages share: links to records, chips, people, days."""

from collections.abc import Iterable
from datetime import datetime

from ..evidence.verdict import Decided
from ..evidence.words import number
from ..process.clock import age
from ..records.store import Record
from ..records.testsets import TestSet
from .markup import attribute, count, link, said
from .world import World

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


def href(target: str, here: str) -> str:
    """The address of a page as another one links it in HTML; both are paths of their sources."""
    path, hash_, anchor = target.partition("#")
    way = way_to(path, here)
    if way.endswith("README.md"):
        way = f"{way.removesuffix('README.md')}index.md"
    return f"{way.removesuffix('.md')}.html{hash_}{anchor}" if way.endswith(".md") else way


def way_to(path: str, here: str) -> str:
    """A path from the folder of another, with slashes; both are relative to the same root."""
    there, begin = path.split("/"), here.split("/")[:-1]
    same = 0
    while same < len(begin) and same < len(there) - 1 and begin[same] == there[same]:
        same += 1
    return "/".join([".."] * (len(begin) - same) + there[same:])


def to_record(record: Record, here: str) -> str:
    """A link to a record's page, under its title."""
    return link(record.front.title, href(record.path, here))


def by_id(id_: str, world: World, here: str) -> str:
    """A link to the record with an id; only the id where there is none."""
    record = world.store.get(id_)
    return to_record(record, here) if record else f"<code>{attribute(id_)}</code>"


def chip(word: str | None) -> str:
    """A short word that says where something stands."""
    if not word:
        return ""
    sign = SIGNS.get(word)
    shown = f'<span aria-hidden="true">{sign}</span> ' if sign else ""
    return f'<span class="lab-chip">{shown}{attribute(word)}</span>'


def person(handle: str, world: World) -> str:
    """Somebody by name, where the team knows one."""
    known = world.store.handles.get(handle)
    return said(known.name) if known else f"@{attribute(handle)}"


def people(handles: Iterable[str], world: World) -> str:
    """Several people in a sentence."""
    return ", ".join(person(one, world) for one in handles) or "nobody yet"


def day(at: datetime) -> str:
    """A day that machines can read, too."""
    return f'<time datetime="{at:%Y-%m-%d}">{at:%Y-%m-%d}</time>'


def since(at: datetime, world: World) -> str:
    """Since which day, and how long that is."""
    days = max(0, (world.store.now - at).days)
    return f"since {day(at)} ({days_of(days)})"


def age_of(record: Record, world: World) -> str:
    """How long a record has been in its lane."""
    return days_of(age(record.front, world.store.now))


def days_of(number_: int) -> str:
    """A number of days in words."""
    return "today" if number_ == 0 else f"{number_} day{'s' * (number_ != 1)}"


def within(estimate: float | None, low: float | None, high: float | None) -> str:
    """A number with the interval around it."""
    return f"{number(estimate)} ({number(low)} to {number(high)})"


def found(one: Decided) -> str:
    """What was found about a criterion: an estimate with its bounds, or how many said yes."""
    if one.method == "ballot":
        return f"{one.estimate:.0f} of {one.n} said yes"
    return within(one.estimate, one.lower, one.upper)


def stale_note(why: str | None) -> str:
    """The mark of numbers that nobody vouches for; empty where somebody does."""
    return f'<p class="lab-stale"><strong>Out of date.</strong> {attribute(why)}</p>' if why else ""


def outcome_of(record: Record, world: World) -> str | None:
    """What became of a card: its verdict as soon as there is one, else its outcome."""
    verdict = world.verdicts.get(record.id)
    return verdict.verdict if verdict else getattr(record.front, "outcome", None)


def held_out(one: TestSet) -> str:
    """How much a test set holds: its examples, and what of them decides how much they can say."""
    shown = count(one.examples, "held-out example")
    if one.smallest == one.examples:
        return shown
    what = "units" if one.task == "regression" else "in the smallest class"
    return f"{shown}, {one.smallest} {what}"
