"""The kinds of record, and what the front matter of each holds.

These types are the format: loading, the JSON Schemas and the reference page come from them.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta, field

from .card_kinds import Exploration, Hypothesis, Spike, Task
from .front import (
    Entry,
    Front,
    Handle,
    Id,
    Part,
    Text,
    Time,
    WorkingDays,
)

Choice = Literal["invest", "pivot", "deploy", "pause", "stop"]

# Documents: draft, then accepted.


class Document(Front, frozen=True, kw_only=True):
    """A stage document."""

    supersedes: Annotated[Id | None, Meta(description="The record that this one replaces.")] = None


class Kpi(Part, frozen=True, kw_only=True):
    """A number that the customer's outcome is measured by."""

    name: Annotated[Text, Meta(description="Small letters, digits and underscores.")]
    means: Text
    better: Literal["higher", "lower"]


class Requirements(Document, frozen=True, kw_only=True):
    """REQ: the customer's outcome and the KPIs."""

    customer_outcome: Text
    kpis: Annotated[list[Kpi], Meta(min_length=1)]


class NeedsAssessment(Document, frozen=True, kw_only=True):
    """NEED: is a model needed at all?"""

    answers: Annotated[Id, Meta(description="The requirements (REQ) that it answers.")]


class Realised(Part, frozen=True, kw_only=True):
    """A KPI as it was measured after the launch."""

    at: Time
    value: float


class Interval(Part, frozen=True, kw_only=True):
    """A value, and where it lies with 95 % confidence."""

    value: float
    low: float
    high: float


class Estimate(Part, frozen=True, kw_only=True):
    """The mean value of one decision, as `lab lift` computed it."""

    at: Time
    unit: Text
    source: Text
    examples: Annotated[int, Meta(ge=1)]
    perfect: Interval
    status_quo: Interval
    random: Interval
    potential: Annotated[Interval, Meta(description="Perfect less status quo.")]
    risk: Annotated[Interval, Meta(description="Status quo less random.")]


class Cost(Part, frozen=True, kw_only=True):
    """What a model costs, in the unit of the lift or in days of work."""

    building: Annotated[float, Meta(ge=0, description="Once, until it is in use.")]
    running: Annotated[float, Meta(ge=0, description="Each month: machines, labels, people.")]
    unit: Text


class ExpectedLift(Document, frozen=True, kw_only=True):
    """LIFT: what a better answer would be worth."""

    answers: Annotated[Id, Meta(description="The needs assessment (NEED) that it belongs to.")]
    kpi: Text
    estimate: Annotated[Estimate | None, Meta(description="Written by `lab lift`.")] = None
    cost: Cost | None = None
    realised: Realised | None = None


class Question(Part, frozen=True, kw_only=True):
    """What somebody asked in a meeting, and what they were told."""

    by: Text
    asked: Text
    answer: Text | None = None


class Meeting(Part, frozen=True, kw_only=True):
    """When people met, who was there, and what they asked."""

    at: Time
    attended: Annotated[list[Handle], Meta(min_length=1)]
    asked: list[Question] = []


class Gate(Part, frozen=True, kw_only=True):
    """What was decided beforehand to follow from the result."""

    criterion: Text
    then: Text
    otherwise: Text = field(name="else")


class Metrics(Part, frozen=True, kw_only=True):
    """The metrics that hypotheses of the iteration may use."""

    primary: Text
    secondary: list[Text] = []
    guardrail: list[Text] = []


class Stop(Entry, frozen=True, kw_only=True):
    """A decision that ends an iteration in its middle."""

    choice: Literal["pivot", "pause", "stop"]
    because: Text


class Proposal(Document, frozen=True, kw_only=True):
    """PROP: opens an iteration."""

    answers: Annotated[
        Id | None,
        Meta(description="The needs assessment (NEED) that it answers; none in the light track."),
    ] = None
    question: Text
    kpi: Annotated[
        Text | None, Meta(description="A KPI of the requirements; none in the light track.")
    ] = None
    timebox: WorkingDays
    gate: Gate
    metrics: Metrics
    baseline: Literal["status_quo", "champion"]
    design_session: Annotated[
        Time | Meeting | None, Meta(description="When it was designed together, and by whom.")
    ] = None
    need_reviewed: Annotated[
        Text | None, Meta(description="Why a model is still needed, where the algorithm is new.")
    ] = None
    stopped: Annotated[Stop | None, Meta(description="Written by `lab decide`.")] = None


class Decision(Part, frozen=True, kw_only=True):
    """What the stakeholders decided; all four, or none yet."""

    choice: Choice | None = None
    by: Handle | None = None
    on: Time | None = None
    because: Text | None = None


