"""What people do to records: each verb is a few changes, and the rules say if they may stand.

A verb holds no rule of its own. Its changes are made in memory, every rule is asked before
and after, and whatever is newly broken is why the verb refuses.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from ..errors import LabError
from ..records import files
from ..records.edits import Change, change, stamp
from ..records.finding import Finding
from ..records.kinds import Kind
from ..records.store import INDEX, Record, Store, parse_record
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
from .reach import reach_of
from .run import check

ABANDONED = "abandoned"
ENDING = ("outcome", "answer", "not_shipped", "learned")


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
    """A record as a verb leaves it, and what the rules newly remark."""

    record: Record
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
    done = tried(store, record, text, what)
    files.replace(path, before, text)
    return done


def make(store: Store, kind: Kind, id_: str, text: str) -> Done:
    """Write a record that does not exist yet, if no rule is newly broken by it.

    Raises:
        RefusedError: a rule forbids it.
        LabError: the file cannot be written.
    """
    path = f"{kind.folder}/{id_}/{INDEX}"
    done = tried(store, None, text, f"{id_} was not made", path)
    files.create(store.root / path, text)
    return done


def tried(store: Store, record: Record | None, text: str, what: str, path: str = "") -> Done:
    """What would stand there if a record had this text; nothing is written.

    Args:
        store: the project as it is.
        record: the record that would have the text; None if it is a new one.
        text: the whole text of its file.
        what: the refusal's first words.
        path: where a new record would lie.

    Raises:
        RefusedError: the rules newly find an error.
    """
    changed, faults = parse_record(text, record.path if record else path)
    if changed is None:
        raise RefusedError(what, faults)
    if record:  # what lies beside the text stays
        changed = msgspec.structs.replace(changed, log=record.log, judged=record.judged)
    found = check(replace(store, records={**store.records, changed.id: changed})).findings
    new = _newly(check(store).findings, found) if found else []
    if errors := [one for one in new if one.level == "error"]:
        raise RefusedError(what, errors)
    return Done(changed, tuple(new))


def _newly(before: Sequence[Finding], after: Sequence[Finding]) -> list[Finding]:
    """What was not found before.

    Numbers do not count: a lane that held five cards of three and now holds four is not newly
    broken, and whoever mends a little must not be refused.
    """
    known = Counter(map(_key, before))
    new = []
    for one in after:
        if known[_key(one)]:
            known[_key(one)] -= 1
        else:
            new.append(one)
    return new


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.code, finding.path, re.sub(r"(?<![\w-])[0-9]+(?![\w-])", "#", finding.message)


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
        LabError: it is no card, or not in `to do`; a hypothesis could never be decided.
    """
    if record.kind.code not in CARDS:
        raise LabError(
            f"{record.id} is a {record.kind.means}, and only cards are started "
            f"({', '.join(CARDS)}). To have it accepted: lab review {record.id} --approve"
        )
    if record.lane != TO_DO:
        raise LabError(f"{_already(record)} It is started once, from `{TO_DO}`.")
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


def move(
    store: Store, record: Record, lane: str, by: str, given: Mapping[str, Any]
) -> list[Change]:
    """Into a lane that people name as they like; `given` is what the card now says of its end.

    Raises:
        LabError: there is no such lane, the record is in it, or the card is abandoned so.
    """
    kind = record.kind.code
    to = named(kind, lane, record.lane)
    if to is None:
        lanes = ", ".join(f"{number} {name}" for number, name in enumerate(lanes_of(kind), 1))
        raise LabError(
            f'"{lane}" does not name one lane of a {record.kind.means}. Give a name or a number: '
            f"{lanes}."
        )
    if to == record.lane:
        raise LabError(f"{record.id} is in `{to}` already.")
    _only_close_abandons(record, given)
    if record.lane == TO_DO and to in WORKING and to in steps_from(kind, TO_DO):
        return ending(record, given) + start(store, record, by)
    return ending(record, given) + _into(store, record, to, by)


def _into(store: Store, record: Record, lane: str, by: str, why: str | None = None) -> list[Change]:
    """Into a lane; back in its work, a card has no outcome any more."""
    changes = step(record, lane, by, store, why)
    back = lane == TEST or (lane == UPDATE and record.kind.code == "TASK")
    if back and getattr(record.front, "outcome", None):
        changes.append(Change(("outcome",), None))
    return changes


