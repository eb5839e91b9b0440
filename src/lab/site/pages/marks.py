"""What the site draws where a mark stands alone on its line: `{{HYP-…#chart}}` and the like."""

import msgspec

from ...evidence.words import number
from ...records.store import Record
from ..gauge import lift_gauge
from ..markup import attribute, figure, note
from ..world import World
from . import hypothesis, iteration

MEANS = {
    "perfect": "every decision right",
    "status_quo": "decisions as they are made today",
    "random": "decisions at random",
    "potential": "what a model may gain: perfect less status quo",
    "risk": "what a bad model may lose: status quo less random",
}


def part(id_: str, name: str, here: str, world: World) -> str | None:
    """What a mark on the page `here` stands for, as a block of HTML; None if it is no mark."""
    record = world.store.get(id_)
    if record is None:
        return None
    match record.kind.code, name:
        case "HYP", "chart":
            return hypothesis.chart(record, world)
        case "HYP", "timeline":
            return hypothesis.timeline(record, world)
        case "PROP", "cards":
            return iteration.cards(record, world, here)
        case "PROP", "results":
            return iteration.results(record, world, here)
        case "LIFT", "gauge":
            return gauge(record)
    return None


def gauge(record: Record) -> str:
    """The estimate of a LIFT record, and what was realised, if both are known."""
    estimate, realised = record.front.estimate, record.front.realised
    if estimate is None:
        return note("Not estimated yet: <code>uv run lab lift</code> computes it.")
    values = msgspec.to_builtins(estimate)
    rows = [
        [
            name.replace("_", " "),
            number(values[name]["value"]),
            f"{number(values[name]['low'])} to {number(values[name]['high'])}",
            means,
        ]
        for name, means in MEANS.items()
    ]
    if realised:
        rows.append(["realised", number(realised.value), "", f"measured {realised.at:%Y-%m-%d}"])
    unit = attribute(estimate.unit)
    finding = (
        f"A perfect model would add {number(estimate.potential.value)} {unit} to what is decided "
        f"today; a useless one may cost {number(estimate.risk.value)}."
    )
    if realised:
        gained = realised.value - estimate.status_quo.value
        more = f"{number(abs(gained))} {'more' if gained >= 0 else 'less'}"
        finding += f" Realised after the launch: {more} than the status quo."
    about = (
        f"In {unit}, each with its 95 % interval, from {estimate.examples} cases "
        f"({attribute(estimate.source)} data)."
    )
    drawing = lift_gauge(values, realised.value if realised else None)
    return figure(finding, drawing, about, ["", unit, "95 % interval", "means"], rows)
