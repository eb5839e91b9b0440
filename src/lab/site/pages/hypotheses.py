"""All hypotheses in one table, which sorts and filters where a script may run."""

from ...process import clock
from ..intervals import axes_of
from ..layout import Page
from ..world import World
from .home import main_result


def hypotheses_page(world: World) -> Page:
    """The newest first; what was replaced is struck through."""
    rows = []
    for record in world.lines_of("HYP"):
        verdict = world.verdicts.get(record.id)
        days = clock.days_used(record.front, world.store) if record.front.lock else 0
        rows.append((record, verdict, main_result(verdict) if verdict else None, days))
    judged = sum(verdict is not None for _, verdict, _, _ in rows)
    axes = axes_of(main for _, _, main, _ in rows if main)
    shown = {"rows": rows, "judged": judged, "axes": axes}
    return Page("hypotheses.md", "Hypotheses", shown, hide=("navigation", "toc"))
