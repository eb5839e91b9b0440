"""What users and what watches over them ask for, once a model is live."""

from collections.abc import Iterator

from ..records.monitoring import last_report
from ..records.store import Store
from .lanes import DRAFT
from .need import Need, of_owner


def incidents(store: Store) -> Iterator[Need]:
    """Incidents until they are closed: users first, the lesson second."""
    for record in store.of("INC"):
        if record.lane != DRAFT:
            continue
        front, rollout = record.front, store.get(record.front.answers)
        owners = (front.owner, *((rollout.front.owner,) if rollout else ()))
        who, since = tuple(dict.fromkeys(owners)), front.noticed_at
        if front.reverted_at is None:
            do = f"lab rollout {front.answers} revert --why …, and write `reverted_at`"
            yield Need("incident: users are not back yet", who, since, record.id, do, True)
        else:
            do = f"write what was learned, then lab review {record.id} --approve"
            yield Need("incident: it is not closed yet", who, since, record.id, do, True)


def drift(store: Store) -> Iterator[Need]:
    """What `lab monitor` found last about a rollout, until somebody has decided what follows."""
    for record in store.of("ROLL"):
        found = last_report(store.root, record)
        if found is None or not found.drift:
            continue
        if any(entry.at >= found.at for entry in record.front.ladder):
            continue
        who = tuple(dict.fromkeys(monitor.owner for monitor in record.front.monitors))
        do = f"lab rollout {record.id} hold --why …, or revert"
        yield Need(f"monitor: {found.found}", who, found.at, record.id, do, True)


def rollouts(store: Store) -> Iterator[Need]:
    """Rollouts on their way: each step waits for the word of its owner."""
    for record in store.of("ROLL"):
        front = record.front
        if not front.ladder:
            continue
        last = front.ladder[-1]
        if 0 < last.step < len(front.steps):
            step = front.steps[last.step - 1]
            what = f"stands at {step.share:g} %. Does its gate hold: {step.gate}?"
            do = f"lab rollout {record.id} widen|hold|revert --why …"
            yield Need(what, (step.owner,), last.at, record.id, do)
        elif last.did == "reverted" and not any(
            incident.front.noticed_at.date() >= front.ladder[-2].at.date()
            for incident in store.pointing.get(("answers", record.id), ())
        ):
            do = f'lab new INC "…" --answers {record.id}'
            what = "was taken back, and nobody has written down why"
            yield of_owner(record, store, what, last.at, do)
