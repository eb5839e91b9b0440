"""`schema.yaml`: what one row of the data is. The tool checks the rows; models read the names."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import polars as pl
from pydantic import Field

from .config import Section, Task, load
from .errors import ProjectError

TYPES: dict[str, pl.DataType] = {
    "float": pl.Float64(),
    "integer": pl.Int64(),
    "boolean": pl.Boolean(),
    "date": pl.Date(),
    "datetime": pl.Datetime("us"),
}


class Column(Section):
    """One column: its type, what it is for, its range or its categories, and what it means.

    A model looks at features alone; a slice is judged apart, and what is ignored is not read. A
    category without `values` is open: it takes any word.
    """

    type: Literal["float", "integer", "boolean", "category", "text", "date", "datetime"]
    role: Literal["feature", "slice", "ignore"] = "feature"
    min: float | None = None
    max: float | None = None
    values: list[str] | None = None
    nullable: bool = False
    unit: str | None = None
    description: str = ""
    example: bool | float | str | None = None

    @property
    def dtype(self) -> pl.DataType:
        """How the column is held in memory and in Parquet."""
        return TYPES.get(self.type, pl.String())


class Target(Column):
    """The column that the model predicts."""

    name: str
    positive: str | None = None


class Schema(Section):
    """The whole of `schema.yaml`; without an `id`, rows are named by what is in them."""

    id: str | None
    unit: str | None = None
    time: str | None = None
    target: Target
    columns: Mapping[str, Column] = Field(min_length=1)

    @property
    def features(self) -> list[str]:
        """Names of the columns that a model may look at."""
        return [name for name, column in self.columns.items() if column.role == "feature"]

    @property
    def classes(self) -> list[str]:
        """What the target can be, the positive one last: models know them by their places."""
        return sorted(self.target.values or [], key=lambda name: name == self.target.positive)

    def features_of(self, *types: str) -> list[str]:
        """Names of the features of the given types."""
        return [name for name in self.features if self.columns[name].type in types]


def load_schema(task: Task, path: Path = Path("schema.yaml")) -> Schema:
    """Read `schema.yaml`, whose target has to suit the task.

    Raises:
        ProjectError: it does not.
    """
    schema = load(path, Schema)
    if (task == "regression") == (schema.target.type == "category"):
        wanted = "a number" if task == "regression" else "a category"
        raise ProjectError(f"{path}: a {task} task predicts {wanted}: see target.type.")
    return schema
