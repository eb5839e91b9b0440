"""The files of `team/`: by which numbers we work, and with which exceptions."""

from typing import Annotated, Literal

from msgspec import Meta, field

from .front import END, ErrorRate, Handle, Part, Text, Time, WorkingDays
from .people import Date

POLICY, WAIVERS = "team/policy.yml", "team/waivers.yml"

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Code = Annotated[
    str, Meta(pattern=rf"^[A-Z]{{3}}[0-9]{{3}}{END}", description="The code of a rule.")
]
Tell = Literal["steps", "status"]
Reproduce = Literal["always", "scheduled"]
Track = Literal["light", "full"]


class Wip(Part, frozen=True, kw_only=True):
    """How many cards may be in a lane at once; null is no limit."""

    test: Annotated[int, Meta(ge=1)] | None = field(name="test hypothesis", default=3)
    code_review: Annotated[int, Meta(ge=1)] | None = field(name="code review hypothesis", default=3)
    update: Annotated[int, Meta(ge=1)] | None = field(name="update model", default=2)
    update_review: Annotated[int, Meta(ge=1)] | None = field(
        name="code review update model", default=2
    )


class Timeboxes(Part, frozen=True, kw_only=True):
    """The time box of a new card, in working days, where its author names none."""

    setup: WorkingDays = 8
    algorithm: WorkingDays = 5
    feature: WorkingDays = 3
    data: WorkingDays = 3
    explain: WorkingDays = 3
    spike: WorkingDays = 2
    exploration: WorkingDays = 3
    task: WorkingDays = 3


class Sprint(Part, frozen=True, kw_only=True):
    """The rhythm of a team that works in sprints."""

    days: WorkingDays = 10


class Proof(Part, frozen=True, kw_only=True):
    """How strict the evidence is."""

    alpha: ErrorRate = "0.05"
    budget: Annotated[int, Meta(ge=1, description="Hypotheses that one test set may judge.")] = 10
    seeds: Annotated[int, Meta(ge=1, description="Seeds that a hypothesis names at least.")] = 3
    tell: Annotated[
        Tell,
        Meta(description="What a verdict says of sealed rows: numbers in steps, or statuses."),
    ] = "steps"
    reproduce: Annotated[
        Reproduce,
        Meta(description="When CI trains again: for each change, or on its schedule alone."),
    ] = "always"
    sliced_guardrail: Annotated[
        bool, Meta(description="Must a guardrail look at a part, such as recall[age < 30]?")
    ] = False


class Reminders(Part, frozen=True, kw_only=True):
    """After how many days `lab status` and the checks speak up."""

    review: Annotated[int, Meta(ge=0, description="Working days that a review may wait.")] = 2
    report: Annotated[int, Meta(ge=0, description="Working days after an iteration's end.")] = 2
    retro: Annotated[int, Meta(ge=1, description="Days from one retro to the next.")] = 31


class Group(Part, frozen=True, kw_only=True):
    """The numbers of a working group of its own; iterations of its people are its own, too."""

    wip: Wip = Wip()


class Policy(Part, frozen=True, kw_only=True):
    """team/policy.yml: the team's numbers. A missing key has the default of its type."""

    risk: Literal["low", "medium", "high"] = "medium"
    track: Annotated[
        Track,
        Meta(description="What comes before an experiment: one page, or each document by itself."),
    ] = "full"
    way_of_working: Literal["kanban", "sprints"] = "kanban"
    sprint: Sprint = Sprint()
    wip: Wip = Wip()
    timeboxes: Timeboxes = Timeboxes()
    longest_timebox: WorkingDays = 10
    reviewers: Annotated[int, Meta(ge=1, description="Approvals by others that a card needs.")] = 1
    evidence: Proof = Proof()
    reminders: Reminders = Reminders()
    largest_group: Annotated[int, Meta(ge=1)] = 7
    groups: Annotated[
        dict[str, Group],
        Meta(description="Groups of people.yml that have a board and a sprint of their own."),
    ] = {}
    working_week: Annotated[list[Day], Meta(min_length=1)] = field(
        default_factory=lambda: ["mon", "tue", "wed", "thu", "fri"]
    )
    holidays: list[Date] = []
    levels: Annotated[
        dict[str, Literal["error", "warning", "note"]],
        Meta(description="Rules that this team takes more lightly, or more seriously."),
    ] = {}


class Waiver(Part, frozen=True, kw_only=True):
    """A rule that does not hold for one record, openly and for a while."""

    rule: Code
    record: Annotated[Text, Meta(description="The id of a record, or the path of a file.")]
    reason: Text
    owner: Handle
    until: Time


class Waivers(Part, frozen=True, kw_only=True):
    """team/waivers.yml; the file may be absent."""

    waivers: list[Waiver] = []
