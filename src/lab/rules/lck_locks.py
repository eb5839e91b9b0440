"""LCK: goalposts that do not move."""

from collections.abc import Iterator

from ..process.lanes import CARDS, started_at
from ..proof.locks import LOCKED, digest, ledger, promised, without_given_up
from ..records.store import Record, Store
from .registry import Found, rule


@rule("LCK001", "HYP", remedy="Start hypotheses with `lab start {id}`; it writes the lock.")
def locked_when_started(record: Record, store: Store) -> Iterator[Found]:
    """A hypothesis is locked when it starts, and not before.

    The lock is what makes the later verdict a proof: it says what was promised when nobody
    had seen a result.
    """
    lock, start = record.front.lock, started_at(record)
    if start and not lock:
        yield Found("it was started and is not locked", ("lock",))
    elif lock and not start:
        yield Found(
            "it is locked and was never started", ("lock",), "Take the lock out, and start it."
        )
    elif lock and start and lock.at != start:
        yield Found("the lock is of another moment than the start", ("lock",))


@rule(
    "LCK002",
    "HYP",
    remedy="Put back what was promised, or change it openly with `lab amend {id}`.",
)
def unmoved(record: Record, store: Store) -> Iterator[Found]:
    """What was locked is what stands there: story, criteria, guardrails, evaluation, prior, box.

    A bar that is lowered after the jump measures nothing. `lab amend` is the honest way.
    """
    if record.front.lock and promised(record.front) != digest(record.front):
        yield Found(f"{', '.join(LOCKED)} are not what was locked", ("lock", "digest"))


@rule("LCK003", remedy="Register a fresh test set, or start the later card again.")
def slots_of_a_test_set(store: Store) -> Iterator[Found]:
    """Every hypothesis has its own slot of the test set's budget, and the budget is kept.

    Twenty useless ideas on one test set find a false winner most of the time. The budget is
    what keeps the error rate. Two branches that started at once took the same slot.
    """
    for testset, taken in sorted(ledger(store).items()):
        budget = store.testsets.get(testset, store.policy.evidence).budget
        for slot, ids in sorted(without_given_up(store, taken).items()):
            ids = sorted(ids, key=lambda id_: (store.records[id_].front.lock.at, id_))
            for id_ in ids[1:]:
                yield Found(
                    f"slot {slot} of {testset} is taken by {ids[0]}",
                    ("lock", "slot"),
                    "Merge, then close the later card and start a new one that `follows` it.",
                    store.records[id_],
                )
            if slot > budget:
                yield Found(
                    f"slot {slot} of {testset} is beyond its budget of {budget}",
                    ("lock", "slot"),
                    record=store.records[ids[0]],
                )


@rule("LCK004", *CARDS, remedy="Amend with `lab amend {id}`; it writes all of it.")
def honest_amendments(record: Record, store: Store) -> Iterator[Found]:
    """An amendment names what it changed, and came after the start.

    Why, the impact and whether results had been seen are required: they decide whether the
    verdict can still count as a proof.
    """
    start = started_at(record)
    for number, amendment in enumerate(record.front.amendments):
        at = ("amendments", number)
        if start is None or amendment.at < start:
            yield Found("it was amended before it was started", at, "Before, simply edit it.")
        elif not amendment.was:
            yield Found("the amendment changed nothing", (*at, "was"))
        elif unknown := [name for name in amendment.was if name not in LOCKED]:
            yield Found(f"`{unknown[0]}` is not locked", (*at, "was"))
        elif record.kind.code == "HYP" and not amendment.digest:
            yield Found("the amendment has no digest", at)


@rule("LCK005", "HYP", remedy="Register the held-out examples first: `lab testset register`.")
def registered_test_set(record: Record, store: Store) -> Iterator[Found]:
    """A hypothesis starts on a test set that is registered and not retired.

    The registration says what the examples are before anybody asks them anything. A test set
    that has answered often enough is retired: the next question needs fresh examples.
    """
    lock = record.front.lock
    if lock is None:
        return
    name = record.front.evaluation.testset
    testset = store.testsets.get(name)
    at = ("evaluation", "testset")
    if testset is None:
        yield Found(f"{name} is not registered", at, f"Register it: `lab testset register {name}`.")
    elif testset.registered.at > lock.at:
        yield Found(f"{name} was registered only after the lock", at)
    elif testset.retired and testset.retired.at <= lock.at:
        yield Found(
            f"{name} was retired before", at, "Start a new card on a test set that is in use."
        )
