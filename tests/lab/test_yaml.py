"""Strict YAML: what readers could understand differently is refused, with its line."""

import json
import subprocess
import sys
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML, YAMLError

from lab.records.yaml import LARGEST, parse_core, parse_strict

SAME = {
    "": None,
    "# only a comment\n": None,
    "a: b\n": {"a": "b"},
    "a: true\nb: False\nc: ~\nd:\ne: null\n": {
        "a": True,
        "b": False,
        "c": None,
        "d": None,
        "e": None,
    },
    "a: [1, -2, 0.5, 0]\n": {"a": [1, -2, 0.5, 0]},
    "a: to do   # not done\n": {"a": "to do"},
    "a: 'it''s'\nb: \"no\"\n": {"a": "it's", "b": "no"},
    "a: {b: v1:2, c: [d e, (f)]}\n": {"a": {"b": "v1:2", "c": ["d e", "(f)"]}},
    "a: http://b/c#d\n": {"a": "http://b/c#d"},
    "a: >-\n  one\n  two: 2\n\n  no\nb: |\n  x\n": {"a": "one two: 2\nno", "b": "x\n"},
    "a: one\n  two\n  no\n": {"a": "one two no"},
    "- - a\n  - b\n- c: d\n  e: f\n": [["a", "b"], {"c": "d", "e": "f"}],
    "test hypothesis: 3\n": {"test hypothesis": 3},
    "a: Q&A, 2*3, why? not!\n": {"a": "Q&A, 2*3, why? not!"},
    "a: größer 日本 😀\n": {"a": "größer 日本 😀"},
    "---\na: b\n": {"a": "b"},
    "? a\n: b\n": {"a": "b"},
}


@pytest.mark.parametrize(("text", "data"), SAME.items())
def test_what_everybody_reads_the_same_is_read(text: str, data: Any):
    assert parse_strict(text) == (data, [])


WORDS = {
    "a date or time": [
        "2026-07-14",
        "2026-7-4 1:02:03",
        "2026-07-14 09:00:00",
        "2026-07-14T09:00:00Z",
    ],
    "yes or no": ["no", "No", "NO", "yes", "on", "OFF", "y", "N"],
    "another number": [
        *("012", "08", "0x1F", "0b1", "0o17", "1_000", "12:30", "1:2:3.5", "+1", "1.", ".5", "1e5"),
        *("1E5", "1.5e3", "1.5e+3", "1234567890123456", "-.inf", ".NaN", "0_", "00"),
    ],
    "something else": ["="],
}
IMPLICIT = [(word, what) for what, words in WORDS.items() for word in words]
PLACES = {
    "a: 1\nb: {}\n": 2,
    "b: {} # why\n": 1,
    "\n- {}\n": 2,
    "a: [c, {}]\n": 1,
    "a: [\n  c,\n  {}]\n": 3,
    "a: {{b: {}}}\n": 1,
    "a: {{{}: b}}\n": 1,
    "a:\n  {}: b\n": 2,
    "a: 1\n{}: b\n": 2,
}


@pytest.mark.parametrize(("word", "what"), IMPLICIT)
def test_a_word_that_some_take_for_something_else_needs_quotes(word: str, what: str):
    for frame, line in PLACES.items():
        if ":" in word and "[" not in frame and "{}: " in frame:
            continue
        data, faults = parse_strict(frame.format(word))
        assert data is None
        assert [(one.line, one.code, one.message) for one in faults] == [
            (line, "REC005", f"`{word}` has no quotes: some readers take it for {what}")
        ]
        quoted, faults = parse_strict(frame.format(f'"{word}"'))
        assert faults == []
        assert word in str(quoted)


def test_every_such_word_is_named_at_once():
    _, faults = parse_strict("a: no\nb: 'no'\nc: [1.10, 12:30]\nd: 2026-07-14\n")
    assert [(one.line, one.message.split("`")[1]) for one in faults] == [
        (1, "no"),
        (3, "12:30"),
        (4, "2026-07-14"),
    ]


