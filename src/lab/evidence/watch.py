"""Live rows beside the training rows: what is not allowed, and what has drifted.

A column has drifted when both say so: the test, at an error rate that holds for all tests of a
report together, and the index, which says whether the change is large enough to matter. It has
changed when the test says so, and the index that it is small.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import polars as pl

from ..data.live import Live
from ..data.reference import Answers, Training
from ..data.schema import Column, Shape
from ..numerals import apart, exact
from . import drift

Role = Literal["input", "prediction", "score"]
Status = Literal["broken", "drifted", "changed", "unclear", "steady"]
STATUSES: tuple[Status, ...] = ("broken", "drifted", "changed", "unclear", "steady")
UNKNOWN = "of no known category"


@dataclass(frozen=True)
class Comparison:
    """One comparison; `p` is None where there are too few rows. `training` are its rows there."""

    what: Literal["values", "missing"]
    p: float | None
    index: float | None
    rows: int
    training: int
    kinds: int | None


@dataclass(frozen=True)
class Watched:
    """What was found about one column.

    `drifted` is a change that matters, and `changed` a small one, which is as certain. `rows` have
    a value. `missing` and `missing_before` are shares, live and in training. `not_allowed` counts
    rows by what schema.yaml forbids. `index` is the larger population stability index of its
    tests, `p` their smaller adjusted p-value; both None where there are too few rows. `needed`
    rows would do where it is unclear, None if more alone would not.
    """

    column: str
    role: Role
    drifted: bool
    unclear: bool
    rows: int
    missing: float
    missing_before: float
    not_allowed: Mapping[str, int]
    index: float | None
    p: float | None
    change: str | None
    needed: int | None
    changed: bool = False

    @property
    def status(self) -> Status:
        """The worst that can be said of it."""
        if self.not_allowed:
            return "broken"
        if self.drifted:
            return "drifted"
        return "changed" if self.changed else "unclear" if self.unclear else "steady"


@dataclass(frozen=True)
class _Sample:
    """A column as it is live and as it was."""

    column: Column
    role: Role
    live: pl.Series
    before: pl.Series

    @cached_property
    def values(self) -> tuple[pl.Series, pl.Series]:
        """What is there and of the column's type, live and as it was."""
        return _values(self.live), _values(self.before)


def watch(
    live: Live, training: Training, answers: Answers | None, shape: Shape, alpha: float
) -> list[Watched]:
    """Every column, the worst first.

    Args:
        live: what came in, and what was answered.
        training: the rows to compare inputs with.
        answers: answers to rows not seen in training, to compare live ones with, if there are any.
        shape: what schema.yaml allows.
        alpha: how often a report without any drift may raise an alarm.
    """
    samples = list(_samples(live, training, answers, shape))
    tests = [_tests(sample) for sample in samples]
    every = [test for group in tests for test in group]
    p = iter(drift.holm([test.p for test in every if test.p is not None]))
    error = alpha / max(1, len(every))
    found = []
    for sample, group in zip(samples, tests, strict=True):
        adjusted = [None if test.p is None else next(p) for test in group]
        found.append(_watched(sample, group, adjusted, alpha, error))
    return sorted(
        found, key=lambda watched: (STATUSES.index(watched.status), -(watched.index or 0.0))
    )


def _samples(
    live: Live, training: Training, answers: Answers | None, shape: Shape
) -> Iterator[_Sample]:
    for feature in shape.inputs:
        yield _Sample(feature, "input", live.inputs[feature.name], training.inputs[feature.name])
    if answers is None:
        return
    if live.prediction.count():
        classes = shape.target.categories
        column = Column("prediction", shape.target.type, categories=classes, nullable=True)
        yield _Sample(column, "prediction", live.prediction.drop_nulls(), answers.prediction)
    if live.score.count() and answers.score.count():
        least, most = (0.0, 1.0) if shape.positive is not None else (None, None)
        column = Column("score", least=least, most=most, nullable=True)
        yield _Sample(column, "score", live.score.drop_nulls(), answers.score.drop_nulls())


def _values(column: pl.Series) -> pl.Series:
    """The values of a column that are there, and of its type."""
    there = column.drop_nulls()
    return there.drop_nans() if there.dtype.is_float() else there


def _tests(sample: _Sample) -> list[Comparison]:
    live, before = sample.values
    found = [
        _of_numbers(live, before) if sample.column.numeric else _of_kinds(sample, live, before)
    ]
    missing = np.array([part.null_count() for part in (sample.live, sample.before)])
    if missing.any():
        counts = np.array([len(sample.live), len(sample.before)])
        table = np.stack([counts - missing, missing], axis=1)
        found.append(_of_counts("missing", table[0], table[1]))
    return found


