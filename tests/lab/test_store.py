"""Reading a project: every record, or one clear finding; never a traceback, a hang or a change."""

import builtins
import json
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playing import HYP, PROP, Play, write_project

from lab.errors import LabError
from lab.records.finding import Finding
from lab.records.kinds import FOLDERS, KINDS
from lab.records.record import links, parse_record
from lab.records.store import Store, current_time, read_store
from lab.records.texts import LARGEST

CARD = f"stages/4-experiments/{HYP}"
INDEX = f"{CARD}/index.md"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_project(tmp_path / "project")
    return tmp_path / "project"


def files_of(root: Path) -> dict[str, bytes | str]:
    """Everything below a folder: the bytes of files, the targets of links."""
    return {
        str(path.relative_to(root)): os.readlink(path)
        if path.is_symlink()
        else path.read_bytes()
        if path.is_file()
        else ""
        for path in sorted(root.rglob("*"))
    }


def the_finding(root: Path) -> Finding:
    """The one finding, after which every other record is there and no file has changed."""
    before = files_of(root)
    store = read_store(root, NOW)
    assert files_of(root) == before
    assert len(store.records) >= 3
    (finding,) = store.findings
    assert finding.path.startswith(("stages", "team"))
    assert finding.remedy.endswith((".", "?"))
    assert not finding.message.endswith(".")
    assert "\n" not in finding.message
    return finding


# ---------------------------------------------------------------------------
# Good projects.
# ---------------------------------------------------------------------------


def test_a_project_is_read_whole(project: Path):
    (project / CARD / "log").mkdir()
    (project / CARD / "log/20261106T090000Z-ann.md").write_text("Tried it.\n")
    (project / CARD / "verdict.json").write_text("{}")
    store = read_store(project, NOW)
    assert store.findings == ()
    assert [record.id for record in store.of("HYP", "PROP")] == [HYP, PROP]
    assert (store.task, store.alone, store.with_role("product owner")) == ("binary", True, ["ann"])
    card = store.find("linear")
    assert (card.lane, card.path, card.judged) == ("to do", INDEX, True)
    assert card.log == ("20261106T090000Z-ann.md",)
    assert dict(links(card.front))["proposal"] == PROP
    assert store.pointing["proposal", PROP] == [card]
    text = (project / INDEX).read_text("utf-8").splitlines()
    for title, (line, below) in card.headings().items():
        assert text[line - 1] == f"## {title}"
        assert text[line].strip() == below.split("\n")[1].strip()
    assert text[card.body_line - 2] == "---"


def test_nothing_at_all_is_an_empty_store(tmp_path: Path):
    store = read_store(tmp_path)
    assert (store.records, store.findings, store.people, store.task) == ({}, (), (), None)
    with pytest.raises(LabError, match='No record has "x"'):
        store.find("x")


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_missing_stage_is_no_fault(project: Path, folder: str):
    shutil.rmtree(project / folder, ignore_errors=True)
    assert read_store(project, NOW).findings == ()


def test_what_may_lie_beside_records_is_no_fault(project: Path):
    (project / "stages/4-experiments/README.md").write_text("# Experiments\n")
    (project / "stages/4-experiments/.cache").mkdir()
    (project / "stages/4-experiments/notes.txt").write_text("x")
    (project / CARD / "figure.png").write_bytes(b"\x89PNG\xff")
    assert read_store(project, NOW).findings == ()


def test_a_record_without_its_log_is_equal_to_itself_when_read_again(project: Path):
    one, two = read_store(project, NOW), read_store(project, NOW)
    assert one.records == two.records
    record = one.records[HYP]
    again, findings = parse_record((project / INDEX).read_text("utf-8"), INDEX)
    assert (again, findings) == (record, [])


# ---------------------------------------------------------------------------
# What people do to a file.
# ---------------------------------------------------------------------------


def text_of(change: Callable[[str], str], encoding: str = "utf-8") -> Callable[[Path], object]:
    def apply(root: Path) -> None:
        text = (root / INDEX).read_text("utf-8")
        assert change(text) != text or encoding != "utf-8"
        (root / INDEX).write_bytes(change(text).encode(encoding))

    return apply


def swap(old: str, new: str) -> Callable[[Path], object]:
    return text_of(lambda text: text.replace(old, new, 1))


def instead(make: Callable[[Path], object], path: str = INDEX) -> Callable[[Path], object]:
    def apply(root: Path) -> None:
        shutil.rmtree(root / path) if (root / path).is_dir() else (root / path).unlink()
        make(root / path)

    return apply


def outside(path: Path) -> None:
    """A link to a file or folder that lies outside of the project."""
    target = path.parents[-2] / "outside"
    for parent in path.parents:
        if parent.name == "project":
            target = parent.parent / "outside"
    target.mkdir()
    (target / "index.md").write_text("---\nid: a\n---\n")
    path.symlink_to(target / "index.md" if path.suffix else target)


