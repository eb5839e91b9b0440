"""One project, set up once, with a locked hypothesis on main and its verdict on a branch."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from project.using import InUse, find_pythons, set_up
from rendering import Answers, git

from .reading import install
from .running import Forge

CARD = "HYP-20261105-linear-model-finds-tumours"
SEARCH = ("linear: {C: [0.01, 0.1, 1.0]}", "linear: {C: [0.03, 0.3, 3.0]}")


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """GitHub's own parser, from npm."""
    return install(tmp_path_factory.mktemp("node"))


@pytest.fixture(scope="session")
def judged(render: Callable[[Answers], Path], tmp_path_factory: pytest.TempPathFactory) -> InUse:
    """A project whose branch `judge` holds an experiment and its verdict. Copy it first."""
    root = tmp_path_factory.mktemp("judged") / "project"
    project = set_up(shutil.copytree(render({}), root), next(iter(find_pythons().values())))
    project.ok("git", "tag", "set-up")
    lab = ("uv", "run", "--no-sync", "lab")
    project.ok(*lab, "start", CARD)
    commit(project, "Start")
    project.ok("git", "switch", "--quiet", "--create", "judge")
    project.change("params.yaml", *SEARCH)
    project.repro()
    project.ok(*lab, "judge", CARD)
    commit(project, "Judge")
    return project


@pytest.fixture(scope="session")
def warm(judged: InUse, packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What runners left in the forge's cache when they last ran the pipeline."""
    forge = forge_of(judged, packages, tmp_path_factory.mktemp("warm"))
    forge.propose("judge")
    assert forge.run("checks", "pipeline")["pipeline"].code == 0
    return forge.runners / "cache"


@pytest.fixture
def working(judged: InUse, tmp_path: Path) -> InUse:
    """A copy on a branch of its own, with the environment of the first."""
    root = tmp_path / "project"
    shutil.copytree(judged.root, root, ignore=shutil.ignore_patterns(".venv"), symlinks=True)
    copied = InUse(root)
    copied.ok("git", "switch", "--quiet", "--create", "change")
    return copied


def forge_of(project: InUse, packages: Path, folder: Path) -> Forge:
    """A forge that holds what a project has committed."""
    git("clone", "--quiet", "--bare", str(project.root), "origin.git", cwd=folder)
    git("config", "uploadpack.allowAnySHA1InWant", "true", cwd=folder / "origin.git")
    (folder / "runners").mkdir()
    return Forge(folder / "origin.git", packages, folder / "runners")


def commit(project: InUse, message: str) -> None:
    """Commit everything, as somebody does who skips the hooks."""
    project.ok("git", "add", "--all")
    project.ok("git", "commit", "--quiet", "--no-verify", "--message", message)
