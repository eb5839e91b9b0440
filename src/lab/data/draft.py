"""A first schema.yaml and params.yaml for a table, from what is in it: a draft with its doubts."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import polars as pl

from ..errors import LabError
from ..records.edits import emit
from .conformity import plain_numbers
from .params import Format, Task
from .profile import LISTED, Found, Profile

CLASSES = 50  # of a target; with more, it is hardly one
POSITIVE = ("yes", "true", "1", "y", "t", "positive", "ja", "oui", "si", "bad", "fraud", "churn")


@dataclass(frozen=True)
class Roles:
    """What the columns are for: a person says it, or what is in them.

    `id` is None where names are made from what is in the rows.
    """

    target: str
    task: Task
    classes: Sequence[str] = ()
    positive: str | None = None
    id: str | None = None
    unit: str | None = None
    time: str | None = None
    ignore: Sequence[str] = ()
    slices: Sequence[str] = ()


def roles_of(
    profile: Profile,
    classes: Mapping[str, int],
    target: str,
    task: str | None = None,
    positive: str | None = None,
    named: Mapping[str, str | None] | None = None,
    ignore: Sequence[str] = (),
    slices: Sequence[str] = (),
) -> Roles:
    """Roles for the columns of a table.

    Args:
        profile: what is in it.
        classes: the values of the target as text, and how often each is there.
        target: the column that is predicted.
        task: binary, multiclass or regression; None lets the target decide.
        positive: the class that precision and recall speak of; None takes a likely one.
        named: `id`, `unit` and `time`, where a person has said them.
        ignore: columns that nobody reads.
        slices: columns that are judged apart, and that no model sees.

    Raises:
        LabError: a column is not there, or the target does not suit the task; it lists all of it.
    """
    named = dict(named or {})
    asked = [target, *(name for name in named.values() if name), *ignore, *slices]
    faults = [f"there is no column {name!r}" for name in asked if profile.column(name) is None]
    goal = profile.column(target)
    if goal is not None:
        task = task or _task(goal, len(classes))
        faults += _unsuited(goal, task, classes, positive)
    if faults or goal is None:
        names = ", ".join(column.name for column in profile.columns)
        raise LabError("\n".join([*faults, f"The columns are: {names}"]))
    two = task == "binary"
    free = [name for name in profile.ids if name not in (target, *ignore, *slices)]
    return Roles(
        target=target,
        task=task,  # type: ignore[arg-type]
        classes=() if task == "regression" else sorted(classes),
        positive=(positive or _positive(classes)) if two else None,
        id=named.get("id") or next((name for name in free if name != named.get("unit")), None),
        unit=named.get("unit"),
        time=named.get("time"),
        ignore=ignore,
        slices=slices,
    )


def _task(goal: Found, classes: int) -> str:
    if classes == 2:
        return "binary"
    numeric = goal.type in ("float", "integer")
    return "regression" if numeric and (goal.type == "float" or classes > LISTED) else "multiclass"


def _unsuited(
    goal: Found, task: str | None, classes: Mapping[str, int], positive: str | None
) -> Iterator[str]:
    name, number = goal.name, len(classes)
    if task == "regression":
        if goal.type not in ("float", "integer"):
            yield f"{name} holds {goal.type}, and a regression predicts a number"
        return
    if number < 2:
        yield f"{name} is the same in every row, so there is nothing to predict"
    elif task == "binary" and number != 2:
        yield f"{name} has {number} values, and a binary task has two"
    elif number > CLASSES:
        yield f"{name} has {number} values: say --task regression, or choose another target"
    if positive is not None and positive not in classes:
        yield f"{name} has no value {positive!r}: it has {', '.join(sorted(classes)[:LISTED])}"


def _positive(classes: Mapping[str, int]) -> str:
    """A class that sounds positive, or else the rarer one."""
    likely = [name for name in classes if name.lower() in POSITIVE]
    return likely[0] if len(likely) == 1 else min(classes, key=lambda name: (classes[name], name))


def schema_text(profile: Profile, roles: Roles, source: str) -> str:
    """A schema.yaml, with a comment for each doubt."""
    lines = [
        f"# What one row of the data is: a draft of `lab data use` from {source}. Read each line.",
        "#",
        "# type: float, integer, boolean, category (open, if it lists no values), text, date or",
        "# datetime. role: feature; slice, which is judged apart and never fed to a model; or",
        "# ignore. min and max are allowed values, not observed ones. nullable: true allows gaps.",
        "# unit, example and description are for readers, and for who calls the model.",
        "",
        *_keys(profile, roles),
        "",
        "target:",
        f"  name: {emit(roles.target)}",
    ]
    goal = profile.column(roles.target)
    assert goal is not None
    if roles.task == "regression":
        lines.append(f"  type: {goal.type}")
    else:
        lines += ["  type: category", f"  values: {emit(list(roles.classes))}"]
    if roles.positive is not None:
        lines.append(f"  positive: {emit(roles.positive)}  # precision and recall speak of it")
    if goal.gaps:
        lines.append(f"  # {goal.gaps} rows have none: left out, see `unlabelled` in params.yaml")
    lines += ["", "columns:"]
    for column in profile.columns:
        if column.name not in (roles.target, roles.id):
            lines += _column(column, roles)
    return "\n".join([*lines, ""])


def _keys(profile: Profile, roles: Roles) -> Iterator[str]:
    if roles.id is None:
        yield "id: null      # names are made from what is in a row: a corrected value is a new row"
    else:
        column = profile.column(roles.id)
        number = column is not None and column.type == "integer"
        doubt = "  # a number: does a row keep it for ever, or is it its place in the file?"
        yield f"id: {emit(roles.id)}{doubt if number else ''}"
    likely = f"; rows may belong together by {', '.join(profile.units)}" if profile.units else ""
    yield f"unit: {emit(roles.unit)}  # rows of it stay together in the split{likely}"
    times = f"; it could be {', '.join(profile.times)}" if profile.times else ""
    yield f"time: {emit(roles.time)}  # says when, for a split by time{times}"


def _column(column: Found, roles: Roles) -> list[str]:
    """One column in a line, and its doubts above it."""
    role = role_of(column, roles)
    says: dict[str, Any] = {"type": column.type or "text"}
    if role != "feature":
        says["role"] = role
    closed = column.type == "category" and 0 < len(column.values) <= LISTED
    if closed and role != "ignore":
        says["values"] = sorted(column.values)
    if column.gaps:
        says["nullable"] = True
    if role != "ignore" and column.middle is not None:
        says["example"] = _example(column)
    doubts = [f"  # {column.name}: {doubt}" for doubt in column.doubts]
    if role == "ignore" and column.name not in roles.ignore:
        doubts.append(f"  # {column.name}: {column.type or 'nothing'}; {WHY_IGNORED}")
    if column.name == roles.unit and role == "ignore":
        return []  # the unit need not be described
    return [*doubts, f"  {emit(column.name)}: {emit(says)}"]


WHY_IGNORED = "make a number or a category of it in features.py to use it"


def role_of(column: Found, roles: Roles) -> str:
    """What a column is for, if nobody says something else."""
    if column.name in roles.slices or column.name == roles.time:
        return "slice"
    if column.name in roles.ignore or column.name == roles.unit:
        return "ignore"
    constant = column.distinct == 1 and not column.gaps
    plain = column.type in ("float", "integer", "boolean", "category") and not constant
    return "feature" if plain else "ignore"


def _example(column: Found) -> Any:
    middle = column.middle
    return middle if isinstance(middle, int | float) else middle.isoformat()


def params_changes(
    profile: Profile, roles: Roles, file: str, written: Format, today: str
) -> dict[tuple[str, ...], Any]:
    """What params.yaml says of this table, by place.

    Args:
        profile: what is in it.
        roles: what the columns are for.
        file: where the rows are, from the project's folder.
        written: how the file is written.
        today: the rule that stands for how it is decided today, as SQL.
    """
    goal = profile.column(roles.target)
    plain = msgspec.to_builtins(Format())
    format_ = {
        key: value
        for key, value in msgspec.to_builtins(written).items()
        if value != plain[key] and value not in ([], ())
    }
    changes: dict[tuple[str, ...], Any] = {
        ("task",): roles.task,
        ("data", "source"): "file",
        ("data", "file"): file,
        ("status_quo", "rule"): today,
        ("evaluate", "slices"): [],
        ("evaluate", "champion"): None,
    }
    if roles.time is not None and (when := profile.column(roles.time)) is not None:
        changes[("split", "by")] = "time"
        changes[("split", "after")] = _example(when)
    if format_:
        changes[("data", "format")] = format_
    if goal is not None and goal.gaps:
        changes[("data", "unlabelled")] = "drop"
    return changes


def lift_section(roles: Roles) -> str:
    """The section `lift`: values to agree on, which treat every error alike."""
    head = "lift:                           # what one decision is worth: a draft, agree on it\n"
    if roles.task == "regression":
        return (
            f"{head}  unit: {emit(f'units of {roles.target}')}\n"
            "  cost_of_error: 1              # for each unit of error; or {above: 1, below: 3}\n"
        )
    lines = [head, "  unit: points per row\n"]
    if roles.task == "multiclass":
        return "".join([*lines, "  correct: 1\n  wrong: 0\n"])
    negative = next(name for name in roles.classes if name != roles.positive)
    positive, negative = emit(roles.positive), emit(negative)
    lines += [
        "  value:                        # value of each decision, by what was true\n",
        f"    {positive}: {{{positive}: 1, {negative}: 0}}\n",
        f"    {negative}: {{{positive}: 0, {negative}: 1}}\n",
    ]
    return "".join(lines)


def with_section(text: str, name: str, section: str) -> str:
    """A YAML text with one of its sections replaced, up to the next blank line or section.

    Raises:
        LabError: it has no such section.
    """
    found = re.search(rf"^{name}:.*\n(?:[ \t]+\S.*\n|[ \t]*#.*\n)*", text, re.MULTILINE)
    if not found:
        raise LabError(f"params.yaml has no section `{name}`: restore it from git.")
    return f"{text[: found.start()]}{section}{text[found.end() :]}"


def rule_for(roles: Roles, classes: Mapping[str, int], values: pl.Series, written: Format) -> str:
    """A rule that always holds, until the team writes how it is decided today.

    It says the most frequent class, or the median.
    """
    if roles.task == "regression":
        if values.dtype == pl.String:
            values = plain_numbers(values, written)
        return json.dumps(values.cast(pl.Float64, strict=False).median())
    often = max(classes, key=lambda name: (classes[name], name))
    return "'" + often.replace("'", "''") + "'"
