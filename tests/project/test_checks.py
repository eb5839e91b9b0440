"""The project's own checks pass on a fresh project and catch what they are there for."""

import pytest

from .using import FEW_TESTS, PACKAGE, InUse

COMMANDS = ("jobs", "train", "predict")  # tested together, as the tool calls them


def test_every_session_of_its_own_passes(working: InUse):
    listed = working.ok("uv", "run", "nox", "--list")
    for session in ("lint", "types", "tests", "coverage", "pipeline", "site"):
        assert f" {session} -> " in listed
    sessions = ("lint", "types", "tests", "pipeline", "site")
    said = working.ok("uv", "run", "nox", "-s", *sessions, **FEW_TESTS)
    assert "Data and pipelines are up to date" in said
    assert "wrote " in said
    assert said.count(": success") == 5


def test_its_tests_reach_most_of_its_code(working: InUse):
    said = working.ok("uv", "run", "nox", "-s", "coverage", "--", "--cov-report=json")
    assert " passed" in said
    files = working.json("coverage.json")["files"]
    for name in ("config", "schema", "features", "model"):
        summary = files[f"src/{PACKAGE}/{name}.py"]["summary"]
        assert summary["percent_covered"] > 80, name


def test_its_tests_mirror_its_source(project: InUse):
    modules = {path.stem for path in (project.root / "src" / PACKAGE).glob("*.py")}
    tested = {path.stem.removeprefix("test_") for path in project.root.glob("tests/test_*.py")}
    assert modules - {"__init__", "errors", *COMMANDS} == tested - {"commands"}


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


def test_a_good_commit_passes(working: InUse):
    working.change("team/working-agreement.md", "# ", "# Our own ")
    working.ok("git", "commit", "--all", "-m", "Ours")


def test_plain_pip_style_installation_works_too(working: InUse):
    place = working.root / ".other"
    working.ok("uv", "venv", "--quiet", "--python", working.python(), str(place))
    working.ok(
        *("uv", "pip", "install", "--quiet", "--find-links", "lab", "--group", "dev"),
        *("-e", "api", "-e", "."),
        VIRTUAL_ENV=str(place),
    )
    shown = working.ok(str(place / "bin/python"), "-c", f"import lab, {PACKAGE}.model; print('ok')")
    assert shown.strip() == "ok"