def large(path: Path) -> None:
    with open(path, "wb") as file:
        file.truncate(50 * 1024 * 1024)


BAD: dict[str, tuple[Callable[[Path], Any], str, int, str, str]] = {
    "no index.md": (lambda root: (root / INDEX).unlink(), INDEX, 1, "REC001", "has no index.md"),
    "a folder for index.md": (instead(Path.mkdir), INDEX, 1, "REC001", "this is no plain file"),
    "a link for index.md": (instead(outside), INDEX, 1, "REC001", "this is a symbolic link"),
    "a link to nothing": (
        instead(lambda path: path.symlink_to("nowhere")),
        *(INDEX, 1, "REC001", "this is a symbolic link"),
    ),
    "a link to itself": (
        instead(lambda path: path.symlink_to(path)),
        *(INDEX, 1, "REC001", "this is a symbolic link"),
    ),
    "a link for a record": (instead(outside, CARD), CARD, 1, "REC001", "this is a symbolic link"),
    "a link for a log": (
        lambda root: outside(root / CARD / "log"),
        *(f"{CARD}/log", 1, "REC001", "this is a symbolic link"),
    ),
    "a link for a stage": (
        instead(outside, "stages/4-experiments"),
        *("stages/4-experiments", 1, "REC001", "this is a symbolic link"),
    ),
    "a file for a log": (
        lambda root: (root / CARD / "log").touch(),
        *(f"{CARD}/log", 1, "REC001", "it cannot be read (Not a directory)"),
    ),
    "a file for a stage": (
        instead(Path.touch, "stages/4-experiments"),
        *("stages/4-experiments", 1, "REC001", "it cannot be read (Not a directory)"),
    ),
    "a file for a record": (instead(Path.touch, CARD), CARD, 1, "REC007", "it is a file, and a"),
    "50 MB": (instead(large), INDEX, 1, "REC001", "the file has 50.0 MB, and 1 MB is the most"),
    "UTF-16": (text_of(str, "utf-16"), INDEX, 1, "REC002", "this is not UTF-8"),
    "UTF-16 without a mark": (text_of(str, "utf-16-le"), INDEX, 1, "REC002", "a NUL byte in this"),
    "Latin-1": (
        text_of(lambda text: text.replace("finds", "fände"), "latin-1"),
        *(INDEX, 3, "REC002", "this is not UTF-8"),
    ),
    "a NUL": (swap("owner:", "owner:\0"), INDEX, 7, "REC002", "there is a NUL byte in this line"),
    "a mark": (text_of("\ufeff".__add__), INDEX, 1, "REC002", "a byte-order mark stands first"),
    "CRLF": (
        text_of(lambda text: text.replace("\n", "\r\n")),
        *(INDEX, 1, "REC002", "the file has Windows line ends"),
    ),
    "no front matter": (
        text_of(lambda text: text.replace("---\n", "", 1)),
        *(INDEX, 1, "REC003", "there is no front matter"),
    ),
    "no end": (
        text_of(lambda text: text.replace("\n---\n", "\n")),
        *(INDEX, 1, "REC003", "the front matter does not end"),
    ),
    "an empty file": (text_of(lambda _: ""), INDEX, 1, "REC003", "there is no front matter"),
    "a list": (text_of(lambda _: "---\n- a\n---\n"), INDEX, 2, "REC003", "is not `key: value` l"),
    "nothing in it": (text_of(lambda _: "---\n---\n"), INDEX, 2, "REC003", "is not `key: value`"),
    "a key twice": (
        swap("size: S", "owner: bob\nsize: S"),
        *(INDEX, 15, "REC003", "the key `owner` stands here a second time"),
    ),
    "an unknown key": (
        swap("outcome: null", "outcme: null"),
        *(INDEX, 28, "REC004", "`outcme` is no key that belongs here"),
    ),
    "an implicit type": (
        swap("we_believe: a", "we_believe: no # a"),
        *(INDEX, 10, "REC005", "`no` has no quotes: some readers take it for yes or no"),
    ),
    "deep": (swap("null", "[" * 9999), INDEX, 24, "REC003", "this is nested more than 50 deep"),
    "a conflict": (
        swap("size: S", "<<<<<<< ours\nsize: S\n=======\nsize: M\n>>>>>>> theirs"),
        *(INDEX, 16, "REC003", "this is not valid YAML"),
    ),
    "a name that is no id": (
        lambda root: (root / CARD).rename(root / "stages/4-experiments/My card"),
        *("stages/4-experiments/My card", 1, "REC007", "its name is not KIND-YYYYMMDD-slug"),
    ),
    "a kind that is none": (
        lambda root: (root / CARD).rename(root / "stages/4-experiments/HYPO-20261105-a"),
        *("stages/4-experiments/HYPO-20261105-a/index.md", 1, "REC006", "HYPO is no kind of"),
    ),
    "a loose document": (
        lambda root: (root / "stages/4-experiments/notes.md").write_text("x"),
        *("stages/4-experiments/notes.md", 1, "REC007", "its name is not KIND-YYYYMMDD-slug"),
    ),
    "nobody": (
        lambda root: (root / "team/people.yml").write_text(""),
        *("team/people.yml", 1, "TEA001", "`people` is missing"),
    ),
    "people with a fault": (
        lambda root: (root / "team/people.yml").write_text("people:\n  - {handle: no}\n"),
        *("team/people.yml", 2, "TEA001", "`no` has no quotes"),
    ),
    "a link for people": (
        instead(outside, "team/people.yml"),
        "team/people.yml",
        1,
        "TEA001",
        "no",
    ),
    "a folder for the policy": (
        instead(Path.mkdir, "team/policy.yml"),
        "team/policy.yml",
        1,
        "TEA",
        "",
    ),
    "a misspelt policy": (
        lambda root: (root / "team/policy.yml").write_text("risk: low\nreviewer: 1\n"),
        *("team/policy.yml", 2, "TEA005", "`reviewer` is no key that belongs here"),
    ),
    "a link for test sets": (
        instead(outside, "team/testsets"),
        *("team/testsets", 1, "REC001", "this is a symbolic link"),
    ),
    "a test set with a fault": (
        lambda root: (root / "team/testsets/TS-2026-11.yml").write_text("a: 1\na: 2\n"),
        *("team/testsets/TS-2026-11.yml", 2, "LCK005", "the key `a` stands here a second time"),
    ),
    "a waiver for ever": (
        lambda root: (root / "team/waivers.yml").write_text("waivers: [{rule: REC001}]\n"),
        *("team/waivers.yml", 1, "TEA006", "`record` is missing in `waivers[1]`"),
    ),
}
if hasattr(os, "mkfifo"):  # Windows has none
    BAD["a FIFO for index.md"] = (
        *(instead(os.mkfifo), INDEX, 1),
        *("REC001", "this is no plain file"),
    )


