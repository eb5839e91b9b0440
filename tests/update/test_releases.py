"""A release is found in every copy of this repository that still has its files."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.version import Version
from rendering import ROOT, commit, git

from .releases import (
    NOW,
    RELEASES,
    MissingReleaseError,
    Release,
    commit_of,
    repository_of_releases,
)

TOOLS = ("pyproject.toml", "template/lab/pyproject.toml")  # until 1.0.0, in each project


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, neutral_machine: None) -> Path:
    """A repository with three commits, of which the second is a release."""
    folder = tmp_path_factory.mktemp("published") / "repository"
    folder.mkdir()
    git("init", "--quiet", cwd=folder)
    for number in (1, 2, 3):
        (folder / "file.txt").write_text(f"{number}\n", encoding="utf-8")
        commit(folder)
    return folder


@pytest.fixture(scope="module")
def released(published: Path) -> Release:
    commit_, tree = git("log", "-1", "--format=%H %T", "HEAD~1", cwd=published).split()
    return {"version": "1.0.0", "commit": commit_, "tree": tree}


def rewritten(published: Path, folder: Path) -> Path:
    """A copy of a repository with another author, and so with other commits."""
    folder.mkdir()
    git("init", "--quiet", cwd=folder)
    told = subprocess.run(
        ["git", "fast-export", "--all"], cwd=published, check=True, stdout=subprocess.PIPE
    ).stdout
    other = told.replace(b"Tess Tester <tess@localhost>", b"Uma Other <uma@localhost>")
    assert other != told
    subprocess.run(["git", "fast-import", "--quiet"], cwd=folder, check=True, input=other)
    git("reset", "--quiet", "--hard", cwd=folder)
    return folder


def test_a_release_is_its_commit(published: Path, released: Release) -> None:
    """Also where another commit has the same files."""
    assert commit_of(released, published) == released["commit"]
    assert commit_of({**released, "tree": "0" * 40}, published) == released["commit"]


def test_where_history_was_rewritten_a_release_is_the_commit_with_its_files(
    published: Path, released: Release, tmp_path: Path
) -> None:
    copy = rewritten(published, tmp_path / "copy")
    found = commit_of(released, copy)
    assert found != released["commit"]
    assert found == git("rev-parse", "HEAD~1", cwd=copy).strip()
    folder = repository_of_releases(tmp_path / "releases", copy, [released])
    assert git("show", "v1.0.0:file.txt", cwd=folder) == "2\n"
    assert git("tag", cwd=folder).split() == ["v1.0.0", NOW]
    assert (folder / "copier.yml").is_file()
    assert not (folder / "file.txt").exists()


def test_a_release_that_is_missing_is_a_failure_that_says_what_to_do(
    published: Path, released: Release, tmp_path: Path
) -> None:
    git(
        "clone", "--quiet", "--depth=1", published.as_uri(), str(tmp_path / "shallow"), cwd=tmp_path
    )
    with pytest.raises(MissingReleaseError) as shallow:
        repository_of_releases(tmp_path / "releases", tmp_path / "shallow", [released])
    assert "version 1.0.0 of releases.yml is not in the history" in str(shallow.value)
    assert released["commit"] in str(shallow.value)
    assert "git fetch --unshallow" in str(shallow.value)

    with pytest.raises(MissingReleaseError, match="fetch the branch it is on"):
        commit_of({**released, "commit": "0" * 40, "tree": "1" * 40}, published)


def test_the_list_the_changes_and_the_tool_name_the_same_versions() -> None:
    """A version that is being prepared is described before it is in the list."""
    changes = re.findall(r"^## ([0-9.]+) - \d{4}-\d\d-\d\d$", text("CHANGELOG.md"), re.MULTILINE)
    by_hand = re.findall(r"^### ([0-9.]+)$", text("UPGRADING.md"), re.MULTILINE)
    listed = [release["version"] for release in RELEASES]
    assert by_hand == sorted(by_hand, key=Version)
    assert listed in (by_hand, by_hand[:-1])
    assert changes[::-1] in (by_hand, listed)
    assert Version(tool_of(text(TOOLS[0]))).base_version == by_hand[-1]


@pytest.mark.parametrize("release", RELEASES, ids=[release["version"] for release in RELEASES])
def test_each_release_holds_what_its_version_says(release: Release) -> None:
    found = commit_of(release, ROOT)
    files = git("ls-tree", "-r", "--name-only", found, cwd=ROOT).splitlines()
    tool = next(path for path in reversed(TOOLS) if path in files)
    assert tool_of(git("show", f"{found}:{tool}", cwd=ROOT)) == release["version"]
    assert git("rev-parse", f"{found}^{{tree}}", cwd=ROOT).strip() == release["tree"]
    assert f"\n## {release['version']} - " in git("show", f"{found}:CHANGELOG.md", cwd=ROOT)


def tool_of(project: str) -> str:
    """The version of the process tool."""
    return tomllib.loads(project)["project"]["version"]


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")
