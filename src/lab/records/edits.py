"""Changing front matter in place: the value that changes is replaced, every other byte stays.

The text is edited between the marks of the parser's nodes, and the result is read again:
unless it holds exactly what was intended, nothing is written.
"""

import json
import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from math import isfinite
from typing import Any, Literal

from ..errors import LabError
from .document import split
from .finding import brief
from .lines import Place, nodes_of
from .nodes import CONTROL
from .yaml import parse_strict

PLAIN = re.compile(r"[A-Za-z0-9(][A-Za-z0-9 _./()<>=+@'%*&!;:-]*")
UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
BY_HAND = "Make this change in the file by hand: {change}."


@dataclass(frozen=True)
class Change:
    """One change of the front matter: set the value at a place, or append to the list there."""

    place: Place
    value: Any
    how: Literal["set", "append"] = "set"

    def __str__(self) -> str:
        where = ".".join(str(part) for part in self.place)
        return f"{'add to' if self.how == 'append' else 'set'} `{where}`: {emit(self.value)}"


def change(text: str, changes: Sequence[Change]) -> str:
    """A Markdown text with changed front matter, and nothing else changed.

    Raises:
        LabError: the text is not one that can be changed safely; it says what to do by hand.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    windows = "\r\n" in text
    plain = text.removeprefix(mark).replace("\r\n", "\n")
    if windows and (plain.count("\n") != text.count("\r\n") or "\r" in plain):
        raise LabError("the file mixes Windows and plain line ends: save it with plain ones.")
    parts = split(plain)
    if parts is None or not parts[0]:
        raise LabError("the file has no front matter that could be changed.")
    front = parts[0]
    start = plain.index("\n")  # the front matter begins with the end of the first fence
    first, rest = plain[:start], plain[start + len(front) :]
    front = change_yaml(front, changes)
    whole = first + front + rest
    return mark + (whole.replace("\n", "\r\n") if windows else whole)


def change_yaml(text: str, changes: Sequence[Change]) -> str:
    """A YAML text after changes, and nothing else changed.

    Raises:
        LabError: the text is not one that can be changed safely; it says what to do by hand.
    """
    wanted, faults = parse_strict(text)
    if faults:
        raise LabError(f"{faults[0].message}. {faults[0].remedy}")
    by_hand = BY_HAND.format(change="; ".join(map(str, changes)))
    try:
        for edit in changes:
            wanted = _changed(wanted, edit)
            text = _edited(text, edit)
    except (LookupError, TypeError, AttributeError):  # there is no such place
        raise LabError(by_hand) from None
    got, faults = parse_strict(text)
    if faults and CONTROL.search("".join(_texts([edit.value for edit in changes]))):
        raise LabError(f"{faults[0].message}. {faults[0].remedy}")
    if faults or got != wanted:
        raise LabError(by_hand)
    return text


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts([key, inner])
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def emit(value: Any) -> str:
    """A value in one line of YAML, read the same by YAML 1.1 and 1.2."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float() if isfinite(value):
            return _emit_float(value)
        case str():
            return _emit_text(value)
        case datetime():
            return f'"{stamp(value)}"'
        case dict():
            return "{" + ", ".join(f"{emit(k)}: {emit(v)}" for k, v in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(emit, value)) + "]"
    raise LabError(f"{brief(value)} cannot be written as YAML: leave it out.")


def stamp(time: datetime) -> str:
    """A time as the records write it: UTC, to the second."""
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _emit_float(value: float) -> str:
    """A number without an exponent, in which YAML 1.1 and 1.2 differ."""
    text = f"{Decimal(repr(value)):f}"
    return text if "." in text else f"{text}.0"


def _emit_text(text: str) -> str:
    if (
        PLAIN.fullmatch(text)
        and ": " not in text
        and not text.endswith((":", " "))
        and parse_strict(f"[{text}]") == ([text], [])
        and parse_strict(f"{{{text}: 1}}") == ({text: 1}, [])
    ):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def _changed(data: Any, edit: Change) -> Any:
    """The data after a change."""
    data = deepcopy(data)
    inner = data
    for part in edit.place[:-1]:
        inner = inner[part]
    last: Any = edit.place[-1]
    value = json.loads(json.dumps(edit.value, default=stamp))
    if edit.how == "append":
        known = inner.get(last) if isinstance(inner, dict) else inner[last]
        inner[last] = [*(known or []), value]
    else:
        inner[last] = value
    return data


