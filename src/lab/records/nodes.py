"""The tree of a YAML text: what stands where, from the one parser that reads all of it.

It is built event by event, so that no text is too deep for it, and refuses what no file of a
project needs.
"""

import re
from collections.abc import Callable
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from .finding import Fault, brief

try:
    from yaml.cyaml import CParser as Parser
except ImportError:  # PyYAML without its C library: the same events, slowly
    from yaml import SafeLoader as Parser

FORM = "REC003"
DEEPEST = 50
REMEDY = "Put text with special characters into quotes, and indent with spaces."
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
SEPARATOR = re.compile("[\u2028\u2029]")  # the end of a line in YAML 1.1, and not in 1.2


class UnreadableError(Exception):
    """A text that is no YAML, or none that is read here."""

    def __init__(self, line: int, message: str, remedy: str) -> None:
        super().__init__(message)
        self.fault = Fault(FORM, line, message, remedy)


def compose(text: str, strict: bool = False) -> Node | None:
    """The tree of a YAML text, each node with the marks where it begins and ends.

    Args:
        text: with plain line ends.
        strict: are anchors, aliases and control characters in quotes refused?

    Raises:
        UnreadableError: it is not YAML, is nested too deep, or holds what no file of a project
            needs.
    """
    _must_be_plain(text)
    try:
        return _Composer(text, strict).root()
    except yaml.YAMLError as error:
        raise _refused(error) from None


class _Composer:
    """Nodes from the events of the parser."""

    def __init__(self, text: str, strict: bool) -> None:
        self.event: Callable[[], Any] = Parser(text).get_event
        self.strict = strict
        self.has_escapes = "\\" in text
        self.anchors: dict[str, Node] = {}

    def root(self) -> Node | None:
        """The one document of the text, if there is one."""
        root = None
        for event in iter(self.event, None):
            if type(event) is DocumentStartEvent:
                if root is not None:
                    what = "a second YAML document begins here"
                    raise UnreadableError(line_of(event), what, "Keep one.")
                root = self.node(self.event(), 0)
        return root

    def node(self, event: Any, depth: int) -> Node:
        """The node that begins with an event, in so many others."""
        kind = type(event)
        if event.anchor or (kind is not AliasEvent and event.tag):
            _must_not_refer(event, self.strict)
        if kind is ScalarEvent:
            node = ScalarNode("", event.value, event.start_mark, event.end_mark, event.style)
            if self.has_escapes and self.strict:
                _must_be_printable(node)
        elif kind is AliasEvent:
            if event.anchor not in self.anchors:
                what = f"`{brief(event.anchor)}` is no anchor that stands above"
                raise UnreadableError(line_of(event), what, "Write the value out.")
            return self.anchors[event.anchor]
        else:
            node = self.collection(event, depth + 1)
        if event.anchor:
            self.anchors[event.anchor] = node
        return node

    def collection(self, start: Any, depth: int) -> Node:
        """A mapping or a sequence with all that is in it."""
        if depth > DEEPEST:
            raise _too_deep(line_of(start))
        kind = SequenceNode if type(start) is SequenceStartEvent else MappingNode
        node: Any = kind("", [], start.start_mark, None, start.flow_style)
        while type(event := self.event()) not in (SequenceEndEvent, MappingEndEvent):
            item = self.node(event, depth)
            if kind is MappingNode:
                item = item, self.node(self.event(), depth)
            node.value.append(item)
        node.end_mark = event.end_mark
        return node


def _must_be_plain(text: str) -> None:
    for pattern, what in (
        (CONTROL, "there is a control character (U+{:04X}) in this line"),
        (SEPARATOR, "readers of YAML take this line for different things (U+{:04X} is in it)"),
    ):
        if found := pattern.search(text):
            line = text.count("\n", 0, found.start()) + 1
            raise UnreadableError(line, what.format(ord(found[0])), "Delete it.")


def _must_be_printable(node: ScalarNode) -> None:
    if found := CONTROL.search(node.value):
        what = f"there is a control character (U+{ord(found[0]):04X}) in this text"
        raise UnreadableError(line_of(node), what, "Leave it out.")


def _must_not_refer(event: Any, strict: bool) -> None:
    if strict and event.anchor:
        raise UnreadableError(
            line_of(event),
            f"`{brief(event.anchor)}` is an anchor or an alias",
            "Write the value out; to begin a text with & or *, put it in quotes.",
        )
    if tag := getattr(event, "tag", None):
        raise UnreadableError(
            line_of(event),
            f"`{brief(tag)}` is a tag",
            "Leave it out; to begin a text with !, put it in quotes.",
        )


def line_of(marked: Any) -> int:
    """The line of an event or a node, counted from 1."""
    return marked.start_mark.line + 1


def _refused(error: Exception) -> UnreadableError:
    """What the parser did not accept."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    line = mark.line + 1 if mark else 1
    if "nesting" in problem:  # some versions of the parser look ahead, and give up before we do
        return _too_deep(line)
    return UnreadableError(line, f"this is not valid YAML: {problem}", REMEDY)


def _too_deep(line: int) -> UnreadableError:
    what = f"this is nested more than {DEEPEST} deep"
    return UnreadableError(line, what, "Write it flatter.")