def ending(record: Record, given: Mapping[str, Any]) -> list[Change]:
    """What a card says of its end: outcome, answer, lesson, why it does not ship.

    Raises:
        LabError: records of its kind do not say that.
    """
    changes = []
    for name in ENDING:
        if (value := given.get(name)) is None:
            continue
        if not hasattr(record.front, name):
            option = name.replace("_", "-")
            raise LabError(
                f"{record.id} is a {record.kind.means}, which has no `{name}`: "
                f"leave --{option} out."
            )
        changes.append(Change((name,), value))
    return changes


def _only_close_abandons(record: Record, given: Mapping[str, Any]) -> None:
    if given.get("outcome") == ABANDONED and hasattr(record.front, "outcome"):
        raise LabError(
            f'a card is abandoned with a reason: lab close {record.id} --why "…" --learned "…"'
        )


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
    _only_close_abandons(record, given)
    if approve and by in approvals(record):
        raise LabError(
            f"{by} has approved {record.id} already; it waits for "
            f"{' or '.join(may_approve(store, record)) or 'somebody else'}."
        )
    said: dict[str, Any] = {
        "at": store.now,
        "by": by,
        "lane": record.lane,
        "says": "approve" if approve else "changes",
    }
    changes = ending(record, given)
    changes.append(Change(("reviews",), said | ({"why": why} if why else {}), "append"))
    if to != record.lane:
        changes += _into(store, record, to, by, None if approve else why)
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
        f"go on with `{_onwards(record)}`."
    )


def _onwards(record: Record) -> str:
    """What to type for a card's next step."""
    if record.lane == TO_DO:
        return f"lab start {record.id}"
    if record.kind.code == "HYP" and record.lane == TEST:
        return f"lab judge {record.id}"
    return f"lab move {record.id} review"


def approvals(record: Record) -> set[str]:
    """Who has approved a card since it came into its lane."""
    found: set[str] = set()
    for one in record.front.reviews:
        if one.lane == record.lane and one.at >= record.front.history[-1].at:
            found = found | {one.by} if one.says == "approve" else set()
    return found


def may_approve(store: Store, record: Record) -> list[str]:
    """Who could still approve a card."""
    done = {*approvals(record), record.front.owner}
    return [handle for handle in store.handles if handle not in done]


def approvals_needed(store: Store) -> int:
    """How many have to approve a card: as many as the policy says, if there are so many others."""
    return max(1, min(store.policy.reviewers, len(store.people) - 1))


def _enough(store: Store, record: Record, by: str) -> bool:
    """Is this approval enough, with those that are there?"""
    if store.alone or by == record.front.owner:  # the rule about reviews has the last word
        return True
    return len((approvals(record) | {by}) - {record.front.owner}) >= approvals_needed(store)


def abandons(record: Record, given: Mapping[str, Any]) -> bool:
    """Would closing a card abandon it?

    What was not reviewed can only be abandoned. A hypothesis that was judged keeps its verdict.

    Raises:
        LabError: it is no card, it is done, or the outcome that is given does not fit.
    """
    if record.kind.code not in CARDS:
        raise LabError(
            f"{record.id} is a {record.kind.means}, and only cards are closed. "
            "A report ends with `lab decide`, other documents with `lab review --approve`."
        )
    _must_be_open(record)
    wanted, known = given.get("outcome"), record.front.outcome
    if record.kind.code == "HYP" and known and record.lane != CODE_REVIEW:
        return False  # judged and reviewed: its update is given up, its verdict stays
    if record.lane not in REVIEWS:
        for name in ("outcome", "not_shipped"):
            if given.get(name) not in (None, ABANDONED):
                raise LabError(
                    f"{record.id} was not reviewed, so it can only be abandoned: leave "
                    f"--{name.replace('_', '-')} out, or go on with `{_onwards(record)}`."
                )
        return True
    if wanted == ABANDONED and known and (record.kind.code, record.lane) == ("HYP", CODE_REVIEW):
        raise LabError(
            f"{record.id} is {known}, which is a result and not to be abandoned: leave --outcome "
            f"out, or have it reviewed with `lab review {record.id} --approve`."
        )
    return (wanted or known or ABANDONED) == ABANDONED


def close(store: Store, record: Record, by: str, given: Mapping[str, Any]) -> list[Change]:
    """Straight to done: abandoned, or a hypothesis that ends after its review.

    Raises:
        LabError: it cannot be closed, or nobody says why it is abandoned.
    """
    given = dict(given)
    if record.kind.code == "HYP" and record.front.outcome and record.lane != CODE_REVIEW:
        return _given_up_later(store, record, by, given)
    if abandons(record, given):
        given["outcome"] = ABANDONED
        if not given.get("why"):
            raise LabError(
                f'say why it is abandoned: lab close {record.id} --why "…" --learned "…"'
            )
    return [
        *_freed(store, record),
        *ending(record, given),
        *step(record, DONE, by, store, given.get("why")),
    ]


