"""What a decision is worth: the project's own value function, `lift` in params.yaml."""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

from ..errors import LabError
from .schema import mapping_in

KEYS = ("unit", "correct", "wrong", "value", "cost", "cost_of_error", "capacity")
AMOUNT = re.compile(
    r"\s*(?P<sign>[-+]?)\s*(?:(?P<times>[0-9.eE]+)\s*\*\s*)?"
    r"(?:(?P<column>[A-Za-z_]\w*)|\"(?P<quoted>[^\"]+)\")\s*"
)


@dataclass(frozen=True)
class Amount:
    """What each row's own column says, so many times."""

    column: str
    times: float = 1.0


Number = float | Amount


@dataclass(frozen=True)
class ErrorCost:
    """What one unit of error costs, where the prediction is above the truth and below it."""

    above: Number
    below: Number


@dataclass(frozen=True)
class Capacity:
    """The positive class is decided at most so often: in so many rows, or in each unit."""

    most: int
    of: int | None = None
    per: str | None = None

    @property
    def share(self) -> float:
        """Of all rows, where it is no number for each unit."""
        return self.most / self.of if self.of else 1.0

    def __str__(self) -> str:
        return (
            f"at most {self.most} of {self.of} rows" if self.of else f"{self.most} per {self.per}"
        )