def _edited(text: str, edit: Change) -> str:
    """The YAML text after a change."""
    nodes = nodes_of(text)
    if edit.how == "append":
        return _appended(text, edit, nodes)
    if edit.place not in nodes:
        return _added(text, edit.place, emit(edit.value), nodes)
    _, node = nodes[edit.place]
    if (
        isinstance(edit.value, list)
        and node.id == "sequence"
        and not node.flow_style
        and edit.value
    ):
        return _listed(text, edit, len(node.value))
    start, end = node.start_mark.index, _last_end(text, node)
    gap = "" if text[start - 1] in " \t[{" else " "
    value = gap + emit(edit.value)
    after = text[end:]
    if comment := re.match(r" {2,}(?=#)", after):  # keep comments in their column
        space = max(2, len(comment[0]) - len(value) + (end - start))
        after = " " * space + after[comment.end() :]
    return text[:start] + value + after


def _listed(text: str, edit: Change, length: int) -> str:
    """A list in lines, set item by item, so that comments beside kept items stay."""
    for number in range(length - 1, len(edit.value) - 1, -1):
        text = _dropped(text, (*edit.place, number))
    for number, item in enumerate(edit.value):
        if number < length:
            text = _edited(text, Change((*edit.place, number), item))
        else:
            text = _edited(text, Change(edit.place, item, "append"))
    return text


def _dropped(text: str, place: Place) -> str:
    """A list without one of its items, which stands in lines of its own."""
    _, node = nodes_of(text)[place]
    start = text.rfind("\n", 0, node.start_mark.index) + 1
    end = _line_end(text, _last_end(text, node))
    return text[:start] + text[end + 1 :]


def _appended(text: str, edit: Change, nodes: dict[Place, Any]) -> str:
    value = emit(edit.value)
    if edit.place not in nodes:
        return _added(text, edit.place, f"\n  - {value}", nodes)
    key, node = nodes[edit.place]
    if node.id != "sequence":
        start, end = node.start_mark.index, _last_end(text, node)
        line = _line_end(text, end)
        indent = " " * (key.start_mark.column + 2)
        gap = text[:start].rstrip(" ") + text[end:line]
        return f"{gap}\n{indent}- {value}{text[line:]}"
    if node.flow_style:
        end = node.end_mark.index - 1
        before = text[:end].rstrip()
        comma = "" if before.endswith(("[", ",")) else ","
        gap = "" if before.endswith("[") else " "
        return before + comma + gap + value + text[end:]
    line = _line_end(text, _last_end(text, node))
    indent = " " * node.start_mark.column
    return f"{text[:line]}\n{indent}- {value}{text[line:]}"


def _added(text: str, place: Place, value: str, nodes: dict[Place, Any]) -> str:
    """A mapping with one more key."""
    _, mapping = nodes[place[:-1]]
    name = emit(place[-1])
    line = f"{name}:{value}" if value.startswith("\n") else f"{name}: {value}"
    if mapping.flow_style:
        end = mapping.end_mark.index - 1
        before = text[:end].rstrip()
        comma = "" if before.endswith(("{", ",")) else ", "
        return before + comma + line + text[end:]
    if len(place) == 1:
        return text + ("" if text.endswith("\n") else "\n") + line + "\n"
    indent = " " * mapping.start_mark.column
    end = _line_end(text, _last_end(text, mapping))
    return f"{text[:end]}\n{indent}{line}{text[end:]}"


def _last_end(text: str, node: Any) -> int:
    """Where the text of a node ends: collections in lines end with their last item."""
    if node.id != "scalar" and not node.flow_style and node.value:
        last = node.value[-1]
        key, value = last if isinstance(last, tuple) else (None, last)
        return max(_last_end(text, value), key.end_mark.index + 1 if key else 0)
    start, end = node.start_mark.index, node.end_mark.index
    return start + len(text[start:end].rstrip()) if end > start else end


def _line_end(text: str, index: int) -> int:
    """The end of the line in which a position is."""
    end = text.find("\n", index)
    return len(text) if end < 0 else end
