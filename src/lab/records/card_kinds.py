"""Cards: the kinds of record that go from lane to lane on the board, and what each holds."""

from typing import Annotated, Any, Literal

from msgspec import Meta

from .front import (
    Entry,
    Front,
    Handle,
    Id,
    Part,
    Probability,
    Seed,
    TestSetId,
    Text,
    Time,
    WorkingDays,
)

Size = Literal["XS", "S", "M", "L", "XL"]
Reduces = Literal["risk", "uncertainty", "cost"]
ChangeKind = Literal["setup", "algorithm", "feature", "data", "explain"]


class Priority(Part, frozen=True, kw_only=True):
    """Where the product owner put the card; 1 comes first."""

    rank: Annotated[int, Meta(ge=1)]
    by: Handle
    at: Time


class Concern(Entry, frozen=True, kw_only=True):
    """A business concern, and how the card answers it."""

    what: Text
    answer: Text | None = None


class Block(Entry, frozen=True, kw_only=True):
    """Something that kept the card from moving on."""

    why: Text
    until: Time | None = None


class Amendment(Entry, frozen=True, kw_only=True):
    """A change of what a start had fixed, on record."""

    why: Text
    impact: Text
    results_seen: Annotated[bool, Meta(description="Had anybody seen results before?")]
    was: Annotated[dict[str, Any], Meta(description="What the changed fields held before.")]
    digest: Text | None = None
    terms: Annotated[
        dict[str, str] | None, Meta(description="Terms of the lock that it brought in.")
    ] = None


class Card(Front, frozen=True, kw_only=True):
    """A piece of work on the board."""

    size: Size
    timebox: WorkingDays
    agreed_by: Annotated[
        list[Handle], Meta(description="Who agreed to the time box, beside its owner.")
    ] = []
    learned: Annotated[Text | None, Meta(description="One sentence, required to close.")] = None
    insight: Annotated[
        Text | None, Meta(description="What the business learns from it, whatever the outcome.")
    ] = None
    priority: Priority | None = None
    concerns: list[Concern] = []
    blocked: list[Block] = []
    depends_on: list[Id] = []
    unblocks: list[Id] = []
    follows: Id | None = None
    amendments: list[Amendment] = []


class Story(Part, frozen=True, kw_only=True):
    """What we believe, what we expect to see, and who gains what."""

    we_believe: Text
    will_result_in: Text
    in_order_to: Text
    reduces: Reduces


class Evaluation(Part, frozen=True, kw_only=True, omit_defaults=True):
    """On which test set, with which seeds, and which model."""

    testset: TestSetId
    seeds: Annotated[list[Seed], Meta(min_length=1)]
    model: Annotated[
        Text | None,
        Meta(description="`train.model` of params.yaml that it is about; no other is judged."),
    ] = None


class Lock(Entry, frozen=True, kw_only=True):
    """Written when a hypothesis starts: what was promised, and at which error rate."""

    digest: Text
    alpha: Text
    slot: Annotated[int, Meta(ge=1)]
    terms: Annotated[
        dict[str, str] | None,
        Meta(description="Digests of all else that the answer depends on, by what it is."),
    ] = None


class Hypothesis(Card, frozen=True, kw_only=True):
    """HYP: a claim with exit criteria."""

    proposal: Annotated[Id, Meta(description="The accepted proposal (PROP) that it belongs to.")]
    story: Story
    change: ChangeKind
    prior: Annotated[Probability, Meta(description="How likely the owner thinks it is, before.")]
    criteria: Annotated[list[Text], Meta(description="What would prove it, all of it.")]
    guardrails: Annotated[list[Text], Meta(description="What must not get worse.")]
    evaluation: Evaluation
    lock: Lock | None = None
    outcome: Literal["supported", "refuted", "inconclusive", "abandoned"] | None = None
    not_shipped: Annotated[
        Text | None, Meta(description="Why a supported hypothesis ends without an update.")
    ] = None


class Spike(Card, frozen=True, kw_only=True):
    """SPK: one question in a short time box."""

    question: Text
    proposal: Annotated[Id | None, Meta(description="None if it prepares a proposal.")] = None
    answer: Text | None = None
    outcome: Literal["feasible", "not feasible", "abandoned"] | None = None


class Exploration(Card, frozen=True, kw_only=True):
    """EDA: a look at the data, with findings."""

    proposal: Annotated[Id | None, Meta(description="None if it prepares a proposal.")] = None
    outcome: Literal["explored", "abandoned"] | None = None


class Task(Card, frozen=True, kw_only=True):
    """TASK: delivery work; not an iteration's hypothesis."""

    outcome: Literal["delivered", "abandoned"] | None = None
