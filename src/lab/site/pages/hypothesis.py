"""What only the page of a hypothesis has: the claim, the verdict, the goalposts, the evidence."""

from typing import Any

from ...process.iterations import report_of
from ...proof.goalposts import goalposts
from ...records.store import Record
from ..snapshots import changes
from ..world import World


def details(record: Record, world: World) -> dict[str, Any]:
    """All that a hypothesis shows beside what every record does."""
    proposal = world.store.get(record.front.proposal)
    shown = {
        "unsound": world.unsound.get(record.id),
        "report": report_of(proposal, world.store) if proposal else None,
        "followers": world.store.pointing.get(("follows", record.id), ()),
    }
    return shown | chart(record, world) | timeline(record, world) | since(record, world)


def since(record: Record, world: World) -> dict[str, Any]:
    """What changed since the hypothesis that was judged before it: settings, data, code."""
    before = _before(record, world)
    if before is None:
        return {"before": None}
    return {
        "before": before,
        "changes": changes(world.snapshots[before.id], world.snapshots[record.id]),
    }


def _before(record: Record, world: World) -> Record | None:
    """The one that it follows, or else the last one of its iteration that was judged before."""
    if record.id not in world.snapshots:
        return None
    known = [other for other, _ in world.judged if other.id in world.snapshots]
    earlier = known[: known.index(record)]
    follows = [other for other in earlier if other.id == record.front.follows]
    alike = [other for other in earlier if other.front.proposal == record.front.proposal]
    return next(iter([*follows[::-1], *alike[::-1]]), None)


def chart(record: Record, world: World) -> dict[str, Any]:
    """The verdict, whose chart has each criterion's interval beside its bar."""
    verdict = world.verdicts.get(record.id)
    return {
        "verdict": verdict,
        "most": max(result.n for result in verdict.results) if verdict else 0,
    }


def timeline(record: Record, world: World) -> dict[str, Any]:
    """When the bar was set, moved and met, each with the commit that holds it."""
    return {"goalposts": goalposts(record, world.verdicts.get(record.id), world.past)}
