"""Lift: what a model could add, what was estimated, and what was realised."""

from ...evidence.words import number
from ..gauge import lift_gauge
from ..markup import attribute, figure, page
from ..parts import stale_note, to_record, within
from ..world import World
from . import marks as drawn

HERE = "lift.md"


def lift_page(world: World) -> str:
    """The pipeline's numbers, and every LIFT record."""
    parts = ["## What the labels say", stale_note(world.lift.stale), expected(world)]
    for record in world.lines_of("LIFT"):
        parts += [
            f"## {record.kind.means.capitalize()} {record.id}",
            f"<p>{to_record(record, HERE)}</p>",
            drawn.gauge(record),
        ]
    return page("Lift", *parts)


def expected(world: World) -> str:
    """The gauge over what the pipeline wrote: the value of one decision under each policy."""
    values = world.lift.values
    unit = attribute(values["unit"])
    rows = [
        [name.replace("_", " "), number(values[name]), means] for name, means in drawn.MEANS.items()
    ]
    finding = (
        f"A perfect model would add {number(values['potential'])} {unit}; a useless one may cost "
        f"{number(values['risk'])}."
    )
    about = (
        f"In {unit}, from the labels of {values['examples']} training examples and the value of "
        "each decision in <code>params.yaml</code>; no model is needed for it."
    )
    points = {
        name: {"value": values[name], "low": values[name], "high": values[name]}
        for name in ("random", "status_quo", "perfect")
    }
    if worth := world.worth:
        points["candidate"] = {"value": worth.value, "low": worth.low, "high": worth.high}
        means = f"the candidate's, on {worth.n} held-out examples"
        finding += f" The candidate reaches {number(worth.value)}."
        rows.append(["candidate", within(worth.value, worth.low, worth.high), means])
        about += f" The candidate has its 95 % interval, from {worth.n} held-out examples."
    drawing = lift_gauge(points | {"unit": values["unit"]})
    return figure(finding, drawing, about, ["", unit, "means"], rows)
