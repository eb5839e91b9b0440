"""One repository with every release, from which each test takes its own."""

from pathlib import Path

import pytest

from .releases import History, MissingReleaseError, begin, repository_of_releases


@pytest.fixture(scope="session")
def releases(tmp_path_factory: pytest.TempPathFactory, neutral_machine: None) -> Path:
    """Every release, and the work tree as the newest. Do not change it."""
    try:
        return repository_of_releases(tmp_path_factory.mktemp("releases") / "template")
    except MissingReleaseError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture
def started(releases: Path, tmp_path: Path) -> History:
    """A project made from the work tree, with every answer at its default."""
    return begin(releases, tmp_path, {})
