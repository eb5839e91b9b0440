"""`schema.yaml`: what each column may hold. Whatever it does not say is allowed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import LabError
from ..records.document import read_yaml

TASKS = ("binary", "multiclass", "regression")
NUMBERS = ("float", "integer")
NAMES = ("id", "unit")


@dataclass(frozen=True)
class Column:
    """What one column holds: numbers or categories, and which of them are allowed."""

    name: str
    numeric: bool
    whole: bool = False
    least: float | None = None
    most: float | None = None
    categories: tuple[str, ...] | None = None
    nullable: bool = False
    unit: str | None = None


@dataclass(frozen=True)
class Shape:
    """The columns of a row, the target, the class that is called positive, and two names.

    `id` is the column that names a row, and `unit` the one whose rows belong together.
    """

    inputs: tuple[Column, ...]
    target: Column
    positive: str | None = None
    id: str | None = None
    unit: str | None = None

    @property
    def task(self) -> str:
        """Binary, multiclass or regression."""
        if self.target.numeric:
            return "regression"
        return "multiclass" if self.positive is None else "binary"


def read_shape(root: Path) -> Shape:
    """What one row of the data is, as schema.yaml says.

    Raises:
        LabError: the file cannot be read, or describes no column or no target.
    """
    path = root / "schema.yaml"
    content = read_yaml(path)
    match content:
        case {"columns": dict() as columns, "target": dict() as target} if columns:
            inputs = tuple(_column(str(name), entry, path) for name, entry in columns.items())
            positive = target.get("positive")
            return Shape(
                inputs,
                _column(str(target.get("name", "target")), target, path),
                None if positive is None else str(positive),
                *(content[name] if isinstance(content.get(name), str) else None for name in NAMES),
            )
    raise LabError(f"{path} describes no rows: it needs `target`, and one of `columns` at least.")


def _column(name: str, entry: Any, path: Path) -> Column:
    entry = entry if isinstance(entry, dict) else {}
    values = entry.get("values")
    listed = isinstance(values, list)
    kind = entry.get("type") or ("category" if listed else "float")
    if kind not in (*NUMBERS, "category"):
        raise LabError(f"{path}: {name} is of the type {kind}; it is float, integer or category.")
    try:
        least, most = (
            None if entry.get(end) is None else float(entry[end]) for end in ("min", "max")
        )
    except (TypeError, ValueError):
        raise LabError(f"{path}: min and max of {name} have to be numbers.") from None
    return Column(
        name=name,
        numeric=kind != "category",
        whole=kind == "integer",
        least=least,
        most=most,
        categories=tuple(str(value) for value in values) if listed else None,
        nullable=entry.get("nullable") is True,
        unit=str(entry["unit"]) if entry.get("unit") else None,
    )


def unit_of(root: Path) -> str | None:
    """The column whose rows belong together, as schema.yaml says."""
    unit = mapping_in(root / "schema.yaml").get("unit")
    return unit if isinstance(unit, str) else None


def mapping_in(path: Path) -> dict[str, Any]:
    """What a YAML file says key by key; nothing if it is missing, or something else.

    Raises:
        LabError: it is not YAML.
    """
    content = read_yaml(path) if path.is_file() else None
    return content if isinstance(content, dict) else {}
