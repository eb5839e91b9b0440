"""What decisions are worth, row by row: the project's own value function on examples.

Where a decision is worth the same in all rows of a class, the matrix of payoffs says it all. Where
it is not, because a column counts or a capacity is shared, the worth of each row is computed once,
over all examples, and the KPI is the mean of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import inf

import numpy as np

from ..data.kpi import Amount, Kpi, Number
from ..data.tables import Prediction, Tables
from ..numerals import exact
from .ratios import NoValueError

Columns = Mapping[str, np.ndarray]
KPI = "kpi"


def payoffs(
    kpi: Kpi, names: Sequence[str], y: np.ndarray, columns: Columns | None = None
) -> np.ndarray:
    """What each decision would be worth in each row, shape (n, len(names)).

    Args:
        kpi: the value function.
        names: of the classes, by code.
        y: codes of what is true, shape (n,).
        columns: what else is known of the rows, each of shape (n,).

    Raises:
        NoValueError: a column that counts is not there, is text or has gaps.
    """
    plain, by_row = _matrix(kpi, names)
    found = plain[y]
    for actual, decided, times, amount in by_row:
        rows = y == actual
        found[rows, decided] += times * on_rows(amount, columns or {}, len(y))[rows]
    return found


def _matrix(
    kpi: Kpi, names: Sequence[str]
) -> tuple[np.ndarray, list[tuple[int, int, float, Amount]]]:
    """The payoff of each decision for each class that is true, and what each row adds to it."""
    plain = np.zeros((len(names), len(names)))
    by_row = []
    for actual, truth in enumerate(names):
        for decided, decision in enumerate(names):
            for times, number in zip((1.0, -1.0), kpi.worth(truth, decision), strict=True):
                if isinstance(number, Amount):
                    by_row.append((actual, decided, times, number))
                else:
                    plain[actual, decided] += times * number
    return plain, by_row


def on_rows(number: Number, columns: Columns, n: int) -> np.ndarray:
    """A number for each of n rows, shape (n,).

    Raises:
        NoValueError: its column is not there, is text or has gaps.
    """
    if not isinstance(number, Amount):
        return np.full(n, number)
    column = columns.get(number.column)
    if column is None:
        raise NoValueError(
            f"`lift` in params.yaml counts with `{number.column}`, and the examples have no such "
            "column: name it under evaluate.slices there"
        )
    if column.dtype.kind in "OUST":
        raise NoValueError(f"`{number.column}` is text, and `lift` in params.yaml counts with it")
    if gaps := int((~np.isfinite(column)).sum()):
        raise NoValueError(
            f"`{number.column}` is missing in {gaps} examples, and `lift` in params.yaml counts "
            "with it"
        )
    return number.times * column


def error_costs(kpi: Kpi, columns: Columns, n: int) -> tuple[np.ndarray, np.ndarray]:
    """What a unit of error costs in each row, above the truth and below it; both shape (n,).

    Raises:
        NoValueError: a column that counts is not there, is text or has gaps, or is below 0.
    """
    cost = kpi.error_cost
    above, below = (on_rows(side, columns, n) for side in (cost.above, cost.below))
    if min(above.min(initial=0.0), below.min(initial=0.0)) < 0:
        raise NoValueError("`cost_of_error` of `lift` in params.yaml is below 0 in some rows")
    return above, below


def worth(
    task: str,
    classes: Sequence[str],
    y: np.ndarray,
    label: np.ndarray,
    kpi: Kpi,
    columns: Columns | None = None,
) -> np.ndarray:
    """What each decision is worth if it is carried out, shape (n,).

    Raises:
        NoValueError: a column that counts is not there, is text or has gaps.
    """
    if task == "regression":
        above, below = error_costs(kpi, columns or {}, len(y))
        return -np.where(label > y, above, below) * np.abs(label - y)
    names = _names(task, classes, kpi)
    size = int(max(y.max(), label.max())) + 1
    names += [f"?{number}" for number in range(len(names), size)]
    plain, by_row = _matrix(kpi, names)
    found = plain[y, label]
    for actual, decided, times, amount in by_row:
        rows = (y == actual) & (label == decided)
        found[rows] += times * on_rows(amount, columns or {}, len(y))[rows]
    return found


def _names(task: str, classes: Sequence[str], kpi: Kpi) -> list[str]:
    return [kpi.negative or "0", kpi.positive or "1"] if task == "binary" else list(classes)


def limits_of(
    classes: Sequence[str], kpi: Kpi, decisions: Sequence[str] | None = None
) -> tuple[float, float]:
    """What a decision can be worth at least, and at most, as far as schema.yaml limits columns.

    Args:
        classes: their names; a model may name what is none of them, too.
        kpi: the value function.
        decisions: those that come into question; None for all.
    """
    ends = [
        (brings[0] - costs[1], brings[1] - costs[0])
        for truth in classes
        for decision in decisions or (*classes, "?")
        for brings, costs in [[_range(number, kpi) for number in kpi.worth(truth, decision)]]
    ]
    return min(low for low, _ in ends), max(high for _, high in ends)


def unseen_worth(
    task: str, classes: Sequence[str], kpi: Kpi, copies: int
) -> tuple[np.ndarray, np.ndarray]:
    """The least and the greatest worth of the rows of a unit that nobody has seen.

    A capacity is all that a unit can spend on the positive class.

    Returns:
        Both of shape (copies,).
    """
    names = _names(task, classes, kpi)
    any_, most = limits_of(names, kpi), copies
    rest = any_
    if kpi.capacity and kpi.negative:
        most, rest = kpi.capacity.most, limits_of(names, kpi, [kpi.negative])
    low, high = (
        np.where(np.arange(copies) < most, first, then)
        for first, then in zip(any_, rest, strict=True)
    )
    return low, high


def _range(number: Number, kpi: Kpi) -> tuple[float, float]:
    if not isinstance(number, Amount):
        return number, number
    low, high = (end * number.times for end in kpi.ranges.get(number.column, (-inf, inf)))
    return (low, high) if number.times >= 0 else (high, low)


def with_worth(tables: Tables, kpi: Kpi | None) -> Tables:
    """Tables in which each prediction knows what its decisions are worth, if rows differ in it.

    It looks at all examples, because those of a unit share its capacity.

    Raises:
        NoValueError: a column that counts is not there, is text or has gaps; the capacity is
            one that no criterion can be about; or a value is outside of what schema.yaml allows.
    """
    if kpi is None or not kpi.varies:
        return tables
    if kpi.capacity and (fault := kpi.not_judged(_named_as_unit(tables, kpi.capacity.per))):
        raise NoValueError(fault)
    low, high = (-inf, inf)
    if tables.task != "regression":
        low, high = limits_of(_names(tables.task, tables.classes, kpi), kpi)
    predictions = {
        model: {
            seed: replace(said, cost={**said.cost, KPI: _of_prediction(tables, said, kpi)})
            for seed, said in by_seed.items()
        }
        for model, by_seed in tables.predictions.items()
    }
    for by_seed in predictions.values():
        for said in by_seed.values():
            if said.cost[KPI].min() < low or said.cost[KPI].max() > high:
                raise NoValueError(
                    f"a decision is worth more or less than {exact(low)} to {exact(high)}, which "
                    f"min and max of {', '.join(kpi.amounts)} in schema.yaml allow"
                )
    return replace(tables, predictions=predictions)


def _named_as_unit(tables: Tables, name: str | None) -> str | None:
    """The name, if the examples hold a column of it that says the same as their unit."""
    column = tables.columns.get(name or "")
    if tables.unit is None or column is None:
        return None
    codes = np.unique(column, return_inverse=True)[1]
    pairs = np.unique(np.stack([codes, tables.unit]), axis=1).shape[1]
    return name if pairs == codes.max() + 1 == len(np.unique(tables.unit)) else None


def _of_prediction(tables: Tables, said: Prediction, kpi: Kpi) -> np.ndarray:
    task, classes, y, columns = tables.task, tables.classes, tables.y, tables.columns
    if kpi.capacity is None or tables.unit is None:
        return worth(task, classes, y, said.label, kpi, columns)
    done = carried_out(said.label == 1, said.score, tables.unit, kpi.capacity.most)
    no, yes = (worth(task, classes, y, np.full(len(y), code), kpi, columns) for code in (0, 1))
    return no + done * (yes - no)


def carried_out(
    named: np.ndarray, score: np.ndarray | None, unit: np.ndarray, most: int
) -> np.ndarray:
    """How surely each row gets a decision that a capacity allows so often in each unit.

    A score ranks all rows, and the first of each unit get it. Without one, those that are named
    get it, and draw lots where they are too many; so do equal scores.

    Args:
        named: for which rows it was decided, shape (n,), true or false.
        score: shape (n,), or None.
        unit: codes from 0, shape (n,).
        most: how often in each unit.

    Returns:
        Chances, shape (n,).
    """
    ranked = named.astype(float) if score is None else score
    order = np.lexsort((-ranked, unit))
    group, value = unit[order], ranked[order]
    first_of_unit = np.r_[True, group[1:] != group[:-1]]
    first_of_ties = first_of_unit | np.r_[True, value[1:] != value[:-1]]
    starts = np.flatnonzero(first_of_ties)
    sizes = np.diff(np.append(starts, len(order)))
    unit_starts = np.flatnonzero(first_of_unit)[np.cumsum(first_of_unit)[starts] - 1]
    left = most - (starts - unit_starts)
    chance = np.empty(len(order))
    chance[order] = np.clip(left / sizes, 0, 1).repeat(sizes)
    return chance * named if score is None else chance