@dataclass(frozen=True)
class Kpi:
    """What one decision is worth: the project's own value function.

    Classes: `value[actual][decision]`, else `correct` or `wrong`, less the `cost` of the decision,
    whatever is true. Numbers: minus the absolute error times `cost_of_error`. What params.yaml
    leaves out is as the pipeline has it. `ranges` has the least and the greatest value of columns,
    where schema.yaml sets both.
    """

    value: Mapping[str, Mapping[str, Number]] = field(default_factory=dict)
    correct: Number = 0.0
    wrong: Number = 0.0
    cost_of_error: Number | ErrorCost = 1.0
    positive: str | None = None
    negative: str | None = None
    cost: Mapping[str, Number] = field(default_factory=dict)
    capacity: Capacity | None = None
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def worth(self, actual: str, decision: str) -> tuple[Number, Number]:
        """What a decision brings where a class is true, and what the decision costs."""
        otherwise = self.correct if actual == decision else self.wrong
        brings = self.value.get(actual, {}).get(decision, otherwise)
        return brings, self.cost.get(decision, 0.0)

    @property
    def error_cost(self) -> ErrorCost:
        """What a unit of error costs, on either side."""
        cost = self.cost_of_error
        return cost if isinstance(cost, ErrorCost) else ErrorCost(cost, cost)

    @property
    def amounts(self) -> tuple[str, ...]:
        """The columns of the data that say how much a decision is worth."""
        numbers = [self.correct, self.wrong, *self.cost.values()]
        numbers += [number for row in self.value.values() for number in row.values()]
        numbers += [self.error_cost.above, self.error_cost.below]
        return tuple({number.column: 0 for number in numbers if isinstance(number, Amount)})

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the data that it needs."""
        per = self.capacity.per if self.capacity else None
        return tuple(dict.fromkeys((*self.amounts, *((per,) if per else ()))))

    @property
    def varies(self) -> bool:
        """Is the same decision worth more in one row than in another?"""
        return bool(self.columns or self.capacity)

    @property
    def unlimited(self) -> bool:
        """Can a single decision be worth any amount, as far as schema.yaml says?"""
        return any(column not in self.ranges for column in self.amounts)

    def not_judged(self, unit: str | None) -> str | None:
        """Why no criterion can be about it; None if one can.

        Args:
            unit: the column whose rows belong together, if there is one.
        """
        if self.capacity and self.capacity.of:
            return (
                f"`lift.capacity` is {self.capacity}, cut across all rows, and no bound is known "
                "to hold for that: write it per unit (`{most: 100, per: day}`, with `unit: day` in "
                "schema.yaml), or ask for recall or precision; `lab lift` estimates its worth"
            )
        return self.not_estimated(unit)

    def not_estimated(self, unit: str | None) -> str | None:
        """Why no lift can be estimated from a part of the rows; None if one can.

        Args:
            unit: the column whose rows the split keeps together, if there is one.
        """
        capacity = self.capacity
        if capacity is None or capacity.per in (None, unit):
            return None
        return (
            f"`lift.capacity` is {capacity}, and the `unit` in schema.yaml is {unit or 'null'}: "
            f"name {capacity.per} there, so that the split tears none apart"
        )


def kpi_of(root: Path) -> Kpi | None:
    """The project's value function: `lift` in params.yaml, None if there is none.

    Raises:
        LabError: it says what nobody can count with.
    """
    lift = _lift(root)
    if lift is None:
        return None
    if unknown := [str(key) for key in lift if key not in KEYS]:
        near = difflib.get_close_matches(unknown[0], KEYS, 1)
        hint = f"did you mean `{near[0]}`?" if near else f"it holds {', '.join(KEYS)}."
        raise LabError(f"params.yaml: unknown key `{unknown[0]}` of `lift`: {hint}")
    schema = mapping_in(root / "schema.yaml")
    target = schema.get("target")
    target = target if isinstance(target, dict) else {}
    positive = str(target["positive"]) if target.get("positive") is not None else None
    others = [str(name) for name in target.get("values") or () if str(name) != positive]
    capacity = None if lift.get("capacity") is None else _capacity(lift["capacity"])
    if capacity and (positive is None or len(others) != 1):
        raise LabError(
            "params.yaml: `capacity` of `lift` is about the positive class of two, and the target "
            "in schema.yaml has none."
        )
    return Kpi(
        value={
            str(actual): _numbers(f"value.{actual}", row)
            for actual, row in _mapping("value", lift.get("value")).items()
        },
        correct=_number("correct", lift.get("correct", 0.0)),
        wrong=_number("wrong", lift.get("wrong", 0.0)),
        cost_of_error=_error_cost(lift.get("cost_of_error", 1.0)),
        positive=positive,
        negative=others[0] if len(others) == 1 else None,
        cost=_numbers("cost", lift.get("cost")),
        capacity=capacity,
        ranges=_ranges(schema.get("columns")),
    )


def unit_of_kpi(root: Path) -> str:
    """In what the value of a decision is counted, as params.yaml says."""
    unit = (_lift(root) or {}).get("unit")
    return unit if isinstance(unit, str) else "points"


def _lift(root: Path) -> Mapping[str, Any] | None:
    lift = mapping_in(root / "params.yaml").get("lift")
    return lift if isinstance(lift, dict) else None


def _ranges(columns: Any) -> dict[str, tuple[float, float]]:
    """The columns of schema.yaml that have both ends."""
    found = {}
    for name, column in columns.items() if isinstance(columns, dict) else ():
        match column:
            case {"min": int() | float() as least, "max": int() | float() as most}:
                found[str(name)] = (float(least), float(most))
    return found


def _mapping(name: str, entry: Any) -> Mapping[str, Any]:
    if entry is None:
        return {}
    if not isinstance(entry, dict):
        raise LabError(f"params.yaml: `{name}` of `lift` is no mapping of names to numbers.")
    return entry


def _numbers(name: str, entry: Any) -> dict[str, Number]:
    return {
        str(key): _number(f"{name}.{key}", number) for key, number in _mapping(name, entry).items()
    }


def _number(name: str, entry: Any) -> Number:
    """A number, a column, or a number times a column."""
    if not isinstance(entry, int | float | str) or isinstance(entry, bool):
        raise _no_number(name, entry)
    try:
        number = float(entry)
    except ValueError:
        return _amount(name, str(entry))
    except OverflowError:
        number = float("inf")
    if not isfinite(number):
        raise LabError(f"params.yaml: `{name}` of `lift` is not finite.")
    return number


def _amount(name: str, text: str) -> Amount:
    found = AMOUNT.fullmatch(text)
    try:
        times = float(found["times"] or 1) if found else float("nan")
    except ValueError:
        times = float("nan")
    if not found or not isfinite(times):
        raise _no_number(name, text)
    return Amount(found["column"] or found["quoted"], -times if found["sign"] == "-" else times)


def _no_number(name: str, entry: Any) -> LabError:
    return LabError(
        f"params.yaml: `{name}` of `lift` is {entry!r:.60}; it is a number, a column, or a number "
        "times a column, like `0.3 * amount`."
    )


def _error_cost(entry: Any) -> Number | ErrorCost:
    if not isinstance(entry, dict):
        cost = _number("cost_of_error", entry)
        sides: Sequence[Number] = [cost]
    elif set(entry) == {"above", "below"}:
        sides = [_number(f"cost_of_error.{side}", entry[side]) for side in ("above", "below")]
        cost = ErrorCost(*sides)
    else:
        raise LabError(
            "params.yaml: `cost_of_error` of `lift` is a number, or {above: number, below: number} "
            "for predictions above and below the truth."
        )
    if any((side.times if isinstance(side, Amount) else side) < 0 for side in sides):
        raise LabError("params.yaml: `cost_of_error` of `lift` is below 0: an error would pay.")
    return cost


def _capacity(entry: Any) -> Capacity:
    match entry:
        case {"most": bool()} | {"of": bool()}:
            pass
        case {"most": int(most), "of": int(of), **rest} if 0 < most <= of and not rest:
            return Capacity(most, of=of)
        case {"most": int(most), "per": str(per), **rest} if most > 0 and not rest:
            return Capacity(most, per=per)
    raise LabError(
        "params.yaml: `capacity` of `lift` is {most: 100, of: 2000}, of so many rows, or "
        "{most: 100, per: day}, in each unit."
    )
