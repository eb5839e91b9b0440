"""REP: stages that follow from one another."""

import re
from collections.abc import Iterator

from ..process.iterations import cards_of, closed_at, is_open, requirements_of
from ..process.lanes import ACCEPTED, accepted_at
from ..process.one_page import page_of
from ..records.body import begins_with_no, table_rows
from ..records.ids import KPI_NAME
from ..records.lines import Place
from ..records.store import Record, Store
from ..records.templates import PLACEHOLDER
from .registry import Found, rule

OF_A_MODEL = re.compile(
    r"\b(?:accuracy|accurate model|precision of|recall of|f1|auc|classifier|neural network"
    r"|algorithm|machine[- ]learning|(?:a|an|the|our) (?:\w+ ){0,2}model (?:with|of|that))\b",
    re.IGNORECASE,
)


@rule("REP001", "NEED", "PROP", "REP", "ROLL", remedy="Have that one accepted first.")
def in_order(record: Record, store: Store) -> Iterator[Found]:
    """A document is accepted only after the one that it answers.

    Why comes before how: requirements, then the need, then a proposal, then experiments and a
    report, then perhaps a rollout.
    """
    accepted = accepted_at(record)
    name = "proposal" if record.kind.code == "REP" else "answers"
    before = store.get(getattr(record.front, name))
    if accepted is None or before is None:
        return
    first = accepted_at(before)
    if first is None:
        yield Found(f"{before.id} is still a draft", (name,))
    elif first > accepted:
        yield Found(f"{before.id} was accepted only afterwards", (name,))


@rule(
    "REP002",
    "REQ",
    "NEED",
    "PROP",
    "ROLL",
    remedy="Ask who may: `lab move {id} accepted --by HANDLE`. Who had the role then keeps it for "
    "that time by its days (`from`, `until`) in team/people.yml.",
    low="warning",
)
def accepted_by_who_may(record: Record, store: Store) -> Iterator[Found]:
    """Requirements are signed by a sponsor, everything after by the product owner.

    Who pays buys in before the work, not after it. In a team without a sponsor the product
    owner signs for both.
    """
    step = next((step for step in record.front.history if step.to == ACCEPTED), None)
    if step is None or not store.people:
        return
    paid = record.kind.code == "REQ" and store.with_role("sponsor", step.at)
    role = "sponsor" if paid else "product owner"
    if step.by not in store.with_role(role, step.at):
        who = " or ".join(store.with_role(role, step.at)) or "nobody yet"
        yield Found(
            f"{step.by} accepted it, and that was for the {role} to do ({who})", ("history",)
        )


@rule("REP004", "PROP", remedy="Report on that one and have it decided, then accept this one.")
def one_decision_at_a_time(record: Record, store: Store) -> Iterator[Found]:
    """A proposal is accepted only when the iteration before it has been decided.

    Otherwise the decision is taken by whoever writes the next proposal.
    """
    accepted = accepted_at(record)
    if accepted is None:
        return
    for other in store.pointing.get(("answers", record.front.answers), ()):
        if other.kind.code != "PROP" or other is record:
            continue
        earlier = accepted_at(other)
        if earlier is None or (earlier, other.id) >= (accepted, record.id):
            continue
        replaced = store.pointing.get(("supersedes", other.id), ())
        if any((at := accepted_at(newer)) and at <= accepted for newer in replaced):
            continue
        closed = closed_at(other, store)
        if closed is None or closed > accepted:
            yield Found(f"{other.id} was open, without a decided report", ("history",))


@rule("REP008", "LIFT", "PROP", "ROLL", "INC", remedy="Use a KPI of the requirements.")
def known_kpis(record: Record, store: Store) -> Iterator[Found]:
    """Lift, proposal, monitoring and incidents speak of KPIs that the requirements name.

    What nobody required cannot show that the customer is better off.
    """
    requirements = requirements_of(record, store)
    if requirements is None:
        return
    names = [kpi.name for kpi in requirements.front.kpis]
    used: dict[Place, str | None] = {}
    if hasattr(record.front, "kpi"):
        used[("kpi",)] = record.front.kpi
    for number, monitor in enumerate(getattr(record.front, "monitors", ())):
        used["monitors", number, "kpi"] = monitor.kpi
    for at, kpi in used.items():
        if kpi and kpi not in names and not PLACEHOLDER.search(kpi):
            yield Found(f"{requirements.id} has no KPI `{kpi}`, only {', '.join(names)}", at)