def _given_up_later(
    store: Store, record: Record, by: str, given: Mapping[str, Any]
) -> list[Change]:
    """A hypothesis that was judged keeps its verdict when its update is given up.

    Raises:
        LabError: it is done, or nobody says why.
    """
    _must_be_open(record)
    why = given.get("not_shipped") or given.get("why") or record.front.not_shipped
    if given.get("outcome") not in (None, record.front.outcome):
        raise LabError(f"{record.id} is {record.front.outcome}, and stays so: leave --outcome out.")
    if not why:
        raise LabError(f'say why it does not ship: lab close {record.id} --not-shipped "…"')
    kept = dict(given) | {"outcome": None, "not_shipped": why}
    return [
        *_freed(store, record),
        *ending(record, kept),
        *step(record, DONE, by, store, given.get("why")),
    ]


def _freed(store: Store, record: Record) -> list[Change]:
    """Nothing is in a card's way any more."""
    return [
        Change(("blocked", number, "until"), store.now)
        for number, one in enumerate(record.front.blocked)
        if one.until is None
    ]


def decide(store: Store, record: Record, by: str, given: Mapping[str, Any]) -> list[Change]:
    """The stakeholders' decision on a report, which accepts it.

    Args:
        store: the project.
        record: the report.
        by: who decides.
        given: choice, because, and what else is to be written: gate, not_deployed, next,
            revisit_on.

    Raises:
        LabError: it is no report, or was decided already.
    """
    if record.kind.code != "REP":
        raise LabError(f"{record.id} is a {record.kind.means}; decisions are taken on reports.")
    if record.lane == ACCEPTED:
        choice = record.front.decision.choice
        raise LabError(f"{record.id} was decided: {choice}. A new decision is a new report.")
    decision = {"choice": given["choice"], "by": by, "on": store.now, "because": given["because"]}
    further = ("gate", "not_deployed", "next", "revisit_on")
    return [
        *(Change((name,), given[name]) for name in further if given.get(name)),
        *(Change(("decision", key), value) for key, value in decision.items()),
        *step(record, ACCEPTED, by, store),
    ]


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
    return _freed(store, record)


def prioritise(
    store: Store, record: Record, by: str, rank: int, concern: str | None
) -> list[Change]:
    """The product owner's order, and perhaps a concern.

    Raises:
        LabError: it is no open card, or somebody else orders it.
    """
    _must_be_open(record)
    owners = store.with_role("product owner")
    if store.people and by not in owners:
        raise LabError(
            f"{by} is no product owner, and only they set priorities "
            f"({', '.join(owners) or 'nobody yet: see team/people.yml'})."
        )
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
        if not hasattr(record.front, place[0]):
            raise LabError(f"A {record.kind.means} has no `{place[0]}` that could be amended.")
        if _value_at(record.front, place) != value:
            was.setdefault(place[0], _plain(record.front, place[0]))
            changes.append(Change(place, value))
    if not changes:
        raise LabError("nothing would change: say what to amend, for example --timebox 8.")
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
    return [*changes, Change(("amendments",), entry, "append")]


def _digest_after(store: Store, record: Record, changes: Sequence[Change]) -> str:
    text = change((store.root / record.path).read_text("utf-8"), changes)
    changed, faults = parse_record(text, record.path)
    if changed is None:
        raise RefusedError(f"{record.id} was not amended", faults)
    return locks.digest(changed.front)


def _plain(front: Any, name: str) -> Any:
    return msgspec.to_builtins(getattr(front, name))


def _value_at(front: Any, place: Sequence[Any]) -> Any:
    value = _plain(front, place[0])
    for part in place[1:]:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def log_path(store: Store, record: Record, by: str) -> Path:
    """Where a new log entry goes: one file for each, also for two within one second."""
    folder = store.root / record.folder / "log"
    moment = store.now
    while (path := folder / f"{moment:%Y%m%dT%H%M%SZ}-{by}.md").exists():
        moment += timedelta(seconds=1)
    return path


def _must_be_open(record: Record) -> None:
    if record.kind.code not in CARDS:
        raise LabError(f"{record.id} is a {record.kind.means}, and not a card on the board.")
    if record.lane == DONE:
        raise LabError(f"{_already(record)} Done is final: a new record can `follow` it.")


def _already(record: Record) -> str:
    last = record.front.history[-1]
    return f"{record.id} is in `{record.lane}` since {stamp(last.at)}, moved by {last.by}."
