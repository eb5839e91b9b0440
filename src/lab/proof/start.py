"""The start of work on a card: the moment at which a hypothesis is locked."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import LabError
from ..process.lanes import CARDS, DONE, TO_DO, next_lane
from ..process.moves import already, step
from ..records.edits import Change
from ..records.store import Record, Store
from . import locks


@dataclass(frozen=True)
class Begun:
    """What a start changes on the card, and what is said of each criterion of a hypothesis."""

    changes: list[Change]
    prospects: Sequence[str] = ()


def start(store: Store, record: Record, by: str) -> Begun:
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
    if record.kind.code != "HYP":
        return Begun(changes)
    from .reach import reach_of  # it loads polars, which only this moment needs
    from .terms import terms_of

    prospects = reach_of(store, record)
    testset = store.testsets[record.front.evaluation.testset]
    lock = {
        "at": store.now,
        "by": by,
        "digest": locks.digest(record.front),
        "alpha": locks.alpha(store, testset.id),
        "slot": locks.free_slot(store, testset.id),
        "terms": terms_of(store.root, record, testset),
    }
    return Begun([*changes, Change(("lock",), lock)], prospects)
