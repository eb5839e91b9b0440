"""Flow: how long cards take, how many are done, what is in work, when the rest may be done."""

from collections.abc import Iterable

from ...process import flow
from ...process.lanes import BOARD
from ..flowcharts import cycle_times, lanes_over_time, weekly
from ..markup import attribute, count, figure, page
from ..parts import chip, to_record
from ..world import World

HERE = "flow.md"
OUTCOMES = ("supported", "refuted", "inconclusive", "abandoned", "other work")


def flow_page(world: World) -> str:
    """The charts; where the data are too few for one, a sentence says so."""
    done = flow.finished(world.store)
    if len(done) < flow.ENOUGH:
        return page(
            "Flow",
            f"<p>{count(len(done), 'card is', 'cards are')} done. From {flow.ENOUGH} on, this page "
            "shows how long they take, how many are done each week, and when the rest may be "
            "done. Fewer would only show chance.</p>",
            *_in_work(world),
        )
    return page(
        "Flow",
        "## How long a card takes",
        _cycle(done),
        "## What is done each week",
        _throughput(done, world),
        "## Where the cards stood",
        _cumulative(world),
        *_in_work(world),
        "## Time boxes",
        _boxes(done),
        "## When the rest may be done",
        _forecast(done, world),
    )


def _cycle(done: list[flow.Finished]) -> str:
    days = [one.days for one in done]
    half, most = flow.percentile(days, 0.5), flow.percentile(days, 0.85)
    finding = (
        f"Half of the cards take {_days(half)} or less, and 85 % of them {_days(most)} or less."
    )
    points = [(one.on, one.days, one.record.front.outcome or "abandoned") for one in done]
    drawing = cycle_times(points, {"50 %": half, "85 %": most}, finding)
    by_change = {}
    for one in done:
        kind = getattr(one.record.front, "change", one.record.kind.means)
        by_change.setdefault(kind, []).append(one.days)
    rows = [
        [
            attribute(kind),
            str(len(values)),
            str(flow.percentile(values, 0.5)),
            str(flow.percentile(values, 0.85)),
        ]
        for kind, values in sorted(by_change.items())
    ]
    about = (
        f"Working days from start to done, n = {len(done)} cards. Diamonds are refuted, rings "
        "abandoned, squares inconclusive. The table splits them by what was changed."
    )
    return figure(finding, drawing, about, ["change or kind", "n", "50 %", "85 %"], rows)


def _throughput(done: list[flow.Finished], world: World) -> str:
    weeks = [(week, _grouped(counts)) for week, counts in flow.throughput(done, world.store)]
    total = sum(sum(counts.values()) for _, counts in weeks)
    finding = (
        f"{count(total, 'card')} in {count(len(weeks), 'week')}: {total / len(weeks):.1f} a week."
    )
    rows = [
        [week.isoformat(), *(str(counts.get(name, 0)) for name in OUTCOMES)]
        for week, counts in weeks
    ]
    about = "Cards done in each week, named by its Monday. Other work is no hypothesis."
    return figure(finding, weekly(weeks, OUTCOMES, finding), about, ["week of", *OUTCOMES], rows)


def _grouped(counts: dict[str, int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, number in counts.items():
        kind = name if name in OUTCOMES else "other work"
        found[kind] = found.get(kind, 0) + number
    return found


def _cumulative(world: World) -> str:
    rows = flow.cumulative(world.store)
    _, last = rows[-1]
    working = sum(last[1:-1])
    finding = f"{count(working, 'card is', 'cards are')} between start and done, {last[0]} to do."
    table = [[day.isoformat(), *(str(number) for number in counts)] for day, counts in rows]
    about = "Cards in each lane at the end of each week, and today."
    return figure(finding, lanes_over_time(rows, BOARD, finding), about, ["day", *BOARD], table)


def _in_work(world: World) -> list[str]:
    cards = flow.in_work(world.store)
    if not cards:
        return []
    items = "".join(
        f"<li>{to_record(record, HERE)} {chip(record.lane)} {_days(days)}</li>"
        for record, days in cards
    )
    return ["## How long the open cards have been in work", f"<ul>{items}</ul>"]


def _boxes(done: list[flow.Finished]) -> str:
    inside = sum(one.used <= one.record.front.timebox for one in done)
    kinds: dict[str, list[flow.Finished]] = {}
    for one in done:
        kinds.setdefault(one.record.kind.means, []).append(one)
    rows = "".join(
        f"<li>{attribute(kind)}: {sum(_used(cards))} of {sum(_given(cards))} working days used</li>"
        for kind, cards in sorted(kinds.items())
    )
    return f"<p>{inside} of {len(done)} cards kept to their time box.</p><ul>{rows}</ul>"


def _used(cards: Iterable[flow.Finished]) -> list[int]:
    return [one.used for one in cards]


def _given(cards: Iterable[flow.Finished]) -> list[int]:
    return [one.record.front.timebox for one in cards]


def _forecast(done: list[flow.Finished], world: World) -> str:
    left = flow.remaining(world.store)
    # The week that runs is not over, so it would count as a slow one.
    past = [sum(counts.values()) for _, counts in flow.throughput(done, world.store)[:-1]]
    found = flow.forecast(past, left, (0.5, 0.85))
    if not left:
        return "<p>No card is left.</p>"
    if found is None:
        return (
            f"<p>{count(left, 'card is', 'cards are')} left. A forecast needs {flow.WEEKS} whole "
            f"weeks with {flow.ENOUGH} finished cards in them.</p>"
        )
    half, most = found
    return (
        f"<p>{count(left, 'card is', 'cards are')} left. As fast as in the past "
        f"{count(len(past), 'week')}, they are done within {count(half, 'week')} with a "
        f"probability of 50 %, and within {count(most, 'week')} with one of 85 %. New cards are "
        "not counted.</p>"
    )


def _days(number: int) -> str:
    return count(number, "working day")
