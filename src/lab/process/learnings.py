"""What finished cards have taught, for this team and for others."""

from typing import Any

from ..records.edits import stamp
from ..records.store import Store
from .iterations import requirements_of
from .lanes import CARDS, DONE


def learnings(store: Store) -> list[dict[str, Any]]:
    """Each finished card with its lesson, the newest first, as plain data that can be shared."""
    found = []
    for record in store.of(*CARDS):
        front = record.front
        if record.lane != DONE or not front.learned:
            continue
        requirements = requirements_of(record, store)
        found.append(
            {
                "id": record.id,
                "on": stamp(front.history[-1].at),
                "kind": record.kind.means,
                "title": front.title,
                "outcome": front.outcome,
                "learned": front.learned,
                "insight": front.insight,
                "change": getattr(front, "change", None),
                "customer_outcome": requirements and requirements.front.customer_outcome,
            }
        )
    return sorted(found, key=lambda learning: (learning["on"], learning["id"]), reverse=True)
