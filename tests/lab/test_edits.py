"""Changing front matter: the value changes, and every other byte stays as a person wrote it."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from lab.errors import LabError
from lab.records.document import split
from lab.records.edits import Change, change, change_yaml, emit, stamp
from lab.records.nodes import CONTROL
from lab.records.yaml import parse_strict

WORDS = [
    "claim",
    "it's",
    'say "so"',
    "größer",
    "日本",
    "a#b",
    "x>y",
    "10%",
    "50",
    "(no)",
    "Why?",
    "Yes,",
    "t:1",
]


# ---------------------------------------------------------------------------
# Values in one line.
# ---------------------------------------------------------------------------

TOKENS = """
no on y 1.10 12:30 012 0x1F 1_000 2026-07-14 ~ null true = << - ? a: #a &a *a !a %a @a `a | > ' "
[ ] { } , [a a] --- ... \\ 1e5 0o17 .5 .inf 08 +1 1:2:3 a? 😀
"""
TRICKY = [
    *TOKENS.split(),
    *["", " ", "- a", ": a", "a: b", "a #b", "a, b", "a\nb", "a\n", "\ta", "a\tb", "to do"],
    *["\x7f", "\x85", "\xa0", "\u2028", "\ufeff", "\uffff", "recall[age < 3] >= champion - 0.02"],
]
TEXT = st.sampled_from(TRICKY) | st.text(st.characters(exclude_categories=["Cs"]))


@given(text=TEXT)
def test_every_reader_gets_the_text_that_was_emitted(text: str):
    for frame, wanted in {
        "a: {}\n": {"a": text},
        "- {}\n": [text],
        "[a, {}]\n": ["a", text],
        "{{a: {}, b: 1}}\n": {"a": text, "b": 1},
        "{{{}: 1}}\n": {text: 1},
    }.items():
        written = frame.format(emit(text))
        assert YAML(typ="safe", pure=True).load(written) == wanted
        assert yaml.safe_load(written) == wanted
        assert written.count("\n") == 1


NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@given(value=VALUES)
def test_every_reader_gets_the_value_that_was_emitted(value: Any):
    for written in (f"a: {emit(value)}\n", f"- b\n- a: [{emit(value)}]\n"):
        one = YAML(typ="safe", pure=True).load(written)
        assert repr(one) == repr(yaml.safe_load(written))
        got = one["a"] if written.startswith("a") else one[1]["a"][0]
        assert repr(got) == repr(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object()])
def test_what_yaml_cannot_hold_is_refused(value: Any):
    with pytest.raises(LabError, match="cannot be written"):
        emit(value)


def test_times_are_written_in_utc():
    east = datetime(2026, 7, 14, 11, 30, tzinfo=timezone(timedelta(hours=2)))
    assert stamp(east) == "2026-07-14T09:30:00Z"
    assert emit({"at": east}) == '{at: "2026-07-14T09:30:00Z"}'


# ---------------------------------------------------------------------------
# Front matter as people write it, in every form that YAML has for it.
# ---------------------------------------------------------------------------


CLEAN = TEXT.filter(lambda text: not CONTROL.search(text))


@dataclass(frozen=True)
class Chunk:
    """A key with its value, as data and as lines of text."""

    key: str
    value: Any
    text: str


PHRASES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(lambda some: ["We", *some])
COMMENTS = st.sampled_from(["", "", " # why", "   # why: so", " # 'x' [y"])


@st.composite
def scalars(draw: st.DrawFn, indent: int) -> tuple[Any, str]:
    """A value and what stands after `key:`, with its comment where one can stand."""
    words, deeper = draw(PHRASES), "\n" + " " * (indent + draw(st.integers(2, 4)))
    text = " ".join(words)
    comment = draw(COMMENTS)
    form = draw(
        st.sampled_from(["plain", "single", "double", "lines", "folded", "literal", "other"])
    )
    match form:
        case "plain":
            return text, f" {text}{comment}"
        case "single":
            return text, " '" + text.replace("'", "''") + "'" + comment
        case "double":
            return text, f" {json.dumps(text)}{comment}"
        case "lines" if draw(st.booleans()):
            return text, " " + deeper.join(words) + comment
        case "lines":
            return text, ' "' + deeper.join(
                json.dumps(word)[1:-1] for word in words
            ) + '"' + comment
        case "folded":
            return text, f" >-{comment}" + "".join(deeper + word for word in words)
        case "literal":
            whole = "".join(word + "\n" for word in words)
            return whole, f" |{comment}" + "".join(deeper + word for word in words)
    some = {"": None, " null": None, " ~": None, " 3": 3, " -0.5": -0.5, " true": True}
    written = draw(st.sampled_from([*some]))
    return some[written], written + comment


@st.composite
def flows(draw: st.DrawFn, indent: int) -> tuple[Any, str]:
    """A `[...]` or `{...}`, in one line or in several."""
    items = draw(st.lists(CLEAN, max_size=3))
    gap = draw(st.sampled_from(["", " ", "\n" + " " * (indent + 2)]))
    last = draw(st.sampled_from(["", ","])) if items else ""
    comment = draw(COMMENTS)
    if draw(st.booleans()):
        inner = f",{gap or ' '}".join(map(emit, items))
        return items, f" [{gap}{inner}{last}{gap}]{comment}"
    inner = f",{gap or ' '}".join(f"k{number}: {emit(item)}" for number, item in enumerate(items))
    data = {f"k{number}": item for number, item in enumerate(items)}
    return data, f" {{{gap}{inner}{last}{gap}}}{comment}"


@st.composite
def between(draw: st.DrawFn) -> str:
    return draw(st.sampled_from(["", "", "", "\n", "# a note\n", "\n# one: 'more'\n\n"]))


@st.composite
def blocks(draw: st.DrawFn, indent: int) -> tuple[Any, str]:
    """A list or a mapping in lines, with comments and empty lines in it."""
    aslist = draw(st.booleans())
    column = indent + draw(st.sampled_from([0, 1, 2, 4] if aslist else [1, 2, 4]))
    text, data = draw(COMMENTS) + "\n", []
    for number in range(draw(st.integers(1, 3))):
        value, written = draw(scalars(column) | flows(column))
        data.append(value)
        text += f"{draw(between())}{' ' * column}{'-' if aslist else f'k{number}:'}{written}\n"
    return data if aslist else {f"k{number}": one for number, one in enumerate(data)}, text[:-1]


@st.composite
def chunks(draw: st.DrawFn) -> list[Chunk]:
    found = []
    for key in draw(st.permutations(["id", "long_key_" * 8, '"quoted key"', "zeta", "a b"])):
        value, text = draw(scalars(0) | flows(0) | blocks(0))
        found.append(Chunk(key.strip('"'), value, f"{draw(between())}{key}:{text}\n"))
    return found[: draw(st.integers(1, 5))]


NEW = CLEAN | st.none() | st.integers(0, 99) | st.lists(CLEAN, max_size=3)
BODIES = st.sampled_from(["", "\n# Title\n\ntext --- \n---\na: 1\n---\n", "no line end"])


def changed_text(front: str, body: str, one: Change) -> str:
    """The front matter after a change, the same whatever the file's line ends and first bytes."""
    results = set()
    for mark in ("", "\ufeff"):
        for end in ("\n", "\r\n"):
            got = change(mark + f"---\n{front}---\n{body}".replace("\n", end), [one])
            assert got.startswith(mark)
            plain = got.removeprefix(mark)
            assert plain.count("\n") == plain.count(end)
            parts = split(plain.replace(end, "\n"))
            assert parts
            assert parts[1] == body
            results.add(parts[0].removeprefix("\n"))
    assert len(results) == 1
    return results.pop()


