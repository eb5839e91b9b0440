"""REP: who met, who was asked, and who decides in the end."""

from collections.abc import Iterator
from datetime import datetime

from ..process.lanes import ACCEPTED
from ..process.one_page import page_of
from ..records.kinds import Meeting
from ..records.store import Record, Store
from .registry import Found, rule

SIDES = {"data science": ("data scientist",), "engineering": ("engineer",)}  # ends of roles


@rule(
    "REP015",
    "PROP",
    remedy="Meet, and write when and who was there into `design_session`.",
    low="note",
    needs_another_person=True,
)
def designed_together(record: Record, store: Store) -> Iterator[Found]:
    """An iteration begins with a design session, with people from both sides.

    What data scientists and engineers work out together is cheaper than what they hand over. The
    light track leaves it to them.
    """
    if page_of(record, store) or record.lane != ACCEPTED:
        return
    session = record.front.design_session
    if not session:
        yield Found("there was no design session", ("design_session",))
    elif isinstance(session, Meeting):
        for side, roles in SIDES.items():
            if _holders(store, roles, session.at) and not any(
                role.endswith(roles)
                for handle in session.attended
                if (person := store.handles.get(handle))
                for role in person.roles_at(session.at)
            ):
                what = f"nobody from {side} was at its design session"
                yield Found(what, ("design_session", "attended"))


@rule(
    "REP028",
    "REP",
    remedy="Review it together: `lab decide {id} … --attended HANDLE,HANDLE` writes down who was "
    "there, `asked` under `reviewed` what they asked.",
    in_change=True,
)
def reviewed_together(record: Record, store: Store) -> Iterator[Found]:
    """Whoever decides on a report was at its review, and their questions have answers.

    A report that is sent round is read by few. At high risk the review is on record.
    """
    if record.lane != ACCEPTED:
        return
    review, decision = record.front.reviewed, record.front.decision
    if review is None:
        if store.policy.risk == "high" and not store.alone:
            yield Found("no review with the stakeholders is on record", ("decision",))
        return
    if decision.by and decision.by not in review.attended:
        yield Found(f"{decision.by} decided, and was not at its review", ("reviewed", "attended"))
    for number, question in enumerate(review.asked):
        if not question.answer:
            what = f"a question of {question.by} has no answer"
            yield Found(what, ("reviewed", "asked", number))


@rule(
    "REP029",
    "ROLL",
    remedy="Write into `people_in_the_loop` which cases a person decides or confirms, who that is, "
    "and how somebody affected can object.",
    in_change=True,
)
def people_decide(record: Record, store: Store) -> Iterator[Found]:
    """At high risk, a rollout says which cases people decide, who they are, and how to object.

    Where harm is possible, the last word is somebody's, and not a heading.
    """
    if record.lane != ACCEPTED or store.policy.risk != "high":
        return
    if not record.front.people_in_the_loop:
        yield Found("it names no case that a person decides", ("steps",))
    elif not any(loop.objection for loop in record.front.people_in_the_loop):
        yield Found("it does not say how to object", ("people_in_the_loop",))


def _holders(store: Store, ends: tuple[str, ...], at: datetime) -> bool:
    """Does anybody have a role that ends so, at a moment?"""
    return any(role.endswith(ends) for person in store.people for role in person.roles_at(at))
