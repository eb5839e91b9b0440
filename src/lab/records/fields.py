"""From YAML data to the types of a record, or to what is wrong with each field.

`msgspec` converts in one go and stops at the first fault. Only then are the same types
walked once more, to name every fault with its line.
"""

import difflib
import re
import types
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

import msgspec

from .finding import Fault, brief
from .front import TIME, Part
from .lines import Place, lines_of, nearest

KEYS, VALUES = "REC004", "REC005"
# The sign of a time that the types take and the format does not, such as one with an offset.
ODD_TIME = re.compile(
    r"-(?:(?<!20[0-9]{2}-[0-9]{2}-)[0-9]{2}[Tt ][0-9]|[0-9]{2}[t ][0-9]"
    r"|[0-9]{2}T(?![0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?Z))"
)
PLAIN = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}
T = TypeVar("T", bound=msgspec.Struct)
Found = tuple[Place, str, str, str]  # where, which code, what is wrong, what to do


def convert(data: Any, kind: type[T], text: str) -> tuple[T | None, list[Fault]]:
    """The data of a YAML text as a typed value, or every fault in it.

    Args:
        data: what the text holds.
        kind: the type that it has to fit.
        text: the YAML itself, for the lines.
    """
    value, first = None, ""
    try:
        value = msgspec.convert(data, kind)
    except (msgspec.ValidationError, TypeError, OverflowError) as error:
        first = str(error)
    if value is not None and not ODD_TIME.search(text) and "\\" not in text:
        return value, []
    lines = lines_of(text)
    faults = [
        Fault(code, nearest(lines, place), message, remedy)
        for place, code, message, remedy in _faults(data, kind, ())
    ]
    if value is not None and not faults:
        return value, []
    return None, faults or [Fault(VALUES, 1, first, "Compare it with the template of its kind.")]


def _faults(value: Any, kind: Any, place: Place) -> Iterator[Found]:
    """Every place where a value does not fit a type."""
    bare = _bare(kind)
    if get_origin(bare) in (Union, types.UnionType):
        if value is not None:
            yield from _faults(value, _meant(value, get_args(bare)), place)
    elif isinstance(bare, type) and issubclass(bare, msgspec.Struct):
        yield from _struct_faults(value, bare, place)
    elif get_origin(bare) is list and isinstance(value, list) and value:
        for number, item in enumerate(value):
            yield from _faults(item, get_args(bare)[0], (*place, number))
    elif get_origin(bare) is dict and isinstance(value, dict):
        for key, item in value.items():
            yield from _faults(key, get_args(bare)[0], (*place, key))
            yield from _faults(item, get_args(bare)[1], (*place, key))
    elif not _fits(value, kind):
        remedy = f"It has to be {wanted(kind)}."
        if bare is str and isinstance(value, bool | int | float) and "quotes" not in remedy:
            remedy += " Put it in quotes if it is text."
        yield place, VALUES, f"`{_name(place)}` is {_shown(value)}", remedy


def _meant(value: Any, kinds: tuple[Any, ...]) -> Any:
    """Which of several types a value is meant to have: the mapping, if it is one."""
    mappings = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Part)]
    return mappings[0] if mappings and isinstance(value, dict) else kinds[0]


def _struct_faults(value: Any, kind: type[msgspec.Struct], place: Place) -> Iterator[Found]:
    where = f" in `{_name(place)}`" if place else ""
    if not isinstance(value, dict):
        yield place, VALUES, f"`{_name(place)}` is {_shown(value)}", "It has to be `key: value`."
        return
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for key in value:
        if key not in fields:
            missing = [name for name in fields if name not in value]
            near = difflib.get_close_matches(str(key), missing, 1)
            remedy = f"Did you mean `{near[0]}`?" if near else f"Known are {', '.join(fields)}."
            yield (
                (*place, key),
                KEYS,
                f"`{_name((key,))}` is no key that belongs here{where}",
                remedy,
            )
    for name, field in fields.items():
        if name in value:
            yield from _faults(value[name], field.type, (*place, name))
        elif field.required:
            yield place, KEYS, f"`{name}` is missing{where}", f"Add it: {wanted(field.type)}."


def wanted(kind: Any) -> str:
    """What a field has to hold, in words."""
    metas = getattr(kind, "__metadata__", ())
    if said := [_lowered(meta.description) for meta in metas if meta.description]:
        return said[0] + (f" ({said[-1]})" if len(said) > 1 else "")
    bare = _bare(kind)
    arguments = get_args(bare)
    if get_origin(bare) is Literal:
        return f"one of {', '.join(map(str, arguments))}"
    if get_origin(bare) in (Union, types.UnionType):
        others = ["null" if kind is type(None) else wanted(kind) for kind in arguments[1:]]
        return f"{wanted(arguments[0])}, or {others[0]}"
    if get_origin(bare) is list:
        return f"a list with {wanted(arguments[0])} in each entry"
    if isinstance(bare, type) and issubclass(bare, msgspec.Struct):
        return f"a mapping with {', '.join(bare.__struct_encode_fields__)}"
    least = next((meta.ge for meta in metas if meta.ge is not None), "")
    return PLAIN.get(bare, "`key: value` lines") + (f" of at least {least}" if least != "" else "")


def _lowered(sentence: str) -> str:
    """A sentence as a part of another one."""
    return sentence[0].lower() + sentence[1:].removesuffix(".")


def _bare(kind: Any) -> Any:
    """A type without what `Annotated` says about it."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    return kind


def _fits(value: Any, kind: Any) -> bool:
    if _bare(kind) is datetime and not (isinstance(value, str) and re.search(TIME, value)):
        return False
    try:
        msgspec.convert(value, kind)
    except (msgspec.ValidationError, TypeError, OverflowError):
        return False
    return True


def _name(place: Place) -> str:
    """A place as a person would say it: `history[2].at`."""
    name = ""
    for part in place:
        name += f"[{part + 1}]" if isinstance(part, int) else f".{brief(part)}"
    return name.removeprefix(".") or ("the text" if not place else '""')


def _shown(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    return f'"{brief(value)}"' if isinstance(value, str) else brief(value).lower()