@pytest.mark.parametrize(("spoil", "path", "line", "code", "said"), BAD.values(), ids=BAD)
def test_a_bad_file_is_one_clear_finding(
    project: Path, spoil: Callable[[Path], object], path: str, line: int, code: str, said: str
):
    spoil(project)
    if code == "TEA006":
        store = read_store(project, NOW)
        assert {one.code for one in store.findings} == {"TEA006"}
        finding = store.findings[0]
    else:
        finding = the_finding(project)
    assert (finding.path, finding.line) == (path, line)
    assert finding.code.startswith(code)
    assert said in finding.message


@pytest.mark.parametrize("name", ["a mark", "CRLF"])
def test_a_record_in_an_odd_form_is_read_with_a_warning(project: Path, name: str):
    record = read_store(project, NOW).records[HYP]
    BAD[name][0](project)
    store = read_store(project, NOW)
    assert [one.level for one in store.findings] == ["warning"]
    assert store.records[HYP] == record


def test_what_cannot_be_read_is_known_by_name(project: Path):
    BAD["a key twice"][0](project)
    store = read_store(project, NOW)
    assert store.unread == {HYP}
    with pytest.raises(LabError, match=rf"{HYP} cannot be read: {INDEX}:15: the key `owner`"):
        store.find("linear")


TESTSETS = "team/testsets"


@pytest.mark.parametrize("what", [CARD, INDEX, "stages/4-experiments", TESTSETS])
def test_a_file_without_permission_is_not_verified(
    project: Path, monkeypatch: pytest.MonkeyPatch, what: str
):
    def refuse(call: Callable[..., Any]) -> Callable[..., Any]:
        def refusing(path: Any, *rest: Any, **names: Any) -> Any:
            if isinstance(path, str | Path) and str(path) == str(project / what):
                raise PermissionError(13, "Permission denied", str(path))
            return call(path, *rest, **names)

        return refusing

    monkeypatch.setattr(builtins, "open", refuse(open))
    monkeypatch.setattr(os, "open", refuse(os.open))
    monkeypatch.setattr(os, "scandir", refuse(os.scandir))
    monkeypatch.setattr(os, "listdir", refuse(os.listdir))
    store = read_store(project, NOW)
    monkeypatch.undo()
    (finding,) = store.findings
    assert (finding.path, finding.code, finding.level) == (what, "REC001", "unverified")
    assert finding.message == "it cannot be read (Permission denied)"
    if HYP in what:
        assert store.unread == {HYP}
        with pytest.raises(LabError, match=f"{HYP} cannot be read: {what}:1: it cannot be read"):
            store.find("linear")


