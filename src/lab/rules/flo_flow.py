"""FLO: how cards and documents move; how much of it at once is in flo_limits.py."""

from collections.abc import Iterator
from itertools import pairwise

from ..process import clock
from ..process.definition import HEADING, left_unticked, missing
from ..process.iterations import closed_at, report_of
from ..process.lanes import (
    CARDS,
    CODE_REVIEW,
    DONE,
    REVIEWS,
    TEST,
    TO_DO,
    UPDATE,
    WORKING,
    accepted_at,
    lanes_of,
    started_at,
    steps_from,
)
from ..process.links import EVERY
from ..process.reviews import approvals_needed, approvals_of_others
from ..records.body import TICKED
from ..records.store import Record, Store
from .registry import Found, rule


@rule(
    "FLO001", *EVERY, remedy="Move records with `lab move`; done is final: a new record `follows`."
)
def steps(record: Record, store: Store) -> Iterator[Found]:
    """A record moves only along the lanes of its kind.

    Work that is found out and work that is built take different ways. A card that jumps has
    skipped a test or a review, and one that comes back from done hides what was decided.
    """
    kind, history = record.kind.code, record.front.history
    first = lanes_of(kind)[0]
    if history[0].to != first:
        yield Found(f"the history begins in `{history[0].to}`, not in `{first}`", ("history", 0))
        return
    for number, (before, after) in enumerate(pairwise(history), start=1):
        if after.to not in steps_from(kind, before.to):
            ways = " or ".join(f"`{lane}`" for lane in steps_from(kind, before.to))
            yield Found(
                f"`{before.to}` does not lead to `{after.to}`"
                + (f", only to {ways}" if ways else ": it is final"),
                ("history", number, "to"),
            )
            return
        outcome = getattr(record.front, "outcome", None)
        early = after.to == DONE and before.to not in REVIEWS
        given_up = before.to == UPDATE and getattr(record.front, "not_shipped", None)
        if early and outcome not in (None, "abandoned") and not given_up:
            yield Found(
                f"its outcome is {outcome}, and it went from `{before.to}` to `{DONE}`",
                ("history", number, "to"),
                "Only what is abandoned skips the review: have it reviewed, or `lab close {id}`.",
            )


@rule("FLO002", *CARDS, remedy="Close it with `lab close {id} --learned …`.")
def closed_with_a_lesson(record: Record, store: Store) -> Iterator[Found]:
    """A card that is done says how it ended and what was learned, and an open one does not yet.

    A project has failed only if nothing was learned. That holds for the refuted and the
    abandoned, too.
    """
    card = record.front
    if record.lane == DONE:
        if not card.outcome:
            yield Found("the card is done and has no outcome", ("outcome",))
        if not card.learned:
            yield Found("the card is done and says nothing in `learned`", ("learned",))
        if record.kind.code == "SPK" and not card.answer and card.outcome != "abandoned":
            yield Found("the spike is done and has no answer", ("answer",))
    elif card.outcome == "abandoned" or (card.outcome and record.lane in (TO_DO, TEST)):
        yield Found(
            f"the outcome is {card.outcome}, and the card is in `{record.lane}`",
            ("outcome",),
            "An outcome belongs to a card that was tested; abandon one with `lab close {id}`.",
        )


@rule(
    "FLO005",
    *CARDS,
    remedy="Ask somebody else to look: `lab review {id} --approve` or `--changes`.",
    needs_another_person=True,
)
def reviewed_by_another(record: Record, store: Store) -> Iterator[Found]:
    """A card leaves a review forwards only when others than its owner have approved it.

    Everybody is blind to the own mistake. How many have to approve is in team/policy.yml. In
    a team of one, the missing review is shown as a note.
    """
    history = record.front.history
    for number, (before, after) in enumerate(pairwise(history), start=1):
        onwards = after.to == DONE or (before.to, after.to) == (CODE_REVIEW, UPDATE)
        if before.to not in REVIEWS or not onwards or record.front.outcome == "abandoned":
            continue
        if len(store.team(after.at)) == 1 and not store.alone:
            continue  # nobody else was there to ask
        needed = approvals_needed(store, after.at)
        others = approvals_of_others(record, before, after)
        if len(others) < needed:
            yield Found(
                f"it left `{before.to}` with {len(others)} of {needed} approvals by others",
                ("history", number),
            )


@rule(
    "FLO009",
    "HYP",
    "SPK",
    "EDA",
    remedy="Have the proposal accepted first, or put the idea into the next one.",
)
def inside_an_iteration(record: Record, store: Store) -> Iterator[Found]:
    """An experiment is started only inside an open iteration: its proposal is accepted.

    The proposal says what is asked, until when, and what follows from the answer. After the
    report has closed it, a new idea belongs to the next one. A spike or an exploration that
    prepares a proposal names none.
    """
    proposal = store.get(record.front.proposal)
    start = started_at(record)
    if proposal is None or start is None:
        return
    accepted = accepted_at(proposal)
    if accepted is None or accepted > start:
        yield Found(f"{proposal.id} was not accepted when the card started", ("proposal",))
        return
    if (closed := closed_at(proposal, store)) and closed < start:
        report = report_of(proposal, store)
        by = f"by {report.id}" if report else "by a decision to stop"
        yield Found(f"{proposal.id} was closed before {by}", ("proposal",))


