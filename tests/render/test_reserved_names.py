"""No package may hide what the project, its dependencies or Python itself import by name."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from rendering import QUESTIONS, ROOT

from .reading import parsed

RESERVED = {name for names in QUESTIONS["reserved_names"]["default"].values() for name in names}
OLDEST = (3, 11)
TOOL = ROOT / "pyproject.toml"
ASK = """
import json, keyword, sys
print(json.dumps([
    sys.version_info[:2],
    sorted(getattr(sys, "stdlib_module_names", [])),
    keyword.kwlist + getattr(keyword, "softkwlist", []),
]))
"""


def allowed(names: Iterable[str]) -> set[str]:
    """Names that a package could have and that nothing reserves."""
    return {name for name in names if re.fullmatch(r"[a-z][a-z0-9_]*", name)} - RESERVED


def test_a_name_that_is_not_reserved_is_found() -> None:
    assert allowed(["random", "Random", "_random", "churn"]) == {"churn"}


def _interpreters() -> set[str]:
    """Every Python that is found without knowing the machine."""
    found = {sys.executable}
    found |= {
        str(path)
        for path in Path(os.environ.get("PYENV_ROOT", "none")).glob("versions/*/bin/python")
    }
    found |= {path for minor in range(11, 30) if (path := shutil.which(f"python3.{minor}"))}
    if uv := shutil.which("uv"):
        listed = subprocess.run(
            [uv, "python", "list", "--only-installed", "--offline", "--output-format", "json"],
            capture_output=True,
            check=False,
        )
        if listed.returncode == 0:
            found |= {python["path"] for python in json.loads(listed.stdout)}
    return found


@pytest.fixture(scope="module")
def names_by_version() -> dict[tuple[int, int], tuple[list[str], list[str]]]:
    """Modules of the standard library and keywords, by the version of each Python found."""
    names = {}
    for python in _interpreters():
        ended = subprocess.run([python, "-I", "-c", ASK], capture_output=True, check=False)
        if ended.returncode == 0:
            version, modules, keywords = json.loads(ended.stdout)
            if tuple(version) >= OLDEST:
                names[tuple(version)] = (modules, keywords)
    return names


def test_every_module_of_every_standard_library_is_reserved(
    names_by_version: dict[tuple[int, int], tuple[list[str], list[str]]],
) -> None:
    assert sys.version_info[:2] in names_by_version
    assert {version: allowed(names) for version, (names, _) in names_by_version.items()} == {
        version: set() for version in names_by_version
    }


def test_every_keyword_of_every_python_is_reserved(
    names_by_version: dict[tuple[int, int], tuple[list[str], list[str]]],
) -> None:
    assert {version: allowed(names) for version, (_, names) in names_by_version.items()} == {
        version: set() for version in names_by_version
    }


@pytest.fixture(scope="module")
def declared(render: Callable[..., Path]) -> set[str]:
    """The distributions that a project names itself, in each `pyproject.toml`."""
    said = parsed(render())
    projects = [said["pyproject.toml"], said["api/pyproject.toml"], tomllib.loads(TOOL.read_text())]
    requirements = [text for project in projects for text in project["project"]["dependencies"]]
    groups = [projects[0]["dependency-groups"][name] for name in ("tool", "pipeline", "dev")]
    requirements += [text for group in groups for text in group if isinstance(text, str)]
    return {canonicalize_name(Requirement(text).name) for text in requirements}


def test_every_declared_distribution_is_reserved(declared: set[str]) -> None:
    """Two distributions of one name cannot be installed together."""
    assert {"scikit-learn", "agile-ml-lab", "pyyaml"} <= declared
    assert allowed(name.replace("-", "_") for name in declared) == set()


def test_every_module_of_a_declared_distribution_is_reserved(declared: set[str]) -> None:
    modules = {
        module
        for module, distributions in packages_distributions().items()
        if {canonicalize_name(name) for name in distributions} & declared
    }
    assert {"numpy", "sklearn", "yaml"} <= modules
    assert allowed(modules) == set()


def test_every_module_and_folder_beside_the_package_is_reserved(
    render: Callable[..., Path],
) -> None:
    project = render()
    scripts = {path.stem for path in project.glob("*.py")}
    folders = {path.relative_to(project).parts[0] for path in project.glob("*/**/*.py")}
    assert {"noxfile"} <= scripts
    assert {"api", "src", "tests"} <= folders
    assert allowed(scripts | folders | {"conftest", "lab"}) == set()
