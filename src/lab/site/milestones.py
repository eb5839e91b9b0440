"""Milestones: the primary metric of one hypothesis after another, judged and in development."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from ..numerals import exact
from . import svg
from .charts import ticks

WIDTH, HEIGHT = 480, 240
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 12, 34


@dataclass(frozen=True)
class Milestone:
    """One judged hypothesis: its estimate with bounds, and the development number beside it."""

    iteration: str
    status: str
    estimate: float
    lower: float
    upper: float
    development: float | None = None
    is_champion: bool = False


def milestones_chart(metric: str, milestones: Sequence[Milestone]) -> Markup:
    """One SVG element, from the first to the last; iterations are told by number."""
    values = [v for one in milestones for v in (one.lower, one.upper, one.estimate)]
    values += [one.development for one in milestones if one.development is not None]
    marks = ticks(min(values), max(values))
    left = max(LEFT, 20 + svg.LETTER * max(len(exact(mark)) for mark in marks))
    step = (WIDTH - left - RIGHT) / len(milestones)

    def level(value: float) -> float:
        return (
            HEIGHT - BOTTOM - (value - marks[0]) / (marks[-1] - marks[0]) * (HEIGHT - TOP - BOTTOM)
        )

    parts = []
    for mark in marks:
        parts.append(svg.across(level(mark), left, WIDTH - RIGHT))
        parts.append(svg.words(left - 8, level(mark) + 4, exact(mark), "end"))
    for place, milestone in enumerate(milestones):
        x = left + step * (place + 0.5)
        low, high = level(milestone.lower), level(milestone.upper)
        parts.append(svg.path("interval", f"M{x:.1f} {high:.1f}V{low:.1f}"))
        if milestone.is_champion:
            parts.append(svg.circle("ring", x, level(milestone.estimate), 9))
        parts.append(svg.circle(f"estimate {milestone.status}", x, level(milestone.estimate), 4.5))
        if milestone.development is not None:
            y = level(milestone.development)
            parts.append(svg.path("dot hollow", f"M{x + 9:.1f} {y - 4:.1f}l4 4l-4 4l-4 -4z"))
    parts += _iterations(milestones, left, step)
    label = f"{metric} of {len(milestones)} judged hypotheses, one after another"
    return svg.chart(label, WIDTH, HEIGHT, parts)


def _iterations(milestones: Sequence[Milestone], left: float, step: float) -> list[str]:
    """A line where an iteration begins, and its number below."""
    parts, begin = [], 0
    for number, (_, group) in enumerate(groupby(milestones, lambda one: one.iteration), start=1):
        end = begin + len(list(group))
        if begin:
            x = left + step * begin
            parts.append(svg.path("grid", f"M{x:.1f} {TOP}V{HEIGHT - BOTTOM}"))
        middle = left + step * (begin + end) / 2
        parts.append(svg.within(middle, HEIGHT - 12, f"iteration {number}", WIDTH, "name"))
        begin = end
    return parts
