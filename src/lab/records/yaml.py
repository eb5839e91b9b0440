"""Strict YAML: what two readers could understand differently is refused, with its line.

The fast parser reads every file. A text that goes beyond the everyday forms is looked at before
that, event by event, because the fast parser falls over some texts; and it is read a second
time by a parser of YAML 1.1, which has to see the same.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml_rs

from .finding import Fault, brief

FORM, VALUE = "REC003", "REC005"
LARGEST = 64 * 1024
DEEPEST = 50
REMEDY = "Put text with special characters into quotes, and indent with spaces."
QUOTE = "Put it in quotes, or write what you mean."

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
SAME_EVERYWHERE = {
    "bool": re.compile(r"true|True|TRUE|false|False|FALSE"),
    "int": re.compile(r"-?(?:0|[1-9][0-9]{0,14})"),  # more digits are lost by some
    "float": re.compile(r"-?(?:0|[1-9][0-9]{0,14})\.[0-9]{1,20}"),
    "null": re.compile(r"|~|null|Null|NULL"),
}
# Text to PyYAML; a number in YAML 1.2, or yes and no in the words of YAML 1.1.
OTHER_IN_1_2 = re.compile(r"[-+]?(?:[0-9]+|[0-9.]*[0-9]e[-+]?[0-9]+)|0o[0-7]+|[yn]", re.IGNORECASE)


def _plain_forms() -> re.Pattern[str]:
    """Texts of the everyday forms, in which readers of YAML 1.1 and 1.2 see the same.

    Line by line: comments, `key: value`, `- item`, plain and quoted text, numbers that look like
    numbers everywhere, `[...]` and `{...}`, and the head of a block of text. What is not
    matched may be good YAML as well, and is looked at more closely.
    """
    word = r"(?! (?:[yn]|yes|no|on|off) \ *+ (?:[:,\]}\#\n]|\Z) )"  # YAML 1.1: yes or no
    quoted = r""" "(?:[^"\\\n]|\\["\\nt])*+" | '[^'\n]*+(?:''[^'\n]*+)*+' """
    number = r"-?+ (?:0|[1-9][0-9]{0,14}+) (?:\.[0-9]{1,20}+)?+ (?=\ *+(?:[,\]}\n\#]|\Z))"
    begin = rf"{word} (?:[^\W\d_] | \( | [0-9]++\ [a-z])"
    inside = r"[^\n:\#,\[\]{}]*+"
    simple = rf"{quoted} | {number} | {begin} {inside} (?: :(?=[^\W_]) {inside} )*+"
    gap, item = r"(?:\ |\n\ ++)*+", simple
    for _ in range(2):
        entry = rf"{word} [a-z_]++ :\ {gap} (?:{item})"
        item = rf"""{simple}
            | \[ {gap} (?: (?:{item}) {gap} (?: ,{gap}(?!]) | (?=]) ) )*+ ]
            | {{ {gap} (?: {entry} {gap} (?: ,{gap}(?!}}) | (?=}}) ) )*+ }}"""
    text = rf"{begin} [^\n:\#]*+ (?: (?: :(?=[^\s]) | (?<!\ )\# ) [^\n:\#]*+ )*+"
    block = r"[|>]-?+ (?=\n\ ++[^\s])"
    line = rf"""\ {{0,16}}+ (?: -(?=[\ \n]) \ {{0,3}}+ ){{0,3}}+
        (?: {word} [a-z][a-z0-9_ -]*+ : (?=[\ \n]) )?+ \ *+
        (?: {block} | (?:{item}) (?=\ *+(?:[\n\#]|\Z)) | {text} )?+
        \ *+ (?: (?<![^\ \n]) \# [^\n]*+ )?+"""
    return re.compile(rf"(?:{line}\n)*+", re.VERBOSE | re.IGNORECASE)


EVERYDAY = _plain_forms()


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
    everyday = _is_everyday(text)
    if not everyday and (faults := list(_dangers(text))):
        return None, faults
    try:
        data = yaml_rs.loads(text, parse_datetime=False)
    except (yaml_rs.YAMLDecodeError, TypeError, ValueError, OverflowError) as error:
        return None, [_explained(text, str(error))]
    return (data, []) if everyday else _read_twice(text, data)


def _is_everyday(text: str) -> bool:
    """Is a text of forms that every reader understands the same?"""
    return text.replace("\n", "").isprintable() and bool(EVERYDAY.fullmatch(text))


def _read_twice(text: str, data: Any) -> tuple[Any, list[Fault]]:
    """The content of a text, or where a reader of YAML 1.1 sees something else in it."""
    import yaml

    try:
        other = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, TypeError, ValueError) as error:
        return None, [_refused(error)]
    if repr(data) == repr(other):  # not ==, because 1 == 1.0 == True
        return data, []
    from .lines import lines_of, nearest

    line = nearest(lines_of(text), _first_difference(data, other, ()))
    return None, [Fault(FORM, line, "readers of YAML take this line for different things", QUOTE)]


def _first_difference(one: Any, other: Any, place: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Where two values that differ begin to do so."""
    if isinstance(one, dict) and isinstance(other, dict) and [*one] == [*other]:
        inside = ((key, one[key], other[key]) for key in one)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        inside = ((number, *pair) for number, pair in enumerate(zip(one, other, strict=True)))
    else:
        return place
    return next(
        (_first_difference(a, b, (*place, key)) for key, a, b in inside if repr(a) != repr(b)),
        place,
    )


def _explained(text: str, error: str) -> Fault:
    """Where a text stops being YAML, and why."""
    if "duplicate mapping key" in error:
        line, key = next(_doubles(text), (1, "it"))
        return Fault(
            FORM, line, f"the key `{key}` stands here a second time", "Keep one of the two."
        )
    lines = error.splitlines()
    place = re.search(r"line (\d+)", lines[0])
    return Fault(
        FORM, int(place[1]) if place else 1, f"this is not valid YAML: {lines[-1].strip()}", REMEDY
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
                yield _too_deep(line)
                return
            if documents > 1:
                yield Fault(FORM, line, "a second YAML document begins here", "Keep one.")
                return
            if getattr(event, "anchor", None):
                yield Fault(
                    FORM,
                    line,
                    f"`{brief(event.anchor)}` is an anchor or an alias",
                    "Write the value out; to begin a text with & or *, put it in quotes.",
                )
                return
            if getattr(event, "tag", None):
                yield Fault(
                    FORM,
                    line,
                    f"`{brief(event.tag)}` is a tag",
                    "Leave it out; to begin a text with !, put it in quotes.",
                )
                return
            if isinstance(event, yaml.ScalarEvent) and (found := CONTROL.search(event.value)):
                what = f"there is a control character (U+{ord(found[0]):04X}) in this text"
                yield Fault(FORM, line, what, "Leave it out.")
                return
            if isinstance(event, yaml.ScalarEvent) and not event.style:
                tag = resolve(yaml.ScalarNode, event.value, (True, False))
                if fault := _ambiguous(event.value, tag.rpartition(":")[2], line):
                    yield fault
    except yaml.YAMLError as error:
        yield _refused(error)


def _refused(error: Exception) -> Fault:
    """What the second reader did not accept."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    line = mark.line + 1 if mark else 1
    if "nesting" in problem:  # some versions of the reader look ahead, and give up before we do
        return _too_deep(line)
    return Fault(FORM, line, f"this is not valid YAML: {problem}", REMEDY)


def _too_deep(line: int) -> Fault:
    return Fault(FORM, line, f"this is nested more than {DEEPEST} deep", "Write it flatter.")


def _ambiguous(value: str, tag: str, line: int) -> Fault | None:
    """A plain word that one reader takes for text and another for something else."""
    if tag == "str" and not OTHER_IN_1_2.fullmatch(value):
        return None
    if tag in SAME_EVERYWHERE and SAME_EVERYWHERE[tag].fullmatch(value):
        return None
    if tag == "merge":
        return Fault(VALUE, line, "`<<` merges mappings", "Write the keys out.")
    if tag == "bool" or value in [*"yYnN"]:
        what = "yes or no"
    else:
        what = {"timestamp": "a date or time", "value": "something else"}.get(tag, "another number")
    return Fault(
        VALUE, line, f"`{brief(value)}` has no quotes: some readers take it for {what}", QUOTE
    )


def _doubles(text: str) -> Iterator[tuple[int, str]]:
    """Each key that its mapping already has, and its line."""
    import yaml

    def search(node: yaml.Node) -> Iterator[tuple[int, str]]:
        if isinstance(node, yaml.MappingNode):
            seen = set()
            for key, value in node.value:
                name = str(key.value)
                if (key.tag, name) in seen:
                    yield key.start_mark.line + 1, brief(name)
                seen.add((key.tag, name))
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
