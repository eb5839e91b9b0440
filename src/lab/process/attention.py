"""What needs somebody's decision, whose, and since when."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain

from ..errors import LabError
from ..records.ballots import panel_in, read_ballots, silent
from ..records.monitoring import last_report
from ..records.research_log import logged, read_log
from ..records.store import Record, Store
from ..records.templates import PLACEHOLDER
from . import clock
from .actions import open_actions
from .iterations import (
    cards_of,
    ends_on,
    open_iterations,
    replaced_by,
    report_of,
    requirements_of,
)
from .lanes import CARDS, DONE, DRAFT, REVIEWS, TEST, TO_DO
from .moves import onwards
from .reviews import asked

NEARLY = 5  # a test set is nearly used up when at most one slot in so many is left
MENTION = re.compile(r"(?<![\w@/.])@([A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?)")


@dataclass(frozen=True)
class Need:
    """Something that waits for people: what, for whom, since when, and what they can type.

    What is urgent harms somebody as long as it waits.
    """

    what: str
    who: tuple[str, ...]
    since: datetime
    record: str
    do: str
    urgent: bool = False


def needs(store: Store) -> list[Need]:
    """Everything that waits for somebody: what is urgent, then the oldest first."""
    return _oldest_first(
        _incidents(store),
        _drift(store),
        _rollouts(store),
        _over_box(store),
        _troubles(store),
        _reviews(store),
        _reports(store),
        _drafts(store),
        _overtaken(store),
        _order(store),
        _revisits(store),
        _questions(store),
        _votes(store),
        _retro(store),
        _actions(store),
        _waivers(store),
        _testset(store),
    )


def due(store: Store) -> list[Need]:
    """What is late, or has come to its day: a product owner is reminded of it. Oldest first."""
    return _oldest_first(
        _incidents(store),
        _drift(store),
        _over_box(store),
        _reviews(store, late_only=True),
        _reports(store),
        (need for need in _drafts(store) if store.records[need.record].kind.code == "REP"),
        _revisits(store),
        _retro(store),
        _actions(store),
        _waivers(store),
    )


def _oldest_first(*needs: Iterable[Need]) -> list[Need]:
    return sorted(
        chain(*needs), key=lambda need: (not need.urgent, need.since, need.what, need.record)
    )


def _of_owner(record: Record, store: Store, what: str, since: datetime, do: str) -> Need:
    """What waits for the owner of a record; for the product owner, where that one has left."""
    owner = record.front.owner
    left = owner in store.handles and not store.handles[owner].holds(store.now)
    who = tuple(store.with_role("product owner")) if left else (owner,)
    return Need(what, who, since, record.id, do)


def _begin_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _cards(store: Store) -> list[Record]:
    return [record for record in store.of(*CARDS) if record.lane != DONE]


def _incidents(store: Store) -> Iterator[Need]:
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


def _drift(store: Store) -> Iterator[Need]:
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


def _rollouts(store: Store) -> Iterator[Need]:
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
            yield _of_owner(record, store, what, last.at, do)


def _over_box(store: Store) -> Iterator[Need]:
    for record in _cards(store):
        over = clock.over_since(record.front, store) if clock.box_runs(record.front) else None
        if over:
            used, box = clock.days_used(record.front, store), record.front.timebox
            what = f"time box is over: day {used} of {box}"
            ways = f"lab amend {record.id} --timebox N, or lab close {record.id}"
            yield _of_owner(record, store, what, _begin_of(over), f"{onwards(record)}, {ways}")


def _troubles(store: Store) -> Iterator[Need]:
    """What is in a card's way, and concerns about it that nobody has answered."""
    for record in _cards(store):
        for block in record.front.blocked:
            if block.until is None:
                what = f"blocked: {block.why}"
                yield _of_owner(record, store, what, block.at, f"lab unblock {record.id}")
        for concern in record.front.concerns:
            if not concern.answer:
                what = f"concern of {concern.by}: {concern.what}"
                do = f'lab answer {record.id} "…"'
                yield _of_owner(record, store, what, concern.at, do)


def _reviews(store: Store, late_only: bool = False) -> Iterator[Need]:
    for record in _cards(store):
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


