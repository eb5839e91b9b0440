"""Strict YAML: what two readers could understand differently is refused, with its line.

Records and the team's files are read strictly. The pipeline's files, which DVC reads as well, are
read as YAML 1.2: there `1e-5` is a number, and anchors and merges are understood.
"""

import re
from collections.abc import Callable
from typing import Any

from yaml.nodes import Node, ScalarNode, SequenceNode
from yaml.resolver import Resolver

from .finding import Fault, brief
from .nodes import UnreadableError, compose, line_of

VALUE = "REC005"
LARGEST = 64 * 1024
REPEATED = 10_000  # nodes that aliases may add to those that a text holds
QUOTE = "Put it in quotes, or write what you mean."

CONSTANTS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
# What may be more than a text to YAML 1.1 or 1.2; everything else that has no quotes is one.
ODD = re.compile(r"[-+.0-9=<]|(?:[yn]|yes|no|on|off)\Z", re.IGNORECASE)
# More digits are lost by some readers.
INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")
DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,14})\.[0-9]{1,20}")
# Text in YAML 1.1; a number in 1.2, or yes and no in the words of 1.1.
OTHER_IN_1_2 = re.compile(r"[-+]?(?:[0-9]+|[0-9.]*[0-9]e[-+]?[0-9]+)|0o[0-7]+|[yn]", re.IGNORECASE)
# The numbers of YAML 1.2's core schema.
CORE_INTEGER = re.compile(r"[-+]?[0-9]{1,400}")
CORE_BASED = re.compile(r"0o[0-7]{1,400}|0x[0-9a-fA-F]{1,400}")
CORE_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
CORE_INFINITY = re.compile(r"([-+]?)\.(?:inf|Inf|INF)")

_kind_in_1_1 = Resolver().resolve


def parse_strict(text: str) -> tuple[Any, list[Fault]]:
    """The content of a YAML text with plain line ends, or what is wrong with it."""
    faults: list[Fault] = []
    try:
        if len(text) > LARGEST:
            what = f"the YAML is longer than {LARGEST} characters"
            raise UnreadableError(1, what, "Move what is not data into the Markdown below it.")
        root = compose(text, strict=True)
        data = _Contents(lambda node: _strictly(node, faults), len(text)).of(root)
    except UnreadableError as error:
        return None, [error.fault]
    return (None, faults) if faults else (data, [])


def parse_core(text: str) -> tuple[Any, list[Fault]]:
    """The content of a YAML text as YAML 1.2 has it, or the first thing that is wrong with it."""
    try:
        return _Contents(_in_1_2, len(text)).of(compose(text)), []
    except UnreadableError as error:
        return None, [error.fault]


class _Contents:
    """What nodes stand for.

    Args:
        plain: gives what a text without quotes stands for.
        size: the length of the text; more nodes than that come from aliases.
    """

    def __init__(self, plain: Callable[[ScalarNode], Any], size: int) -> None:
        self.plain, self.room = plain, size + REPEATED

    def of(self, node: Any) -> Any:
        """The content of a node; None where there is none."""
        kind = type(node)
        if kind is ScalarNode:
            return node.value if node.style else self.plain(node)
        if node is None:
            return None
        self.room -= len(node.value) + 1
        if self.room < 0:
            raise UnreadableError(line_of(node), "its aliases repeat too much", "Write it flatter.")
        if kind is SequenceNode:
            return [self.of(item) for item in node.value]
        data: dict[Any, Any] = {}
        merged: dict[Any, Any] = {}
        for key, value in node.value:
            name = self.key(key, data)
            if name == "<<" and not key.style and value.id != "scalar":
                content = self.of(value)
                for part in content if isinstance(content, list) else [content]:
                    merged = {**part, **merged} if isinstance(part, dict) else merged
            else:
                data[name] = self.of(value)
        return {**merged, **data} if merged else data

    def key(self, node: Node, known: dict[Any, Any]) -> Any:
        """A key, which has to be one value and the only one of its name."""
        if type(node) is not ScalarNode:
            what = "a list or a mapping stands here as a key"
            raise UnreadableError(line_of(node), what, "Write a text as the key.")
        name = node.value if node.style else self.plain(node)
        if name in known:
            what = f"the key `{brief(node.value)}` stands here a second time"
            raise UnreadableError(line_of(node), what, "Keep one of the two.")
        return name


def _strictly(node: ScalarNode, faults: list[Fault]) -> Any:
    """What a text without quotes is to YAML 1.1 and 1.2; the faults get it where they differ."""
    value: str = node.value
    if value in CONSTANTS:
        return CONSTANTS[value]
    if not ODD.match(value):
        return value
    if INTEGER.fullmatch(value):
        return int(value)
    if DECIMAL.fullmatch(value):
        return float(value)
    kind = _kind_in_1_1(ScalarNode, value, (True, False)).rpartition(":")[2]
    if kind == "str" and not OTHER_IN_1_2.fullmatch(value):
        return value
    if kind == "merge":
        faults.append(Fault(VALUE, line_of(node), "`<<` merges mappings", "Write the keys out."))
        return value
    if kind == "bool" or value in [*"yYnN"]:
        what = "yes or no"
    else:
        what = {"timestamp": "a date or time", "value": "something else"}.get(
            kind, "another number"
        )
    message = f"`{brief(value)}` has no quotes: some readers take it for {what}"
    faults.append(Fault(VALUE, line_of(node), message, QUOTE))
    return value


def _in_1_2(node: ScalarNode) -> Any:
    """What a text without quotes is in YAML 1.2."""
    value: str = node.value
    if value in CONSTANTS:
        return CONSTANTS[value]
    if not value[0].isdecimal() and value[0] not in "-+.":
        return value
    if CORE_INTEGER.fullmatch(value):
        return int(value)
    if CORE_BASED.fullmatch(value):
        return int(value, 0)
    if CORE_FLOAT.fullmatch(value):
        return float(value)
    if found := CORE_INFINITY.fullmatch(value):
        return float(f"{found[1]}inf")
    return float("nan") if value in (".nan", ".NaN", ".NAN") else value
