"""The interface of each task's project, made once, and its stub, started once."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rendering import Answers

from .serving import PACKAGE, Interface, Running, serving

TASKS = ("binary", "multiclass", "regression", "mixed")
# A row of every type: gaps, no ranges, and names that no Python field can have.
MIXED_SCHEMA = """\
id: id
target: {name: y, type: category, values: [a, "b \\"c\\"", "größe"]}
columns:
  age: {type: integer, min: 0, max: 120, example: 40}
  steps: {type: integer}
  size: {type: float, nullable: true, unit: mm, description: "\\"quoted\\" \\\\ größe"}
  model_dump: {type: float, min: -1.5}
  mean size: {type: float, max: 10}
  class: {type: category, values: [red, green], nullable: true}
  "": {type: category, values: ["yes", "no"]}
  __init__: {type: float}
  'x"); import os #': {type: float, min: 0, max: 1}
  paid: {type: boolean}
  town: {type: category, nullable: true}
  note: {type: text, example: "late again"}
  day: {type: date, example: "2026-02-28"}
  seen: {type: datetime, nullable: true}
  sex: {type: category, values: [f, m], role: slice}
  row: {type: integer, role: ignore}
"""


@pytest.fixture(scope="session")
def interface(
    render: Callable[[Answers], Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Interface]:
    """The interface of a task, with its contract made. Do not change it: copy it."""
    made: dict[str, Interface] = {}

    def interface(task: str) -> Interface:
        if task not in made:
            rendered = render({"task": "multiclass" if task == "mixed" else task})
            root = tmp_path_factory.mktemp(task)
            shutil.copytree(rendered / "api", root / "api")
            for name in ("schema.yaml", "params.yaml"):
                shutil.copy(rendered / name, root)
            if task == "mixed":
                (root / "schema.yaml").write_text(MIXED_SCHEMA, encoding="utf-8")
            made[task] = Interface(root)
            made[task].ok("contract")
        return made[task]

    return interface


@pytest.fixture(scope="session", params=TASKS)
def each(request: pytest.FixtureRequest, interface: Callable[[str], Interface]) -> Interface:
    """The interface of each task in turn."""
    return interface(request.param)


@pytest.fixture
def mine(interface: Callable[[str], Interface], tmp_path: Path) -> Interface:
    """The binary one, free to be changed."""
    return interface("binary").copy(tmp_path / "project")


@pytest.fixture(scope="session")
def stub(each: Interface, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The stub of each interface in turn, running."""
    with start(each, tmp_path_factory.mktemp("logs"), "--stub") as running:
        yield running


@pytest.fixture
def binary(interface: Callable[[str], Interface], tmp_path: Path) -> Iterator[Running]:
    """A stub of the binary interface for one test alone."""
    with start(interface("binary"), tmp_path / "logs", "--stub") as running:
        yield running


def start(interface: Interface, logs: Path, *arguments: str, **environment: str):
    """A service of this interface, for a `with`."""
    import sys

    command = [sys.executable, "-m", f"{PACKAGE}.cli", *arguments]
    return serving(command, interface.root, interface.environment(environment), logs)
