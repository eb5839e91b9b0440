"""A pristine project satisfies its own formatter and linter, whatever its package is called."""

import ast
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from rendering import CHOICES, Answers

Render = Callable[[Answers], Path]
NAMES = ["ab", "zz_" + "long_" * 7 + "ab"]


def ruff(*arguments: str, project: Path) -> str:
    """What ruff prints in a project, with the project's own settings."""
    command = [sys.executable, "-m", "ruff", *arguments, "--no-cache"]
    return subprocess.run(
        command, cwd=project, check=False, stdout=subprocess.PIPE, encoding="utf-8"
    ).stdout


def complaints(project: Path) -> list[str]:
    found = json.loads(ruff("check", "--output-format", "json", project=project))
    return [f"{item['filename']}:{item['location']['row']} {item['code']}" for item in found]


def test_the_long_name_is_as_long_as_a_name_may_be() -> None:
    assert len(NAMES[1]) == 40


@pytest.mark.parametrize("task", CHOICES["task"])
@pytest.mark.parametrize("name", NAMES)
def test_a_pristine_project_is_linted_and_formatted(name: str, task: str, render: Render) -> None:
    project = render({"package_name": name, "task": task})
    assert complaints(project) == []
    assert re.fullmatch(
        r"\d\d files already formatted\n", ruff("format", "--check", project=project)
    )


@pytest.mark.parametrize("folder", [".", "src/ab", "tests"])
def test_a_fault_in_a_project_is_found(folder: str, render: Render, tmp_path: Path) -> None:
    project = shutil.copytree(render({"package_name": "ab", "task": "binary"}), tmp_path / "ab")
    (project / folder / "careless.py").write_text("import os\nx = 'a'\n", encoding="utf-8")
    assert [found for found in complaints(project) if "careless.py:1 F401" in found]
    assert "1 file would be reformatted" in ruff("format", "--check", project=project)


def test_the_package_is_one_that_a_person_reads_before_lunch(render: Render) -> None:
    """Lines of code of what only the team can write: blank lines and docstrings beside."""
    modules = [path.read_text("utf-8") for path in (render({}) / "src").rglob("*.py")]
    assert sum(lines_of_code(text) for text in modules) < 500


def lines_of_code(text: str) -> int:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    spoken: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, documented) and ast.get_docstring(node):
            spoken.update(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    lines = enumerate(text.splitlines(), start=1)
    return sum(
        number not in spoken and bool(line.strip()) and not line.strip().startswith("#")
        for number, line in lines
    )
