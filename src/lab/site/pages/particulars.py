"""What each kind of record holds beside its story, as people read it."""

from ...process.iterations import is_open
from ...records.store import Record
from ..markup import attribute, count, facts, said, table
from ..parts import day, people, person
from ..world import World
from . import iteration


def particulars(record: Record, world: World) -> list[str]:
    """The blocks of a kind that has some; none for the others."""
    made = KINDS.get(record.kind.code)
    return made(record, world) if made else []


def _requirements(record: Record, world: World) -> list[str]:
    front = record.front
    rows = [
        [f"<code>{attribute(one.name)}</code>", said(one.means), attribute(one.better)]
        for one in front.kpis
    ]
    return [
        facts([("customer outcome", said(front.customer_outcome))]),
        table(["KPI", "means", "better"], rows, "lab-wide", "KPIs"),
    ]


def _proposal(record: Record, world: World) -> list[str]:
    front = record.front
    metrics = front.metrics
    time = count(front.timebox, "working day")
    if is_open(record, world.store):
        time = iteration.time_left(record, world)
    named = [metrics.primary, *metrics.secondary]
    rows = [
        ("question", f"<strong>{said(front.question)}</strong>"),
        ("time box", attribute(time)),
        ("gate", f"<code>{attribute(front.gate.criterion)}</code>"),
        ("if it is passed", said(front.gate.then)),
        ("if it is not", said(front.gate.otherwise)),
        ("KPI", f"<code>{attribute(front.kpi)}</code>"),
        ("metrics", ", ".join(f"<code>{attribute(one)}</code>" for one in named)),
        ("guardrails", ", ".join(f"<code>{attribute(one)}</code>" for one in metrics.guardrail)),
        ("compared with", attribute(front.baseline.replace("_", " "))),
        ("designed together", day(front.design_session) if front.design_session else "not yet"),
    ]
    return [
        facts(rows),
        "## Cards",
        iteration.cards(record, world, record.path),
        "## Results beside the status quo",
        iteration.results(record, world, record.path),
    ]


def _lift(record: Record, world: World) -> list[str]:
    return [facts([("KPI", f"<code>{attribute(record.front.kpi)}</code>")])]


def _spike(record: Record, world: World) -> list[str]:
    answer = record.front.answer
    rows = [
        ("question", f"<strong>{said(record.front.question)}</strong>"),
        ("answer", said(answer) if answer else "not answered yet"),
    ]
    return [facts(rows)]


def _rollout(record: Record, world: World) -> list[str]:
    steps = [
        [f"{one.share:g} %", said(one.gate), said(one.rollback), person(one.owner, world)]
        for one in record.front.steps
    ]
    watched = [
        [f"<code>{attribute(one.kpi)}</code>", said(one.alarm), person(one.owner, world)]
        for one in record.front.monitors
    ]
    return [
        "## Steps",
        table(["share", "gate to the next step", "way back", "owner"], steps, "lab-wide", "Steps"),
        "## What is watched",
        table(["KPI", "alarm", "owner"], watched, "lab-wide", "What is watched"),
    ]


def _incident(record: Record, world: World) -> list[str]:
    front = record.front
    reverted = day(front.reverted_at) if front.reverted_at else "not yet"
    rows = [
        ("KPI", f"<code>{attribute(front.kpi)}</code>"),
        ("noticed", day(front.noticed_at)),
        ("taken back", reverted),
    ]
    return [facts(rows)]


def _retro(record: Record, world: World) -> list[str]:
    rows = [
        [said(one.what), person(one.owner, world), day(one.due)] for one in record.front.actions
    ]
    return [
        facts([("who was there", people(record.front.attendance, world))]),
        table(["what we change", "owner", "due"], rows, "lab-wide", "Actions") if rows else "",
    ]


KINDS = {
    "REQ": _requirements,
    "PROP": _proposal,
    "LIFT": _lift,
    "SPK": _spike,
    "ROLL": _rollout,
    "INC": _incident,
    "RET": _retro,
}
