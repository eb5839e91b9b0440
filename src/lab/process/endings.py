"""How work ends: a card is closed, and the decision on a report closes its iteration."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..errors import LabError
from ..records.edits import Change
from ..records.store import Record, Store
from .cards import freed
from .iterations import is_open
from .lanes import ACCEPTED, CARDS, CODE_REVIEW, DONE, REVIEWS
from .moves import ABANDONED, ending, must_be_open, onwards, step


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
    must_be_open(record)
    wanted, known = given.get("outcome"), record.front.outcome
    if record.kind.code == "HYP" and known and record.lane != CODE_REVIEW:
        return False  # judged and reviewed: its update is given up, its verdict stays
    if record.lane not in REVIEWS:
        for name in ("outcome", "not_shipped"):
            if given.get(name) not in (None, ABANDONED):
                raise LabError(
                    f"{record.id} was not reviewed, so it can only be abandoned: leave "
                    f"--{name.replace('_', '-')} out, or go on with `{onwards(record)}`."
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
    why = given.get("why")
    if record.kind.code == "HYP" and record.front.outcome and record.lane != CODE_REVIEW:
        given = _given_up_later(record, given)
    elif abandons(record, given):
        given = {**given, "outcome": ABANDONED}
        if not why:
            raise LabError(
                f'say why it is abandoned: lab close {record.id} --why "…" --learned "…"'
            )
    return [*freed(store, record), *ending(record, given), *step(record, DONE, by, store, why)]


def _given_up_later(record: Record, given: Mapping[str, Any]) -> dict[str, Any]:
    """What a hypothesis says that was judged, and keeps its verdict when its update is given up.

    Raises:
        LabError: it is done, or nobody says why.
    """
    must_be_open(record)
    why = given.get("not_shipped") or given.get("why") or record.front.not_shipped
    if given.get("outcome") not in (None, record.front.outcome):
        raise LabError(f"{record.id} is {record.front.outcome}, and stays so: leave --outcome out.")
    if not why:
        raise LabError(f'say why it does not ship: lab close {record.id} --not-shipped "…"')
    return {**given, "outcome": None, "not_shipped": why}


def decide(store: Store, record: Record, by: str, given: Mapping[str, Any]) -> list[Change]:
    """The stakeholders' decision on a report, which accepts it.

    Args:
        store: the project.
        record: the report.
        by: who decides.
        given: choice, because, and what else is to be written: gate, gate_because,
            not_deployed, next, revisit_on, attended.

    Raises:
        LabError: it is no report, or was decided already.
    """
    if record.kind.code == "PROP":
        return _stop(store, record, by, given)
    if record.kind.code != "REP":
        raise LabError(
            f"{record.id} is a {record.kind.means}; decisions are taken on reports, or on the "
            "proposal of an iteration that has to stop."
        )
    if record.lane == ACCEPTED:
        choice = record.front.decision.choice
        raise LabError(f"{record.id} was decided: {choice}. A new decision is a new report.")
    decision = {"choice": given["choice"], "by": by, "on": store.now, "because": given["because"]}
    attended = given.get("attended")
    review = [Change(("reviewed",), {"at": store.now, "attended": attended})] if attended else []
    further = ("gate", "gate_because", "not_deployed", "next", "revisit_on")
    return [
        *(Change((name,), given[name]) for name in further if given.get(name)),
        *(Change(("decision", key), value) for key, value in decision.items()),
        *review,
        *step(record, ACCEPTED, by, store),
    ]


def _stop(store: Store, record: Record, by: str, given: Mapping[str, Any]) -> list[Change]:
    """The stakeholders end an iteration in its middle.

    Raises:
        LabError: it does not run, or the choice is one that needs a report.
    """
    if not is_open(record, store):
        raise LabError(f"{record.id} is no open iteration, so there is nothing to stop.")
    choices = ("stop", "pivot", "pause")
    if given["choice"] not in choices:
        raise LabError(
            f"an iteration that runs can end with {', '.join(choices)}; to {given['choice']}, "
            f"report first: lab report {record.id}"
        )
    if store.people and by not in stakeholders(store, store.now):
        raise LabError(
            f"{by} is neither sponsor nor product owner, and the stakeholders decide "
            f"({', '.join(stakeholders(store, store.now)) or 'nobody yet'})."
        )
    stop = {"at": store.now, "by": by, "choice": given["choice"], "because": given["because"]}
    return [Change(("stopped",), stop)]


def stakeholders(store: Store, at: datetime) -> list[str]:
    """Who decides whether to invest: sponsors and product owners, at a moment."""
    roles = ("sponsor", "product owner")
    return list(dict.fromkeys(who for role in roles for who in store.with_role(role, at)))
