"""What the model API serves: rows as callers send them, through the pipeline as it was trained.

The API has checked each row against the contract; here it becomes the frame that training saw,
so that a row gets the same answer in both places.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from .config import load_params
from .model import Model, predict
from .model import load as load_model
from .schema import Schema, load_schema


def _read(value: Any, kind: str) -> Any:
    """A value as training saw it: a moment in UTC, without saying so, as the data stage has it."""
    if value is None or kind not in ("date", "datetime"):
        return value
    moment = datetime.fromisoformat(value)
    if moment.tzinfo:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return moment if kind == "datetime" else moment.date()


@dataclass(frozen=True)
class Served:
    """A trained model that answers."""

    model: Model
    schema: Schema

    def predict(self, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """One answer for each row: `prediction`, and `score` where a class is positive."""
        labels, scores = predict(self.model, self.frame(rows), self.schema)
        if self.schema.target.positive is None:
            return [{"prediction": label} for label in labels]
        return [
            {"prediction": label, "score": score}
            for label, score in zip(labels, scores, strict=True)
        ]

    def frame(self, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
        """Rows as training saw them; dates and times come as text, in ISO 8601."""
        columns = {name: self.schema.columns[name] for name in self.schema.features}
        return pl.DataFrame(
            {
                name: pl.Series([_read(row[name], column.type) for row in rows], dtype=column.dtype)
                for name, column in columns.items()
            }
        )


def load(root: Path, file: Path) -> Served:
    """The model of a file, for the schema of the project at `root`.

    Raises:
        ProjectError: the file is no model that may be loaded, or does not fit the schema.
    """
    schema = load_schema(load_params(root / "params.yaml").task, root / "schema.yaml")
    return Served(load_model(file, schema), schema)
