"""`lab setup` makes a working repository, says what it made, and can be run again."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from rendering import Answers

from lab.numerals import number

from .using import FEW_TESTS, PYTHONS, InUse, find_pythons, set_up


def test_it_says_what_it_made_and_where_to_look(project: InUse):
    metrics = project.json("evaluation/metrics.json")
    assert "Ready in" in project.said
    for stage in ("data", "train", "evaluate", "lift"):
        assert f"      {stage:9} wrote " in project.said
    for name, value in metrics["candidate"].items():
        assert f"{name}" in project.said
        assert number(value) in project.said
    for place in ("stages/", "params.yaml", "build/site/index.html", "README.md"):
        assert place in project.said
    assert (project.root / "build/site/index.html").is_file()


def test_it_leaves_one_commit_and_a_clean_work_tree(project: InUse):
    assert project.ok("git", "log", "--format=%s").splitlines() == ["Start from agile-ml-template"]
    assert project.ok("git", "status", "--porcelain") == ""
    kept = set(project.ok("git", "ls-files").splitlines())
    assert {"uv.lock", "dvc.lock", "evaluation/metrics.json"} <= kept
    assert not {name for name in kept if name.endswith(".parquet") or "/seed-" in name}
    assert "pre-commit" in project.text(".git/hooks/pre-commit")


def test_a_second_run_repeats_nothing(working: InUse):
    before = working.text("dvc.lock")
    again = working.ok("uv", "run", "lab", "setup", **FEW_TESTS)
    assert "the pipeline is up to date" in again
    assert "nothing to commit" in again
    assert working.text("dvc.lock") == before
    assert working.ok("git", "rev-list", "--count", "HEAD").strip() == "1"


def test_changes_of_a_person_are_never_committed(working: InUse):
    working.change("team/working-agreement.md", "# ", "# Our own ")
    again = working.ok("uv", "run", "lab", "setup", **FEW_TESTS)
    assert "left to you: 1 changed files" in again
    assert "team/working-agreement.md" in working.ok("git", "status", "--porcelain")


def test_a_broken_pipeline_is_named_and_setup_goes_on_once_it_is_mended(working: InUse):
    working.change("params.yaml", "model: linear ", "model: magic ")
    broken = working.run("uv", "run", "lab", "setup", **FEW_TESTS)
    assert broken.code == 1
    assert "The pipeline is broken: stage 'train' failed." in broken.output
    assert "'magic' is no model for a binary task; known are: linear" in broken.output
    assert "Traceback" not in broken.output
    working.change("params.yaml", "model: magic ", "model: linear ")
    assert "Ready in" in working.ok("uv", "run", "lab", "setup", **FEW_TESTS)


def test_failing_checks_are_shown(working: InUse):
    (working.root / "tests/test_own.py").write_text("def test_own():\n    assert 1 == 2\n")
    broken = working.run("uv", "run", "lab", "setup", PYTEST_ADDOPTS="tests/test_own.py")
    assert broken.code == 1
    assert "The project's own checks fail" in broken.output
    assert "test_own" in broken.output


def test_without_git_it_says_so(working: InUse, tmp_path: Path):
    shutil.rmtree(working.root / ".git")
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "uv").symlink_to(shutil.which("uv") or "")
    broken = working.run(str(working.root / ".venv/bin/lab"), "setup", PATH=str(programs))
    assert broken.code == 1
    assert "git is not on the path: install it" in broken.output
    assert not (working.root / ".git").exists()


def test_without_an_identity_the_first_commit_names_the_first_person(working: InUse):
    shutil.rmtree(working.root / ".git")
    said = working.ok(*("uv", "run", "lab", "setup"), GIT_CONFIG_GLOBAL=os.devnull, **FEW_TESTS)
    assert "git does not know you yet" in said
    assert working.ok("git", "log", "--format=%an <%ae>").strip() == "Ann Example <ann@localhost>"


def test_outside_a_project_it_says_where_to_go(working: InUse, tmp_path: Path):
    refused = InUse(tmp_path).run(str(working.root / ".venv/bin/lab"), "setup")
    assert refused.code == 1
    assert "is not inside a project" in refused.output


@pytest.mark.weekly
def test_the_newest_python_we_support(fresh: Callable[[Answers], Path]):
    python = PYTHONS[-1]
    found = find_pythons()
    if python not in found:
        pytest.skip(f"Python {python} is not installed here")
    root = fresh({"licence": "MIT", "deployment": False})
    made = set_up(root, found[python], **FEW_TESTS)  # GitLab's pipeline runs all tests with each
    assert made.python() == python
    assert made.json("evaluation/metrics.json")["candidate"]["roc_auc"] > 0.9
    assert not (made.root / "stages/6-deployment").exists()


def test_another_python_in_the_environment_does_not_swap_the_projects_own(working: InUse):
    found = find_pythons()
    if len(found) < 2:
        pytest.skip("only one Python is installed here")
    first, other = working.python(), list(found.values())[-1]
    assert found[first] != other
    working.ok(str(working.root / ".venv/bin/lab"), "setup", UV_PYTHON=other, **FEW_TESTS)
    assert working.python() == first
