"""Copies of projects, for tests that change them."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from rendering import Answers
from sharing import Factory

from .using import InUse

TASKS = ("binary", "multiclass", "regression")


@pytest.fixture(scope="session")
def fresh(
    render: Callable[[Answers], Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Answers], Path]:
    """A fresh copy from answers, free to be changed."""

    def fresh(answers: Answers) -> Path:
        target = tmp_path_factory.mktemp("fresh") / "project"
        return shutil.copytree(render(answers), target)

    return fresh


@pytest.fixture(params=TASKS)
def task(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def project(task: str, projects: Callable[[str], InUse]) -> InUse:
    """The project of each task in turn."""
    return projects(task)


@pytest.fixture(scope="session")
def place(tmp_path_factory: Factory) -> Path:
    """Where the copies lie that tests may change, one after the other in one environment."""
    return tmp_path_factory.mktemp("working") / "project"


@pytest.fixture
def working(projects: Callable[[str], InUse], place: Path) -> InUse:
    """A copy of the default project, free to be changed."""
    return projects("binary").copy(place)


@pytest.fixture
def decided(judged: InUse, place: Path) -> InUse:
    """A copy of the default project whose first hypothesis is judged, free to be changed."""
    decided = judged.copy(place)
    decided.ok("git", "switch", "--quiet", "main")
    decided.ok("git", "merge", "--quiet", "--ff-only", "judge")
    return decided


@pytest.fixture
def living(task: str, projects: Callable[[str], InUse], place: Path) -> InUse:
    """A copy of each task's project, free to be changed."""
    return projects(task).copy(place)
