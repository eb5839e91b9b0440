"""What the model API serves: rows as callers send them, through the pipeline as it was trained.

The API has checked each row against the contract; here it becomes the frame that training saw,
so that a row gets the same answer in both places.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from .config import load_params
from .model import Model, predict
from .model import load as load_model
from .schema import Schema, load_schema


@dataclass(frozen=True)
class Served:
    """A trained model that answers."""

    model: Model
    schema: Schema

    def predict(self, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """One answer for each row: `prediction`, and `score` where a class is positive."""
        types = {name: column.dtype for name, column in self.schema.columns.items()}
        labels, scores = predict(self.model, pl.DataFrame(rows, types), self.schema)
        if self.schema.target.positive is None:
            return [{"prediction": label} for label in labels]
        return [
            {"prediction": label, "score": score}
            for label, score in zip(labels, scores, strict=True)
        ]


def load(root: Path, file: Path) -> Served:
    """The model of a file, for the schema of the project at `root`.

    Raises:
        ProjectError: the file is no model that may be loaded, or does not fit the schema.
    """
    schema = load_schema(load_params(root / "params.yaml").task, root / "schema.yaml")
    return Served(load_model(file, schema), schema)
