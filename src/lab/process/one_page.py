"""The light track: one page carries what requirements, need and proposal say by themselves in full.

A proposal that answers no needs assessment is such a page. What follows from that is read from the
record and not from the policy, so that a team which goes over to the full track has broken nothing.
"""

from ..records.edits import Change
from ..records.store import Record, Store
from .cards import prioritise
from .lanes import CARDS, DONE, DRAFT
from .reviews import review


def page_of(record: Record, store: Store) -> Record | None:
    """The page that the iteration of a record began with, if it is one."""
    link = getattr(record.front, "proposal", None)
    proposal = record if record.kind.code == "PROP" else store.get(link)
    if proposal is None or proposal.kind.code != "PROP" or proposal.front.answers:
        return None
    return proposal


def acceptance(store: Store, card: Record, by: str) -> tuple[Record, list[Change]] | None:
    """The page of a card that is still a draft, and its acceptance by whoever starts the card.

    Only a product owner accepts it so; anybody else has to ask one.
    """
    page = page_of(card, store) if card.kind.code in CARDS else None
    if page is None or page.lane != DRAFT or by not in store.with_role("product owner"):
        return None
    return page, review(store, page, by, True, None, {})


def priority(store: Store, card: Record, by: str) -> list[Change]:
    """The place behind all others of a card that a product owner starts, if it has none yet."""
    owners = store.with_role("product owner")
    if page_of(card, store) is None or card.front.priority or by not in owners:
        return []
    ranked = [other.front.priority for other in store.of(*CARDS) if other.lane != DONE]
    last = max((priority.rank for priority in ranked if priority), default=0)
    return prioritise(store, card, by, last + 1, None)
