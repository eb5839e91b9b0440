"""The ladder of a rollout: where it stands, and how it is widened, held or taken back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ..errors import LabError
from ..records.edits import Change
from ..records.kinds import Rollout
from ..records.store import Record, Store
from .lanes import ACCEPTED, accepted_at


def stands_at(front: Rollout) -> int:
    """The number of the step that a rollout has reached; 0 is nobody."""
    return front.ladder[-1].step if front.ladder else 0


def share_of(front: Rollout) -> float:
    """To how many per cent of the users it goes."""
    step = stands_at(front)
    return front.steps[step - 1].share if 0 < step <= len(front.steps) else 0.0


def open_incidents(store: Store, rollout: Record, at: datetime | None = None) -> list[Record]:
    """Incidents of a rollout that were noticed and not yet closed, now or at a moment."""
    at = at or store.now
    return [
        incident
        for incident in store.pointing.get(("answers", rollout.id), ())
        if incident.kind.code == "INC"
        and incident.front.noticed_at <= at
        and not ((closed := accepted_at(incident)) and closed <= at)
    ]


def see_that_it_climbs(record: Record) -> None:
    """See that a record is a rollout.

    Raises:
        LabError: it is not.
    """
    if record.kind.code != "ROLL":
        raise LabError(f"{record.id} is a {record.kind.means}; only rollouts have a ladder.")


def climb(
    store: Store,
    record: Record,
    by: str,
    did: str,
    why: str,
    seen: Sequence[Mapping[str, Any]] = (),
) -> list[Change]:
    """The next entry of a rollout's ladder.

    Args:
        store: the project.
        record: the rollout.
        by: who decides.
        did: widened, held or reverted.
        why: what the gate of the step has shown.
        seen: what its split test shows, claim by claim.

    Raises:
        LabError: it is no accepted rollout, or there is nothing to widen, hold or take back.
    """
    see_that_it_climbs(record)
    if record.lane != ACCEPTED:
        raise LabError(f"{record.id} is a draft: lab review {record.id} --approve")
    front = record.front
    step = stands_at(front)
    if did == "widened":
        step += 1
        if step > len(front.steps):
            raise LabError(f"{record.id} is at its last step, {share_of(front):g} %.")
        if incidents := open_incidents(store, record):
            raise LabError(
                f"{incidents[0].id} is not closed: what was learned comes first, then more users."
            )
    elif not step:
        raise LabError(f"{record.id} goes to nobody, so nothing can be {did}.")
    elif did == "reverted":
        step = 0
    entry: dict[str, Any] = {"at": store.now, "by": by, "did": did, "step": step, "why": why}
    if seen:
        entry["seen"] = [*seen]
    return [Change(("ladder",), entry, "append")]
