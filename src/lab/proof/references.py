"""References: numbers in a report that are looked up, so that nobody types them.

`{{HYP-20260714-distilbert#1.estimate}}` stands for the estimate of the card's first criterion;
criteria count first, guardrails after them. `{{HYP-…#verdict}}` and a few more stand for what
is known of the whole card. `{{HYP-…#chart}}` alone on its line is a mark: the site puts what it
draws there, and the source stays as written. The check refuses what leads nowhere.
"""

import re
from collections.abc import Callable

from ..evidence.verdict import Verdict, verdict_of
from ..evidence.words import bar_as_typed
from ..numerals import number as written
from ..process import clock
from ..process.lanes import CARDS
from ..records.store import Record, Store

REFERENCE = re.compile(
    r"\{\{\s*(?P<id>[A-Z]{3,4}-[0-9]{8}-[a-z0-9-]+)#(?:(?P<number>[0-9]+)\.)?(?P<name>[a-z_]+)\s*\}\}"
)
NUMBERED = ("criterion", "estimate", "lower", "upper", "threshold", "status_quo", "n", "status")
WHOLE = ("verdict", "mode", "outcome", "days", "timebox", "learned", "title")
# What the site draws where such a reference stands alone on its line.
PARTS = {
    "HYP": ("chart", "timeline"),
    "PROP": ("cards", "results"),
    "LIFT": ("gauge",),
}


def resolved(text: str, store: Store) -> str:
    """A text with every reference replaced by its value; one that leads nowhere stays."""
    return REFERENCE.sub(lambda found: value_of(found, store) or found[0], text)


def broken(text: str, store: Store) -> list[tuple[int, str]]:
    """References that lead nowhere: where each begins, and its text."""
    return [
        (found.start(), found[0])
        for found in REFERENCE.finditer(text)
        if value_of(found, store) is None and not is_part(found, store)
    ]


def is_part(found: re.Match[str], store: Store) -> bool:
    """Does a reference stand for something that the site draws?"""
    record = store.get(found["id"])
    return bool(record and not found["number"] and found["name"] in PARTS.get(record.kind.code, ()))


def value_of(found: re.Match[str], store: Store) -> str | None:
    """What a reference stands for, as people read it; None if it leads nowhere."""
    record = store.get(found["id"])
    if record is None or record.kind.code not in CARDS:
        return None
    if found["number"]:
        return _numbered(record, store, int(found["number"]), found["name"])
    return _whole(record, store, found["name"])


def _numbered(record: Record, store: Store, number: int, name: str) -> str | None:
    verdict = verdict_of(record, store) if record.judged else None
    if not isinstance(verdict, Verdict) or name not in NUMBERED:
        return None
    if not 1 <= number <= len(verdict.results):
        return None
    result = verdict.results[number - 1]
    if name == "status_quo":
        today = verdict.status_quo.get(result.criterion)
        return "-" if today is None else written(today)
    if name == "threshold":
        return bar_as_typed(result)
    value = getattr(result, name)
    if not isinstance(value, int | float):
        return "-" if value is None else str(value)
    return written(round(value) if result.method == "ballot" else value)


def _whole(record: Record, store: Store, name: str) -> str | None:
    verdict = verdict_of(record, store) if record.judged else None
    known: dict[str, Callable[[], str | None]] = {
        "title": lambda: record.front.title,
        "learned": lambda: record.front.learned,
        "outcome": lambda: record.front.outcome or record.lane,
        "timebox": lambda: str(record.front.timebox),
        "days": lambda: str(clock.days_used(record.front, store)),
        "verdict": lambda: verdict.verdict if isinstance(verdict, Verdict) else None,
        "mode": lambda: verdict.mode if isinstance(verdict, Verdict) else None,
    }
    return known[name]() if name in known else None
