"""What answers: a stub, a trained model, or nothing yet, with the reason.

The stub answers from the contract alone: the same row always gets the same answer. Nothing is
learned. A digest of the row decides, so that a caller sees every class and any score, and a test
that was written against the stub stays green.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from .messages import STUB, ModelInfo
from .models import LABELS, POSITIVE, TARGET_RANGE, TASK, VERSION, Prediction

Row = Mapping[str, bool | float | int | str | None]


class Predictor(Protocol):
    """Something that answers."""

    info: ModelInfo
    slow: bool  # is it worth a thread, so that other requests are served meanwhile?

    def predict(self, rows: Sequence[Row]) -> list[Prediction]:
        """One prediction for each row, in their order. The rows fit the contract."""
        ...


@dataclass(frozen=True)
class Unready:
    """No model can answer; `reason` says why and how to fix it."""

    reason: str


class Stub:
    """Plausible answers before there is a model."""

    info = ModelInfo(version=STUB, stub=True, contract=VERSION, task=TASK)
    slow = False

    def predict(self, rows: Sequence[Row]) -> list[Prediction]:
        """One prediction for each row, made from a digest of it."""
        return [Prediction.model_validate(made_up(_share(row))) for row in rows]


def _share(row: Row) -> float:
    """A number from 0 up to 1 that only the row's values decide, in the contract's order."""
    digest = hashlib.sha256(repr(list(row.values())).encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def made_up(share: float) -> dict[str, Any]:
    """A prediction for a share from 0 up to 1: a class by its place, a number by its range."""
    if TASK == "regression":
        low, high = TARGET_RANGE
        return {"prediction": low + share * (high - low)}
    if TASK == "multiclass":
        return {"prediction": LABELS[int(share * len(LABELS))]}
    negative = next(label for label in LABELS if label != POSITIVE)
    return {"prediction": POSITIVE if share >= 0.5 else negative, "score": share}
