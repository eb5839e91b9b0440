"""Small rows of mixed types, and what they are, for tests of what the tool does with rows."""

from datetime import UTC, datetime
from typing import Literal

import numpy as np
import polars as pl

from lab.data.schema import ORIGIN, Column, Shape
from lab.records.testsets import Registered, TestSet

BINARY = Column("y", "category", categories=("no", "yes"))
NUMBER = Column("y", "float")


def a_shape(target: Column = BINARY, unit: str | None = None) -> Shape:
    """Three inputs of three types, with a gap allowed in one."""
    inputs = (
        Column("age", "integer", least=0, most=120),
        Column("size", "float", least=-10, most=10, nullable=True),
        Column("colour", "category", categories=("red", "green")),
    )
    positive = "yes" if target.categories else None
    return Shape(inputs, target, positive, unit=unit)


def some_rows(rows: int = 120, target: Column = BINARY) -> pl.DataFrame:
    """Rows that fit `a_shape`, no two of them alike."""
    random = np.random.default_rng(7)
    size = random.normal(size=rows)
    y = ["yes" if value > 0 else "no" for value in size] if target.categories else size.tolist()
    return pl.DataFrame(
        {
            "id": [f"row-{number}" for number in range(rows)],
            "age": random.integers(18, 90, size=rows),
            "size": [None if number % 20 == 0 else value for number, value in enumerate(size)],
            "colour": random.choice(["red", "green"], size=rows),
            "y": y,
            ORIGIN: "file",
        }
    )


def a_testset(task: Literal["binary", "multiclass", "regression"], rows: int, few: int) -> TestSet:
    """A registered set of so many rows, of which few are positive, or in the smallest class."""
    return TestSet(
        id="TS-2026-11",
        registered=Registered(at=datetime(2026, 11, 5, tzinfo=UTC), by="ann"),
        task=task,
        examples=rows,
        smallest=few,
        positives=few,
        digest="v1:0",
        alpha="0.05",
        budget=10,
    )