@given(some=chunks(), body=BODIES, data=st.data())
def test_a_change_touches_nothing_but_its_value(some: list[Chunk], body: str, data: st.DataObject):
    front = "".join(chunk.text for chunk in some)
    intended = {chunk.key: chunk.value for chunk in some}
    assert parse_strict(front) == (intended, [])
    number = data.draw(st.integers(0, len(some)))
    value = data.draw(NEW)
    if number == len(some):
        one = Change(("fresh",), value, data.draw(st.sampled_from(["set", "append"])))
        intended["fresh"] = [value] if one.how == "append" else value
        before, after = front, ""
    else:
        chunk = some[number]
        one, intended[chunk.key] = data.draw(changes_of(chunk, value))
        before = "".join(other.text for other in some[:number])
        after = "".join(other.text for other in some[number + 1 :])
    got = changed_text(front, body, one)
    assert parse_strict(got) == (intended, [])
    assert got.startswith(before)
    assert got.endswith(after)
    if number < len(some):
        own = got[len(before) : len(got) - len(after)]
        assert kept_comments(some[number], own, one)


@st.composite
def changes_of(draw: st.DrawFn, chunk: Chunk, value: Any) -> tuple[Change, Any]:
    """A change at or in a key, and what its value is then."""
    old = chunk.value
    ways = ["set"]
    if old is None or isinstance(old, list):
        ways.append("append")
    if old and isinstance(old, list | dict):
        ways.append("inside")
    if isinstance(old, dict):
        ways.append("add")
    match draw(st.sampled_from(ways)):
        case "append":
            return Change((chunk.key,), value, "append"), [*(old or []), value]
        case "inside" if isinstance(old, list):
            where = draw(st.integers(0, len(old) - 1))
            new = [value if number == where else one for number, one in enumerate(old)]
            return Change((chunk.key, where), value), new
        case "inside":
            where = draw(st.sampled_from([*old]))
            return Change((chunk.key, where), value), {**old, where: value}
        case "add":
            return Change((chunk.key, "fresh"), value), {**old, "fresh": value}
    return Change((chunk.key,), value), value


