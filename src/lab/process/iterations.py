"""Iterations: a proposal opens one, a report closes it."""

from datetime import date, datetime

from ..records.store import Record, Store
from . import clock
from .lanes import ACCEPTED, WORKING, accepted_at


def report_of(proposal: Record, store: Store) -> Record | None:
    """The accepted report of an iteration; else its draft; else None."""
    pointing = store.pointing.get(("proposal", proposal.id), ())
    reports = [record for record in pointing if record.kind.code == "REP"]
    accepted = [report for report in reports if report.lane == ACCEPTED]
    return next(iter(accepted or reports), None)


def replaced_by(record: Record, store: Store) -> Record | None:
    """The accepted record that supersedes another one, if there is one."""
    newer = store.pointing.get(("supersedes", record.id), ())
    return next((record for record in newer if record.lane == ACCEPTED), None)


def is_open(proposal: Record, store: Store) -> bool:
    """Is a proposal accepted, not superseded, not stopped, and without an accepted report?"""
    report = report_of(proposal, store)
    return (
        proposal.lane == ACCEPTED
        and proposal.front.stopped is None
        and not (report and report.lane == ACCEPTED)
        and replaced_by(proposal, store) is None
    )


def closed_at(proposal: Record, store: Store) -> datetime | None:
    """When an iteration ended: with the decision on its report, or as it was stopped."""
    report, stopped = report_of(proposal, store), proposal.front.stopped
    ends = (report and accepted_at(report), stopped and stopped.at)
    return min((end for end in ends if end), default=None)


def touched_by(requirements: Record, store: Store) -> list[Record]:
    """The open iterations on the requirements that new ones replace."""
    old = requirements.front.supersedes
    return [
        proposal
        for proposal in open_iterations(store)
        if (theirs := requirements_of(proposal, store)) and theirs.id == old
    ]


def is_closed(record: Record, store: Store) -> bool:
    """Is an incident filed, or are the iterations over that a document belongs to?"""
    match record.kind.code:
        case "INC":
            return record.lane == ACCEPTED
        case "PROP":
            proposals = [record]
        case "NEED" | "LIFT" as kind:
            need = record.id if kind == "NEED" else record.front.answers
            answers = store.pointing.get(("answers", need), ())
            proposals = [answer for answer in answers if answer.kind.code == "PROP"]
        case _:
            return False
    return bool(proposals) and all(closed_at(proposal, store) for proposal in proposals)


def open_iterations(store: Store) -> list[Record]:
    """The proposals whose iterations run."""
    return [proposal for proposal in store.of("PROP") if is_open(proposal, store)]


def cards_of(proposal: Record, store: Store) -> list[Record]:
    """The cards of an iteration."""
    pointing = store.pointing.get(("proposal", proposal.id), ())
    return [record for record in pointing if record.kind.code != "REP"]


def began_at(proposal: Record, store: Store) -> datetime | None:
    """When the first card of an iteration was started: its time box counts from then."""
    starts = [
        step.at
        for card in cards_of(proposal, store)
        for step in card.front.history
        if step.to in WORKING
    ]
    return min(starts, default=None)


def ends_on(proposal: Record, store: Store) -> date | None:
    """The last working day of an iteration's time box, once it has begun."""
    began = began_at(proposal, store)
    return clock.end_of_box(began, proposal.front.timebox, store.policy) if began else None


def days_left(proposal: Record, store: Store) -> tuple[date, int] | None:
    """The last day of an iteration's time box, and the working days until then, today included.

    After it, how many have passed since, as a number below 0. None before the first start.
    """
    end, today = ends_on(proposal, store), store.now.date()
    if end is None:
        return None
    if today > end:
        return end, 1 - clock.working_days(end, today, store.policy)
    return end, clock.working_days(today, end, store.policy)


def requirements_of(record: Record, store: Store) -> Record | None:
    """The requirements at the beginning of the chain that a record belongs to."""
    seen: set[str] = set()
    here: Record | None = record
    while here and here.kind.code != "REQ" and here.id not in seen:
        seen.add(here.id)
        names = ("requirements", "answers", "proposal")
        found = (getattr(here.front, name, None) for name in names)
        here = store.get(next(filter(None, found), None))
    return here if here and here.kind.code == "REQ" else None