@rule("FLO010", *CARDS, remedy="Finish what it depends on first, or `lab block {id} --why …`.")
def nothing_open_before_it(record: Record, store: Store) -> Iterator[Found]:
    """A card in work does not wait for another card that is still open.

    Blockers come first. If it has to wait after all, it is blocked, and everybody can see it.
    """
    card = record.front
    if record.lane not in WORKING or clock.is_blocked(card):
        return
    for target in card.depends_on:
        other = store.get(target)
        if other and other.lane != lanes_of(other.kind.code)[-1]:
            yield Found(f"it depends on {target}, which is in `{other.lane}`", ("depends_on",))


@rule(
    "FLO011",
    "HYP",
    "TASK",
    remedy="Tick what is true of the list that came with the review; for a line that does not "
    "apply, say why instead of the box.",
    low="warning",
)
def done_as_agreed(record: Record, store: Store) -> Iterator[Found]:
    """A card that is done has the team's definition of done, with every box ticked.

    Done means the same for everybody only if somebody looked. A team of one is not asked for what
    takes somebody else.
    """
    if record.lane != DONE or record.front.outcome == "abandoned":
        return
    line, below = record.headings().get(HEADING, (record.body_line, ""))
    if (unticked := left_unticked(record, store)) is not None:
        yield Found("a line of the definition of done is not ticked", line + unticked)
    elif not TICKED.search(below):
        yield Found("nothing is ticked in the definition of done", line)


@rule("FLO014", *CARDS, remedy="Close the older card first, or take the link out.")
def follows_a_finished_card(record: Record, store: Store) -> Iterator[Found]:
    """A card follows only one that is done.

    Done is final. Taking a question up again is a new card that says which one it follows.
    """
    other = store.get(record.front.follows)
    if other and started_at(record) and other.lane != DONE:
        yield Found(f"it follows {other.id}, which is in `{other.lane}`", ("follows",))


@rule("FLO015", "HYP", remedy="Say why with `lab close {id} --not-shipped …`.")
def not_shipped_for_a_reason(record: Record, store: Store) -> Iterator[Found]:
    """A supported hypothesis that ends without an update of the model says why.

    A good model may well not ship: no buy-in, not understood, cost, complexity, timing.
    Whoever comes later has to know which it was.
    """
    card = record.front
    updated = any(step.to == UPDATE for step in card.history)
    if record.lane == DONE and card.outcome == "supported" and not updated and not card.not_shipped:
        yield Found("it is supported, was not shipped, and does not say why", ("outcome",))


@rule("FLO016", "HYP", remedy="Close it: refuted is a result, and the card ends after its review.")
def only_the_supported_go_on(record: Record, store: Store) -> Iterator[Found]:
    """Only a supported hypothesis goes on to update the model.

    That is what its criteria were for.
    """
    card = record.front
    for number, step in enumerate(card.history):
        if step.to == UPDATE and card.outcome not in ("supported", "abandoned"):
            yield Found(
                f"its outcome is {card.outcome or 'not known'}, and it went to `{UPDATE}`",
                ("history", number),
            )
            return


@rule("FLO017", "HYP", remedy="Let the judge decide, or abandon it with `lab close {id}`.")
def tested_before_review(record: Record, store: Store) -> Iterator[Found]:
    """A hypothesis that has left its test has an outcome.

    Nothing is there to review before the criteria were decided.
    """
    if record.lane == CODE_REVIEW and not record.front.outcome:
        yield Found(f"it is in `{CODE_REVIEW}` and has no outcome", ("outcome",))


@rule("FLO018", *CARDS, remedy="Say that the way is free with `lab unblock {id}`, then move it.")
def blocked_cards_stay(record: Record, store: Store) -> Iterator[Found]:
    """A blocked card does not move.

    Either something is in its way, or it is not blocked; the board must not say both.
    """
    for number, block in enumerate(record.front.blocked):
        if block.until is None and (record.lane == DONE or record.front.history[-1].at > block.at):
            yield Found(
                f"it is blocked since {block.at:%Y-%m-%d} and was moved", ("blocked", number)
            )


@rule("FLO020", *CARDS, remedy="Answer it: `lab answer {id} …`.", in_change=True)
def concerns_answered(record: Record, store: Store) -> Iterator[Found]:
    """A card that is done has answered every concern about it.

    The product owner speaks for those who are not in the room. An abandoned card owes nobody an
    answer.
    """
    if record.lane != DONE or record.front.outcome == "abandoned":
        return
    for number, concern in enumerate(record.front.concerns):
        if not concern.answer:
            yield Found(f"a concern of {concern.by} has no answer", ("concerns", number))


@rule(
    "FLO019",
    "HYP",
    "TASK",
    remedy="Take the line from team/definition-of-done.md, or say there why it does not apply.",
    low="warning",
    in_change=True,
)
def done_as_the_team_means_it(record: Record, store: Store) -> Iterator[Found]:
    """The definition of done of a card is the team's, with every line that holds for each card.

    A list of one line that its owner has thought of is no agreement. A line whose box was replaced
    by a reason is there all the same.
    """
    if record.lane != DONE or record.front.outcome == "abandoned":
        return
    line, _ = record.headings().get(HEADING, (record.body_line, ""))
    for text in missing(record, store):
        yield Found(f'the definition of done lacks "{text}"', line)
