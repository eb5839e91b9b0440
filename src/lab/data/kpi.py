"""What a decision is worth: the project's own value function, `lift` in params.yaml."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

from ..errors import LabError
from .schema import mapping_in

NUMBERS = ("correct", "wrong", "cost_of_error")


@dataclass(frozen=True)
class Kpi:
    """What one decision is worth: the project's own value function.

    Classes: `value[actual][decision]`, else `correct` or `wrong`. Numbers: minus the absolute
    error times `cost_of_error`. What params.yaml leaves out is as the pipeline has it.
    """

    value: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    correct: float = 0.0
    wrong: float = 0.0
    cost_of_error: float = 1.0
    positive: str | None = None
    negative: str | None = None

    def matrix(self, classes: Sequence[str]) -> list[list[float]]:
        """The worth of each decision (column) for each class that is true (row)."""
        return [
            [
                self.value.get(actual, {}).get(
                    decision, self.correct if actual == decision else self.wrong
                )
                for decision in classes
            ]
            for actual in classes
        ]


def kpi_of(root: Path) -> Kpi | None:
    """The project's value function: `lift` in params.yaml, None if there is none.

    Raises:
        LabError: what a decision is worth is not a finite number.
    """
    lift = _lift(root)
    if lift is None:
        return None
    target = mapping_in(root / "schema.yaml").get("target")
    target = target if isinstance(target, dict) else {}
    positive = str(target["positive"]) if target.get("positive") is not None else None
    others = [str(name) for name in target.get("values") or () if str(name) != positive]
    try:
        numbers = {name: float(lift[name]) for name in NUMBERS if name in lift}
    except (TypeError, ValueError):
        raise LabError(f"params.yaml: {', '.join(NUMBERS)} of `lift` have to be numbers.") from None
    try:
        matrix = {
            str(actual): {str(decision): float(value) for decision, value in row.items()}
            for actual, row in (lift.get("value") or {}).items()
        }
    except (AttributeError, TypeError, ValueError):
        raise LabError(
            "params.yaml: `value` of `lift` needs numbers: {actual: {decision: number}}."
        ) from None
    values = [value for row in matrix.values() for value in row.values()]
    if not all(map(isfinite, (*numbers.values(), *values))):
        raise LabError("params.yaml: a number under `lift` is not finite.")
    negative = others[0] if len(others) == 1 else None
    return Kpi(matrix, positive=positive, negative=negative, **numbers)


def unit_of_kpi(root: Path) -> str:
    """In what the value of a decision is counted, as params.yaml says."""
    unit = (_lift(root) or {}).get("unit")
    return unit if isinstance(unit, str) else "points"


def _lift(root: Path) -> Mapping[str, Any] | None:
    lift = mapping_in(root / "params.yaml").get("lift")
    return lift if isinstance(lift, dict) else None
