"""Starting git: the same for everybody, and one sentence for whatever stands in the way."""

from pathlib import Path

import pytest
from proving import Repository, of_another_user

from lab import git


@pytest.fixture
def here(tmp_path: Path) -> Repository:
    """A repository with one commit."""
    (tmp_path / "here").mkdir()
    found = Repository(tmp_path / "here")
    found.git("init", "--quiet", "--template=", "--initial-branch=main")
    found.write("a.txt", "1")
    found.commit()
    return found


def refused(root: Path, *arguments: str) -> git.GitError:
    with pytest.raises(git.GitError) as error:
        git.run(root, *(arguments or ("status",)))
    return error.value


def test_git_that_is_not_on_the_path(here: Repository, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "")
    error = refused(here.root)
    assert str(error) == "git is not on the path. Install it from https://git-scm.com."
    assert not isinstance(error, git.NoRepositoryError)


def test_git_that_may_not_be_run(here: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def forbidden(*arguments: object, **more: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("lab.git.subprocess.run", forbidden)
    assert str(refused(here.root)) == "git cannot be run (Permission denied). Install it again."


def test_a_repository_of_another_user(here: Repository, monkeypatch: pytest.MonkeyPatch):
    of_another_user(monkeypatch)
    assert str(refused(here.root)) == (
        f"git does not trust {here.root}, because another user owns it. "
        f"If you do, run `git config --global --add safe.directory {here.root}`."
    )


def test_a_folder_in_no_repository(tmp_path: Path):
    error = refused(tmp_path)
    assert isinstance(error, git.NoRepositoryError)
    assert str(error) == f"{tmp_path} is in no git repository. Run `git init`, and commit."
    assert git.top(tmp_path) is None


def test_a_link_to_a_repository_that_is_gone_is_not_taken_for_none(tmp_path: Path):
    (tmp_path / ".git").write_text("gitdir: /nowhere/at/all\n")
    error = refused(tmp_path)
    assert not isinstance(error, git.NoRepositoryError)
    assert str(error) == "git status failed: not a git repository: /nowhere/at/all."


def test_what_git_says_of_a_failure_is_kept(here: Repository):
    assert str(refused(here.root, "ls-tree", "none")) == (
        "git ls-tree failed: Not a valid object name none."
    )
    assert (
        str(refused(here.root, "switch", "none")) == "git switch failed: invalid reference: none."
    )


def test_what_is_not_there_may_be_missing(here: Repository):
    assert git.commit_id(here.root, "none") is None
    assert git.commit_id(here.root, "HEAD") == here.git("rev-parse", "HEAD")
    assert git.setting(here.root, "lab.none") is None
    here.git("config", "lab.some", "one")
    assert git.setting(here.root, "lab.some") == "one"


def test_variables_of_another_repository_do_not_count(
    here: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """As in a hook, which git runs with the paths of its own repository."""
    first = here.git("rev-parse", "HEAD")
    (tmp_path / "other").mkdir()
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"):
        monkeypatch.setenv(name, str(tmp_path / "other"))
    assert git.commit_id(here.root, "HEAD") == first
    assert git.top(here.root) == here.root


def test_a_history_that_was_put_over_the_real_one_does_not_count(here: Repository):
    first = here.git("rev-parse", "HEAD")
    here.write("a.txt", "2")
    second = here.commit()
    here.git("replace", second, first)
    assert here.git("show", "HEAD:a.txt") == "1"
    assert git.run(here.root, "show", "HEAD:a.txt") == b"2"


def test_settings_of_a_person_are_kept_and_those_of_the_tool_come_after(
    here: Repository, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("GIT_CONFIG_COUNT", "2")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "lab.mine")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "kept")
    monkeypatch.setenv("GIT_CONFIG_KEY_1", "core.quotePath")
    monkeypatch.setenv("GIT_CONFIG_VALUE_1", "false")
    assert git.setting(here.root, "lab.mine") == "kept"
    assert git.setting(here.root, "core.quotePath") == "true"
    monkeypatch.setenv("GIT_CONFIG_COUNT", "none")
    assert git.setting(here.root, "core.quotePath") == "true"
