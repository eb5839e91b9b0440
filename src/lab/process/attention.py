"""What needs somebody's decision, whose, and since when."""

from collections.abc import Iterable, Iterator
from itertools import chain

from ..records.store import Store
from . import clock
from .card_needs import over_box, questions, troubles, votes
from .document_needs import drafts, overtaken, reports, revisits
from .lanes import REVIEWS, TO_DO
from .launch_needs import drift, incidents, rollouts
from .need import Need, open_cards
from .reviews import asked
from .team_needs import actions, retro, waivers

NEARLY = 5  # a test set is nearly used up when at most one slot in so many is left


def needs(store: Store) -> list[Need]:
    """Everything that waits for somebody: what is urgent, then the oldest first."""
    return _oldest_first(
        incidents(store),
        drift(store),
        rollouts(store),
        over_box(store),
        troubles(store),
        _reviews(store),
        reports(store),
        drafts(store),
        overtaken(store),
        _order(store),
        revisits(store),
        questions(store),
        votes(store),
        retro(store),
        actions(store),
        waivers(store),
        _testset(store),
    )


def due(store: Store) -> list[Need]:
    """What is late, has come to its day, or was asked of somebody by name. Oldest first.

    A product owner is reminded of it, and whoever was asked is called on the forge.
    """
    return _oldest_first(
        incidents(store),
        drift(store),
        over_box(store),
        _reviews(store, late_only=True),
        questions(store),
        reports(store),
        (need for need in drafts(store) if store.records[need.record].kind.code == "REP"),
        revisits(store),
        retro(store),
        actions(store),
        waivers(store),
    )


def _oldest_first(*needs: Iterable[Need]) -> list[Need]:
    return sorted(
        chain(*needs), key=lambda need: (not need.urgent, need.since, need.what, need.record)
    )


def _reviews(store: Store, late_only: bool = False) -> Iterator[Need]:
    for record in open_cards(store):
        if record.lane not in REVIEWS:
            continue
        since = record.front.history[-1].at
        heard = {review.by for review in record.front.reviews if review.at >= since}
        others = asked(store, record, heard)
        waited = clock.working_age(since, store)
        is_late = waited > store.policy.reminders.review
        if late_only and not is_late:
            continue
        late = f", for {waited} working days" if is_late else ""
        yield Need(
            f"waits for a review{late}",
            tuple(others) or (record.front.owner,),
            since,
            record.id,
            f"lab review {record.id} --approve",
        )


def _order(store: Store) -> Iterator[Need]:
    owners = tuple(store.with_role("product owner"))
    for record in open_cards(store):
        if record.lane == TO_DO and not record.front.priority:
            do = f"lab prioritise {record.id} RANK"
            yield Need("has no priority yet", owners, record.front.created, record.id, do)


def _testset(store: Store) -> Iterator[Need]:
    """The newest test set that is in use, if few of its slots are left or none."""
    in_use = [testset for testset in store.testsets.values() if testset.retired is None]
    newest = max(in_use, key=lambda testset: (testset.registered.at, testset.id), default=None)
    if newest is None:
        return
    together = {newest.id, *newest.shares}
    locks = [
        record.front.lock
        for record in store.of("HYP")
        if record.front.lock and record.front.evaluation.testset in together
    ]
    left = newest.budget - max((lock.slot for lock in locks), default=0)
    if left > max(1, newest.budget // NEARLY):
        return
    last = max(lock.at for lock in locks) if locks else newest.registered.at
    what = f"{left} of its {newest.budget} slots left" if left > 0 else "its slots are used up"
    owners = tuple(store.with_role("product owner"))
    do = "collect new examples, then: lab testset register"
    yield Need(f"has {what}" if left > 0 else what, owners, last, newest.id, do)
