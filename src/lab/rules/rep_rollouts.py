"""REP: rollouts, which climb a ladder."""

from collections.abc import Iterator, Sequence

from ..errors import LabError
from ..process.iterations import requirements_of
from ..process.ladder import open_incidents
from ..process.lanes import ACCEPTED, accepted_at
from ..process.one_page import page_of
from ..proof.rollouts import claims_of, otherwise, shown
from ..records.kinds import Seen, SplitTest
from ..records.store import Record, Store
from .registry import Found, rule


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
    # Steps before the release, such as a simulation, go to nobody.
    every = [step.share for step in record.front.steps]
    shares = every[every.count(0) :] if not any(every[: every.count(0)]) else every
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


@rule("REP024", "ROLL", remedy="Let `lab rollout {id}` write the ladder.")
def step_by_step(record: Record, store: Store) -> Iterator[Found]:
    """A rollout is widened one step at a time, after it was accepted, and never into an incident.

    What a step has shown is why the next one may come. Whoever skips one has not looked.
    """
    front, before = record.front, 0
    accepted = accepted_at(record)
    for number, entry in enumerate(front.ladder):
        at = ("ladder", number)
        allowed = {"widened": before + 1, "held": before, "reverted": 0}[entry.did]
        if accepted is None or entry.at < accepted:
            yield Found(f"it was {entry.did} before it was accepted", at)
        elif entry.step != allowed or entry.step > len(front.steps):
            yield Found(f"it was {entry.did} from step {before} to step {entry.step}", at)
        elif entry.did == "widened" and (found := open_incidents(store, record, entry.at)):
            yield Found(f"it was widened while {found[0].id} was open", at)
        before = entry.step


@rule(
    "REP026",
    "ROLL",
    remedy="Write them, have the sponsor accept them, and name them in `requirements`: "
    '`lab new REQ "…"`.',
)
def outcome_before_users(record: Record, store: Store) -> Iterator[Found]:
    """A rollout serves an outcome of the customer that a sponsor has signed.

    An iteration of the light track may begin without requirements. Before users meet the model,
    they are written.
    """
    accepted, report = accepted_at(record), store.get(record.front.answers)
    if accepted is None or report is None or page_of(report, store) is None:
        return
    requirements = requirements_of(record, store)
    if requirements is None:
        yield Found("no requirements say which outcome it serves", ("answers",))
    elif (first := accepted_at(requirements)) is None or first > accepted:
        yield Found(f"{requirements.id} was not accepted before it", ("requirements",))


@rule(
    "REP027",
    "ROLL",
    remedy="Let `lab rollout {id} widen` read its table; `lab rollout {id} look` shows it.",
)
def widened_by_its_test(record: Record, store: Store) -> Iterator[Found]:
    """A rollout with a split test is widened by what the test has shown, and not past a refusal.

    While users meet the model, no claim may be refuted when more of them come; before the control
    is gone, each must be supported. Numbers hold at all looks together. They are computed again
    from the table, where it is at hand.
    """
    front = record.front
    if front.test is None:
        return
    claims = None
    try:
        if claims_of(front) and (store.root / front.test.table).is_file():
            claims = shown(store.root, front)
    except LabError as error:
        yield Found(str(error).rstrip("."), ("test",))
    before = 0.0
    for number, entry in enumerate(front.ladder):
        share = front.steps[entry.step - 1].share if 0 < entry.step <= len(front.steps) else 0.0
        if entry.did == "widened" and before and (fault := _unshown(front.test, entry.seen, share)):
            yield Found(fault, ("ladder", number))
        for fault in otherwise(claims, entry.seen) if claims is not None else ():
            yield Found(fault, ("ladder", number))
        before = share


def _unshown(test: SplitTest, seen: Sequence[Seen], share: float) -> str | None:
    """What was not shown, and should have been before a rollout went to such a share of users."""
    says = {then.claim.strip(): then.says for then in seen}
    for claimed in test.claims:
        claim = claimed.claim.strip()
        if claim not in says:
            return f"it was widened without a look at `{claim}`"
        if says[claim] == "refuted" or (share == 100 and says[claim] != "supported"):
            return f"it was widened to {share:g} % of the users, and `{claim}` is {says[claim]}"
    return None
