"""The contract: read from the project's files, written as types and as an OpenAPI document.

`schema.yaml` says what a row is, `params.yaml` what is predicted, and `api/contract.yaml` what
the team adds: the version, the largest batch, and who calls.
"""

import hashlib
import json
import keyword
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

SCHEMA, PARAMS, DECIDED = "schema.yaml", "params.yaml", "api/contract.yaml"
NUMBERS = ("float", "integer")
CHECKED = {"integer": "WHOLE", "date": "DATE", "datetime": "DATETIME"}  # in strict.py
FORMATS = {"date": "date", "datetime": "date-time"}
EXAMPLES: dict[str, bool | str] = {
    "boolean": True,
    "date": "2026-01-31",
    "datetime": "2026-01-31T12:00:00Z",
}
LONGEST = 10_000  # characters of a text
FAR = 1e15  # a number beyond it, in a column without a range, is a mistake


class ContractError(Exception):
    """A file that no contract can be made from, told in one sentence."""


class Part(BaseModel):
    """A part of a file; what the contract does not need in it is left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Column(Part):
    """A column of `schema.yaml`."""

    type: Literal["float", "integer", "boolean", "category", "text", "date", "datetime"]
    role: Literal["feature", "slice", "ignore"] = "feature"
    min: float | None = None
    max: float | None = None
    values: Annotated[list[str] | None, Field(min_length=1)] = None
    nullable: bool = False
    unit: str | None = None
    description: str = ""
    example: bool | float | str | None = None


class Target(Column):
    """The column that is predicted."""

    name: str
    positive: str | None = None


class Rows(Part):
    """What `schema.yaml` says of a row."""

    target: Target
    columns: Annotated[dict[str, Column], Field(min_length=1)]


class Task(Part):
    """What `params.yaml` says of the task."""

    task: Literal["binary", "multiclass", "regression"]


class Caller(Part):
    """Somebody who calls, and which fields they rely on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    contact: str
    sends: list[str] | Literal["all"] = "all"
    reads: list[str] | Literal["all"] = "all"


