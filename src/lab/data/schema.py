"""`schema.yaml`: what each column may hold. Whatever it does not say is allowed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import LabError
from ..records.document import read_yaml

TASKS = ("binary", "multiclass", "regression")
NUMBERS = ("float", "integer")


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
    id: str = "id"
    unit: str | None = None

    @property
    def task(self) -> str:
        """Binary, multiclass or regression."""
        if self.target.numeric:
            return "regression"
        return "multiclass" if self.positive is None else "binary"

    @property
    def described(self) -> tuple[Column, ...]:
        """Every column that says what it may hold: the inputs and the target."""
        return (*self.inputs, self.target)

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that name a row and its unit, and are no inputs."""
        names = [column.name for column in self.inputs]
        return (self.id, *([self.unit] if self.unit and self.unit not in names else []))


def read_shape(root: Path, task: str | None = None) -> Shape:
    """What one row of the data is, as schema.yaml says.

    Args:
        root: the project.
        task: what the target has to suit; None asks nothing of it.

    Raises:
        LabError: the file cannot be read, describes no column or no target, uses a name twice, or
            has a target that does not suit the task.
    """
    path = root / "schema.yaml"
    shape = _shape_in(path)
    names = [column.name for column in shape.described] + [shape.id, "source"]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise LabError(f"{path}: a name stands for two columns (`source` is taken): {twice[0]}.")
    if task is not None:
        _suits(shape, task, path)
    return shape


def _suits(shape: Shape, task: str, path: Path) -> None:
    target = shape.target
    if task == "regression" and not target.numeric:
        raise LabError(f"{path}: a regression predicts a number, but target.type is category.")
    if task != "regression" and (target.numeric or not target.categories):
        raise LabError(
            f"{path}: a {task} task predicts a category: set target.type to it, and list `values`."
        )
    if task == "binary" and (len(target.categories or ()) != 2 or shape.positive is None):
        raise LabError(f"{path}: a binary target has two `values` and says which is `positive`.")
    if shape.positive is not None and shape.positive not in (target.categories or ()):
        raise LabError(f"{path}: `positive` of the target must be one of its `values`.")
    if shape.unit == target.name:
        raise LabError(f"{path}: the target cannot be the unit.")


def _shape_in(path: Path) -> Shape:
    content = read_yaml(path)
    match content:
        case {"columns": dict() as columns, "target": dict() as target} if columns:
            inputs = tuple(_column(str(name), entry, path) for name, entry in columns.items())
            positive = target.get("positive")
            return Shape(
                inputs,
                _column(str(target.get("name", "target")), target, path),
                None if positive is None else str(positive),
                str(content.get("id", "id")),
                None if content.get("unit") is None else str(content["unit"]),
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
