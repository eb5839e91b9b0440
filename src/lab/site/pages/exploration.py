"""Data exploration: what we looked at and found, and which hypotheses came of it."""

from ..layout import Page
from ..links import place_of
from ..prose import prose
from ..world import World

HERE = "exploration.md"
FINDINGS = "Findings"


def exploration_page(world: World) -> Page:
    """Every exploration with its findings, the newest first."""
    explorations = []
    for record in world.lines_of("EDA"):
        _, below = record.headings().get(FINDINGS, (0, ""))
        explorations.append((record, prose(below, place_of(record.path, world, base=HERE))))
    return Page(HERE, "Data exploration", {"explorations": explorations}, hide=("toc",))
