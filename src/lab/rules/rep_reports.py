"""REP: reports that end in a decision; other stages are in rep_stages.py and rep_rollouts.py."""

import re
from collections.abc import Iterator

from ..process.clock import working_days
from ..process.endings import stakeholders
from ..process.iterations import cards_of, ends_on, is_open, report_of, requirements_of
from ..process.lanes import ACCEPTED, DONE
from ..proof.gate import gate_of
from ..proof.references import REFERENCE, broken
from ..records.body import without_comments
from ..records.store import Record, Store
from .registry import SAY_SINCE_WHEN, Found, rule

WORDS = re.compile(r"\w+")
NOT_TYPED = re.compile(r"`[^`\n]*`|\]\([^)]*\)|\[[^\]]*\]")
TYPED = re.compile(r"(?<![\w.-])-?[0-9]*\.[0-9]+|[0-9]+ ?%")


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
        may = stakeholders(store, decision.on or store.now)
        if decision.by in store.handles and decision.by not in may:
            yield Found(
                f"{decision.by} was neither sponsor nor product owner then",
                ("decision", "by"),
                f"The stakeholders decide: ask one of them. If {decision.by} was, {SAY_SINCE_WHEN}",
            )


@rule("REP005", "PROP", remedy="Write it, whatever the result: `lab report {id}`.", in_change=True)
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


@rule("REP022", "PROP", remedy="The stakeholders decide: `lab decide {id} stop --because …`.")
def stopped_by_stakeholders(record: Record, store: Store) -> Iterator[Found]:
    """An iteration is stopped in its middle by a sponsor or the product owner.

    Whoever pays may say at any time that it is enough. That is a decision, and not a card that
    nobody touches any more.
    """
    stopped = record.front.stopped
    if stopped is None:
        return
    if record.lane != ACCEPTED:
        yield Found("it was stopped, and never accepted", ("stopped",))
    elif stopped.by in store.handles and stopped.by not in stakeholders(store, stopped.at):
        yield Found(f"{stopped.by} was neither sponsor nor product owner then", ("stopped", "by"))


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


@rule(
    "REP019",
    "REP",
    remedy="Write what the verdicts say, or why not into `gate_because`.",
    in_change=True,
)
def gate_follows_from_verdicts(record: Record, store: Store) -> Iterator[Found]:
    """The gate of a report is what the verdicts say, or the report says why not.

    It was decided beforehand so that nobody debates it afterwards. It is passed if a confirmatory
    verdict found a criterion met that asks for at least as much.
    """
    front, proposal = record.front, store.get(record.front.proposal)
    if record.lane != ACCEPTED or not front.gate or front.gate_because:
        return
    if proposal is None or proposal.kind.code != "PROP":
        return
    fallen = gate_of(proposal, store)
    if fallen and fallen.word != front.gate:
        yield Found(f"`gate` is {front.gate}, and {fallen.why}", ("gate",))


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