class Report(Document, frozen=True, kw_only=True):
    """REP: closes an iteration."""

    proposal: Annotated[Id, Meta(description="The iteration (PROP) that it closes.")]
    decision: Decision
    gate: Annotated[
        Literal["passed", "not passed"] | None,
        Meta(description="How the gate of the proposal fell; unclear is not passed."),
    ] = None
    gate_because: Annotated[
        Text | None, Meta(description="Why `gate` is not what the verdicts say.")
    ] = None
    not_deployed: Annotated[
        Text | None, Meta(description="Why a good model does not ship; it needs `revisit_on`.")
    ] = None
    next: Annotated[Text | None, Meta(description="The question for the next iteration.")] = None
    reviewed: Annotated[
        Meeting | None, Meta(description="The review together with the stakeholders.")
    ] = None


class Rung(Part, frozen=True, kw_only=True):
    """One step of a rollout."""

    share: Annotated[
        float,
        Meta(ge=0, le=100, description="Per cent of users or cases; 0 for a test before release."),
    ]
    gate: Text
    rollback: Text
    owner: Handle


class Claimed(Part, frozen=True, kw_only=True):
    """What a split test has to show of one KPI."""

    claim: Annotated[Text, Meta(description="As `letters_read >= control + 0.01`.")]
    expects: Annotated[
        float, Meta(description="The difference from the control that is hoped for.")
    ]


class InTheLoop(Part, frozen=True, kw_only=True):
    """Cases that a person decides, or confirms."""

    cases: Text
    who: Annotated[list[Text], Meta(min_length=1, description="Handles, or roles of the customer.")]
    objection: Annotated[Text | None, Meta(description="How somebody affected can object.")] = None


class SplitTest(Part, frozen=True, kw_only=True):
    """Users of the model beside a control, in a table that a query or a stage writes."""

    table: Annotated[Text, Meta(description="CSV or Parquet, from the project's folder.")]
    claims: Annotated[list[Claimed], Meta(min_length=1)]


class Seen(Part, frozen=True, kw_only=True):
    """What a claim looked like when somebody decided."""

    claim: Text
    day: Annotated[Text, Meta(description="The last day of the table that counted.")]
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    says: Literal["supported", "refuted", "open", "too early"]


class Climb(Entry, frozen=True, kw_only=True):
    """What was done on the ladder of a rollout, by whom and why."""

    did: Literal["widened", "held", "reverted"]
    step: Annotated[int, Meta(ge=0, description="Where it stands now; 0 is nobody.")]
    why: Text
    seen: Annotated[list[Seen], Meta(description="What the split test showed.")] = []


class Monitor(Part, frozen=True, kw_only=True):
    """What is watched after the launch."""

    kpi: Text
    alarm: Text
    owner: Handle


class Rollout(Document, frozen=True, kw_only=True):
    """ROLL: how a model goes live, and how it is watched."""

    answers: Annotated[Id, Meta(description="The report (REP) whose decision is deploy.")]
    requirements: Annotated[
        Id | None,
        Meta(description="The requirements (REQ), where the iteration began with one page."),
    ] = None
    steps: list[Rung]
    monitors: list[Monitor]
    test: SplitTest | None = None
    people_in_the_loop: list[InTheLoop] = []
    ladder: Annotated[list[Climb], Meta(description="Written by `lab rollout`.")] = []


class Incident(Document, frozen=True, kw_only=True):
    """INC: a regression after the launch."""

    answers: Annotated[Id, Meta(description="The rollout (ROLL) that regressed.")]
    kpi: Text
    noticed_at: Time
    reverted_at: Time | None = None
    learned: Text | None = None


class Action(Part, frozen=True, kw_only=True):
    """Something that a retro decided to do."""

    what: Text
    owner: Handle
    due: Time
    state: Literal["open", "done", "dropped"] = "open"
    result: Annotated[Text | None, Meta(description="What came of it, once it is not open.")] = None


class Retro(Document, frozen=True, kw_only=True):
    """RET: what we change about how we work."""

    attendance: Annotated[list[Handle], Meta(min_length=1)]
    actions: list[Action]


@dataclass(frozen=True)
class Kind:
    """A kind of record: its code, its name in plain words, its folder and its fields."""

    code: str
    means: str
    folder: str
    front: type[Front]


EXPERIMENTS = "stages/4-experiments"
KINDS = {
    kind.code: kind
    for kind in (
        Kind("REQ", "requirements", "stages/1-requirements", Requirements),
        Kind("NEED", "needs assessment", "stages/2-needs-assessment", NeedsAssessment),
        Kind("LIFT", "expected lift", "stages/2-needs-assessment", ExpectedLift),
        Kind("PROP", "proposal", "stages/3-proposals", Proposal),
        Kind("HYP", "hypothesis", EXPERIMENTS, Hypothesis),
        Kind("SPK", "spike", EXPERIMENTS, Spike),
        Kind("EDA", "data exploration", EXPERIMENTS, Exploration),
        Kind("TASK", "delivery task", EXPERIMENTS, Task),
        Kind("REP", "report", "stages/5-reports", Report),
        Kind("ROLL", "rollout and monitoring plan", "stages/6-deployment", Rollout),
        Kind("INC", "regression after launch", "stages/6-deployment", Incident),
        Kind("RET", "retro", "team/retros", Retro),
    )
}
FOLDERS = tuple(dict.fromkeys(kind.folder for kind in KINDS.values()))