def kept_comments(chunk: Chunk, own: str, one: Change) -> bool:
    """Are the comments of a changed key still there, but those inside a value that is gone?"""
    inside = chunk.text.partition(":")[2]
    comments = [line.rpartition(" #")[2] for line in chunk.text.splitlines() if " # " in line]
    if one.how == "set" and len(one.place) == 1 and "\n" in inside.rstrip("\n"):
        return True
    if any("[" in text or "{" in text for text in (inside,)):
        return True  # a quoted text in it may look like a comment
    return all(comment in own for comment in comments)


# ---------------------------------------------------------------------------
# Examples.
# ---------------------------------------------------------------------------

CARD = """\
---
# What we test.
id: HYP-20260714-a
title:   'It''s true'      # short
lock: null                # written when it starts
criteria:
- precision > 0.95   # of the urgent ones

# all of them
- recall > 0.70
seeds: [1, 2, 3]
history:
  - {at: "2026-07-14T09:00:00Z", by: ann, to: to do}
  # the end
outcome:
---

lock: null
"""


def edited(*changes: Change) -> list[tuple[str, str]]:
    """The lines that differ after changes, before and after."""
    after = change(CARD, changes)
    old, new = CARD.splitlines(), after.splitlines()
    return [pair for pair in zip(old, new, strict=True) if pair[0] != pair[1]]


def test_a_comment_keeps_its_column():
    assert edited(Change(("lock",), {"slot": 1}), Change(("title",), "New")) == [
        ("title:   'It''s true'      # short", "title:   New               # short"),
        (
            "lock: null                # written when it starts",
            "lock: {slot: 1}           # written when it starts",
        ),
    ]


def test_an_entry_is_appended_where_the_list_ends():
    step = {"at": datetime(2026, 7, 15, 9, tzinfo=UTC), "by": "bo", "to": "test hypothesis"}
    after = change(CARD, [Change(("history",), step, "append"), Change(("seeds",), 4, "append")])
    line = '  - {at: "2026-07-15T09:00:00Z", by: bo, to: test hypothesis}\n'
    before, rest = CARD.replace("[1, 2, 3]", "[1, 2, 3, 4]").split("  # the end")
    assert after == f"{before}{line}  # the end{rest}"


def test_a_list_in_lines_keeps_the_comments_of_what_stays():
    assert edited(Change(("criteria",), ["precision > 0.9", "recall > 0.70"])) == [
        ("- precision > 0.95   # of the urgent ones", "- precision > 0.9    # of the urgent ones")
    ]
    longer = change(CARD, [Change(("criteria",), ["a > 1", "recall > 0.70", "b > 2"])])
    assert "\n# all of them\n- recall > 0.70\n- b > 2\nseeds:" in longer
    shorter = change(CARD, [Change(("criteria",), ["precision > 0.95"])])
    assert shorter == CARD.replace("- recall > 0.70\n", "")


def test_keys_that_are_missing_are_added():
    after = change(
        CARD, [Change(("learned",), "No: not yet"), Change(("reviews",), {"a": 1}, "append")]
    )
    assert after == CARD.replace(
        "outcome:\n", 'outcome:\nlearned: "No: not yet"\nreviews:\n  - {a: 1}\n'
    )


def test_nothing_to_change_is_nothing_changed():
    assert change(CARD, []) == CARD
    same = [Change(("lock",), None), Change(("seeds",), [1, 2, 3])]
    assert change(CARD, same) == CARD


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("---\r\na: 1\n---\n", "mixes Windows and plain line ends"),
        ("---\r\na: 1\r---\r\n", "mixes Windows and plain line ends"),
        ("# Title\n", "no front matter"),
        ("---\na: 1\n", "no front matter"),
        ("---\na: 1\na: 2\n---\n", "stands here a second time"),
        ("---\na: no\n---\n", "has no quotes"),
        ("---\na: &b 1\n---\n", "is an anchor"),
    ],
)
def test_what_cannot_be_changed_safely_is_refused(text: str, said: str):
    with pytest.raises(LabError, match=said):
        change(text, [Change(("a",), 2)])


@pytest.mark.parametrize(
    "one",
    [
        Change(("story", "we_believe"), "a"),
        Change(("id", "more"), "a"),
        Change(("criteria", 7), "a"),
        Change(("title",), "a", "append"),
        Change(("title", "x"), "a", "append"),
    ],
)
def test_a_place_that_is_not_there_is_left_to_a_person(one: Change):
    with pytest.raises(LabError, match=r"Make this change in the file by hand: (set|add to) `"):
        change(CARD, [one])


def test_a_control_character_is_named():
    with pytest.raises(LabError, match=r"control character \(U\+001B\)"):
        change(CARD, [Change(("title",), "a\x1b[31m")])


def test_a_file_without_front_matter_is_changed_as_well():
    assert change_yaml("# People\npeople: []  # none", [Change(("people",), "ann", "append")]) == (
        "# People\npeople: [ann]  # none"
    )
