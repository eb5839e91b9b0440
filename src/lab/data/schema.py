"""`schema.yaml`: what each column may hold. Whatever it does not say is allowed."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import LabError
from ..records.document import read_yaml

TASKS = ("binary", "multiclass", "regression")
NUMBERS = ("float", "integer")
TIMES = ("date", "datetime")
TYPES = (*NUMBERS, "boolean", "category", "text", *TIMES)
ROLES = ("feature", "slice", "ignore")
ORIGIN = "lab:source"  # of each row, beside the columns of the schema
KEYS = ("type", "role", "min", "max", "values", "nullable", "unit", "description", "example")
OF_TARGET = (*(key for key in KEYS if key != "role"), "name", "positive")


@dataclass(frozen=True)
class Column:
    """What one column holds: its type, which values are allowed, and what it is for.

    A category with `categories` is closed: nothing else is allowed. One without is open.
    """

    name: str
    type: str = "float"
    role: str = "feature"
    least: float | None = None
    most: float | None = None
    categories: tuple[str, ...] | None = None
    nullable: bool = False
    unit: str | None = None

    @property
    def numeric(self) -> bool:
        """Does it hold numbers?"""
        return self.type in NUMBERS

    @property
    def whole(self) -> bool:
        """Does it hold whole numbers alone?"""
        return self.type == "integer"


@dataclass(frozen=True)
class Shape:
    """The columns of a row, the target, the class that is called positive, and three names.

    `id` is the column that names a row; where the file has none, `id_made` is true, and names are
    made from what is in the rows. `unit` is the column whose rows belong together, and `time` the
    one that says when a row came to be. `ignored` may be in the file, and nobody reads them.
    """

    columns: tuple[Column, ...]
    target: Column
    positive: str | None = None
    id: str = "id"
    id_made: bool = False
    unit: str | None = None
    time: str | None = None
    ignored: tuple[str, ...] = ()

    @property
    def inputs(self) -> tuple[Column, ...]:
        """The columns that a model looks at."""
        return tuple(column for column in self.columns if column.role == "feature")

    @property
    def task(self) -> str:
        """Binary, multiclass or regression."""
        if self.target.numeric:
            return "regression"
        return "multiclass" if self.positive is None else "binary"

    @property
    def described(self) -> tuple[Column, ...]:
        """Every column that says what it may hold: features, slices and the target."""
        return (*self.columns, self.target)

    @property
    def names(self) -> tuple[str, ...]:
        """Features and slices: what rules, parts and values may be about."""
        return tuple(column.name for column in self.columns)

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that name a row and its unit, and are not described."""
        return (self.id, *([self.unit] if self.unit and self.unit not in self.names else []))


def read_shape(root: Path, task: str | None = None) -> Shape:
    """What one row of the data is, as schema.yaml says.

    Args:
        root: the project.
        task: what the target has to suit; None asks nothing of it.

    Raises:
        LabError: the file cannot be read, describes no column or no target, or has faults; the
            message lists all of them.
    """
    path = root / "schema.yaml"
    shape, faults = _shape_in(read_yaml(path))
    if shape is not None and not faults:
        faults = [*_clashes(shape), *(_misfits(shape, task) if task else ())]
    if shape is None or faults:
        listed = "\n".join(f"  {fault}" for fault in faults)
        raise LabError(f"{path} does not fit:\n{listed}")
    return shape


def _clashes(shape: Shape) -> Iterator[str]:
    """Names that stand for two things, or for none."""
    names = [column.name for column in shape.described] + [shape.id, *shape.ignored, ORIGIN]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{name}: the name stands for two columns"
    if shape.unit == shape.target.name:
        yield "unit: the target cannot be the unit"
    if not shape.inputs:
        yield "columns: none has the role feature, so a model would see nothing"
    if shape.time is not None:
        kinds = {column.name: column.type for column in shape.columns}
        if shape.time not in kinds:
            yield (
                f"time: {shape.time} is none of `columns`: describe it there, as a date with "
                "`role: slice`"
            )
        elif kinds[shape.time] not in (*TIMES, *NUMBERS):
            yield f"time: {shape.time} is {kinds[shape.time]}; it is date, datetime or a number"


def _misfits(shape: Shape, task: str) -> Iterator[str]:
    """Why the target does not suit the task."""
    target = shape.target
    values = target.categories or ()
    if task == "regression":
        if not target.numeric:
            yield f"target: a regression predicts a number, but target.type is {target.type}"
    elif target.type != "category" or not values:
        yield f"target: a {task} task predicts a category: set target.type to it, and list `values`"
    elif task == "binary" and (len(values) != 2 or shape.positive is None):
        yield "target: a binary target has two `values` and says which is `positive`"
    if shape.positive is not None and shape.positive not in values:
        yield "target: `positive` must be one of its `values`"


def _shape_in(content: Any) -> tuple[Shape | None, list[str]]:
    """What the file says, and every fault of it."""
    match content:
        case {"columns": dict() as columns, "target": dict() as target} if columns:
            pass
        case _:
            return None, ["it describes no rows: it needs `target`, and one of `columns` at least"]
    faults: list[str] = []
    entries = [_column(str(name), entry, KEYS, faults) for name, entry in columns.items()]
    goal = _column(str(target.get("name", "target")), target, OF_TARGET, faults, "target")
    kept = tuple(column for column in entries if column.role != "ignore")
    ignored = tuple(column.name for column in entries if column.role == "ignore")
    named = content.get("id", "id")
    made = named is None
    taken = [goal.name, *(column.name for column in kept)]
    if made:
        named = next(name for name in ("id", "row_id", "lab:id") if name not in taken)
        ignored = tuple(name for name in ignored if name != named)
    positive, unit, time = (
        None if entry is None else str(entry)
        for entry in (target.get("positive"), content.get("unit"), content.get("time"))
    )
    return Shape(kept, goal, positive, str(named), made, unit, time, ignored), faults


def _column(
    name: str, entry: Any, known: tuple[str, ...], faults: list[str], place: str | None = None
) -> Column:
    """One column; what is wrong with it is added to `faults`."""
    place = place or name
    if not isinstance(entry, Mapping):
        faults.append(f"{place}: it says nothing: write {{type: …}}, one of {', '.join(TYPES)}")
        return Column(name)
    for key in entry:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, 1)
            faults.append(f"{place}: unknown key {key!r}{f': is it {near[0]}?' if near else ''}")
    values = entry.get("values")
    listed = isinstance(values, list)
    if "values" in entry and values is not None and not (listed and values):
        faults.append(f"{place}: `values` lists what is allowed; leave it out for an open category")
    kind = entry.get("type") or ("category" if listed else "float")
    if kind not in TYPES:
        faults.append(f"{place}: type is {kind}; it is one of {', '.join(TYPES)}")
        kind = "float"
    role = entry.get("role", "feature")
    if role not in ROLES:
        faults.append(f"{place}: role is {role}; it is one of {', '.join(ROLES)}")
        role = "feature"
    ends: list[float | None] = []
    for end in ("min", "max"):
        try:
            ends.append(None if entry.get(end) is None else float(entry[end]))
        except (TypeError, ValueError):
            faults.append(f"{place}: {end} has to be a number")
            ends.append(None)
    return Column(
        name=name,
        type=kind,
        role=role,
        least=ends[0],
        most=ends[1],
        categories=tuple(str(value) for value in values) if listed and values else None,
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