def _reports(store: Store) -> Iterator[Need]:
    for proposal in open_iterations(store):
        end = ends_on(proposal, store)
        if end is None or store.now.date() <= end:
            continue
        report, over = report_of(proposal, store), f"the iteration's time box ended on {end}, and "
        if report is None:
            do = f"lab report {proposal.id}"
            yield _of_owner(proposal, store, f"{over}there is no report", _begin_of(end), do)
        elif PLACEHOLDER.search(report.yaml):
            what, do = f"{over}its report is not written yet", f"write {report.path}"
            yield _of_owner(report, store, what, _begin_of(end), do)


def _drafts(store: Store) -> Iterator[Need]:
    """Documents that are written and wait for their signature or their decision."""
    roles = {"REQ": "sponsor"}
    words = {"REP": "waits for a decision"}
    for record in store.of("REQ", "NEED", "LIFT", "PROP", "REP", "ROLL", "RET"):
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


def _overtaken(store: Store) -> Iterator[Need]:
    """Open iterations on requirements that were replaced, and cards of a stopped one."""
    owners = tuple(store.with_role("product owner"))
    for proposal in open_iterations(store):
        requirements = requirements_of(proposal, store)
        newer = replaced_by(requirements, store) if requirements else None
        if requirements and newer:
            what = f"rests on {requirements.id}, which {newer.id} replaces"
            do = f"lab decide {proposal.id} stop --because …, or a new NEED that supersedes its own"
            yield Need(what, owners, newer.front.history[-1].at, proposal.id, do)
    for proposal in store.of("PROP"):
        stopped = proposal.front.stopped
        if stopped is None:
            continue
        for card in cards_of(proposal, store):
            if card.lane != DONE:
                do = f"lab close {card.id} --why … --learned …"
                yield _of_owner(card, store, "its iteration was stopped", stopped.at, do)
        if report_of(proposal, store) is None:
            do = f"lab report {proposal.id}"
            yield _of_owner(proposal, store, "was stopped, without a report", stopped.at, do)


def _order(store: Store) -> Iterator[Need]:
    owners = tuple(store.with_role("product owner"))
    for record in _cards(store):
        if record.lane == TO_DO and not record.front.priority:
            do = f"lab prioritise {record.id} RANK"
            yield Need("has no priority yet", owners, record.front.created, record.id, do)


def _revisits(store: Store) -> Iterator[Need]:
    owners = tuple(store.with_role("product owner"))
    for record in store.records.values():
        again = record.front.revisit_on
        later = any((link, record.id) in store.pointing for link in ("follows", "supersedes"))
        if again and again <= store.now and not later:
            do = f"lab show {record.id}"
            yield Need("was to be looked at again", owners, again, record.id, do)


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
                if handle in store.present() and handle != author:
                    asked.setdefault(handle, at)
        for handle, at in asked.items():
            what, do = "was asked for help in the log", f'lab log {record.id} "…"'
            yield Need(what, (handle,), at, record.id, do)


def _votes(store: Store) -> Iterator[Need]:
    """Who is on a panel that a started hypothesis asks, and did not vote yet."""
    for record in _cards(store):
        if record.kind.code != "HYP" or record.lane != TEST or not record.front.lock:
            continue
        for criterion in (*record.front.criteria, *record.front.guardrails):
            if panel_in(criterion) is None:
                continue
            since = record.front.lock.at
            try:
                ballots = read_ballots(store.root, record.folder)
            except LabError:
                continue  # whoever votes or judges is told
            waiting = silent(criterion, store.people, since, ballots)
            who = tuple(handle for handle in store.present() if handle in waiting)
            if who:
                do = f"lab vote {record.id} yes|no"
                yield Need(f"has to be voted on: {criterion}", who, since, record.id, do)


def _retro(store: Store) -> Iterator[Need]:
    due = clock.retro_due(store)
    if due and store.now > due:
        yield Need("a retro is due", tuple(store.present()), due, "team/retros", 'lab new RET "…"')


def _actions(store: Store) -> Iterator[Need]:
    """Actions of retros whose day has come; they come back until somebody says what became."""
    for record, number, action in open_actions(store):
        if action.due <= store.now:
            do = f'lab action {record.id} {number} --done "…"'
            yield Need(f"action: {action.what}", (action.owner,), action.due, record.id, do)


def _waivers(store: Store) -> Iterator[Need]:
    for waiver in store.waivers:
        if waiver.until <= store.now + timedelta(days=7):
            ends = "ends" if waiver.until > store.now else "ended"
            what = f"the waiver of {waiver.rule} {ends} on {waiver.until:%Y-%m-%d}"
            since = min(waiver.until, store.now)
            yield Need(what, (waiver.owner,), since, waiver.record, "fix what was waived")


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
