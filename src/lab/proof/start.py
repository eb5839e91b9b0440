"""The start of work on a card: the moment at which a hypothesis is locked."""

from ..errors import LabError
from ..process.lanes import CARDS, DONE, TO_DO, next_lane
from ..process.moves import already, step
from ..records.edits import Change
from ..records.store import Record, Store
from . import locks
from .reach import reach_of


def start(store: Store, record: Record, by: str) -> list[Change]:
    """Begin to work on a card; a hypothesis is locked.

    Raises:
        LabError: it is no card, or not in `to do`; a hypothesis could never be decided.
    """
    if record.kind.code not in CARDS:
        raise LabError(
            f"{record.id} is a {record.kind.means}, and only cards are started "
            f"({', '.join(CARDS)}). To have it accepted: lab review {record.id} --approve"
        )
    if record.lane != TO_DO:
        raise LabError(f"{already(record)} It is started once, from `{TO_DO}`.")
    lane = next_lane(record.kind.code, TO_DO) or DONE
    changes = step(record, lane, by, store)
    if record.kind.code == "HYP":
        reach_of(store, record)
        testset = record.front.evaluation.testset
        lock = {
            "at": store.now,
            "by": by,
            "digest": locks.digest(record.front),
            "alpha": locks.alpha(store, testset),
            "slot": locks.free_slot(store, testset),
        }
        changes.append(Change(("lock",), lock))
    return changes
