"""`schema.yaml`: what one row of the data is, and the check that guards the boundary."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import polars as pl
from pydantic import Field, model_validator

from .config import Section, Task, load
from .errors import ProjectError

SHOWN = 10  # problems told one by one before the rest is only counted


class Column(Section):
    """One feature: its type, its range or its categories, and what it means."""

    type: Literal["float", "integer", "category"]
    min: float | None = None
    max: float | None = None
    values: list[str] | None = None
    nullable: bool = False
    unit: str | None = None
    description: str = ""
    example: float | str | None = None

    @model_validator(mode="after")
    def _consistent(self) -> "Column":
        if (self.type == "category") != (self.values is not None):
            raise ValueError("`values` lists the categories of a category, and of nothing else")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("`min` is above `max`")
        return self

    @property
    def dtype(self) -> pl.DataType:
        """How the column is held in memory and in Parquet."""
        types = {"float": pl.Float64(), "integer": pl.Int64(), "category": pl.String()}
        return types[self.type]


class Target(Column):
    """The column that the model predicts."""

    name: str
    positive: str | None = None

    @model_validator(mode="after")
    def _positive_is_a_value(self) -> "Target":
        if self.positive is not None and self.positive not in (self.values or []):
            raise ValueError("`positive` must be one of `values`")
        return self


class Schema(Section):
    """The whole of `schema.yaml`."""

    id: str
    unit: str | None = None
    target: Target
    columns: Mapping[str, Column] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_differ(self) -> "Schema":
        names = [self.id, self.target.name, *self.columns, "source"]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise ValueError(
                f"a name stands for two columns (`source` is taken): {', '.join(sorted(twice))}"
            )
        if self.unit == self.target.name:
            raise ValueError("the target cannot be the unit")
        return self

    @property
    def features(self) -> list[str]:
        """Names of the columns that a model may look at."""
        return list(self.columns)

    def features_of(self, *types: str) -> list[str]:
        """Names of the features of the given types."""
        return [name for name, column in self.columns.items() if column.type in types]

    @property
    def described(self) -> dict[str, Column]:
        """Every column that has a description: features and target."""
        return {**self.columns, self.target.name: self.target}

    @property
    def keys(self) -> list[str]:
        """The columns that name a row and its unit."""
        extra = [self.unit] if self.unit and self.unit not in self.columns else []
        return [self.id, *extra]


def load_schema(task: Task, path: Path = Path("schema.yaml")) -> Schema:
    """Read `schema.yaml` and check that its target suits the task."""
    schema = load(path, Schema)
    target = schema.target
    if task == "regression" and target.type == "category":
        raise ProjectError(f"{path}: a regression predicts a number, but target.type is category.")
    if task != "regression" and target.type != "category":
        raise ProjectError(f"{path}: a {task} task predicts a category: set target.type to it.")
    if task == "binary" and (len(target.values or []) != 2 or target.positive is None):
        raise ProjectError(
            f"{path}: a binary target has two `values` and says which is `positive`."
        )
    return schema


def conform(rows: pl.DataFrame, schema: Schema, origin: str) -> pl.DataFrame:
    """Cast rows to the schema's types and check every rule of it.

    Args:
        rows: one row per example; text columns are cast where the schema wants numbers.
        schema: what the rows must be.
        origin: what the rows are called in messages, usually the file's path.

    Returns:
        The same rows with the schema's columns, in its order and its types.

    Raises:
        ProjectError: with each row, column and reason; rows are counted from 1.
    """
    described = schema.described
    expected = [*schema.keys, *described]
    problems = [f"column {name!r} is missing" for name in expected if name not in rows.columns]
    if problems:
        more = ", …" if len(rows.columns) > SHOWN else ""
        problems.insert(0, f"its columns are {', '.join(map(repr, rows.columns[:SHOWN]))}{more}")
    problems += [
        f"column {name!r} is not in schema.yaml: describe it there or leave it out"
        for name in rows.columns
        if name not in expected
    ]
    if not problems and rows.is_empty():
        problems = ["it has no rows"]
    if not problems:
        rows, problems = _cast(rows.select(expected), schema)
    if not problems:
        problems = _broken_rules(rows, schema)
    if problems:
        more = [f"and {len(problems) - SHOWN} more"] if len(problems) > SHOWN else []
        listed = "\n".join(f"  {problem}" for problem in [*problems[:SHOWN], *more])
        raise ProjectError(f"{origin} breaks schema.yaml:\n{listed}")
    return rows


def _cast(rows: pl.DataFrame, schema: Schema) -> tuple[pl.DataFrame, list[str]]:
    """Rows in the schema's types, and the values that are not of them."""
    problems: list[str] = []
    done = [rows[key].cast(pl.String) for key in schema.keys]
    for name, column in schema.described.items():
        before = rows[name]
        if before.dtype == pl.String:
            before = before.str.strip_chars().replace("", None)
        if column.type == "category":
            after = before.cast(pl.String)
            bad = pl.repeat(False, len(rows), eager=True)
        else:
            number = before.cast(pl.Float64, strict=False).fill_nan(None)
            bad = (before.is_not_null() & number.is_null()) | number.is_infinite().fill_null(False)
            if before.dtype.is_float():
                bad = number.is_infinite().fill_null(False)  # NaN is a missing value
            if column.type == "integer":
                bad = bad | (number != number.floor()).fill_null(False)
            after = number.set(bad, None).cast(column.dtype, strict=False)
        kind = "a whole number" if column.type == "integer" else "a number"
        problems += [
            f"row {row + 1}, column {name!r}: {before[row]!r} is not {kind}"
            for row in bad.arg_true()
        ]
        done.append(after.alias(name))
    return pl.DataFrame(done), problems


def _broken_rules(rows: pl.DataFrame, schema: Schema) -> list[str]:
    """Each rule that a row breaks, found by a pandera schema made from `schema.yaml`."""
    import pandera.polars as pa
    from pandera.errors import SchemaErrors

    def checks(column: Column) -> list[pa.Check]:
        found = []
        if column.min is not None:
            found.append(pa.Check.ge(column.min, error=f"is below {column.min:g}"))
        if column.max is not None:
            found.append(pa.Check.le(column.max, error=f"is above {column.max:g}"))
        if column.values is not None:
            listed = ", ".join(column.values)
            found.append(pa.Check.isin(column.values, error=f"is not one of: {listed}"))
        return found

    columns = {key: pa.Column(pl.String, unique=key == schema.id) for key in schema.keys} | {
        name: pa.Column(column.dtype, checks(column), nullable=column.nullable)
        for name, column in schema.described.items()
    }
    try:
        pa.DataFrameSchema(columns, strict=True).validate(rows, lazy=True)
    except SchemaErrors as errors:
        reasons = {"not_nullable": "is missing", "field_uniqueness": "occurs more than once"}
        cases = errors.failure_cases.sort("index", maintain_order=True).to_dicts()
        return [
            f"row {case['index'] + 1}, column {case['column']!r}: "
            + ("the value" if case["failure_case"] is None else repr(case["failure_case"]))
            + f" {reasons.get(case['check'], case['check'])}"
            for case in cases
        ]
    return []
