"""One document of each project, and one site over many of them."""

import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import jsonschema
import msgspec
import pytest

from lab.cli import main
from lab.errors import LabError
from lab.proof.export import state_of, without_password
from lab.records.state import State, read_state, schema
from lab.records.store import read_store
from lab.site.portfolio import behind, gather, newest_versions, pages_of, stale

CLEAN = Path(__file__).parent / "rules/cases/clean"
NOW = datetime(2026, 2, 6, 12, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script> *not* [a](https://evil.example) | x"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a record of every kind."""
    folder = tmp_path_factory.mktemp("projects") / "mail"
    shutil.copytree(CLEAN, folder)
    (folder / "dvc.yaml").touch()
    return folder


@pytest.fixture(scope="module")
def state(folder: Path) -> State:
    return state_of(read_store(folder, NOW))


def changed(state: State, name: str, version: str | None = None, **more: object) -> State:
    project = msgspec.structs.replace(
        state.project, name=name, template="https://git.example.com/ml", version=version
    )
    return msgspec.structs.replace(state, project=project, **more)


def test_the_document_says_what_the_records_say(folder: Path, state: State) -> None:
    store = read_store(folder, NOW)
    assert {belief.id for belief in state.beliefs} == {record.id for record in store.of("HYP")}
    outcomes = {record.id: record.front.outcome for record in store.of("HYP")}
    assert {belief.id: belief.outcome for belief in state.beliefs} == outcomes
    assert [taken.id for taken in state.decisions] == ["REP-20260121-january"]
    finished = [one for one in store.of("HYP", "SPK", "EDA", "TASK") if one.lane == "done"]
    assert {one.id for one in state.learnings} == {one.id for one in finished if one.front.learned}
    (testset,) = state.testsets
    locked = {record.front.lock.slot for record in store.of("HYP") if record.front.lock}
    assert (testset.id, testset.taken) == ("TS-2026-01", len(locked))
    assert state.unread == 0


def test_it_fits_its_schema_and_comes_back_as_it_was(state: State) -> None:
    written = msgspec.json.encode(state)
    jsonschema.validate(json.loads(written), schema())
    assert read_state(written, "x.json") == state
    later = json.loads(written) | {"something": "new"}
    assert read_state(json.dumps(later).encode(), "x.json") == state
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"format": 1}, schema())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is no document of `lab export`"),
        ("[1]", "is no document of `lab export`"),
        ('{"format": true}', "is no document of `lab export`"),
        ('{"format": 2}', "has form 2, and this tool reads form 1"),
        ('{"format": 1}', "is damaged"),
        ("[" * 100_000, "is no document of `lab export`"),
    ],
)
def test_another_file_is_refused_in_a_sentence(text: str, said: str) -> None:
    with pytest.raises(LabError, match=said):
        read_state(text.encode(), "x.json")


def test_one_site_is_built_of_files_and_projects_and_says_what_it_could_not_read(
    folder: Path,
    state: State,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    exports, out = tmp_path / "exports", tmp_path / "out"
    monkeypatch.setenv("LAB_NOW", "2026-02-06T12:00:00Z")
    monkeypatch.chdir(folder)
    assert main(["export", "--out", str(exports / "mail.json")]) == 0
    hostile = changed(state, HOSTILE, "v1.0.0")
    (exports / "hostile.json").write_bytes(msgspec.json.encode(hostile))
    (exports / "broken.json").write_text("{", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    places = [str(exports), str(folder.parent), str(tmp_path / "nowhere")]
    assert main(["portfolio", *places, "--out", str(out)]) == 1
    said = capsys.readouterr()
    assert "3 projects: open" in said.out
    assert "broken.json is no document of `lab export`" in said.err
    assert "nowhere: holds no project" in said.err

    pages = {page.name: page.read_text(encoding="utf-8") for page in (out / "site").glob("*.html")}
    index = pages["index.html"]
    assert "broken.json" in index
    assert index.count("<tr>") == 4
    for name, text in pages.items():
        assert "<script>alert" not in text, name
        assert not re.search(r'(?:src|href)="https?://(?!evil)', text), name
        assert 'href="https://evil' not in text, name
    pages = {name: unescape(text) for name, text in pages.items()}
    assert all(belief.title in pages["beliefs.html"] for belief in state.beliefs)
    assert all(lesson.learned in pages["learnings.html"] for lesson in state.learnings)
    assert state.decisions[0].because in pages["decisions.html"]
    assert "TS-2026-01" in pages["testsets.html"]

    assert main(["portfolio", str(exports / "mail.json"), "--out", str(out)]) == 0
    assert "broken.json" not in (out / "site/index.html").read_text(encoding="utf-8")


def test_a_folder_with_something_else_in_it_is_left_alone(
    state: State, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.json").write_bytes(msgspec.json.encode(state))
    (tmp_path / "mkdocs.yml").write_text("site_name: ours\n", encoding="utf-8")
    assert main(["portfolio", str(tmp_path / "x.json"), "--out", str(tmp_path)]) == 1
    assert "holds something else" in capsys.readouterr().err
    assert (tmp_path / "mkdocs.yml").read_text(encoding="utf-8") == "site_name: ours\n"


def test_whose_template_is_old_and_whose_word_is(state: State) -> None:
    new, old = changed(state, "new", "v1.10.0+acme.2"), changed(state, "old", "v1.9.0")
    between = changed(state, "between", "v1.10.0+acme.1-3-g0123abc")
    unknown = changed(state, "unknown", "abc123", as_of=NOW - timedelta(days=8))
    states = [new, old, between, unknown]
    newest = newest_versions(states)
    assert newest == {"https://git.example.com/ml": "v1.10.0+acme.2"}
    assert [behind(one, newest) for one in states] == [False, True, True, None]
    assert stale(states) == {id(unknown)}
    page = pages_of(states, [])["templates.md"]
    assert page.count("<strong>yes</strong>") == 2


def test_no_password_leaves_a_project() -> None:
    assert (
        without_password("https://me:s3cret@git.example.com/a.git")
        == "https://git.example.com/a.git"
    )
    for address in ("https://git.example.com/a.git", "git@git.example.com:a.git", "/srv/template"):
        assert without_password(address) == address


def test_places_are_read_in_the_order_of_names(folder: Path, state: State, tmp_path: Path) -> None:
    for name in ("b", "A"):
        content = msgspec.json.encode(changed(state, name))
        (tmp_path / f"{name}{name}.json").write_bytes(content)
    states, unread = gather([tmp_path])
    assert [one.project.name for one in states] == ["A", "b"]
    assert unread == []
