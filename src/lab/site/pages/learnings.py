"""What was learned, whatever the outcome; what was refuted stands beside what was supported."""

from ...records.store import Record
from ..feed import FEED
from ..markup import count, page, said
from ..parts import chip, day, outcome_of, to_record
from ..world import World

HERE = "learnings.md"


def lessons(world: World) -> list[Record]:
    """Every record with a lesson, the one that came last first."""
    found = [
        one
        for one in world.store.of("HYP", "SPK", "EDA", "TASK", "INC")
        if getattr(one.front, "learned", None)
    ]
    return sorted(found, key=lambda one: (one.front.history[-1].at, one.id), reverse=True)


def learnings_page(world: World) -> str:
    """All lessons, and the lessons of the reports."""
    found = lessons(world)
    reports = [one for one in world.lines_of("REP") if one.lane == "accepted"]
    items = "".join(_lesson(one, world) for one in found)
    shown = f'<ul class="lab-find lab-lessons">{items}</ul>' if found else "<p>None yet.</p>"
    told = "".join(f"<li>{to_record(one, HERE)}: {said(one.front.tldr)}</li>" for one in reports)
    return page(
        "Learnings",
        f"<p>{count(len(found), 'lesson')}. A refuted idea is as good a result as a supported one. "
        f'New lessons come as a <a href="{FEED}">feed</a>.</p>',
        shown,
        *(["## What the reports say", f"<ul>{told}</ul>"] if reports else []),
        hide=("navigation", "toc"),
    )


def _lesson(record: Record, world: World) -> str:
    last = record.front.history[-1]
    return (
        f"<li><p>{said(record.front.learned)}</p>"
        f'<p class="lab-note">{chip(outcome_of(record, world) or record.lane)} '
        f"{to_record(record, HERE)}, {day(last.at)}</p></li>"
    )
