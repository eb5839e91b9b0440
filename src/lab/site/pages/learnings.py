"""What was learned, whatever the outcome; what was refuted stands beside what was supported."""

from ...records.store import Record
from ..feed import FEED
from ..layout import Page
from ..world import World


def lessons(world: World) -> list[Record]:
    """Every record with a lesson, the one that came last first."""
    found = [
        record
        for record in world.store.of("HYP", "SPK", "EDA", "TASK", "INC")
        if getattr(record.front, "learned", None)
    ]
    return sorted(found, key=lambda record: (record.front.history[-1].at, record.id), reverse=True)


def learnings_page(world: World) -> Page:
    """All lessons, and the lessons of the reports."""
    reports = [report for report in world.lines_of("REP") if report.lane == "accepted"]
    shown = {"lessons": lessons(world), "reports": reports, "feed": FEED}
    return Page("learnings.md", "Learnings", shown, hide=("navigation", "toc"))
