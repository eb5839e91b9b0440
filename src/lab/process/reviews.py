"""What a reviewer's word does to a card or a document, and how many words it takes."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..errors import LabError
from ..records.edits import Change
from ..records.front import Step
from ..records.store import Record, Store
from .lanes import ACCEPTED, CARDS, CODE_REVIEW, DONE, DRAFT, REVIEWS, TEST, UPDATE, next_lane
from .moves import ending, into, only_close_abandons, onwards


def review(
    store: Store,
    record: Record,
    by: str,
    approve: bool,
    why: str | None,
    given: Mapping[str, Any],
) -> list[Change]:
    """A reviewer's word, and the step that follows from it.

    Raises:
        LabError: there is nothing to review, it was said already, or it is not said what has to
            change.
    """
    to = after_review(store, record, by, approve, given)
    if not approve and not why:
        raise LabError(f'say what has to change: lab review {record.id} --changes "…"')
    only_close_abandons(record, given)
    if approve and by in approvals(record):
        raise LabError(
            f"{by} has approved {record.id} already; it waits for "
            f"{' or '.join(may_approve(store, record)) or 'somebody else'}."
        )
    entry: dict[str, Any] = {
        "at": store.now,
        "by": by,
        "lane": record.lane,
        "says": "approve" if approve else "changes",
    }
    changes = ending(record, given)
    changes.append(Change(("reviews",), entry | ({"why": why} if why else {}), "append"))
    if to != record.lane:
        changes += into(store, record, to, by, None if approve else why)
    return changes


def after_review(
    store: Store, record: Record, by: str, approve: bool, given: Mapping[str, Any]
) -> str:
    """Where a reviewer's word brings a record: into its own lane, if more words are needed.

    Raises:
        LabError: there is nothing to review.
    """
    lane, kind = record.lane, record.kind.code
    if lane not in (*REVIEWS, DRAFT):
        raise LabError(_not_in_review(record))
    if lane == DRAFT:
        return ACCEPTED if approve else DRAFT
    if not approve:
        return TEST if lane == CODE_REVIEW else UPDATE
    if not _enough(store, record, by):
        return lane
    if kind == "HYP" and lane == CODE_REVIEW:
        ships = not (record.front.not_shipped or given.get("not_shipped"))
        return UPDATE if record.front.outcome == "supported" and ships else DONE
    return next_lane(kind, lane) or DONE


def _not_in_review(record: Record) -> str:
    if record.lane in (DONE, ACCEPTED):
        return f"{record.id} is in `{record.lane}`, which is final; there is nothing to review."
    return (
        f"{record.id} is in `{record.lane}`, and nobody has asked for a review: "
        f"go on with `{onwards(record)}`."
    )


def approvals(record: Record) -> set[str]:
    """Who has approved a card since it came into its lane."""
    handles: set[str] = set()
    for review in record.front.reviews:
        if review.lane == record.lane and review.at >= record.front.history[-1].at:
            handles = handles | {review.by} if review.says == "approve" else set()
    return handles


def approvals_of_others(record: Record, entered: Step, left: Step) -> set[str]:
    """Who but its owner has approved a card between its steps into a lane and out of it."""
    return {
        review.by
        for review in record.front.reviews
        if review.says == "approve"
        and review.lane == entered.to
        and entered.at <= review.at <= left.at
        and review.by != record.front.owner
    }


def may_approve(store: Store, record: Record) -> list[str]:
    """Who could still approve a card."""
    done = {*approvals(record), record.front.owner}
    return [handle for handle in store.present() if handle not in done]


def asked(store: Store, record: Record, heard: set[str]) -> list[str]:
    """Who is asked for a review: one or two people, and as many more as the policy wants.

    First come the owner's backups, then who shares a role, then who is asked for the fewest other
    reviews. Anybody else may review all the same.
    """
    owner = store.handles.get(record.front.owner)
    backups = owner.backups if owner else ()
    roles = {*owner.roles_at(store.now)} if owner else set()
    waiting = [other for other in store.of(*CARDS) if other.lane in REVIEWS and other is not record]
    busy = Counter(
        backup
        for other in waiting
        if (person := store.handles.get(other.front.owner))
        for backup in person.backups
    )
    free = [handle for handle in store.present() if handle not in {record.front.owner, *heard}]

    def order(handle: str) -> tuple[bool, bool, int]:
        theirs = {*store.handles[handle].roles_at(store.now)}
        return handle not in backups, not roles & theirs, busy[handle]

    chosen = sorted(free, key=order)[: max(2, approvals_needed(store))]
    return [handle for handle in free if handle in chosen]


def approvals_needed(store: Store, at: datetime | None = None) -> int:
    """How many have to approve a card: as many as the policy says, if there are so many others.

    It counts the team as it is, or as it was at another moment.
    """
    return max(1, min(store.policy.reviewers, len(store.team(at)) - 1))


def _enough(store: Store, record: Record, by: str) -> bool:
    """Is this approval enough, with those that are there?"""
    if store.alone or by == record.front.owner:  # the rule about reviews has the last word
        return True
    return len((approvals(record) | {by}) - {record.front.owner}) >= approvals_needed(store)
