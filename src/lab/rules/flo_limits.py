"""FLO: how much is in work, how large it is, and for how long."""

from collections.abc import Iterator

from ..process import clock
from ..process.iterations import open_iterations
from ..process.lanes import BOARD, CARDS, DONE, TEST, accepted_at, group_of, started_at, wip
from ..process.one_page import page_of
from ..records.store import Record, Store
from .registry import SAY_SINCE_WHEN, Found, rule


@rule("FLO003", remedy="Finish or review one of them first: `lab board` shows them.")
def wip_limits(store: Store) -> Iterator[Found]:
    """No lane holds more cards than its limit in team/policy.yml.

    Whoever starts more finishes less. The newest arrivals are the ones too many. A group with
    limits of its own counts its own cards.
    """
    for group in (None, *store.policy.groups):
        limits = wip(store, group)
        ours = [card for card in store.of(*CARDS) if group_of(card, store) == group]
        for lane in BOARD[1:-1]:
            cards = [card for card in ours if card.lane == lane]
            limit = limits[lane]
            if limit is None or len(cards) <= limit:
                continue
            cards.sort(key=lambda card: (card.front.history[-1].at, card.id))
            whose = f" of {group}" if group else ""
            for record in cards[limit:]:
                yield Found(
                    f"`{lane}` holds {len(cards)} cards{whose}, and {limit} is the limit",
                    ("history",),
                    record=record,
                )


@rule(
    "FLO004",
    *CARDS,
    remedy="Wrap up even if nobody is satisfied: judge it, or `lab close {id}`; it can be "
    "extended once with `lab amend {id} --timebox N`.",
    in_change=True,
)
def time_boxes(record: Record, store: Store) -> Iterator[Found]:
    """A card does not stay in its working lane for longer than its time box.

    The box is a promise of how much an answer is worth. Days count from the first one, in
    working days, without those on whose end the card was blocked. A hypothesis that was judged
    has kept it: updating the model is not part of the box.
    """
    if not clock.box_runs(record.front):
        return
    used = clock.days_used(record.front, store)
    if used > record.front.timebox:
        yield Found(f"the time box is over: day {used} of {record.front.timebox}", ("timebox",))


@rule("FLO006", *CARDS, remedy="Judge the card or close it; what is left is a new card.")
def extended_once(record: Record, store: Store) -> Iterator[Found]:
    """A time box is extended at most once.

    A box that grows whenever it is full is no box.
    """
    extensions = [
        number
        for number, amendment in enumerate(record.front.amendments)
        if "timebox" in amendment.was
    ]
    if len(extensions) > 1:
        yield Found("the time box was extended a second time", ("amendments", extensions[1]))


@rule(
    "FLO007",
    *CARDS,
    remedy="The product owner puts it in order: `lab prioritise {id} 1`.",
    low="warning",
)
def prioritised(record: Record, store: Store) -> Iterator[Found]:
    """A card that is started has a priority, and the product owner set it.

    Those who do the work write the cards; who speaks for the customer says which comes first.
    """
    if not started_at(record):
        return
    priority = record.front.priority
    if not priority:
        yield Found("the card was started without a priority", ("history",))
    elif store.people and priority.by not in store.with_role("product owner", priority.at):
        was = f"{priority.by}, who set the priority, was no product owner then"
        yield Found(was, ("priority",), f"If {priority.by} was, {SAY_SINCE_WHEN}")


@rule("FLO008", *CARDS, remedy="Split it into cards of size L or smaller.")
def small_enough(record: Record, store: Store) -> Iterator[Found]:
    """An XL card is not started.

    Small steps can be planned, reviewed and taken back. A large one hides several questions.
    """
    if record.front.size == "XL" and started_at(record):
        yield Found("the card is XL and was started", ("size",))


@rule("FLO012", remedy="Shorten the proposal, or close the iteration that is open with a report.")
def sprints(store: Store) -> Iterator[Found]:
    """In sprints, an iteration fits into one sprint, and there is one at a time for each group.

    The rhythm is what sprints are for. A team for which it does not fit works by Kanban.
    """
    if store.policy.way_of_working != "sprints":
        return
    days = store.policy.sprint.days
    running = open_iterations(store)
    for proposal in running:
        if proposal.front.timebox > days:
            yield Found(
                f"the time box has {proposal.front.timebox} days, and a sprint has {days}",
                ("timebox",),
                record=proposal,
            )
    running.sort(key=lambda proposal: (accepted_at(proposal), proposal.id))
    first: dict[str | None, str] = {}
    for proposal in running:
        group = group_of(proposal, store)
        if group in first:
            yield Found(
                f"{first[group]} is still open, and a sprint holds one iteration",
                ("history",),
                record=proposal,
            )
        first.setdefault(group, proposal.id)


@rule("FLO013", *CARDS, remedy="Make the question smaller until its time box fits.")
def box_not_too_long(record: Record, store: Store) -> Iterator[Found]:
    """No card is started with a time box above the longest in team/policy.yml.

    What takes longer gives no answer for too long.
    """
    longest = store.policy.longest_timebox
    if record.front.timebox > longest and started_at(record) and record.lane != DONE:
        yield Found(
            f"the time box has {record.front.timebox} days, and {longest} is the most",
            ("timebox",),
        )


@rule(
    "FLO021",
    "HYP",
    "SPK",
    "EDA",
    remedy="Let those agree who help to scope it: `lab start {id} --agreed HANDLE,HANDLE`, or "
    "`agreed_by`.",
    level="note",
    needs_another_person=True,
)
def box_agreed(record: Record, store: Store) -> Iterator[Found]:
    """The time box of a running card is agreed by more than its owner.

    Who works on it knows the work, and who asked for it knows what it is worth. The light track
    leaves it to them.
    """
    front = record.front
    if record.lane != TEST or store.alone or page_of(record, store):
        return
    if not {*front.agreed_by} - {front.owner}:
        yield Found("nobody but its owner has agreed to its time box", ("timebox",))
