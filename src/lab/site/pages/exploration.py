"""Data exploration: what we looked at and found, and which hypotheses came of it."""

from ..markup import page, said
from ..parts import chip, day, outcome_of, to_record
from ..places import place_of
from ..prose import prose
from ..world import World

HERE = "exploration.md"
FINDINGS = "Findings"


def exploration_page(world: World) -> str:
    """Every exploration with its findings, the newest first."""
    found = world.lines_of("EDA")
    if not found:
        return page(
            "Data exploration",
            'No data exploration yet: `uv run lab new EDA "What is in the archive"` begins one.',
        )
    parts = []
    for record in found:
        became = chip(outcome_of(record, world) or record.lane)
        parts.append(
            f'<div class="lab-card"><p class="lab-kind">{became} {day(record.front.created)}</p>'
            f'<p class="lab-title">{to_record(record, HERE)}</p>'
            f"<p>{said(record.front.tldr)}</p></div>"
        )
        _, below = record.headings().get(FINDINGS, (0, ""))
        if shown := prose(below, place_of(record.path, world, base=HERE)).strip():
            parts.append(shown)
    return page("Data exploration", *parts, hide=("toc",))
