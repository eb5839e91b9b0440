"""One repository with every release, from which each test takes its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sharing import shared

import lab.update.copier
import lab.update.merge

from .quicker import made_once, run_in_a_fork
from .releases import History, MissingReleaseError, begin, repository_of_releases, smaller


@pytest.fixture(scope="session")
def releases(tmp_path_factory: pytest.TempPathFactory, neutral_machine: None) -> Path:
    """Every release, and the work tree as the newest. Do not change it."""
    try:
        return shared(tmp_path_factory, "releases", repository_of_releases)
    except MissingReleaseError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def slim(releases: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The work tree as the only version, without the code of the tool. Do not change it."""
    return shared(tmp_path_factory, "slim", lambda folder: smaller(releases, folder, "lab/src"))


@pytest.fixture
def started(slim: Path, tmp_path: Path) -> History:
    """A project of the slim template, with every answer at its default."""
    return begin(slim, tmp_path, {})


@pytest.fixture(scope="session", autouse=True)
def quick(tmp_path_factory: pytest.TempPathFactory, neutral_machine: None) -> Iterator[None]:
    """In this process, `lab update` waits for less."""
    kept = shared(tmp_path_factory, "fresh", Path.mkdir)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lab.update.copier, "_copier", run_in_a_fork)
        patch.setattr(lab.update.merge, "make_fresh", made_once(lab.update.merge.make_fresh, kept))
        yield
