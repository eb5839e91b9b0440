"""Flow: how long cards take, how many are done, what is in work, when the rest may be done."""

from collections.abc import Mapping, Sequence
from typing import Any

from ...process import flow
from ...process.lanes import BOARD
from ...terminal import count
from ..flowcharts import cycle_times, lanes_over_time, weekly
from ..layout import Page
from ..world import World

SIZES = ("XS", "S", "M", "L", "XL")
OUTCOMES = ("supported", "refuted", "inconclusive", "abandoned", "other work")
Finished = Sequence[flow.Finished]


def flow_page(world: World) -> Page:
    """The charts; where the data are too few for one, a sentence says so."""
    done = flow.finished(world.store)
    shown: dict[str, Any] = {
        "done": len(done),
        "enough": flow.ENOUGH,
        "in_work": flow.in_work(world.store),
    }
    if len(done) >= flow.ENOUGH:
        throughput = flow.throughput(done, world.store)
        shown |= _cycle(done) | _weekly(throughput) | _cumulative(world) | _boxes(done)
        shown |= _forecast(throughput, world)
    return Page("flow.md", "Flow", shown)


def _cycle(done: Finished) -> dict[str, Any]:
    """How long cards took, and that by what was changed."""
    half, most = _half_and_most(done)
    finding = (
        f"Half of the cards take {count(half, 'working day')} or less, "
        f"and 85 % of them {count(most, 'working day')} or less."
    )
    points = [(card.on, card.days, card.record.front.outcome or "abandoned") for card in done]
    groups: dict[str, list[flow.Finished]] = {}
    for card in done:
        change = getattr(card.record.front, "change", card.record.kind.means)
        groups.setdefault(change, []).append(card)
    sizes = {
        f"size {size}": [card for card in done if card.record.front.size == size] for size in SIZES
    }
    return {
        "cycle": finding,
        "cycle_chart": cycle_times(points, {"50 %": half, "85 %": most}, finding),
        "by_change": [
            (change, len(cards), *_half_and_most(cards))
            for change, cards in (*sorted(groups.items()), *sizes.items())
            if cards
        ],
    }


def _half_and_most(cards: Finished) -> tuple[int, int]:
    days = [card.days for card in cards]
    return flow.percentile(days, 0.5), flow.percentile(days, 0.85)


def _weekly(throughput: Sequence[tuple[Any, Mapping[str, int]]]) -> dict[str, Any]:
    """How many cards were done each week, by their outcome."""
    weeks = [
        (
            week,
            {name: counts.get(name, 0) for name in OUTCOMES[:-1]}
            | {OUTCOMES[-1]: sum(n for name, n in counts.items() if name not in OUTCOMES[:-1])},
        )
        for week, counts in throughput
    ]
    total = sum(sum(counts.values()) for _, counts in weeks)
    finding = (
        f"{count(total, 'card')} in {count(len(weeks), 'week')}: {total / len(weeks):.1f} a week."
    )
    return {
        "throughput": finding,
        "throughput_chart": weekly(weeks, OUTCOMES, finding),
        "weeks": weeks,
        "outcomes": list(OUTCOMES),
    }


def _cumulative(world: World) -> dict[str, Any]:
    """How many cards stood in each lane, week by week."""
    rows = flow.cumulative(world.store)
    _, last = rows[-1]
    working = sum(last[1:-1])
    finding = f"{count(working, 'card is', 'cards are')} between start and done, {last[0]} to do."
    drawing = lanes_over_time(rows, BOARD, finding)
    return {"stood": finding, "stood_chart": drawing, "lanes": list(BOARD), "lane_counts": rows}


def _boxes(done: Finished) -> dict[str, Any]:
    """How many cards kept to their time box, and the days used and given by kind."""
    kinds: dict[str, tuple[int, int]] = {}
    for card in done:
        used, given = kinds.get(card.record.kind.means, (0, 0))
        kinds[card.record.kind.means] = used + card.used, given + card.record.front.timebox
    inside = sum(card.used <= card.record.front.timebox for card in done)
    return {"inside": inside, "boxes": sorted(kinds.items())}


def _forecast(throughput: Sequence[tuple[Any, Mapping[str, int]]], world: World) -> dict[str, Any]:
    """When the rest may be done; the week that runs is left out, or it would count as slow."""
    left = flow.remaining(world.store)
    past = [sum(counts.values()) for _, counts in throughput[:-1]]
    forecast = flow.forecast(past, left, (0.5, 0.85))
    return {"left": left, "past": len(past), "forecast": forecast, "needed_weeks": flow.WEEKS}