REFUSED = {
    "a key twice": ("a: 1\nb: 2\n'a': 3\n", 3, "the key `a` stands here a second time"),
    "a key twice, inside": ("a:\n  - {b: 1,\n     b: 2}\n", 3, "the key `b` stands here a second"),
    "a number twice": ("1: a\n1: b\n", 2, "the key `1` stands here a second time"),
    "the inner of two": ("a: 1\nb: {c: 1, c: 2}\na: 2\n", 2, "the key `c` stands here a second"),
    "an anchor": ("a: 1\nb: &c d\n", 2, "`c` is an anchor or an alias"),
    "an alias": ("a: 1\nb: [*c]\n", 2, "`c` is an anchor or an alias"),
    "a tag": ("a: 1\nb: !!str 2\n", 2, "`tag:yaml.org,2002:str` is a tag"),
    "a tag of its own": ("- a\n- !env x\n", 2, "`!env` is a tag"),
    "no tag": ("- a\n- !\n", 2, "`!` is a tag"),
    "code": ("a: !!python/name:os.system\n", 1, "is a tag"),
    "a merge": ("a: 1\n<<: {b: 2}\n", 2, "`<<` merges mappings"),
    "two documents": ("a: 1\n---\nb: 2\n", 2, "a second YAML document begins here"),
    "a document's end": ("a: 1\n...\nb: 2\n", 3, "this is not valid YAML: "),
    "a tab": ("a:\n\tb: 1\n", 2, "this is not valid YAML: found character that cannot start"),
    "an open list": ("a: 1\nb: [c\nd: e\n", 3, "this is not valid YAML: "),
    "an open text": ('a: 1\nb: "c\n', 3, "this is not valid YAML: "),
    "a colon in text": ("a: 1\nb: c: d\n", 2, "this is not valid YAML: mapping values are not"),
    "a list as a key": ("a: 1\n[b]: c\n", 2, "a list or a mapping stands here as a key"),
    "a mapping as a key": ("a: 1\n? {b: c}\n: d\n", 2, "a list or a mapping stands here as a key"),
    "a control character": ("a: 1\nb: c\x1b[31m\n", 2, "there is a control character (U+001B)"),
    "one that is escaped": ('a: 1\nb: "\\e[31m"\n', 2, "there is a control character (U+001B)"),
    "a mark in the middle": ("a: 1\nb: \ufeffc\n", 2, "there is a control character (U+FEFF)"),
    "a line separator": ("a: 1\nb: \u2028\n", 2, "readers of YAML take this line for different"),
    "too deep": ("a:\n" + " [" * 60 + "]" * 60, 2, "this is nested more than 50 deep"),
    "too long": (f"a: {'b' * LARGEST}\n", 1, "the YAML is longer than 65536 characters"),
}


