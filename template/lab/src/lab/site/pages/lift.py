"""Lift: what a model could add, what was estimated, and what was realised."""

from ...evidence.words import number
from ..gauge import lift_gauge
from ..markup import attribute, figure, page
from ..parts import stale_note, to_record
from ..world import World
from . import drawn

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
    kpi = _candidate(world)
    if kpi:
        points["candidate"] = kpi
        rows.append(
            [
                "candidate",
                number(kpi["value"]),
                f"{number(kpi['low'])} to {number(kpi['high'])}, as judged",
            ]
        )
    return figure(
        finding, lift_gauge(points | {"unit": values["unit"]}), about, ["", unit, "means"], rows
    )


def _candidate(world: World) -> dict[str, float] | None:
    """The value of the candidate's decisions, where a verdict has judged the KPI itself."""
    judged = [
        (verdict.at, one)
        for verdict in world.verdicts.values()
        for one in verdict.results
        if one.metric == "kpi" and one.reference is None and one.slice is None
    ]
    if not judged:
        return None
    _, one = max(judged, key=lambda pair: pair[0])
    return {"value": one.estimate, "low": one.lower, "high": one.upper}
