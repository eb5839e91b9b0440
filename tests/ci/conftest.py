"""One project, set up once, with a locked hypothesis on main and its verdict on a branch.

All days in it are in one week of November 2026: the project is set up on Thursday the 5th, its
hypothesis is locked on Friday and judged on Monday, and then the pipelines run.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from forging import FakeForge, listening
from project.using import CARD, InUse
from rendering import git
from sharing import Factory, shared

from .reading import Reader, install
from .running import Forge

INDEX = f"stages/4-experiments/{CARD}/index.md"


@pytest.fixture(scope="session")
def packages(tmp_path_factory: Factory) -> Path:
    """GitHub's own parser and GitLab's runner, from npm."""
    return shared(tmp_path_factory, "node", install)


@pytest.fixture(scope="session")
def reader(packages: Path) -> Iterator[Reader]:
    """What reads workflow files as GitHub does."""
    reader = Reader(packages)
    yield reader
    reader.close()


@pytest.fixture(scope="session")
def lab(judged: InUse) -> str:
    """The process tool, for copies of the project that have no environment."""
    return str(judged.root / ".venv/bin/lab")


@pytest.fixture(scope="session")
def machine(tmp_path_factory: Factory) -> Path:
    """Where jobs of GitHub run."""
    return tmp_path_factory.mktemp("machine")


@pytest.fixture
def forge(judged: InUse, reader: Reader, machine: Path, tmp_path: Path) -> Forge:
    """A forge that holds the project, with machines that keep what was made and installed."""
    forge = forge_of(judged, reader, machine, tmp_path)
    forge.environment = machine / "environment"
    shutil.copytree(judged.root / ".dvc/cache", forge.cache / "dvc-main-earlier")
    return forge


@pytest.fixture
def interface(forge: Forge) -> Iterator[FakeForge]:
    """The server that the jobs of the forge call."""
    with listening(FakeForge("github")) as forge.interface:
        yield forge.interface


@pytest.fixture
def working(judged: InUse, tmp_path: Path) -> InUse:
    """A copy on a branch of its own, without an environment."""
    copied = copy_of(judged, tmp_path / "project")
    copied.ok("git", "switch", "--quiet", "--create", "change")
    return copied


def copy_of(project: InUse, root: Path) -> InUse:
    """All of a project but its environment."""
    ignored = shutil.ignore_patterns(".venv")
    return InUse(shutil.copytree(project.root, root, ignore=ignored, symlinks=True))


def forge_of(project: InUse, reader: Reader, machine: Path, folder: Path) -> Forge:
    """A forge that holds what a project has committed."""
    git("clone", "--quiet", "--bare", str(project.root), "origin.git", cwd=folder)
    git("config", "uploadpack.allowAnySHA1InWant", "true", cwd=folder / "origin.git")
    return Forge(folder / "origin.git", reader, machine, folder / "cache")