@pytest.mark.parametrize(("text", "line", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_has_its_line_and_a_remedy(text: str, line: int, said: str):
    data, faults = parse_strict(text)
    assert data is None
    assert [(one.line, one.code) for one in faults] in ([(line, "REC003")], [(line, "REC005")])
    assert said in faults[0].message
    assert "\n" not in faults[0].message
    assert len(faults[0].message) < 150
    assert faults[0].remedy.endswith(".")


def test_without_the_library_in_c_the_same_is_read_and_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("lab.records.nodes.Parser", yaml.SafeLoader)
    for text, data in SAME.items():
        assert parse_strict(text) == (data, [])
    for text, line, _ in REFUSED.values():
        data, faults = parse_strict(text)
        assert data is None
        assert faults[0].line in (line, line + 1)  # an open list is noticed a line later


# ---------------------------------------------------------------------------
# Files that DVC reads as well: YAML 1.2 with anchors and merges.
# ---------------------------------------------------------------------------

CORE = {
    "a: 1e-5\nb: +1\nc: .5\nd: 0o17\ne: 0x1F\nf: 012\n": {
        "a": 1e-5,
        "b": 1,
        "c": 0.5,
        "d": 15,
        "e": 31,
        "f": 12,
    },
    "a: no\nb: 12:30\nc: 2026-07-14\nd: 1_000\ne: =\n": {
        "a": "no",
        "b": "12:30",
        "c": "2026-07-14",
        "d": "1_000",
        "e": "=",
    },
    "a: [.inf, -.INF, +.Inf, -., ., '.inf', -]\n": {
        "a": [float("inf"), float("-inf"), float("inf"), "-.", ".", ".inf", "-"]
    },
    "a: &b [1]\nc: *b\nd: &e f\ng: *e\n": {"a": [1], "c": [1], "d": "f", "g": "f"},
    "a: &b {c: 1, d: 2}\ne: {d: 3, <<: *b}\nf: {<<: [{c: 4}, *b]}\n": {
        "a": {"c": 1, "d": 2},
        "e": {"c": 1, "d": 3},
        "f": {"c": 4, "d": 2},
    },
    "<<: a\n": {"<<": "a"},
    f"a: {'1' * 500}\n": {"a": float("inf")},
    'a: "\\e"\n': {"a": "\x1b"},
    "": None,
}


@pytest.mark.parametrize(("text", "data"), CORE.items())
def test_files_of_the_pipeline_are_yaml_1_2(text: str, data: Any):
    assert parse_core(text) == (data, [])


def test_not_a_number_is_one_in_yaml_1_2():
    assert repr(parse_core("[.nan, .NaN, nan]")) == "([nan, nan, 'nan'], [])"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: &b [1]\nc: *d\n", 2, "`d` is no anchor that stands above"),
        ("a: 1\nb: &c [*c]\n", 2, "`c` is no anchor that stands above"),
        ("a: 1\na: 2\n", 2, "the key `a` stands here a second time"),
        ("a: !!str 1\n", 1, "is a tag"),
    ],
)
def test_what_is_refused_in_files_of_the_pipeline(text: str, line: int, said: str):
    data, faults = parse_core(text)
    assert data is None
    assert [(fault.line, fault.code) for fault in faults] == [(line, "REC003")]
    assert said in faults[0].message


# ---------------------------------------------------------------------------
# What is accepted is the same to two other readers, of YAML 1.1 and of YAML 1.2.
# ---------------------------------------------------------------------------

KEYS = ["a: ", "b: ", "c:", "test hypothesis: ", "on: ", "y : ", "true: ", '"d": ', "? ", "- ", "-"]
PLAIN = """
text|5 days|it's|a "b"|http://x/y#z|a#b|a:b|a ::b|12 e5|n|yes|no thanks|(a)|a [b]|a, b|trUe|NaN|e5
½ a|größer|x > y|a|b c|recall[a < 3] >= b - 0.02|08|012|1|-1|0.5|1.10|-0|00|null|~|12:30|1_0|.5|5.
1e5|0x1F|0o17|2026-07-14|=|<<|&a|*a|!a|?|:|-|@a|%a|`a|{|}|[|]|,|---|...|\\|"|'|# c| # c|
[]|{}|[a, b]|{a: b}|[a,b]|{a: v1:0, b: 'c'}|[[a], {b: [c]}]|[a b, 5 days]|[yes]|{no: a}|{a}|[a: b]
"q"|"q\\"r\\\\"|"\\x41"|"\\q"|'s'|'it''s'|| |>|\\||>-|\\|-|\\|+|>2|\t|\u2028|\x85|\xa0|\ufeff|😀
"""
PIECES = [*KEYS, *PLAIN.replace("\n", "|").split("|"), *["|", "|-", ">", "[a,\n  b]", "{a:\n b}"]]
ENDS = ["", "\n", "\n", "\n", "\n  ", "\n    ", "\n ", " # c\n", " ", ": ", "\n\n", ",", "]", "}"]
TEXTS = st.lists(
    st.tuples(st.sampled_from(["", "", *KEYS]), st.sampled_from(PIECES), st.sampled_from(ENDS)),
    max_size=6,
).map(lambda parts: "".join("".join(part) for part in parts) + "\n")


def as_1_1(text: str) -> str:
    """What a reader of YAML 1.1 gets, with its types."""
    return repr(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))


def as_1_2(text: str) -> str | None:
    """What a reader of YAML 1.2 gets, with its types; None where it refuses what it could read."""
    try:
        return repr(YAML(typ="safe", pure=True).load(text))
    except YAMLError:
        return None


