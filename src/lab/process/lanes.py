"""The lanes of each kind, and which steps between them the rules allow."""

from datetime import datetime

from ..records.store import Record, Store

TO_DO = "to do"
TEST = "test hypothesis"
CODE_REVIEW = "code review hypothesis"
UPDATE = "update model"
UPDATE_REVIEW = "code review update model"
DONE = "done"
BOARD = (TO_DO, TEST, CODE_REVIEW, UPDATE, UPDATE_REVIEW, DONE)

DRAFT, ACCEPTED = "draft", "accepted"
DOCUMENT = (DRAFT, ACCEPTED)
EXPERIMENT = (TO_DO, TEST, CODE_REVIEW, DONE)
DELIVERY = (TO_DO, UPDATE, UPDATE_REVIEW, DONE)

CARDS = ("HYP", "SPK", "EDA", "TASK")
LANES = {"HYP": BOARD, "SPK": EXPERIMENT, "EDA": EXPERIMENT, "TASK": DELIVERY}
REVIEWS = (CODE_REVIEW, UPDATE_REVIEW)
WORKING = (TEST, UPDATE)


def lanes_of(kind: str) -> tuple[str, ...]:
    """The lanes of a kind, first to last."""
    return LANES.get(kind, DOCUMENT)


def next_lane(kind: str, lane: str) -> str | None:
    """The lane after this one, or None after the last."""
    lanes = lanes_of(kind)
    place = lanes.index(lane) + 1
    return lanes[place] if place < len(lanes) else None


def steps_from(kind: str, lane: str) -> tuple[str, ...]:
    """The lanes that a record may go to from its lane.

    One on, one back out of a review, and for cards from any open lane straight to done:
    abandoned, or a hypothesis that ends after its test.
    """
    lanes = lanes_of(kind)
    if lane == lanes[-1] or lane not in lanes:
        return ()
    place = lanes.index(lane)
    back = [lanes[place - 1]] if lane in REVIEWS else []
    end = [DONE] if kind in CARDS and lanes[place + 1] != DONE else []
    return (lanes[place + 1], *back, *end)


def named(kind: str, text: str, here: str | None = None) -> str | None:
    """The lane that a person means: its name, its number, or a part of it.

    A part of several names means the one that the record can go to from `here`.
    """
    lanes = lanes_of(kind)
    if text.isdecimal() and 1 <= int(text) <= len(lanes):
        return lanes[int(text) - 1]
    wanted = spelt_out(text)
    if wanted in lanes:
        return wanted
    starting = [lane for lane in lanes if wanted and lane.startswith(wanted)]
    holding = [lane for lane in lanes if wanted and wanted in lane]
    within_reach = [lane for lane in holding if here and lane in steps_from(kind, here)]
    for matching in (starting, holding, within_reach):
        if len(matching) == 1:
            return matching[0]
    return None


def spelt_out(text: str) -> str:
    """What somebody typed for a lane, as the names of lanes are written."""
    return " ".join(text.lower().replace("-", " ").replace("_", " ").split())


def is_draft(record: Record) -> bool:
    """Has nothing been promised yet?"""
    return record.lane in (DRAFT, TO_DO)


def started_at(record: Record) -> datetime | None:
    """When a card first came into a lane in which work happens, or None."""
    return next((step.at for step in record.front.history if step.to in WORKING), None)


def accepted_at(record: Record) -> datetime | None:
    """When a document was accepted, or None."""
    return next((step.at for step in record.front.history if step.to == ACCEPTED), None)


def group_of(record: Record, store: Store) -> str | None:
    """The group whose board a record is on: its owner's, if that one has a board of its own."""
    owner = store.handles.get(record.front.owner)
    return owner.group if owner and owner.group in store.policy.groups else None


def wip(store: Store, group: str | None = None) -> dict[str, int | None]:
    """The limit of each lane between to do and done, for all or for a group with its own."""
    limits = store.policy.groups[group].wip if group else store.policy.wip
    return dict(
        zip(
            BOARD[1:-1],
            (limits.test, limits.code_review, limits.update, limits.update_review),
            strict=True,
        )
    )
