"""What the judge is given beside the tables: a value function, and what was counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Counted:
    """What people or scripts counted: k of n, for `share` and `panel`."""

    hits: int
    n: int


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
