"""A project that was made from a folder holds the tool: everybody else can work in it at once.

And the other two ways, from servers as a team has them: a package index, and git over HTTP.
"""

import shutil
import zipfile
from pathlib import Path

import pytest
from remotes import git_over_http, index_of
from rendering import git

from .using import FEW_TESTS, InUse, Ran, commit


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


@pytest.mark.weekly
def test_the_tool_comes_from_an_index_or_over_http_from_the_templates_repository(
    working: InUse, template: Path, tmp_path: Path
):
    """From the wheel to an index, and on to git; where neither can be reached, nothing changes."""

    def update(way: str, *more: str, **environment: str) -> Ran:
        return working.run("uv", "run", "lab", "update", f"--data=tool={way}", *more, **environment)

    def known() -> str:
        return working.ok("uv", "run", "lab", "--version")

    kept = Path(shutil.copy(wheel(working), tmp_path))
    commit_of_template = git("rev-parse", "HEAD", cwd=template).strip()
    vendored = known()
    with index_of(tmp_path / "empty") as address:
        refused = update("index", UV_INDEX=address)
    assert "The tool cannot be locked" in refused.output
    assert working.ok("git", "status", "--porcelain") == ""
    with index_of(tmp_path / "index", kept) as address:
        assert update("index", UV_INDEX=address).code == 0
        commit(working, "The tool from the index")
        working.ok("uv", "sync", "--quiet", "--reinstall-package=agile-ml-lab", UV_INDEX=address)
    assert f'registry = "{address}"' in working.text("uv.lock")
    assert not list(working.root.glob("lab/*.whl"))
    assert known() == vendored

    git("clone", "--quiet", "--bare", str(template), str(tmp_path / "template.git"), cwd=tmp_path)
    with git_over_http(tmp_path) as address:
        working.change(".copier-answers.yml", str(template), f"{address}template.git")
        commit(working, "The template has moved")
        assert update("git").code == 0
        commit(working, "The tool from git")
        assert f"commit {commit_of_template}\n" in known()
    assert "holds" in working.ok("uv", "run", "lab", "audit")
    refused = update("vendored")
    assert f"v0.0.0 of {address}template.git cannot be made" in refused.output
    assert working.ok("git", "status", "--porcelain") == ""
