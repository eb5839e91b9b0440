"""One project per task, set up for real and shared by every test that only looks at it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from rendering import Answers
from sharing import Factory, shared

from .using import InUse, find_pythons, set_up

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


@pytest.fixture(scope="session")
def projects(
    render: Callable[[Answers], Path], tmp_path_factory: Factory
) -> Callable[[str], InUse]:
    """A project of a task, set up once. Do not change it: copy it first."""
    failed = set[str]()

    def project(task: str) -> InUse:
        def make(folder: Path) -> None:
            root = shutil.copytree(render({"task": task}), folder / "project")
            made = set_up(root, next(iter(find_pythons().values())))
            (folder / "said.txt").write_text(made.said, encoding="utf-8")

        if task in failed:
            pytest.fail(f"the {task} project: its set-up failed before")
        failed.add(task)
        folder = shared(tmp_path_factory, f"set-up-{task}", make)
        failed.discard(task)
        return InUse(folder / "project", (folder / "said.txt").read_text("utf-8"))

    return project


@pytest.fixture(params=TASKS)
def task(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def project(task: str, projects: Callable[[str], InUse]) -> InUse:
    """The project of each task in turn."""
    return projects(task)


@pytest.fixture
def working(projects: Callable[[str], InUse], tmp_path: Path) -> InUse:
    """A copy of the default project, free to be changed."""
    return projects("binary").copy(tmp_path / "project")