@rule("REP013", "NEED", remedy="Weigh at least two, and say `no` to machine learning in one.")
def alternatives(record: Record, store: Store) -> Iterator[Found]:
    """A needs assessment weighs at least two alternatives, one of them without machine learning.

    A rule, a heuristic, plain statistics, buying or doing nothing is often enough, and always
    cheaper to keep.
    """
    found = record.headings().get("Alternatives")
    if record.lane != ACCEPTED or found is None:
        return
    line, below = found
    filled = [row for row in table_rows(below) if row[0]]
    if len(filled) < 2:
        count = "one alternative is" if filled else "no alternatives are"
        yield Found(f"{count} in the table", line)
    elif not any(len(row) > 1 and row[1].lower().startswith("no") for row in filled):
        yield Found("every alternative uses machine learning", line)


@rule("REP016", "INC", remedy="Write the lesson into `learned`, and when users were back.")
def learned_from(record: Record, store: Store) -> Iterator[Found]:
    """An incident is closed with its lesson, after users are back on the old way.

    Going back comes first, the lesson second, and both before it is filed.
    """
    if record.lane != ACCEPTED:
        return
    for name in ("learned", "reverted_at"):
        if not getattr(record.front, name):
            yield Found(f"`{name}` is empty", (name,))


@rule("REP017", "REQ", remedy="Name KPIs like `tumours_read_late`, each once.")
def kpi_names(record: Record, store: Store) -> Iterator[Found]:
    """KPIs have names of small letters, digits and underscores, each of them once.

    Other records, the pipeline and the charts use the same name.
    """
    if record.lane != ACCEPTED:
        return
    seen: set[str] = set()
    for number, kpi in enumerate(record.front.kpis):
        if not KPI_NAME.fullmatch(kpi.name):
            yield Found(f"`{kpi.name}` is not a name for a KPI", ("kpis", number, "name"))
        elif kpi.name in seen:
            yield Found(f"`{kpi.name}` stands here twice", ("kpis", number, "name"))
        seen.add(kpi.name)


@rule("REP020", "REQ", remedy="Say what is different for the customer then.", level="warning")
def outcome_of_the_customer(record: Record, store: Store) -> Iterator[Found]:
    """The customer's outcome is one of the customer, not of a model.

    Nobody is better off for an accurate model alone. What it changes for whom is what a team is
    paid for.
    """
    outcome = record.front.customer_outcome
    if record.lane == ACCEPTED and (found := OF_A_MODEL.search(outcome)):
        yield Found(f"the outcome speaks of `{found[0].strip()}`", ("customer_outcome",))


@rule(
    "REP021",
    "PROP",
    remedy="Write a new needs assessment that supersedes it, or do what it says.",
    low="warning",
    in_change=True,
)
def need_says_yes(record: Record, store: Store) -> Iterator[Found]:
    """A proposal is not accepted on a needs assessment that says that no model is needed.

    A rule that does it is the cheapest model. Whoever wants one all the same looks again, openly.
    """
    need = store.get(record.front.answers)
    if record.lane != ACCEPTED or need is None or need.kind.code != "NEED":
        return
    _, below = need.headings().get("Is a model needed?", (0, ""))
    if begins_with_no(below):
        yield Found(f"{need.id} says that no model is needed", ("answers",))


@rule(
    "REP023",
    "PROP",
    remedy="Say in `need_reviewed` why a model is still needed, or assess the need again.",
    level="warning",
    low="note",
)
def need_looked_at_again(record: Record, store: Store) -> Iterator[Found]:
    """Where a later iteration tries another algorithm, the need for a model is looked at again.

    What an iteration has shown, and what has become cheap since, may answer the need without any
    model, or with the one that is there.
    """
    accepted = accepted_at(record)
    if accepted is None or record.front.need_reviewed:
        return
    others = store.pointing.get(("answers", record.front.answers), ())
    earlier = [
        other.id
        for other in others
        if other.kind.code == "PROP" and (at := accepted_at(other)) and at < accepted
    ]
    cards = cards_of(record, store)
    new = [card.id for card in cards if getattr(card.front, "change", None) == "algorithm"]
    if earlier and new and is_open(record, store):
        yield Found(
            f"{new[0]} tries another algorithm after {earlier[-1]}, and "
            f"{record.front.answers} was not looked at again",
            ("answers",),
        )


@rule(
    "REP025",
    "PROP",
    remedy="Name the needs assessment in `answers` and a KPI of its requirements in `kpi`, or work "
    "in the light track: `track: light` in team/policy.yml.",
    in_change=True,
)
def answers_a_need(record: Record, store: Store) -> Iterator[Found]:
    """A proposal answers a needs assessment, or is the one page of the light track.

    Why comes before how. In the light track the page says itself why, for whom and what else there
    is; the full track gives each of these a document and somebody who signs it.
    """
    if not is_open(record, store):
        return
    if record.front.answers and not record.front.kpi:
        yield Found("it says nothing in `kpi`", ("kpi",))
    elif page_of(record, store) and store.policy.track == "full":
        yield Found("it answers no needs assessment, and the track is full", ("question",))
