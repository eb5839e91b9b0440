"""Strict YAML: what two readers could understand differently is refused, with its line.

The fast parser reads every file. Only a text that looks dangerous, or that the fast parser
refuses, is looked at again, event by event, to say what is wrong and where.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml_rs

from .finding import Fault

FORM, VALUE = "REC003", "REC005"
LARGEST = 64 * 1024
DEEPEST = 20
QUOTE = "Put it in quotes, or write what you mean."

# Cheap signs that a text needs the second look; a false alarm costs a millisecond, no more.
# Each pattern begins with a character that is rare, so that searching it is fast.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
SIGNS = ("<<", "\n---", "\n...", "\n%", "\n" + " " * 2 * DEEPEST)
MARKS = re.compile(r"(?<![^\s,\[{:-])[&*!]\S|(?:[-?][ \t]+){12}|\?\s")
# Words that YAML 1.1, which many tools still read, does not take for text.
OTHER_IN_1_1 = re.compile(
    r"""
    (?: [:,?-][ \t]+ | [\n\[{][ \t]* )
    (?: y | n | yes | no | on | off | =
      | [-+]? (?: 0[0-9_]+ | [0-9]* _ [0-9_]* | 0[xob][0-9a-f_]+ | [0-9][0-9_]* (?::[0-9_.]+)+
                | [0-9]+ (?:\.[0-9]*)? e [-+0-9.]+ | \.(?:inf|nan|[0-9e+-]+) )
      | \+ [0-9.]+ | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2} [^"',\n]*
    ) [ \t]* (?= : | [,\]}#\n] | \Z )
    """,
    re.VERBOSE | re.IGNORECASE,
)
SAME_EVERYWHERE = {
    "bool": re.compile(r"true|True|TRUE|false|False|FALSE"),
    "int": re.compile(r"-?(?:0|[1-9][0-9]*)"),
    "float": re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+"),
    "null": re.compile(r"|~|null|Null|NULL"),
}


def parse_strict(text: str) -> tuple[Any, list[Fault]]:
    """The content of a YAML text with plain line ends, or what is wrong with it."""
    if len(text) > LARGEST:
        return None, [
            Fault(
                FORM,
                1,
                f"the YAML is longer than {LARGEST} characters",
                "Move what is not data into the Markdown below it.",
            )
        ]
    if _suspicious(text) and (faults := list(_dangers(text))):
        return None, faults
    try:
        return yaml_rs.loads(text, parse_datetime=False), []
    except (yaml_rs.YAMLDecodeError, ValueError, OverflowError) as error:
        return None, [_explained(text, str(error))]


def _suspicious(text: str) -> bool:
    """Does a text need the second look?"""
    return bool(
        any(sign in text for sign in SIGNS)
        or (not text.replace("\n", "").isprintable() and CONTROL.search(text))
        or (
            (any(mark in text for mark in "&*!?") or "- -" in text or "-\t" in text)
            and MARKS.search(text)
        )
        or OTHER_IN_1_1.search(f"\n{text}")
    )


def _explained(text: str, error: str) -> Fault:
    """Where a text stops being YAML, and why."""
    if double := re.search(r"duplicate mapping key: '(.*)'", error):
        line = next(_lines_of_doubles(text), 1)
        return Fault(
            FORM, line, f"the key `{double[1]}` stands here a second time", "Keep one of the two."
        )
    lines = error.splitlines()
    place = re.search(r"line (\d+)", lines[0])
    return Fault(
        FORM,
        int(place[1]) if place else 1,
        f"this is not valid YAML: {lines[-1].strip()}",
        "Put text with special characters into quotes, and indent with spaces.",
    )


def _dangers(text: str) -> Iterator[Fault]:
    """What is valid YAML, perhaps, and still refused. Stops at the first fault of form."""
    import yaml

    if control := CONTROL.search(text):
        line = text.count("\n", 0, control.start()) + 1
        yield Fault(
            FORM,
            line,
            f"there is a control character (U+{ord(control[0]):04X}) in this line",
            "Delete it.",
        )
        return
    depth, documents = 0, 0
    resolve = yaml.resolver.Resolver().resolve
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        for event in yaml.parse(text, Loader=loader):
            line = event.start_mark.line + 1
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            documents += isinstance(event, yaml.DocumentStartEvent)
            if depth > DEEPEST:
                yield Fault(
                    FORM, line, f"this is nested more than {DEEPEST} deep", "Write it flatter."
                )
                return
            if documents > 1:
                yield Fault(FORM, line, "a second YAML document begins here", "Keep one.")
                return
            if getattr(event, "anchor", None):
                yield Fault(
                    FORM,
                    line,
                    f"`{event.anchor}` is an anchor or an alias",
                    "Write the value out; to begin a text with & or *, put it in quotes.",
                )
                return
            if getattr(event, "tag", None):
                yield Fault(
                    FORM,
                    line,
                    f"`{event.tag}` is a tag",
                    "Leave it out; to begin a text with !, put it in quotes.",
                )
                return
            if isinstance(event, yaml.ScalarEvent) and not event.style:
                tag = resolve(yaml.ScalarNode, event.value, (True, False))
                if fault := _ambiguous(event.value, tag.rpartition(":")[2], line):
                    yield fault
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        yield Fault(
            FORM,
            mark.line + 1 if mark else 1,
            f"this is not valid YAML: {problem}",
            "Put text with special characters into quotes, and indent with spaces.",
        )


def _ambiguous(value: str, tag: str, line: int) -> Fault | None:
    """A plain word that one reader takes for text and another for something else."""
    if tag == "str" and not re.fullmatch(r"[-+]?[0-9.]*[0-9]e[-+]?[0-9]+|0o[0-7]+", value, re.I):
        return None
    if tag in SAME_EVERYWHERE and SAME_EVERYWHERE[tag].fullmatch(value):
        return None
    if tag == "merge":
        return Fault(VALUE, line, "`<<` merges mappings", "Write the keys out.")
    what = {
        "bool": "yes or no",
        "timestamp": "a date or time",
        "int": "another number",
        "float": "another number",
    }.get(tag, "something else")
    return Fault(VALUE, line, f"`{value}` has no quotes: some readers take it for {what}", QUOTE)


def _lines_of_doubles(text: str) -> Iterator[int]:
    """The lines in which a key stands that its mapping already has."""
    import yaml

    def search(node: yaml.Node) -> Iterator[int]:
        if isinstance(node, yaml.MappingNode):
            seen = set()
            for key, value in node.value:
                name = str(key.value)
                if name in seen:
                    yield key.start_mark.line + 1
                seen.add(name)
                yield from search(value)
        elif isinstance(node, yaml.SequenceNode):
            for item in node.value:
                yield from search(item)

    if node := compose(text):
        yield from search(node)


def compose(text: str) -> Any:
    """The tree of nodes of a YAML text, each with its marks; None if there is none."""
    import yaml

    try:
        return yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError:
        return None
