"""A project that was made from a folder holds the tool: everybody else can work in it at once."""

import zipfile
from pathlib import Path

import pytest

from .using import FEW_TESTS, InUse


@pytest.fixture
def cloned(working: InUse, tmp_path: Path) -> InUse:
    """What a colleague has: a clone, and no environment."""
    working.ok("git", "clone", "--quiet", str(working.root), str(tmp_path / "clone"))
    return InUse(tmp_path / "clone")


def wheel(project: InUse) -> Path:
    (path,) = project.root.glob("lab/*.whl")
    return path


def test_a_clone_works_without_the_template(cloned: InUse, working: InUse, template: Path):
    name = wheel(cloned).relative_to(cloned.root).as_posix()
    assert f"      {name} holds it" in working.said
    for path in ("pyproject.toml", "uv.lock"):
        assert name in cloned.text(path)
        assert str(template) not in cloned.text(path)
    cloned.ok("uv", "sync", "--quiet", "--python", working.python(), UV_OFFLINE="1")
    assert "holds" in cloned.ok("uv", "run", "lab", "check")
    assert cloned.ok("git", "status", "--porcelain") == ""


def test_a_second_set_up_leaves_the_wheel_and_its_lines(working: InUse):
    kept = [wheel(working).read_bytes(), working.text("pyproject.toml"), working.text("uv.lock")]
    said = working.ok("uv", "run", "lab", "setup", **FEW_TESTS)
    assert "comes from where pyproject.toml says" in said
    now = [wheel(working).read_bytes(), working.text("pyproject.toml"), working.text("uv.lock")]
    assert now == kept


def test_a_wheel_that_is_not_the_locked_one_is_refused(cloned: InUse, working: InUse):
    with zipfile.ZipFile(wheel(cloned), "a") as archive:
        archive.comment = b"not the one that was locked"
    python = ("--python", working.python())
    refused = cloned.run("uv", "sync", *python)
    assert refused.code != 0
    assert "Hash mismatch" in refused.output
    said = cloned.run(str(working.root / ".venv/bin/lab"), "setup")
    assert said.code == 1
    assert "git checkout -- lab uv.lock" in said.output
    cloned.ok("git", "checkout", "--", "lab", "uv.lock")
    cloned.ok("uv", "sync", "--quiet", *python)
