"""The page of a record: what it says in short, its facts, its story, its log, what followed."""

from typing import Any

from ...process import clock
from ...process.iterations import is_open
from ...process.lanes import ACCEPTED, CARDS, DONE
from ...process.links import BACK
from ...proof.references import REFERENCE
from ...records.record import links
from ...records.store import Record
from ..layout import Page
from ..links import place_of
from ..prose import STEERING, prose
from ..world import World
from . import hypothesis, lift, live, progress
from .marks import marked_place

FORTH = {
    "answers": "answers",
    "requirements": "serves",
    "proposal": "iteration",
    "follows": "follows",
    "supersedes": "replaces",
    "depends_on": "depends on",
    "unblocks": "unblocks",
}


def record_page(record: Record, world: World) -> Page:
    """One record of any kind."""
    folder = record.path.removesuffix("index.md")
    entries = place_of(f"{record.folder}/log/entry.md", world, base=record.path)
    used = clock.days_used(record.front, world.store) if record.kind.code in CARDS else None
    shown = {
        "record": record,
        "front": record.front,
        "newer": world.replaced.get(record.id),
        "final": record.lane in (DONE, ACCEPTED),
        "done": record.lane == DONE,
        "used": used,
        "links": _links(record, world),
        "words": prose(record.body, marked_place(record.path, world)),
        "documents": [(path.removeprefix(folder), path) for path in world.beside.get(folder, ())],
        "log": [
            (entry, prose(entry.text, entries)) for entry in reversed(world.logs.get(record.id, ()))
        ],
        "source": STEERING.sub("", record.yaml),
    }
    shown |= _details(record, world)
    return Page("record.md", record.front.title, shown, hide=("navigation",))


def _details(record: Record, world: World) -> dict[str, Any]:
    """What the template of the record's kind shows beside what every record has."""
    match record.kind.code:
        case "HYP":
            return hypothesis.details(record, world)
        case "PROP":
            time = progress.time_left(record, world) if is_open(record, world.store) else None
            return {"time": time} | _progress(record, world)
        case "REP":
            proposal = world.store.get(record.front.proposal)
            brings_results = bool(REFERENCE.search(record.body))
            shown = {"proposal": proposal, "brings_results": brings_results}
            return shown | (_progress(proposal, world) if proposal else {})
        case "LIFT":
            return lift.gauge(record)
        case "ROLL":
            return live.split_test(record, world)
    return {}


def _progress(proposal: Record, world: World) -> dict[str, Any]:
    return progress.cards(proposal, world) | progress.results(proposal, world)


def _links(record: Record, world: World) -> dict[str, list[str]]:
    """The ids of the records that this one names, and that name it, by what they are to it."""
    found: dict[str, list[str]] = {}
    for name, target in links(record.front):
        found.setdefault(FORTH[name], []).append(target)
    for name, words in (BACK | {"proposal": "report"}).items():
        pointing = world.store.pointing.get((name, record.id), ())
        if name == "proposal":  # its cards have a table of their own
            pointing = [newer for newer in pointing if newer.kind.code == "REP"]
        found[words] = sorted(newer.id for newer in pointing)
    return found
