"""The project's own checks pass on a fresh project and catch what they are there for."""

import re
from pathlib import Path

import pytest
from rendering import ROOT

from .using import PACKAGE, InUse


def test_every_session_of_its_own_passes(working: InUse):
    listed = working.ok("uv", "run", "nox", "--list")
    for session in ("lint", "types", "tests", "coverage", "pipeline", "site"):
        assert f" {session} -> " in listed
    sessions = ("lint", "types", "pipeline", "site")
    said = working.ok("uv", "run", "nox", "-s", *sessions)
    assert "Data and pipelines are up to date" in said
    assert "wrote " in said
    assert said.count(": success") == 4


def test_its_tests_reach_most_of_its_code(working: InUse):
    said = working.ok("uv", "run", "nox", "-s", "coverage", "--", "--cov-report=json")
    assert " passed" in said
    files = working.json("coverage.json")["files"]
    for name in ("config", "schema", "features", "model"):
        summary = files[f"src/{PACKAGE}/{name}.py"]["summary"]
        assert summary["percent_covered"] > 80, name


def test_its_tests_call_every_module(project: InUse):
    modules = {path.stem for path in (project.root / "src" / PACKAGE).glob("[a-z]*.py")}
    tests = [*project.root.glob("tests/test_*.py")]
    said = "".join(path.read_text(encoding="utf-8") for path in tests)
    for module in modules:
        imported = rf"^from {PACKAGE}(\.{module} import | import .*\b{module}\b)"
        assert re.search(imported, said, re.MULTILINE), module
    assert {path.stem.removeprefix("test_") for path in tests} <= {*modules, "commands"}


def test_the_hooks_run_offline_from_the_projects_environment(working: InUse):
    config = working.yaml(".pre-commit-config.yaml")
    assert {repo["repo"] for repo in config["repos"]} == {"local"}
    run = ("uv", "run", "pre-commit", "run", "--all-files")
    assert working.ok(*run, UV_OFFLINE="1").count("Passed") == 5


@pytest.mark.parametrize(
    ("code", "hook"),
    [
        ("import os\n", "lint"),
        ("x = [1,2]\n", "format"),
        ('x: int = "one"\n', "types"),
    ],
)
def test_a_commit_that_breaks_a_rule_is_stopped(working: InUse, code: str, hook: str):
    (working.root / f"src/{PACKAGE}/own.py").write_text(f'"""Ours."""\n\n{code}')
    working.ok("git", "add", "--all")
    stopped = working.run("git", "commit", "-m", "Ours")
    assert stopped.code == 1
    failed = [line for line in stopped.output.splitlines() if line.endswith("Failed")]
    assert [line.split(".")[0] for line in failed] == [hook]


def test_a_commit_of_a_record_that_breaks_a_rule_is_stopped(working: InUse):
    card = "stages/4-experiments/HYP-20261105-linear-model-finds-tumours/index.md"
    working.change(card, "  - recall > 0.85", "  - recal > 0.85")
    working.ok("git", "add", "--all")
    stopped = working.run("git", "commit", "-m", "Ours")
    assert stopped.code == 1
    failed = [line for line in stopped.output.splitlines() if line.endswith("Failed")]
    assert [line.split(".")[0] for line in failed] == ["records"]
    assert f"{card}:20: CRI001 unknown metric `recal`" in stopped.output
    assert "Did you mean `recall`?" in stopped.output


def test_a_good_commit_passes_and_a_push_that_changes_the_templates_file_is_stopped(
    working: InUse, tmp_path: Path
):
    working.change("team/working-agreement.md", "# ", "# Our own ")
    working.ok("git", "commit", "--all", "-m", "Ours")
    working.ok("git", "init", "--quiet", "--bare", str(tmp_path / "forge.git"))
    push = ("git", "push", str(tmp_path / "forge.git"), "main")
    assert "drift" in working.ok(*push)
    working.change(".editorconfig", "root = true\n", "root = true\n# ours\n")
    working.ok("git", "commit", "--all", "-m", "Theirs")
    stopped = working.run(*push)
    assert stopped.code != 0
    assert ".editorconfig" in stopped.output


def test_pip_takes_the_lines_of_the_documentation(working: InUse, tmp_path: Path):
    """Of their packages alone, not of what those need: the index decides whether that works."""
    working.ok("uv", "venv", "--quiet", "--seed", "--python", working.python(), str(tmp_path / "a"))
    said = (ROOT / "docs/how-to/get-the-tool.md").read_text(encoding="utf-8")
    lines = re.findall(r"^python (-m pip install .*)$", said, re.MULTILINE)
    assert len(lines) == 2
    for line in lines:
        working.ok(str(tmp_path / "a/bin/python"), *line.split(), "--no-deps", "--quiet")
    listed = working.ok("uv", "pip", "list", "--quiet", "--python", str(tmp_path / "a/bin/python"))
    for name in ("agile-ml-lab", "my-ml-project", "my-ml-project-api", "ruff", "dvc"):
        assert re.search(rf"^{name} ", listed, re.MULTILINE), listed
