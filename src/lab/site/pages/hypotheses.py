"""All hypotheses in one table, which sorts and filters where a script may run."""

from ...process import clock
from ...records.store import Record
from ..intervals import small_interval
from ..markup import attribute, count, page, said, scroll
from ..parts import chip, day, outcome_of, to_record
from ..world import World
from .hypothesis import main_result

HERE = "hypotheses.md"
HEAD = ("hypothesis", "verdict", "mode", "effect and bar", "days", "what we learned")


def hypotheses_page(world: World) -> str:
    """The newest first; what was replaced is struck through."""
    records = world.lines_of("HYP")
    if not records:
        return page("Hypotheses", "No hypothesis yet: `uv run lab new HYP` writes the first one.")
    rows = "".join(_row(one, world) for one in records)
    head = "".join(f'<th scope="col">{name}</th>' for name in HEAD)
    table = (
        f'<table class="lab-sort lab-hypotheses"><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )
    judged = sum(one.id in world.verdicts for one in records)
    return page(
        "Hypotheses",
        f"<p>{count(len(records), 'hypothesis', 'hypotheses')}, {judged} of them judged. The small "
        "drawings show the estimate with its bounds, and as a line what was asked.</p>",
        scroll(table, "All hypotheses"),
        hide=("navigation", "toc"),
    )


def _row(record: Record, world: World) -> str:
    verdict = world.verdicts.get(record.id)
    name = to_record(record, HERE)
    if record.front.proposal in world.replaced:
        name = f"<del>{name}</del> (its proposal was replaced)"
    drawing = order = ""
    if verdict:
        result = main_result(verdict)
        drawing = f"{small_interval(result)}<br><code>{attribute(result.criterion)}</code>"
        order = f' data-sort="{result.estimate}"'
    days = clock.days_used(record.front, world.store) if record.front.lock else 0
    became = outcome_of(record, world)
    shaky = " (does not hold)" if record.id in world.unsound else ""
    return (
        f'<tr><td data-sort="{record.front.created:%Y-%m-%d}">{name}<br>'
        f'<span class="lab-note">{said(record.front.story.we_believe)}, '
        f"{day(record.front.created)}</span></td>"
        f"<td>{chip(became or record.lane)}{shaky}</td>"
        f"<td>{attribute(verdict.mode) if verdict else ''}</td><td{order}>{drawing}</td>"
        f"<td>{days}</td><td>{said(record.front.learned) if record.front.learned else ''}</td></tr>"
    )
