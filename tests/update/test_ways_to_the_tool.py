"""Whichever way a project gets its tool: pin, wheel and lock are right when an update ends."""

import subprocess
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from rendering import commit, git, release

from lab.cli import main
from lab.proof.pins import LOCK, PYPROJECT, Pins, faults_of_pins, read_pins

from .releases import NEXT, NOW, History, begin

pytestmark = pytest.mark.long

LAST = "v99.2.0"


def uv(project: Path, *words: str) -> None:
    """Run uv, which has to succeed."""
    subprocess.run(["uv", *words, "--quiet"], cwd=project, check=True, stdin=subprocess.DEVNULL)


def tool_changes(template: Path, version: str) -> None:
    """A version of the template with another tool."""
    (template / "src/lab/later.py").write_text(f'"""{version}"""\n', encoding="utf-8")
    release(template, version)


def pinned(project: Path) -> Pins:
    """What the project names, which pin and lock have to agree on."""
    pins = read_pins(lambda path: (project / path).read_text(encoding="utf-8"))
    assert [*faults_of_pins(pins, has_lock=True)] == []
    uv(project, "lock", "--check")
    return pins


def assert_in_git(history: History, version: str) -> None:
    """The tool is that commit of the template, and no wheel lies about."""
    commit_ = git("rev-parse", f"{version}^{{commit}}", cwd=history.template).strip()
    assert pinned(history.project).commit == commit_
    assert f"#{commit_}" in (history.project / LOCK).read_text(encoding="utf-8")
    assert [*history.project.rglob("*.whl")] == []
    commit(history.project)


def assert_in_a_wheel(history: History, says: str | None) -> None:
    """The tool lies in the project, is locked by its digest, and says what the template's says."""
    (wheel,) = history.project.rglob("*.whl")
    assert pinned(history.project).wheel == f"lab/{wheel.name}"
    digest = sha256(wheel.read_bytes()).hexdigest()
    assert f"sha256:{digest}" in (history.project / LOCK).read_text(encoding="utf-8")
    assert str(history.template) not in (history.project / PYPROJECT).read_text(encoding="utf-8")
    with zipfile.ZipFile(wheel) as archive:
        later = "lab/later.py"
        assert (later in archive.namelist()) == bool(says)
        assert not says or archive.read(later).decode() == f'"""{says}"""\n'
    commit(history.project)


@pytest.mark.weekly
def test_a_project_goes_from_git_to_a_wheel_and_back_and_is_updated_on_both(
    newest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = begin(newest, tmp_path, {"tool": "git"})
    monkeypatch.chdir(history.project)
    uv(history.project, "lock")
    assert_in_git(history, NOW)
    assert main(["update", "--data", "tool=vendored"]) == 0
    assert_in_a_wheel(history, None)

    tool_changes(history.template, NEXT)
    assert main(["update"]) == 0
    assert_in_a_wheel(history, NEXT)
    assert main(["update", "--data", "tool=git"]) == 0
    assert_in_git(history, NEXT)

    tool_changes(history.template, LAST)
    assert main(["update"]) == 0
    assert_in_git(history, LAST)
