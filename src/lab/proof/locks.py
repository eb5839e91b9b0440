"""What a start promises: the digest over the locked fields, the error rate and the slot."""

import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from ..records import canonical
from ..records.card_kinds import Amendment, Evaluation, Hypothesis, Lock, Story
from ..records.store import Record, Store

LOCKED = ("story", "criteria", "guardrails", "evaluation", "prior", "timebox")


class Promise(msgspec.Struct, frozen=True):
    """The part of a hypothesis that a lock is about; in old versions other keys come and go."""

    story: Story
    criteria: list[str]
    guardrails: list[str]
    evaluation: Evaluation
    prior: str
    timebox: int
    lock: Lock | None = None
    amendments: list[Amendment] = []


Promised = Hypothesis | Promise


def locked_fields(hypothesis: Promised) -> dict[str, Any]:
    """What a lock fixes, as plain data."""
    return {name: msgspec.to_builtins(getattr(hypothesis, name)) for name in LOCKED}


def promised_texts(hypothesis: Promised) -> tuple[str, ...]:
    """Criteria and guardrails, in the order in which they are numbered."""
    return (*hypothesis.criteria, *hypothesis.guardrails)


def digest(hypothesis: Promised) -> str:
    """The digest of the locked fields in canonical form.

    All text is in Unicode's composed form (NFC), with runs of white space as one space.
    """
    return digest_of(locked_fields(hypothesis))


def digest_of(fields: dict[str, Any]) -> str:
    """The digest over locked fields that are plain data already."""
    return canonical.digest_of(_plain(fields))


def is_amended_truly(hypothesis: Promised) -> bool:
    """Do the amendments, taken back one by one, lead to what was locked?

    Each says what the changed fields held before. If it hides one, the digests do not fit.
    """
    if hypothesis.lock is None:
        return False
    fields = locked_fields(hypothesis)
    try:
        for one in reversed(hypothesis.amendments):
            if digest_of(fields) != one.digest:
                return False
            fields |= one.was
        return digest_of(fields) == hypothesis.lock.digest
    except TypeError:  # keys that no field has
        return False


def testset_when_locked(hypothesis: Promised) -> str:
    """The test set whose slot the lock took, even if it was amended since."""
    for one in hypothesis.amendments:
        before = one.was.get("evaluation")
        if isinstance(before, dict) and isinstance(before.get("testset"), str):
            return before["testset"]
    return hypothesis.evaluation.testset


def promised(hypothesis: Promised) -> str | None:
    """The digest that the fields must have now: of the last amendment, or else of the lock."""
    amended = [one.digest for one in hypothesis.amendments if one.digest]
    return amended[-1] if amended else hypothesis.lock.digest if hypothesis.lock else None


def alpha(store: Store, testset: str) -> str:
    """The error rate of one hypothesis: that of the test set, shared among its budget.

    A test set that is not registered has the numbers of the team's policy.
    """
    proof = store.testsets.get(testset, store.policy.evidence)
    return _rate(proof.alpha, proof.budget)


def alpha_of(registration: Mapping[str, Any]) -> str | None:
    """The error rate of one hypothesis, by a registration as it was once written."""
    match registration:
        case {"alpha": str(rate), "budget": int(budget)} if budget > 0:
            try:
                return _rate(rate, budget)
            except InvalidOperation:
                return None
    return None


def _rate(rate: str, budget: int) -> str:
    return f"{(Decimal(rate) / budget).normalize():f}"


def ledger(store: Store) -> dict[str, dict[int, list[str]]]:
    """By test set: which hypothesis took which slot of its budget."""
    taken: dict[str, dict[int, list[str]]] = {}
    for record in store.of("HYP"):
        if record.front.lock:
            slots_ = taken.setdefault(testset_when_locked(record.front), {})
            slots_.setdefault(record.front.lock.slot, []).append(record.id)
    return taken


def slots(store: Store, testset: str) -> dict[int, list[str]]:
    """Which hypothesis took which slot of a test set's budget, which sets that overlap share."""
    taken: dict[int, list[str]] = {}
    for name, own in ledger(store).items():
        if name in family(store, testset):
            for slot, ids in own.items():
                taken.setdefault(slot, []).extend(ids)
    return taken


def family(store: Store, testset: str) -> set[str]:
    """A test set and all that it shares rows with, directly or through others."""
    found, new = {testset}, {testset}
    while new:
        linked = {
            name
            for name, other in store.testsets.items()
            for shared in other.shares
            if (name in new or shared in new)
        } | {
            shared
            for name in new
            if name in store.testsets
            for shared in store.testsets[name].shares
        }
        new = linked - found
        found |= new
    return found


def without_given_up(store: Store, taken: dict[int, list[str]]) -> dict[int, list[str]]:
    """Slots without the cards that were given up before they were judged.

    Such a card got no answer from the test set, so another one may have its slot.
    """
    return {
        slot: kept
        for slot, ids in taken.items()
        if (kept := [id_ for id_ in ids if _may_be_answered(store.records[id_])])
    }


def answered(store: Store, testset: str) -> dict[int, list[str]]:
    """Which hypothesis got, or may still get, an answer for which slot of a test set.

    Whether a sealed set was opened for a card that was given up cannot be known: it counts.
    """
    taken = slots(store, testset)
    registered = store.testsets.get(testset)
    return taken if registered and registered.sealed else without_given_up(store, taken)


def _may_be_answered(record: Record) -> bool:
    return record.judged or record.front.outcome != "abandoned"


def free_slot(store: Store, testset: str) -> int:
    """The next slot of a test set; it may lie beyond the budget."""
    return max(slots(store, testset), default=0) + 1


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case list():
            return [_plain(item) for item in value]
        case str():
            return " ".join(unicodedata.normalize("NFC", value).split())
    return value
