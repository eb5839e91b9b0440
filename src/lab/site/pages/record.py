"""The page of a record: what it says in short, its facts, its story, its log, what followed."""

from ...process import clock
from ...process.lanes import ACCEPTED, CARDS, DONE
from ...records.store import Record, links
from ..markup import attribute, facts, folded, lead, link, page, said, verbatim
from ..parts import by_id, chip, day, href, outcome_of, person, since, to_record
from ..places import place_of
from ..prose import STEERING, prose
from ..world import World
from . import hypothesis, report
from . import marks as drawn
from .particulars import particulars

BACK = {
    "answers": "answered by",
    "proposal": "report",
    "follows": "followed by",
    "supersedes": "replaced by",
    "depends_on": "needed by",
    "unblocks": "freed by",
}
FORTH = {
    "answers": "answers",
    "proposal": "iteration",
    "follows": "follows",
    "supersedes": "replaces",
    "depends_on": "depends on",
    "unblocks": "unblocks",
}


def record_page(record: Record, world: World) -> str:
    """One record of any kind."""
    front, here = record.front, record.path
    above: list[str] = []
    before: list[str] = []
    after: list[str] = []
    match record.kind.code:
        case "HYP":
            before, after = hypothesis.before(record, world), hypothesis.after(record, world)
        case "REP":
            above, before = [report.decision(record, world)], report.before(record, world)
        case "LIFT":
            before = [drawn.gauge(record)]
    place = place_of(here, world, lambda id_, name: drawn.part(id_, name, here, world))
    return page(
        front.title,
        _replaced(record, world),
        lead(front.tldr),
        *above,
        _facts(record, world),
        *particulars(record, world),
        *before,
        prose(record.body, place),
        *after,
        _beside(record, world),
        _log(record, world),
        folded("The record as it is written", verbatim(STEERING.sub("", record.yaml))),
        hide=("navigation",),
    )


def _replaced(record: Record, world: World) -> str:
    newer = world.replaced.get(record.id)
    if newer is None:
        return ""
    return f'<p class="lab-stale"><strong>Replaced</strong> by {to_record(newer, record.path)}.</p>'


def _facts(record: Record, world: World) -> str:
    front, here = record.front, record.path
    became = outcome_of(record, world)
    rows = [
        ("kind", f"{attribute(record.kind.means)}, <code>{attribute(record.id)}</code>"),
        ("stands in", f"{chip(record.lane)} {_entered(record, world)}"),
        ("outcome", chip(became)),
        ("owner", person(front.owner, world)),
    ]
    if record.kind.code in CARDS:
        used = clock.days_used(front, world.store)
        rows.append(("time box", f"{used} of {front.timebox} working days used"))
        rows += [
            ("blocked", f"{said(one.why)}, {since(one.at, world)}")
            for one in front.blocked
            if one.until is None
        ]
        if record.lane != DONE:
            rank = front.priority
            rows.append(
                ("priority", f"{rank.rank}, set by {person(rank.by, world)}" if rank else "")
            )
    found: dict[str, list[str]] = {}
    for name, target in links(front):
        found.setdefault(FORTH[name], []).append(by_id(target, world, here))
    for name, words in BACK.items():
        pointing = world.store.pointing.get((name, record.id), ())
        if name == "proposal":  # its cards have a table of their own
            pointing = [one for one in pointing if one.kind.code == "REP"]
        found[words] = [to_record(one, here) for one in sorted(pointing, key=lambda one: one.id)]
    rows += [(words, _listed(items)) for words, items in found.items()]
    rows.append(("learned", said(front.learned) if getattr(front, "learned", None) else ""))
    return facts(rows)


def _entered(record: Record, world: World) -> str:
    """Since when; how long that is matters only while the record can still move."""
    at = record.front.history[-1].at
    return f"since {day(at)}" if record.lane in (DONE, ACCEPTED) else since(at, world)


def _listed(items: list[str]) -> str:
    if len(items) < 2:
        return "".join(items)
    return f"<ul>{''.join(f'<li>{one}</li>' for one in items)}</ul>"


def _beside(record: Record, world: World) -> str:
    """The documents in the record's folder, such as monitoring reports."""
    folder = record.path.removesuffix("index.md")
    items = [
        f"<li>{link(path.removeprefix(folder), href(path, record.path))}</li>"
        for path in world.beside.get(folder, ())
    ]
    return f"## Documents\n\n<ul>{''.join(items)}</ul>" if items else ""


def _log(record: Record, world: World) -> str:
    """The research log as a feed, the newest entry first."""
    entries = world.logs.get(record.id, ())
    if not entries:
        return ""
    place = place_of(f"{record.path.rpartition('/')[0]}/log/entry.md", world, base=record.path)
    parts = ["## Log"]
    for entry in reversed(entries):
        when = day(entry.at) if entry.at else attribute(entry.name)
        who = f", {person(entry.by, world)}" if entry.by else ""
        head = f'<p class="lab-entry" id="{attribute(entry.anchor)}">{when}{who}</p>'
        parts += [head, prose(entry.text, place).strip("\n")]
    return "\n\n".join(parts)