def _of_numbers(live: pl.Series, before: pl.Series) -> Comparison:
    if min(len(live), len(before)) < drift.FEWEST:
        return Comparison("values", None, None, len(live), len(before), None)
    ours, theirs = live.to_numpy(), before.to_numpy()
    cuts = drift.cuts_of(theirs)
    index = drift.stability(drift.binned(ours, cuts), drift.binned(theirs, cuts))
    return Comparison("values", drift.of_numbers(ours, theirs), index, len(live), len(before), None)


def _of_kinds(sample: _Sample, live: pl.Series, before: pl.Series) -> Comparison:
    known = _known(sample.column, before)
    return _of_counts("values", _counted(live, known), _counted(before, known))


def _known(column: Column, before: pl.Series) -> list[str]:
    return list(column.categories or sorted(before.unique().to_list()))


def _counted(values: pl.Series, known: Sequence[str]) -> np.ndarray:
    """How many rows are of each known category, and at the end of none."""
    counts = dict(values.value_counts().iter_rows())
    inside = [counts.get(name, 0) for name in known]
    return np.array([*inside, len(values) - sum(inside)])


def _of_counts(
    what: Literal["values", "missing"], live: np.ndarray, before: np.ndarray
) -> Comparison:
    rows, training = int(live.sum()), int(before.sum())
    kinds = int(np.count_nonzero(live + before))
    if min(rows, training) < drift.FEWEST:
        return Comparison(what, None, None, rows, training, kinds)
    filled = live + before > 0
    index = drift.stability(live[filled], before[filled])
    return Comparison(what, drift.homogeneity(live, before), index, rows, training, kinds)


def _watched(
    sample: _Sample,
    tests: Sequence[Comparison],
    adjusted: Sequence[float | None],
    alpha: float,
    error: float,
) -> Watched:
    needed = [_enough(test, error) for test in tests]
    sure = [
        test.index
        for test, p in zip(tests, adjusted, strict=True)
        if p is not None and p <= alpha and test.index is not None
    ]
    largest = max(sure, default=0.0)
    drifted, changed = largest >= drift.LIMIT, drift.NEGLIGIBLE <= largest < drift.LIMIT
    few = [
        enough
        for test, enough in zip(tests, needed, strict=True)
        if enough is None or test.rows < enough
    ]
    return Watched(
        column=sample.column.name,
        role=sample.role,
        drifted=drifted,
        unclear=bool(few) and not drifted and not changed,
        rows=len(sample.values[0]),
        missing=_share(sample.live.null_count(), len(sample.live)),
        missing_before=_share(sample.before.null_count(), len(sample.before)),
        not_allowed=_not_allowed(sample),
        index=max((test.index for test in tests if test.index is not None), default=None),
        p=min((p for p in adjusted if p is not None), default=None),
        change=_change(sample) if tests[0].p is not None else None,
        needed=max((n for n in few if n is not None), default=None) if None not in few else None,
        changed=changed,
    )


def _share(count: int, of: int) -> float:
    return count / of if of else 0.0


def _enough(test: Comparison, error: float) -> int | None:
    if test.training < drift.FEWEST:
        return None
    if test.kinds is None:
        return drift.enough_numbers(test.training, error)
    return drift.enough_counts(test.kinds, test.training, error)


def _not_allowed(sample: _Sample) -> dict[str, int]:
    """How many live rows break each rule of schema.yaml."""
    column, values = sample.column, sample.values[0]
    counts: dict[str, int] = {}
    if not column.nullable:
        counts["missing"] = sample.live.null_count()
    if column.numeric:
        counts["no number"] = int(sample.live.is_nan().sum())
        if column.whole:
            counts["not whole"] = int((values != values.floor()).sum())
        if column.least is not None:
            counts[f"below {exact(column.least)}"] = int((values < column.least).sum())
        if column.most is not None:
            counts[f"above {exact(column.most)}"] = int((values > column.most).sum())
    elif column.categories is not None:
        counts[UNKNOWN] = len(values) - int(values.is_in(list(column.categories)).sum())
    return {what: count for what, count in counts.items() if count}


def _change(sample: _Sample) -> str:
    """The mean, or the category whose share has changed most: live, and as it was."""
    live, before = sample.values
    if sample.column.numeric:
        unit = f" {sample.column.unit}" if sample.column.unit else ""
        means = apart(*(float(part.to_numpy().mean()) for part in (live, before)))
        return f"mean {means[0]}{unit}, was {means[1]}"
    known = _known(sample.column, before)
    ours, theirs = (_counted(part, known) / len(part) for part in (live, before))
    most = int(np.abs(ours - theirs).argmax())
    name = [*known, UNKNOWN][most]
    return f"{name}: {100 * ours[most]:.0f} %, was {100 * theirs[most]:.0f} %"
