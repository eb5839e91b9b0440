"""A split test day by day: the KPI of both arms, and their difference with all its looks."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from ..numerals import exact, number
from . import svg
from .charts import Plot, draw, ticks

if TYPE_CHECKING:  # they load polars
    from ..evidence.split_test import Look
    from ..proof.rollouts import Shown

WIDTH, HEIGHT = 480, 240
RIGHT, TOP, BOTTOM = 16, 30, 44


def arms_chart(claim: "Shown") -> Markup:
    """The mean of each arm until each day, as two lines."""
    days = [*enumerate(claim.looks, start=1)]
    series = {
        "with the model": [(str(day), str(look.treatment)) for day, look in days if _both(look)],
        "without": [(str(day), str(look.control)) for day, look in days if _both(look)],
    }
    return draw(Plot(f"{claim.looks[-1].claim.kpi} by arm", "simple", "day", "mean", series, ()))


def looks_chart(claim: "Shown") -> Markup | None:
    """The difference at each look, its interval, the bar and what was hoped for."""
    seen = [(day, look) for day, look in enumerate(claim.looks, start=1) if look.difference]
    if not seen:
        return None
    kpi, bar = claim.looks[-1].claim.kpi, claim.looks[-1].claim.bar
    ends = [end for _, look in seen for end in _ends(look)]
    up = ticks(min(*ends, bar, claim.expects, 0.0), max(*ends, bar, claim.expects, 0.0))
    days = ticks(1, max(2, len(claim.looks)))
    left = 20 + svg.LETTER * max(len(exact(tick)) for tick in up)

    def place(day: float, value: float) -> tuple[float, float]:
        across = (day - days[0]) / (days[-1] - days[0]) * (WIDTH - left - RIGHT)
        return left + across, HEIGHT - BOTTOM - (value - up[0]) / (up[-1] - up[0]) * (
            HEIGHT - TOP - BOTTOM
        )

    def level(value: float, css: str, told: str) -> Iterator[str]:
        y = place(days[0], value)[1]
        yield svg.across(y, left, WIDTH - RIGHT, css)
        yield svg.words(WIDTH - RIGHT, y - 4, told, "end", "over name")

    parts = []
    for tick in up:
        y = place(days[0], tick)[1]
        parts += [
            svg.across(y, left, WIDTH - RIGHT),
            svg.words(left - 8, y + 4, exact(tick), "end"),
        ]
    for tick in days:
        parts.append(svg.within(place(tick, up[0])[0], HEIGHT - 26, exact(tick), WIDTH))
    parts.append(svg.within((WIDTH + left) / 2, HEIGHT - 8, "day", WIDTH, "name"))
    for day, look in seen:
        (x, low), (_, high) = (place(day, end) for end in _ends(look))
        parts.append(svg.path("interval", f"M{x:.1f} {low:.1f}V{high:.1f}"))
        parts.append(svg.circle("dot series-0", x, place(day, _estimate(look))[1], 3))
    parts += [*level(bar, "goal", f"bar {exact(bar)}")]
    parts += [*level(claim.expects, "reference", f"hoped for {exact(claim.expects)}")]
    last = seen[-1][1]
    low, high = _ends(last)
    told = (
        f"Difference in {kpi} at each look: {number(_estimate(last))} in the end, between "
        f"{number(low)} and {number(high)}; the bar is {exact(bar)}."
    )
    return svg.chart(told, WIDTH, HEIGHT, parts)


def _both(look: "Look") -> bool:
    return look.treatment == look.treatment and look.control == look.control  # no nan


def _ends(look: "Look") -> Sequence[float]:
    assert look.difference
    return look.difference.low, look.difference.high


def _estimate(look: "Look") -> float:
    assert look.difference
    return look.difference.estimate