def test_the_same_id_in_two_folders_is_refused(project: Path):
    (project / "stages/5-reports").mkdir(exist_ok=True)
    shutil.copytree(project / CARD, project / "stages/5-reports" / HYP)
    finding = the_finding(project)
    assert (finding.code, finding.path) == ("REC012", f"stages/5-reports/{HYP}/index.md")
    assert finding.message == f"{INDEX} has the same id"


def test_names_that_are_no_text_do_no_harm(project: Path):
    os.mkdir(os.fsencode(project / "stages/4-experiments") + b"/HYP-\xff")
    finding = the_finding(project)
    assert finding.code == "REC007"


LIKE_A_RECORD = st.builds(
    lambda parts, end: b"---\n" + b"\n".join(parts) + end,
    st.lists(
        st.sampled_from(
            (b"id: " + HYP.encode(), b"title: a", b"owner:", b"history:", b"  - {at: 1}")
        )
        | st.binary(max_size=9),
        max_size=8,
    ),
    st.sampled_from([b"", b"\n---\n", b"\n---", b"\r\n---\r\n\r\n# A\xff", b"\n...\n---\n"]),
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("shared") / "project"
    write_project(root)
    return root


@given(
    content=st.binary() | LIKE_A_RECORD,
    place=st.sampled_from([INDEX, "team/people.yml", "team/testsets/TS-2026-11.yml"]),
)
@settings(max_examples=200)
def test_no_content_stops_the_reading(shared: Path, content: bytes, place: str):
    before = (shared / place).read_bytes()
    (shared / place).write_bytes(content)
    try:
        store = read_store(shared, NOW)
        assert (shared / place).read_bytes() == content
    finally:
        (shared / place).write_bytes(before)
    lines = content.count(b"\n") + content.count(b"\r") + 2
    assert store.findings
    assert {one.path for one in store.findings} == {place}
    assert all(0 < one.line <= lines and "\n" not in one.message for one in store.findings)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@given(data=st.data())
@settings(max_examples=10)
def test_every_kind_is_read_back_as_it_was_written(
    kind: Any, fronts: Callable[[type], st.SearchStrategy[dict[str, Any]]], data: st.DataObject
):
    front = data.draw(fronts(kind.front))
    text = f"---\n{json.dumps(front, indent=2, ensure_ascii=False)}\n---\nBody\n"
    record, findings = parse_record(text, f"{kind.folder}/{kind.code}-20260714-a/index.md")
    assert findings == []
    assert record is not None
    assert record.body == "Body\n"
    assert (record.front.title, record.lane) == (front["title"], front["history"][-1]["to"])


# ---------------------------------------------------------------------------
# The clock, and the pipeline's settings.
# ---------------------------------------------------------------------------


def test_the_clock_can_be_set(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LAB_NOW", "2026-07-14T11:00:00.7+02:00")
    assert current_time() == datetime(2026, 7, 14, 9, tzinfo=UTC)
    monkeypatch.delenv("LAB_NOW")
    assert current_time().tzinfo is UTC


@pytest.mark.parametrize("given_", ["now", "2026-07-14", "2026-07-14T09:00:00", "12:30"])
def test_a_clock_that_tells_no_time_is_refused(monkeypatch: pytest.MonkeyPatch, given_: str):
    monkeypatch.setenv("LAB_NOW", given_)
    with pytest.raises(LabError, match=f'LAB_NOW is "{given_}": write a UTC time'):
        current_time()


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("task: regression\nlr: 1e-5\nday: 2026-07-14\n", "regression"),
        ("task: [a]\n", None),
        ("task: a\ntask: b\n", None),
        ("- a\n", None),
        ("", None),
        ("\0", None),
    ],
)
def test_what_the_model_decides_is_read_from_its_settings(
    project: Path, text: str, task: str | None
):
    (project / "params.yaml").write_text(text)
    store = read_store(project, NOW)
    assert (store.task, store.findings) == (task, ())


def test_a_store_can_be_made_in_memory():
    store = Store(Path(), NOW)
    assert (store.of("HYP"), store.get("x"), store.get(None), store.alone) == (
        [],
        None,
        None,
        False,
    )
    assert LARGEST == 2**20


def test_every_verb_refuses_a_project_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    play = Play(tmp_path / "project", monkeypatch, capsys)
    play.change(HYP, "owner: ann", "owner: ann\nowner: bob")
    for verb in ("start", "show", "log"):
        assert f"{HYP} cannot be read: {INDEX}:8: the key `owner`" in play.refused(verb, "linear")
