"""What the judge is given beside the tables: a value function, and what was counted."""

from collections.abc import Mapping
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
    error times `cost_of_error`.
    """

    value: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    correct: float = 1.0
    wrong: float = -1.0
    cost_of_error: float = 1.0
    positive: str | None = None
    negative: str | None = None