def seems_same_everywhere(text: str) -> bool:
    """Is a text accepted, and then the same to both?"""
    data, faults = parse_strict(text)
    assert all(0 < fault.line <= text.count("\n") + 2 for fault in faults)
    assert faults or {repr(data), as_1_1(text), as_1_2(text)} <= {repr(data), None}
    return not faults


@given(text=TEXTS | st.text("ab:-?[]{},'\"#&*!|>~01.\\ \n\t"))
@settings(max_examples=800)
def test_what_is_accepted_is_the_same_to_other_readers(text: str):
    seems_same_everywhere(text)


ODD = ["no", "08", "1e5", "&a", "*a", "!a", "<<", ": ", "\t", "\u2028", "- ", "? ", *"'\"[#"]


@given(data=st.data())
@settings(max_examples=300)
def test_one_odd_thing_in_a_good_text_does_not_slip_through(data: st.DataObject):
    text = "".join(data.draw(st.lists(st.sampled_from([*SAME]), min_size=1, max_size=3)))
    place = data.draw(st.integers(0, len(text)))
    seems_same_everywhere(text[:place] + data.draw(st.sampled_from(ODD)) + text[place:])


# ---------------------------------------------------------------------------
# Texts that are made to harm: the parsers fall over some of them, so they run elsewhere.
# ---------------------------------------------------------------------------

HOSTILE = {
    repr(shape): shape * (LARGEST // len(shape) // 2)
    for shape in (
        *("- ", "? ", ": ", "-\t", "- ? ", ": - ", "? - ", "- - [", "[", "{", "[[", "[{", "{a: "),
        *(
            "[a: ",
            "{? ",
            "[? ",
            "[[a]: ",
            "{{a}: ",
            "[,",
            "{,",
            "&a ",
            "!a ",
            "*a ",
            "! ",
            "&a [*a",
        ),
        *(
            "- &a ",
            "&a - ",
            "!a - ",
            "? &a ",
            "a: ",
            "- a: ",
            "-\n",
            "[\n",
            "{a:\n",
            "- -\n",
            "%a\n",
        ),
        *(
            "---\n",
            "...\n",
            "--- - ",
            '"',
            "'",
            '"\\',
            "|\n",
            ">\n",
            "- |\n",
            "\t",
            "#",
            "@",
            "\x00",
        ),
    )
} | {
    "maps": "".join(f"{' ' * depth}a:\n" for depth in range(300)),
    "lists": "".join(f"{' ' * depth}-\n" for depth in range(300)),
    "both": "".join(f"{' ' * depth}a:\n{' ' * depth}-\n" for depth in range(200)),
    "keys": "".join(f"{' ' * depth}?\n" for depth in range(300)),
    "a long key": f"? {'a' * (LARGEST - 9)}\n: b",
    "a long number": f"a: {'1' * (LARGEST - 9)}\n",
    "a long tag": f"a: !{'b' * (LARGEST - 9)} c\n",
    "many anchors": "".join(f"a{n}: &a{n} [{f'*a{n - 1},' * 9}]\n" for n in range(1, 300)),
}
CHILD = """
import json, sys
from pathlib import Path
from lab.errors import LabError
from lab.records.document import parse_yaml
from lab.records.edits import Change, change
from lab.records.yaml import parse_strict
said = {}
for name, text in json.load(sys.stdin).items():
    data, faults = parse_strict(text)
    said[name] = [fault.message for fault in faults]
    for call in (
        lambda: parse_yaml(text, Path("index.md")),
        lambda: change(f"---\\n{text}\\n---\\n", [Change(("a",), 1)]),
    ):
        try:
            call()
        except LabError:
            pass
print(json.dumps(said))
"""


def test_no_text_brings_the_tool_down():
    ended = subprocess.run(
        [sys.executable, "-c", CHILD],
        input=json.dumps(HOSTILE),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    said = json.loads(ended.stdout)
    fine = {
        "'- -\\n'",
        "'- |\\n'",
        "'-\\n'",
        "'#'",
        "'--- - '",
        "'\\''",
        "'\"\\\\'",
        "a long key",
        '"\'"',
    }
    assert {name for name, messages in said.items() if not messages} <= fine
    assert all(len(message) < 150 for messages in said.values() for message in messages)
    assert said["'- '"] == ["this is nested more than 50 deep"]
