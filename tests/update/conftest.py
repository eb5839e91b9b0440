"""One repository with every release, from which each test takes its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from rendering import snapshot
from sharing import shared

import lab.update.copier

from .quicker import made_once, run_in_a_fork
from .releases import NOW, History, MissingReleaseError, begin, repository_of_releases, retag


@pytest.fixture(scope="session")
def releases(tmp_path_factory: pytest.TempPathFactory, neutral_machine: None) -> Path:
    """Every release, and the work tree as the newest. Do not change it."""
    try:
        return shared(tmp_path_factory, "releases", repository_of_releases)
    except MissingReleaseError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def newest(tmp_path_factory: pytest.TempPathFactory, neutral_machine: None) -> Path:
    """The work tree as the only version. Do not change it."""
    return shared(tmp_path_factory, "newest", lambda folder: retag(snapshot(folder), NOW))


@pytest.fixture
def started(newest: Path, tmp_path: Path) -> History:
    """A project of the newest template, with every answer at its default."""
    return begin(newest, tmp_path, {})


@pytest.fixture(scope="session", autouse=True)
def quick(tmp_path_factory: pytest.TempPathFactory, neutral_machine: None) -> Iterator[None]:
    """In this process, `lab update` waits for less."""
    kept = shared(tmp_path_factory, "fresh", Path.mkdir)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lab.update.copier, "_copier", run_in_a_fork)
        make_fresh = made_once(lab.update.copier.make_fresh, kept)
        patch.setattr(lab.update.copier, "make_fresh", make_fresh)
        yield
