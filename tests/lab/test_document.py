"""Reading documents: what is split off as data, and one clear error for everything else."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.errors import LabError
from lab.records.document import Document, read_document, read_yaml


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "index.md"


GOOD = {
    "nothing": ("", Document({}, "")),
    "no front matter": ("# Title\n\nText\n", Document({}, "# Title\n\nText\n")),
    "front matter": ("---\na: 1\n---\n\nText\n", Document({"a": 1}, "\nText\n")),
    "no body": ("---\na: 1\n---", Document({"a": 1}, "")),
    "spaces after a fence": ("--- \na: 1\n---\t\nText", Document({"a": 1}, "Text")),
    "an indented fence is text": (" ---\na: 1\n---\n", Document({}, " ---\na: 1\n---\n")),
    "a later line of dashes": ("---\na: 1\n---\nx\n---\ny", Document({"a": 1}, "x\n---\ny")),
    "dashes below text": ("Title\n---\na: 1\n---\n", Document({}, "Title\n---\na: 1\n---\n")),
    "dashes in a block": ("---\na: |\n  ---\n  b\n---\n", Document({"a": "---\nb\n"}, "")),
    "Windows lines": ("---\r\na: 1\r\n---\r\nx\r\ny\r\n", Document({"a": 1}, "x\ny\n")),
    "byte order mark": ("\ufeff---\na: 1\n---\nx", Document({"a": 1}, "x")),
    "other line breaks": ("---\na: 1\n---\nx\u2028---\fy", Document({"a": 1}, "x\u2028---\fy")),
}


@pytest.mark.parametrize(("content", "document"), GOOD.values(), ids=GOOD)
def test_a_document_is_split(path: Path, content: str, document: Document):
    path.write_bytes(content.encode())
    assert read_document(path) == document


def test_nothing_becomes_a_date_a_time_or_a_truth_by_accident(path: Path):
    path.write_text(
        '---\nat: "2026-07-14T09:00:00Z"\nday: 2026-07-14\ntime: 12:30\nanswer: no\n---\n'
    )
    assert read_document(path).front == {
        "at": "2026-07-14T09:00:00Z",
        "day": "2026-07-14",
        "time": "12:30",
        "answer": "no",
    }


BOMB = (
    b"---\na0: &a0 x\n"
    + b"".join(
        b"a%d: &a%d [%s]\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 10)) for n in range(1, 12)
    )
    + b"---\n"
)
FAULTY = {
    "no end": (b"---\na: 1\n", ":1: the front matter does not end"),
    "empty": (b"---\n---\nText\n", ":2: the front matter is not a list of `key: value` lines"),
    "a comment": (b"---\n# a\n---\n", ":2: the front matter is not a list of"),
    "a list": (b"---\n- a\n---\n", ":2: the front matter is not a list of"),
    "a word": (b"---\na\n---\n", ":2: the front matter is not a list of"),
    "two documents": (
        b"---\na: 1\n...\nb\n---\n",
        " in line 4: did not find expected <document start>. Put",
    ),
    "a key twice": (
        b"---\na: 1\na: 2\n---\n",
        " is not valid YAML in line 3: the key `a` stands here a second time. Keep one of the two.",
    ),
    "a tab": (
        b"---\na:\n\tb: 1\n---\n",
        " is not valid YAML in line 3: found character that cannot start any token. Put text with",
    ),
    "an open bracket": (
        b"---\na: 1\nb: [c\n---\n",
        " is not valid YAML in line 4: did not find expected ',' or ']'",
    ),
    "code": (
        b"---\na: !!python/name:os.system\n---\n",
        " in line 2: `tag:yaml.org,2002:python/name:os.system` is a tag. Leave it out",
    ),
    "a NUL": (
        b"---\na: 1\0\nb: 2\n---\n",
        " in line 2: there is a control character (U+0000) in this line. Delete it.",
    ),
    "an alias bomb": (BOMB, " in line 3: its aliases repeat too much. Write it flatter."),
    "deep": (
        b"---\na: " + b"[" * 9999 + b"\n---\n",
        " is not valid YAML in line 2: this is nested more than 50 deep. Write it flatter.",
    ),
    "deep lists": (
        b"---\n" + b"- " * 20000 + b"\n---\n",
        " in line 2: this is nested more than 50 deep.",
    ),
    "deep keys": (
        b"---\n" + b"? " * 20000 + b"\n---\n",
        " in line 2: this is nested more than 50 deep.",
    ),
    "deep values": (b"---\n" + b": " * 20000 + b"\n---\n", " in line 2: did not find expected"),
    "deep lines": (
        b"---\n" + b"".join(b" " * depth + b"-\n" for depth in range(999)) + b"---\n",
        " in line 52: this is nested more than 50 deep.",
    ),
    "a line separator": (
        '---\na: "b\u2028---\u2028c"\n---\n'.encode(),
        " in line 2: readers of YAML take this line for different things (U+2028 is in it). Delete",
    ),
    "Latin-1": ("---\na: ü\n---\n".encode("latin-1"), " is not UTF-8: save it in that encoding"),
    "UTF-16": ("---\na: 1\n---\n".encode("utf-16"), " is not UTF-8: save it in that encoding"),
}


@pytest.mark.parametrize(("content", "said"), FAULTY.values(), ids=FAULTY)
def test_a_faulty_document_is_refused_with_its_place(path: Path, content: bytes, said: str):
    path.write_bytes(content)
    with pytest.raises(LabError) as refused:
        read_document(path)
    assert str(refused.value).startswith(str(path))
    assert said in str(refused.value)


@pytest.mark.parametrize("name", ["missing.md", "."])
@pytest.mark.parametrize("read", [read_document, read_yaml])
def test_what_cannot_be_read_is_named(tmp_path: Path, read: Callable[[Path], object], name: str):
    with pytest.raises(LabError, match="cannot be read") as refused:
        read(tmp_path / name)
    assert str(refused.value).startswith(str(tmp_path / name))


def test_yaml_is_read_whole(path: Path):
    path.write_text("a: [1, {b: null}]\n# c\n")
    assert read_yaml(path) == {"a": [1, {"b": None}]}
    path.write_text("")
    assert read_yaml(path) is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a: 1\na: 2\n", "in line 2: the key `a` stands here a second time"),
        (b"b: 1\na: [\n", "in line 3: did not find expected node content"),
        (b"\xff", "is not UTF-8"),
    ],
)
def test_faulty_yaml_is_refused(path: Path, content: bytes, said: str):
    path.write_bytes(content)
    with pytest.raises(LabError, match=said) as refused:
        read_yaml(path)
    assert str(refused.value).startswith(str(path))


LIKE_YAML = st.text("-:[]{}&*!|>'\"#%@`?,.<~ \n\t\r\\0a1é\u2028").map(str.encode)
FENCED = st.tuples(LIKE_YAML | st.binary(), st.binary()).map(
    lambda parts: b"---\n" + parts[0] + b"\n---\n" + parts[1]
)


@given(content=st.binary() | LIKE_YAML | FENCED)
def test_any_bytes_give_a_document_or_a_clear_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
):
    path = tmp_path_factory.getbasetemp() / "any.md"
    path.write_bytes(content)
    try:
        document = read_document(path)
    except LabError as error:
        document, said = None, str(error)
    else:
        said = str(path)
    assert said.startswith(str(path))
    if document:
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        assert text.endswith(document.body)
        assert document.front or document.body == text or text.startswith("---")
