"""What a start promises: the digest over the locked fields, the error rate and the slot."""

import hashlib
import json
import unicodedata
from decimal import Decimal
from typing import Any

import msgspec

from ..records.kinds import Hypothesis
from ..records.store import Store

VERSION = "v1"
LOCKED = ("story", "criteria", "guardrails", "evaluation", "prior", "timebox")


def locked_fields(hypothesis: Hypothesis) -> dict[str, Any]:
    """What a lock fixes, as plain data."""
    return {name: msgspec.to_builtins(getattr(hypothesis, name)) for name in LOCKED}


def digest(hypothesis: Hypothesis) -> str:
    """SHA-256 over the locked fields in canonical form.

    Version 1 is JSON with sorted keys, without spaces, in UTF-8, with all text in Unicode's
    composed form (NFC) and runs of white space as one space.
    """
    content = json.dumps(
        _plain(locked_fields(hypothesis)),
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )
    return f"{VERSION}:{hashlib.sha256(content.encode()).hexdigest()}"


def promised(hypothesis: Hypothesis) -> str | None:
    """The digest that the fields must have now: of the last amendment, or else of the lock."""
    amended = [one.digest for one in hypothesis.amendments if one.digest]
    return amended[-1] if amended else hypothesis.lock.digest if hypothesis.lock else None


def alpha(store: Store, testset: str) -> str:
    """The error rate of one hypothesis: that of the test set, shared among its budget.

    A test set that is not registered has the numbers of the team's policy.
    """
    proof = store.testsets.get(testset, store.policy.evidence)
    return f"{(Decimal(proof.alpha) / proof.budget).normalize():f}"


def slots(store: Store, testset: str) -> dict[int, list[str]]:
    """Which hypothesis took which slot of a test set's budget."""
    taken: dict[int, list[str]] = {}
    for record in store.of("HYP"):
        if record.front.lock and record.front.evaluation.testset == testset:
            taken.setdefault(record.front.lock.slot, []).append(record.id)
    return taken


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
