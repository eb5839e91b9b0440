"""What people do to records: each verb is a few changes, and the rules say if they may stand.

A verb holds no rule of its own. Its changes are made in memory, every rule is asked before
and after, and whatever is newly broken is why the verb refuses.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..errors import LabError
from ..records import files
from ..records.edits import Change, change, stamp
from ..records.finding import Finding
from ..records.store import Record, Store, parse_record
from . import clock, locks
from .lanes import (
    ACCEPTED,
    CARDS,
    CODE_REVIEW,
    DONE,
    DRAFT,
    REVIEWS,
    TEST,
    TO_DO,
    UPDATE,
    WORKING,
    lanes_of,
    named,
    next_lane,
    steps_from,
)
from .run import check


class RefusedError(LabError):
    """A verb that the rules forbid: which, why, and what to do instead."""

    def __init__(self, what: str, findings: Sequence[Finding]) -> None:
        lines = [f"{what}: nothing was changed."]
        for one in findings:
            lines += [f"  {one.code} {one.message}", f"         {one.remedy}"]
        super().__init__("\n".join(lines))
        self.findings = tuple(findings)


@dataclass(frozen=True)
class Done:
    """What a verb wrote, and what the rules remark about it."""

    path: str
    notes: tuple[Finding, ...] = ()


def carry_out(store: Store, record: Record, changes: Sequence[Change], what: str) -> Done:
    """Write changes of a record, if no rule is newly broken by them.

    Args:
        store: the project as it is.
        record: the record that changes.
        changes: what to change in its front matter.
        what: the refusal's first words, such as "HYP-… was not started".

    Raises:
        RefusedError: a rule forbids it.
        LabError: the file cannot be changed safely.
    """
    path = store.root / record.path
    before = files.read_whole(path)
    try:
        text = change(before.decode("utf-8"), changes)
    except LabError as error:
        raise LabError(f"{record.path}: {error}") from None
    notes = tried(store, record, text, what)
    files.replace(path, before, text)
    return Done(record.path, notes)


def tried(store: Store, record: Record | None, text: str, what: str, path: str = "") -> tuple:
    """The remarks that the rules newly make if a record has this text.

    Raises:
        RefusedError: one of them is an error.
    """
    path = record.path if record else path
    changed, faults = parse_record(text.removeprefix("\ufeff").replace("\r\n", "\n"), path)
    if changed is None:
        raise RefusedError(what, faults)
    if record:
        changed = replace_record(changed, record)
    after = replace(store, records={**store.records, changed.id: changed})
    known = {_key(one) for one in check(store).findings}
    new = [one for one in check(after).findings if _key(one) not in known]
    if errors := [one for one in new if one.level == "error"]:
        raise RefusedError(what, errors)
    return tuple(new)


def replace_record(changed: Record, record: Record) -> Record:
    """A record read from a new text, with the log and the verdict of the old one."""
    import msgspec

    return msgspec.structs.replace(changed, log=record.log, judged=record.judged)


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.code, finding.path, finding.message


# ---------------------------------------------------------------------------
# The verbs: each gives the changes that it is made of.
# ---------------------------------------------------------------------------


def step(record: Record, lane: str, by: str, store: Store, why: str | None = None) -> list[Change]:
    """Into another lane."""
    entry = {"at": store.now, "by": by, "to": lane} | ({"why": why} if why else {})
    return [Change(("history",), entry, "append")]


def start(store: Store, record: Record, by: str) -> list[Change]:
    """Begin to work on a card; a hypothesis is locked.

    Raises:
        LabError: it is no card, or not in `to do`.
    """
    if record.kind.code not in CARDS:
        raise LabError(
            f"{record.id} is a {record.kind.means}, and only cards are started "
            f"({', '.join(CARDS)}). To have it accepted: lab review {record.id} --approve"
        )
    if record.lane != TO_DO:
        raise LabError(_already(record))
    lane = next_lane(record.kind.code, TO_DO) or DONE
    changes = step(record, lane, by, store)
    if record.kind.code == "HYP":
        testset = record.front.evaluation.testset
        lock = {
            "at": store.now,
            "by": by,
            "digest": locks.digest(record.front),
            "alpha": locks.alpha(store),
            "slot": locks.free_slot(store, testset),
        }
        changes.append(Change(("lock",), lock))
    return changes


def move(store: Store, record: Record, lane: str, by: str) -> list[Change]:
    """Into a lane that people name as they like.

    Raises:
        LabError: there is no such lane, or the record is in it.
    """
    kind = record.kind.code
    to = named(kind, lane)
    if to is None:
        raise LabError(
            f'"{lane}" is no lane of a {record.kind.means}: it has {", ".join(lanes_of(kind))}.'
        )
    if to == record.lane:
        raise LabError(f"{record.id} is in `{to}` already.")
    if record.lane == TO_DO and to in WORKING and to in steps_from(kind, TO_DO):
        return start(store, record, by)
    changes = step(record, to, by, store)
    if to == TEST and getattr(record.front, "outcome", None):
        changes.append(Change(("outcome",), None))
    return changes


def review(
    store: Store, record: Record, by: str, approve: bool, why: str | None
) -> tuple[list[Change], str]:
    """A reviewer's word, and where it brings the record (its own lane, if more are needed).

    Raises:
        LabError: there is nothing to review, or changes are asked without saying which.
    """
    lane = record.lane
    if lane not in (*REVIEWS, DRAFT):
        waiting = "it is final" if lane in (DONE, ACCEPTED) else "nobody has asked for a review"
        raise LabError(
            f"{record.id} is in `{lane}`: {waiting}. "
            "A card is reviewed in a review lane, a document as a draft."
        )
    if not approve and not why:
        raise LabError('say what has to change: lab review ID --changes "…"')
    said: dict[str, Any] = {
        "at": store.now,
        "by": by,
        "lane": lane,
        "says": "approve" if approve else "changes",
    }
    changes = [Change(("reviews",), said | ({"why": why} if why else {}), "append")]
    if lane == DRAFT:
        to = ACCEPTED if approve else DRAFT
    elif approve:
        to = _after_review(record) if _approved(store, record, by) else lane
    else:
        to = TEST if lane == CODE_REVIEW else UPDATE
    if to != lane:
        changes += step(record, to, by, store, None if approve else why)
    if to == TEST and getattr(record.front, "outcome", None):
        changes.append(Change(("outcome",), None))
    return changes, to


def _after_review(record: Record) -> str:
    """Where an approved card goes: a hypothesis goes on only if it is supported and ships."""
    if record.kind.code == "HYP" and record.lane == CODE_REVIEW:
        goes_on = record.front.outcome == "supported" and not record.front.not_shipped
        return UPDATE if goes_on else DONE
    return next_lane(record.kind.code, record.lane) or DONE


def _approved(store: Store, record: Record, by: str) -> bool:
    """Is this approval enough, with those that are there?"""
    if store.alone or by == record.front.owner:  # the rule about reviews has the last word
        return True
    since = record.front.history[-1].at
    others = {
        one.by
        for one in record.front.reviews
        if one.says == "approve" and one.lane == record.lane and one.at >= since
    } - {record.front.owner}
    needed = max(1, min(store.policy.reviewers, len(store.people) - 1))
    return len(others | {by}) >= needed


def close(store: Store, record: Record, by: str, given: Mapping[str, Any]) -> list[Change]:
    """Straight to done: abandoned, or a hypothesis that ends after its review.

    Raises:
        LabError: it is no card, or done already.
    """
    if record.kind.code not in CARDS:
        raise LabError(
            f"{record.id} is a {record.kind.means}, and only cards are closed. "
            "A report ends with `lab decide`, other documents with `lab review --approve`."
        )
    if record.lane == DONE:
        raise LabError(f"{_already(record)} Done is final: a new record can `follow` it.")
    changes = step(record, DONE, by, store, given.get("why"))
    for number, block in enumerate(record.front.blocked):
        if block.until is None:
            changes.insert(0, Change(("blocked", number, "until"), store.now))
    return changes


def decide(store: Store, record: Record, by: str, given: Mapping[str, Any]) -> list[Change]:
    """The stakeholders' decision on a report, which accepts it.

    Raises:
        LabError: it is no report, or was decided already.
    """
    if record.kind.code != "REP":
        raise LabError(f"{record.id} is a {record.kind.means}; decisions are taken on reports.")
    if record.lane == ACCEPTED:
        choice = record.front.decision.choice
        raise LabError(f"{record.id} was decided: {choice}. A new decision is a new report.")
    decision = {"choice": given["choice"], "by": by, "on": store.now, "because": given["because"]}
    changes = [Change(("decision", key), value) for key, value in decision.items()]
    return changes + step(record, ACCEPTED, by, store)


def block(store: Store, record: Record, by: str, why: str) -> list[Change]:
    """Something is in the way of a card.

    Raises:
        LabError: it is no open card, or blocked already.
    """
    _must_be_open(record)
    if clock.is_blocked(record.front):
        last = record.front.blocked[-1]
        raise LabError(
            f"{record.id} is blocked since {last.at:%Y-%m-%d}: {last.why}. "
            f"Free it with: lab unblock {record.id}"
        )
    return [Change(("blocked",), {"at": store.now, "by": by, "why": why}, "append")]


def unblock(store: Store, record: Record) -> list[Change]:
    """The way is free.

    Raises:
        LabError: the card is not blocked.
    """
    _must_be_open(record)
    if not clock.is_blocked(record.front):
        raise LabError(f"{record.id} is not blocked.")
    return [
        Change(("blocked", number, "until"), store.now)
        for number, one in enumerate(record.front.blocked)
        if one.until is None
    ]


def prioritise(
    store: Store, record: Record, by: str, rank: int, concern: str | None
) -> list[Change]:
    """The product owner's order, and perhaps a concern.

    Raises:
        LabError: it is no open card.
    """
    _must_be_open(record)
    changes = [Change(("priority",), {"rank": rank, "by": by, "at": store.now})]
    if concern:
        changes.append(
            Change(("concerns",), {"at": store.now, "by": by, "what": concern}, "append")
        )
    return changes


def amend(
    store: Store, record: Record, by: str, fields: Mapping[str, Any], given: Mapping[str, Any]
) -> list[Change]:
    """Change openly what a start has fixed.

    Args:
        store: the project.
        record: a card that was started.
        by: who amends.
        fields: the new values, by place: `timebox`, `criteria`, `story.we_believe`.
        given: why, impact, results_seen.

    Raises:
        LabError: nothing changes, or the card is not in work.
    """
    _must_be_open(record)
    if record.lane == TO_DO:
        raise LabError(
            f"{record.id} is in `{TO_DO}`: nothing is locked yet, so simply edit {record.path}."
        )
    was: dict[str, Any] = {}
    changes = []
    for name, value in fields.items():
        place = tuple(name.split("."))
        top = place[0]
        if not hasattr(record.front, top):
            raise LabError(f"A {record.kind.means} has no `{top}` that could be amended.")
        old = _plain(record.front, top)
        was.setdefault(top, old)
        changes.append(Change(place, value))
    entry = {
        "at": store.now,
        "by": by,
        "why": given["why"],
        "impact": given["impact"],
        "results_seen": given["results_seen"],
        "was": was,
    }
    if record.kind.code == "HYP":
        entry["digest"] = _digest_after(store, record, changes)
    if not was or all(
        _value_at(record.front, change_.place) == change_.value for change_ in changes
    ):
        raise LabError("nothing would change: say what to amend, for example --timebox 8.")
    return [*changes, Change(("amendments",), entry, "append")]


def _digest_after(store: Store, record: Record, changes: Sequence[Change]) -> str:
    text = change((store.root / record.path).read_text("utf-8"), changes)
    changed, faults = parse_record(text, record.path)
    if changed is None:
        raise RefusedError(f"{record.id} was not amended", faults)
    return locks.digest(changed.front)


def _plain(front: Any, name: str) -> Any:
    import msgspec

    return msgspec.to_builtins(getattr(front, name))


def _value_at(front: Any, place: Sequence[Any]) -> Any:
    value = _plain(front, place[0])
    for part in place[1:]:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def log_path(store: Store, record: Record, by: str) -> Path:
    """Where a new log entry goes: one file for each."""
    folder = store.root / record.path
    moment = f"{store.now:%Y%m%dT%H%M%SZ}"
    return folder.parent / "log" / f"{moment}-{by}.md"


def _must_be_open(record: Record) -> None:
    if record.kind.code not in CARDS:
        raise LabError(f"{record.id} is a {record.kind.means}, and not a card on the board.")
    if record.lane == DONE:
        raise LabError(f"{_already(record)} Done is final: a new record can `follow` it.")


def _already(record: Record) -> str:
    last = record.front.history[-1]
    return f"{record.id} is in `{record.lane}` since {stamp(last.at)}, moved by {last.by}."
