"""REP: stages that follow from one another, and reports that end in a decision."""

import re
from collections.abc import Iterator

from ..process.clock import working_days
from ..process.iterations import cards_of, ends_on, is_open, report_of, requirements_of
from ..process.lanes import ACCEPTED, DONE, accepted_at
from ..proof.references import REFERENCE, broken
from ..records.body import table_rows, without_comments
from ..records.ids import KPI_NAME
from ..records.lines import Place
from ..records.store import Record, Store
from ..records.templates import PLACEHOLDER
from .registry import Found, rule

WORDS = re.compile(r"\w+")
NOT_TYPED = re.compile(r"`[^`\n]*`|\]\([^)]*\)|\[[^\]]*\]")
TYPED = re.compile(r"(?<![\w.-])-?[0-9]*\.[0-9]+|[0-9]+ ?%")


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
    remedy="Ask who may: `lab move {id} accepted --by HANDLE`.",
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
    role = (
        "sponsor" if record.kind.code == "REQ" and store.with_role("sponsor") else "product owner"
    )
    if step.by not in store.with_role(role):
        who = " or ".join(store.with_role(role)) or "nobody yet"
        yield Found(
            f"{step.by} accepted it, and that is for the {role} to do ({who})", ("history",)
        )


@rule("REP003", "REP", remedy="Write it down with `lab decide {id} CHOICE --because …`.")
def decided(record: Record, store: Store) -> Iterator[Found]:
    """An accepted report holds a decision: what, by whom, when and why.

    The report is the main deliverable, and it is for somebody who decides whether to invest in
    another iteration.
    """
    decision = record.front.decision
    parts = ("choice", "by", "on", "because")
    missing = [name for name in parts if not getattr(decision, name)]
    if record.lane == ACCEPTED and missing:
        yield Found(f"the decision has no {', no '.join(missing)}", ("decision",))
    elif decision.by and store.people:
        may = {*store.with_role("sponsor"), *store.with_role("product owner")}
        if decision.by in store.handles and decision.by not in may:
            yield Found(
                f"{decision.by} is neither sponsor nor product owner",
                ("decision", "by"),
                "The stakeholders decide: ask one of them.",
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
        report = report_of(other, store)
        closed = accepted_at(report) if report else None
        if closed is None or closed > accepted:
            yield Found(f"{other.id} was open, without a decided report", ("history",))


@rule("REP005", "PROP", remedy='Write it, whatever the result: `lab new REP "…"`.')
def reported_in_time(record: Record, store: Store) -> Iterator[Found]:
    """An iteration whose time box is over has a report.

    It ends even if nobody is satisfied. The time box counts from the first card that was
    started.
    """
    if not is_open(record, store):
        return
    end = ends_on(record, store)
    if end is None or store.now.date() <= end:
        return
    late = working_days(end, store.now.date(), store.policy) - 1
    if late > store.policy.reminders.report:
        state = "its report is a draft" if report_of(record, store) else "it has no report"
        yield Found(f"its time box ended on {end}, and {state}", ("timebox",))


@rule("REP006", "REP", remedy="Say what came of it, with its id.")
def every_verdict_reported(record: Record, store: Store) -> Iterator[Found]:
    """A report names every hypothesis of its iteration that was judged.

    The refuted ones, too. A report that shows only what worked teaches only half.
    """
    proposal = store.get(record.front.proposal)
    if record.lane != ACCEPTED or proposal is None:
        return
    text = without_comments(record.body)
    for card in cards_of(proposal, store):
        judged = card.kind.code == "HYP" and card.front.outcome not in (None, "abandoned")
        if judged and not re.search(rf"{re.escape(card.id)}(?!-?\w)", text):
            yield Found(f"{card.id} was {card.front.outcome}, and is not in it", record.body_line)


@rule("REP007", "REP", remedy="Say in `gate` whether it was passed; unclear is not passed.")
def gate_answered(record: Record, store: Store) -> Iterator[Found]:
    """An accepted report answers the gate of its proposal.

    It was decided beforehand what follows. To do something else is possible, and has to be
    explained.
    """
    if record.lane == ACCEPTED and store.get(record.front.proposal) and not record.front.gate:
        yield Found("`gate` is not answered", ("gate",))


@rule("REP008", "LIFT", "PROP", "ROLL", "INC", remedy="Use a KPI of the requirements.")
def known_kpis(record: Record, store: Store) -> Iterator[Found]:
    """Lift, proposal, monitoring and incidents speak of KPIs that the requirements name.

    What nobody required cannot show that the customer is better off.
    """
    requirements = requirements_of(record, store)
    if requirements is None:
        return
    names = [kpi.name for kpi in requirements.front.kpis]
    used: dict[Place, str] = {}
    if hasattr(record.front, "kpi"):
        used[("kpi",)] = record.front.kpi
    for number, monitor in enumerate(getattr(record.front, "monitors", ())):
        used["monitors", number, "kpi"] = monitor.kpi
    for at, kpi in used.items():
        if kpi not in names and not PLACEHOLDER.search(kpi):
            yield Found(f"{requirements.id} has no KPI `{kpi}`, only {', '.join(names)}", at)


@rule("REP009", "REP", remedy="Deploy only what an experiment supports, and say whom it serves.")
def deployed_for_the_customer(record: Record, store: Store) -> Iterator[Found]:
    """A decision to deploy rests on an experiment, and names the customer's outcome again.

    The product is that outcome, never the model.
    """
    front = record.front
    proposal = store.get(front.proposal)
    if record.lane != ACCEPTED or front.decision.choice != "deploy" or proposal is None:
        return
    outcomes = {card.front.outcome for card in cards_of(proposal, store)}
    if not outcomes & {"supported", "feasible"}:
        yield Found(
            "no hypothesis of the iteration is supported, and no spike feasible",
            ("decision", "choice"),
        )
    requirements = requirements_of(record, store)
    if requirements:
        wanted = " ".join(WORDS.findall(requirements.front.customer_outcome.lower()))
        line, below = record.headings().get("Customer outcome", (record.body_line, ""))
        if wanted not in " ".join(WORDS.findall(below.lower())):
            yield Found(
                f'it does not name the outcome: "{requirements.front.customer_outcome}"',
                line,
                f'Write it below "Customer outcome", as {requirements.id} does.',
            )


@rule("REP010", "ROLL", remedy="Decide on deployment in the report first.")
def rollout_was_decided(record: Record, store: Store) -> Iterator[Found]:
    """A rollout rests on a report whose decision is deploy.

    A model that works is not yet a decision to use it.
    """
    report = store.get(record.front.answers)
    if record.lane == ACCEPTED and report and report.kind.code == "REP":
        choice = report.front.decision.choice
        if choice != "deploy":
            yield Found(f"{report.id} decided to {choice or 'do nothing yet'}", ("answers",))


@rule("REP011", "ROLL", remedy="Climb in steps, for example 10, 25, 50 and 100 per cent.")
def ladder(record: Record, store: Store) -> Iterator[Found]:
    """A rollout climbs in steps from a few users to all of them.

    From nobody to everybody there is no way back that somebody has tried.
    """
    shares = [step.share for step in record.front.steps]
    if not shares:
        yield Found("it has no steps", ("steps",))
    elif shares[0] > 50:
        yield Found("it goes to most users in the first step", ("steps",))
    elif shares != sorted(set(shares)):
        yield Found("the steps do not climb", ("steps",))
    elif shares[-1] != 100:
        yield Found(f"it ends at {shares[-1]:g} per cent", ("steps", len(shares) - 1))
    if not record.front.monitors:
        yield Found("nothing is watched", ("monitors",), "Name at least one KPI and its alarm.")


@rule("REP012", "REP", remedy="Give both `not_deployed` and `revisit_on`.")
def looked_at_again(record: Record, store: Store) -> Iterator[Found]:
    """A good model that does not ship says why, and when that is looked at again.

    The reasons pass: people understand it, costs fall, the moment comes.
    """
    front = record.front
    if front.not_deployed and not front.revisit_on:
        yield Found(
            "it says why the model does not ship, and not when to look again", ("not_deployed",)
        )
    if record.lane != ACCEPTED or front.not_deployed or front.decision.choice in (None, "deploy"):
        return
    proposal = store.get(front.proposal)
    for card in cards_of(proposal, store) if proposal else ():
        if card.kind.code == "HYP" and card.front.outcome == "supported" and card.front.not_shipped:
            yield Found(
                f"{card.id} was supported and did not ship, and nothing is said of it here",
                ("not_deployed",),
            )


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


@rule("REP014", "REP", remedy="Close the card, or take it out of this iteration.")
def nothing_left_open(record: Record, store: Store) -> Iterator[Found]:
    """When a report closes an iteration, its cards are done, and each has something to show.

    A log entry or a verdict: what a card leaves behind is what the next one can build on.
    """
    proposal = store.get(record.front.proposal)
    if record.lane != ACCEPTED or proposal is None:
        return
    for card in cards_of(proposal, store):
        if card.lane != DONE:
            yield Found(f"{card.id} is still in `{card.lane}`", ("proposal",))
        elif not card.log and not card.judged:
            yield Found(
                f"{card.id} has nothing to show: no log entry and no verdict",
                ("proposal",),
                f'Write down what was done: `lab log {card.id} "…"`.',
            )


@rule(
    "REP015",
    "PROP",
    remedy="Meet, and write its time into `design_session`.",
    low="note",
    needs_another_person=True,
)
def designed_together(record: Record, store: Store) -> Iterator[Found]:
    """An iteration begins with a design session.

    What data scientists and engineers work out together is cheaper than what they hand over.
    """
    if record.lane == ACCEPTED and not record.front.design_session:
        yield Found("there was no design session", ("design_session",))


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


@rule("REP018", "REP", remedy="Take the reference from `lab report`, or put the number away.")
def looked_up_numbers(record: Record, store: Store) -> Iterator[Found]:
    """The numbers of a report's results are looked up in the verdicts, and none is typed.

    A typed number was true once, perhaps. A reference is true as long as its verdict is.
    """
    if "{{" in record.body:
        for start, text in broken(record.body, store):
            line = record.body_line + record.body.count("\n", 0, start)
            yield Found(f"{text} leads nowhere", line)
    line, below = record.headings().get("Results", (0, ""))
    plain = NOT_TYPED.sub("", REFERENCE.sub("", without_comments(below)))
    if found := TYPED.search(plain):
        yield Found(f"{found[0].strip()} is typed into the results", line)
