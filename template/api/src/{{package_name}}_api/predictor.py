"""What answers: a stub, a trained model, or nothing yet, with the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from .messages import ModelInfo
from .models import Prediction

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