class ApiKey(Part):
    """A key in a header of this name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    api_key: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$")]


class Decided(Part):
    """What the team decides in `api/contract.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    version: Annotated[str, Field(pattern=r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$")]
    max_batch: Annotated[int, Field(ge=1, le=100_000)] = 1000
    servers: list[str] = []
    security: Literal["none", "bearer"] | ApiKey = "none"
    callers: list[Caller] = []


class Contract(Part):
    """Everything that callers rely on."""

    task: Literal["binary", "multiclass", "regression"]
    rows: Rows
    decided: Decided

    @property
    def digest(self) -> str:
        """SHA-256 over what a model has to fit: the task, the columns and the target."""
        plain = {"task": self.task, "rows": self.rows.model_dump(exclude=_IN_WORDS)}
        text = json.dumps(plain, sort_keys=True, separators=(",", ":"))
        return f"v1:{hashlib.sha256(text.encode()).hexdigest()}"


_WORDS = {"unit", "description", "example", "role"}
_IN_WORDS: Any = {"target": _WORDS, "columns": {"__all__": _WORDS}}


def read_contract(root: Path) -> Contract:
    """The contract that the files of a project give.

    Raises:
        ContractError: a file is missing or does not fit; it says which, where and why.
    """
    rows = _read(root / SCHEMA, Rows, root)
    features = {name: column for name, column in rows.columns.items() if column.role == "feature"}
    if not features:
        raise ContractError(
            f"{SCHEMA}: none of `columns` is a feature: callers would send nothing."
        )
    found = Contract(
        task=_read(root / PARAMS, Task, root).task,
        rows=rows.model_copy(update={"columns": features}),
        decided=_read(root / DECIDED, Decided, root),
    )
    target = found.rows.target
    if (found.task == "regression") == (target.type == "category"):
        raise ContractError(f"{SCHEMA}: a {found.task} task cannot predict a {target.type}.")
    if found.task == "binary" and target.positive not in (target.values or []):
        raise ContractError(f"{SCHEMA}: a binary target says which of its values is `positive`.")
    if target.type == "category" and target.values is None:
        raise ContractError(f"{SCHEMA}: `values` of the target lists its categories.")
    for name, column in found.rows.columns.items():
        if column.type != "category" and column.values is not None:
            raise ContractError(f"{SCHEMA}: {name} is no category, and has `values`.")
    return found


def callers_in(text: str) -> list[Caller]:
    """Who calls, as a text of `api/contract.yaml` says; nobody if it is none."""
    try:
        return Decided.model_validate(yaml.safe_load(text)).callers
    except (yaml.YAMLError, ValidationError):
        return []


def _read(path: Path, kind: type[Any], root: Path) -> Any:
    name = path.relative_to(root).as_posix()
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return kind.model_validate(content)
    except FileNotFoundError:
        raise ContractError(
            f"{name} is not in {root}: go to the project's own folder, or restore the file with "
            f"`git checkout -- {name}`."
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise ContractError(f"{name}: {place}: {first['msg']}. Fix it there.") from None
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        reason = " ".join(str(error).split())
        raise ContractError(f"{name} is not readable as YAML: {reason}.") from None


# ---------------------------------------------------------------------------
# As types.
# ---------------------------------------------------------------------------

HEAD = '''\
"""The contract as types, made by `{command}`.

Do not edit: change {sources},
and run the command again.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from .strict import {imports}

TITLE = {title}
VERSION = {version}
CONTRACT = {digest}
TASK: Literal["binary", "multiclass", "regression"] = {task}
MAX_BATCH = {max_batch}
LABELS: list[str] = {labels}
POSITIVE: str | None = {positive}
TARGET_RANGE = {target_range}
EXAMPLE: dict[str, Any] = {example}
'''


def models_text(contract: Contract, package: str) -> str:
    """The Python module that holds the contract as types.

    Args:
        contract: what callers rely on.
        package: the name of the package that the module belongs to.
    """
    rows, target = contract.rows, contract.rows.target
    kinds = {column.type for column in rows.columns.values()}
    named = [name for kind, name in CHECKED.items() if kind in kinds]
    head = HEAD.format(
        command=f"{package.replace('_', '-')} contract",
        sources=f"{SCHEMA}, {PARAMS} and {DECIDED}",
        imports=", ".join([*sorted(named), "Request", "Response"]),
        title=_quoted(contract.decided.title),
        version=_quoted(contract.decided.version),
        digest=_quoted(contract.digest),
        task=_quoted(contract.task),
        max_batch=contract.decided.max_batch,
        labels=_listed(target.values or []),
        positive=_quoted(target.positive) if target.positive is not None else None,
        target_range=_range(target),
        example=_mapped({name: example_of(column) for name, column in rows.columns.items()}),
    )
    decided = contract.decided
    if decided.servers:
        head += f"SERVERS: list[str] = {_listed(decided.servers)}\n"
    if decided.security != "none":
        head += f"SECURITY: dict[str, str] = {_security(decided.security)}\n"
    features = [
        _field(field, name, column)
        for field, (name, column) in zip(
            field_names(list(rows.columns)), rows.columns.items(), strict=True
        )
    ]
    return "\n".join(
        [
            head,
            "",
            "class Features(Request):",
            '    """One row: what the model looks at."""',
            "",
            *features,
            "",
            "",
            "class Prediction(Response):",
            '    """What the model says about one row."""',
            "",
            *_answered(contract),
            "",
        ]
    )


def _security(asked: Literal["none", "bearer"] | ApiKey) -> str:
    """What the gateway asks of callers, as a security scheme of OpenAPI."""
    if isinstance(asked, ApiKey):
        return _mapped_in_line({"type": "apiKey", "in": "header", "name": asked.api_key})
    return _mapped_in_line({"type": "http", "scheme": "bearer"})


def field_names(columns: list[str]) -> list[str]:
    """A Python name for each column; where it is another one, the column's own is the alias."""
    names: list[str] = []
    for number, column in enumerate(columns, start=1):
        usable = (
            column.isidentifier()
            and column.isascii()
            and not keyword.iskeyword(column)
            and not column.startswith("_")
            and not hasattr(BaseModel, column)
        )
        name = column if usable else f"column_{number}"
        while name in names or (name != column and name in columns):
            name += "_"
        names.append(name)
    return names


def example_of(column: Column) -> bool | float | int | str:
    """A value that the column allows: its example, or else its first or middle one."""
    given = column.example
    if column.values is not None:
        return given if isinstance(given, str) and given in column.values else column.values[0]
    if column.type not in NUMBERS:
        plain = EXAMPLES.get(column.type, "text")
        return given if isinstance(given, type(plain)) and _is(column, given) else plain
    low, high = _bounds(column)
    if not isinstance(given, (int, float)) or not low <= given <= high:
        given = low if high >= FAR else (low + high) / 2
        given = given if abs(given) < FAR else 0.0
    return round(given) if column.type == "integer" else float(given)


def _is(column: Column, given: bool | str) -> bool:
    """Is an example, which a person wrote, what the type says?"""
    try:
        if column.type == "date":
            date.fromisoformat(str(given))
        elif column.type == "datetime":
            datetime.fromisoformat(str(given))
    except ValueError:
        return False
    return True


def _bounds(column: Column) -> tuple[float, float]:
    low = -FAR if column.min is None else column.min
    return low, FAR if column.max is None else column.max


def _range(target: Target) -> tuple[float, float]:
    """Where a made-up number may lie."""
    low = target.min if target.min is not None else min(0.0, target.max or 0.0)
    return low, target.max if target.max is not None else low + 1.0


def _field(field: str, name: str, column: Column) -> str:
    """A field of a row, with everything that the schema says of it."""
    limits: dict[str, str] = {}
    if column.values is not None:
        kind = f"Literal[{', '.join(map(_quoted, column.values))}]"
    elif column.type == "boolean":
        kind = "bool"
    elif column.type not in NUMBERS:
        kind, limits = "str", {"max_length": str(LONGEST)}
    else:
        low, high = _bounds(column)
        whole = column.type == "integer"
        kind = "int" if whole else "float"
        limits = {
            "ge": repr(int(-(-low // 1)) if whole else low),
            "le": repr(int(high // 1) if whole else high),
        }
    extra = {
        **({"format": FORMATS[column.type]} if column.type in FORMATS else {}),
        **({"x-unit": column.unit} if column.unit else {}),
    }
    says = {
        **({"alias": _quoted(name)} if field != name else {}),
        **limits,
        **({"description": _quoted(_described(column))} if _described(column) else {}),
        "examples": f"[{_literal(example_of(column))}]",
        **({"json_schema_extra": _mapped_in_line(extra)} if extra else {}),
    }
    optional = " | None" if column.nullable else ""
    lines = [f"    {field}: Annotated[", f"        {kind}{optional},", "        Field("]
    lines += [f"            {key}={value}," for key, value in says.items()]
    checked = CHECKED.get(column.type)
    lines += ["        ),", *([f"        {checked},"] if checked else [])]
    lines += ["    ]" + (" = None" if column.nullable else "")]
    return "\n".join(lines)


def _answered(contract: Contract) -> list[str]:
    """The fields of a prediction."""
    target = contract.rows.target
    values = target.values
    kind = f"Literal[{', '.join(map(_quoted, values))}]" if values is not None else "float"
    said = _described(target) or target.name
    unit = f', json_schema_extra={{"x-unit": {_quoted(target.unit)}}}' if target.unit else ""
    lines = _annotated("prediction", kind, f"description={_quoted(said)}{unit}")
    if contract.task == "binary":
        means = _quoted(f"The probability of {target.positive!r}, as the model sees it.")
        lines += _annotated("score", "float", f"ge=0, le=1, description={means}")
    return lines


def _annotated(field: str, kind: str, says: str) -> list[str]:
    return [f"    {field}: Annotated[", f"        {kind},", f"        Field({says}),", "    ]"]


def _described(column: Column) -> str:
    unit = f" ({column.unit})" if column.unit else ""
    return f"{column.description}{unit}".strip()


def _quoted(text: str) -> str:
    """A text as a Python literal, in ASCII and in double quotes."""
    return json.dumps(text)


def _mapped_in_line(values: Mapping[str, str]) -> str:
    return (
        "{" + ", ".join(f"{_quoted(key)}: {_quoted(value)}" for key, value in values.items()) + "}"
    )


def _literal(value: bool | float | int | str) -> str:
    return _quoted(value) if isinstance(value, str) else repr(value)


def _listed(values: list[str]) -> str:
    return f"[{', '.join(map(_quoted, values))}]"


def _mapped(values: Mapping[str, bool | float | int | str]) -> str:
    lines = [f"    {_quoted(name)}: {_literal(value)}," for name, value in values.items()]
    return "\n".join(["{", *lines, "}"])
