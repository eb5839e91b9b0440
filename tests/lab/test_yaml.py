"""Strict YAML: what readers could understand differently is refused, with its line."""

import json
import subprocess
import sys
from typing import Any

import pytest
import yaml
import yaml_rs
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.records.yaml import DEEPEST, LARGEST, _dangers, _is_everyday, parse_strict

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
    "a list as a key": ("a: 1\n[b]: c\n", 2, "this is not valid YAML: found unhashable key"),
    "a mapping as a key": ("a: 1\n? {b: c}\n: d\n", 2, "this is not valid YAML: found unhash"),
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


# ---------------------------------------------------------------------------
# What is taken for everyday YAML, without a second look, is read the same by every reader.
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


@given(text=TEXTS | st.text("ab:-?[]{},'\"#&*!|>~01.\\ \n\t"))
@settings(max_examples=3000)
def test_what_is_accepted_is_the_same_in_yaml_1_1(text: str):
    data, faults = parse_strict(text)
    assert all(0 < fault.line <= text.count("\n") + 2 for fault in faults)
    if not faults:
        assert repr(data) == as_1_1(text)
        if _is_everyday(text):  # the second look, which was not taken, would find nothing
            assert list(_dangers(text)) == []


EVERYDAY = [text for text in SAME if _is_everyday(text)]
ODD = [
    "no",
    "08",
    "1e5",
    "&a",
    "*a",
    "!a",
    "<<",
    ": ",
    "\t",
    "\u2028",
    "- ",
    "? ",
    "'",
    '"',
    "[",
    "#",
]


@given(data=st.data())
@settings(max_examples=1000)
def test_one_odd_thing_in_a_good_text_does_not_slip_through(data: st.DataObject):
    text = "".join(data.draw(st.lists(st.sampled_from(EVERYDAY), min_size=1, max_size=3)))
    place = data.draw(st.integers(0, len(text)))
    text = text[:place] + data.draw(st.sampled_from(ODD)) + text[place:]
    got, faults = parse_strict(text)
    if not faults:
        assert repr(got) == as_1_1(text)


def test_the_records_of_a_project_need_no_second_look():
    for text in (
        "\nid: HYP-20260714-a\n# a note\ntitle: A model, at last (maybe)\nprior: '0.6'  # before\n",
        "\ncriteria:\n  - recall[age < 30] >= champion - 0.02\nlock: null   # by `lab start`\n",
        '\nhistory:\n  - {at: "2026-07-14T09:00:00Z", by: ann, to: to do, why: "so: \\"it\\""}\n',
        "\nlock: {at: '2026-07-14T09:00:00Z', digest: v1:0a1b, alpha: '0.005', slot: 1}\n",
        "\ntldr: >-\n  A paragraph,\n  in lines.\n\nstory:\n  we_believe: a model\n",
    ):
        assert _is_everyday(text)
        assert parse_strict(text)[1] == []


def test_what_needs_no_second_look_is_never_deep():
    line, deepest = "", 0
    for indent in range(30):
        line += f"{' ' * indent}a:\n{' ' * indent}-\n"
        bottom = f"{line}{' ' * (indent + 1)}- - - a: [[b], [c]]\n"
        if _is_everyday(bottom):
            deepest = indent
            assert parse_strict(bottom)[1] == []
            assert list(_dangers(bottom)) == []
    assert 10 <= deepest < DEEPEST


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
    fine = {"'- -\\n'", "'-\\n'", "'#'", "'--- - '", "'\\''", "'\"\\\\'", "a long key", '"\'"'}
    assert {name for name, messages in said.items() if not messages} <= fine
    assert all(len(message) < 150 for messages in said.values() for message in messages)
    assert said["'- '"] == ["this is nested more than 50 deep"]


def test_the_fast_parser_still_needs_the_guard():
    """When this fails, the parser has learnt it, and the guards can go."""
    code = "import yaml_rs; yaml_rs.loads('- ' * 20000)"
    assert yaml_rs.loads("- " * 9)
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode != 0
