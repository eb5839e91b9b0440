"""What needs somebody's decision, whose, and since when."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from ..records.research_log import logged, read_log
from ..records.store import Record, Store
from ..records.templates import PLACEHOLDER
from . import clock
from .iterations import ends_on, open_iterations, report_of
from .lanes import CARDS, DONE, DRAFT, REVIEWS, TO_DO

MENTION = re.compile(r"(?<![\w@/.])@([A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?)")


@dataclass(frozen=True)
class Need:
    """Something that waits for people: what, for whom, since when, and what they can type."""

    what: str
    who: tuple[str, ...]
    since: datetime
    record: str
    do: str


def needs(store: Store) -> list[Need]:
    """Everything that waits for somebody, the oldest first."""
    found = [
        *_over_box(store),
        *_blocked(store),
        *_reviews(store),
        *_reports(store),
        *_drafts(store),
        *_order(store),
        *_concerns(store),
        *_revisits(store),
        *_questions(store),
        *_retro(store),
        *_waivers(store),
    ]
    return sorted(found, key=lambda need: (need.since, need.what, need.record))


def due(store: Store) -> list[Need]:
    """What is late, or has come to its day: a product owner is reminded of it. Oldest first."""
    found = [
        *_over_box(store),
        *_reviews(store, late_only=True),
        *_reports(store),
        *(need for need in _drafts(store) if store.records[need.record].kind.code == "REP"),
        *_revisits(store),
        *_retro(store),
        *_waivers(store),
    ]
    return sorted(found, key=lambda need: (need.since, need.what, need.record))


def _begin_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _cards(store: Store) -> list[Record]:
    return [record for record in store.of(*CARDS) if record.lane != DONE]


def _over_box(store: Store) -> Iterator[Need]:
    for record in _cards(store):
        over = clock.over_since(record.front, store) if clock.box_runs(record.front) else None
        if over:
            used, box = clock.days_used(record.front, store), record.front.timebox
            judge = "lab judge {0}, " if record.kind.code == "HYP" else "lab move {0} review, "
            yield Need(
                f"time box is over: day {used} of {box}",
                (record.front.owner,),
                _begin_of(over),
                record.id,
                f"{judge}lab amend {{0}} --timebox N, or lab close {{0}}".format(record.id),
            )


def _blocked(store: Store) -> Iterator[Need]:
    for record in _cards(store):
        for block in record.front.blocked:
            if block.until is None:
                yield Need(
                    f"blocked: {block.why}",
                    (record.front.owner,),
                    block.at,
                    record.id,
                    f"lab unblock {record.id}",
                )


def _reviews(store: Store, late_only: bool = False) -> Iterator[Need]:
    for record in _cards(store):
        if record.lane not in REVIEWS:
            continue
        since = record.front.history[-1].at
        heard = {review.by for review in record.front.reviews if review.at >= since}
        others = [handle for handle in store.handles if handle not in {record.front.owner, *heard}]
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


def _reports(store: Store) -> Iterator[Need]:
    for proposal in open_iterations(store):
        end = ends_on(proposal, store)
        if end is None or store.now.date() <= end:
            continue
        report = report_of(proposal, store)
        if report is None:
            yield Need(
                f"the iteration's time box ended on {end}, and there is no report",
                (proposal.front.owner,),
                _begin_of(end),
                proposal.id,
                f'lab new REP "…" --proposal {proposal.id}',
            )
        elif PLACEHOLDER.search(report.yaml):
            yield Need(
                f"the iteration's time box ended on {end}, and its report is not written yet",
                (report.front.owner,),
                _begin_of(end),
                report.id,
                f"write {report.path}",
            )


def _drafts(store: Store) -> Iterator[Need]:
    """Documents that are written and wait for their signature or their decision."""
    roles = {"REQ": "sponsor"}
    words = {"REP": "waits for a decision"}
    for record in store.of("REQ", "NEED", "LIFT", "PROP", "REP", "ROLL", "INC", "RET"):
        if record.lane != DRAFT or PLACEHOLDER.search(record.yaml):
            continue
        code = record.kind.code
        who = store.with_role(roles.get(code, "product owner")) or store.with_role("product owner")
        command = "decide {} CHOICE --because …" if code == "REP" else "review {} --approve"
        yield Need(
            words.get(code, "waits to be accepted"),
            tuple(who),
            record.front.history[-1].at,
            record.id,
            f"lab {command.format(record.id)}",
        )


def _order(store: Store) -> Iterator[Need]:
    for record in _cards(store):
        if record.lane == TO_DO and not record.front.priority:
            yield Need(
                "has no priority yet",
                tuple(store.with_role("product owner")),
                record.front.created,
                record.id,
                f"lab prioritise {record.id} RANK",
            )


def _concerns(store: Store) -> Iterator[Need]:
    for record in _cards(store):
        for concern in record.front.concerns:
            if not concern.answer:
                yield Need(
                    f"concern of {concern.by}: {concern.what}",
                    (record.front.owner,),
                    concern.at,
                    record.id,
                    f'write its `answer: "…"` in {record.path}',
                )


def _revisits(store: Store) -> Iterator[Need]:
    owners = tuple(store.with_role("product owner"))
    for record in store.records.values():
        again = record.front.revisit_on
        later = ("follows", record.id) in store.pointing or (
            ("supersedes", record.id) in store.pointing
        )
        if again and again <= store.now and not later:
            yield Need(
                "was to be looked at again", owners, again, record.id, f"lab show {record.id}"
            )


def _questions(store: Store) -> Iterator[Need]:
    """Who was asked for help in a log, and has not written there since."""
    for record in _cards(store):
        asked: dict[str, datetime] = {}
        for name in record.log:
            if not (entry := logged(name)):
                continue
            at, author = entry
            asked.pop(author, None)
            for handle in MENTION.findall(read_log(record, store, name)):
                if handle in store.handles and handle != author:
                    asked.setdefault(handle, at)
        for handle, at in asked.items():
            yield Need(
                "was asked for help in the log",
                (handle,),
                at,
                record.id,
                f'lab log {record.id} "…"',
            )


def _retro(store: Store) -> Iterator[Need]:
    due = clock.retro_due(store)
    if due and store.now > due:
        yield Need("a retro is due", tuple(store.handles), due, "team/retros", 'lab new RET "…"')


def _waivers(store: Store) -> Iterator[Need]:
    for waiver in store.waivers:
        if waiver.until <= store.now + timedelta(days=7):
            ends = "ends" if waiver.until > store.now else "ended"
            yield Need(
                f"the waiver of {waiver.rule} {ends} on {waiver.until:%Y-%m-%d}",
                (waiver.owner,),
                min(waiver.until, store.now),
                waiver.record,
                "fix what was waived",
            )
