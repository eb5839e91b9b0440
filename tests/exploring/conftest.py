"""A project that the pages on exploring change."""

from collections.abc import Callable
from pathlib import Path

import pytest
from project.using import InUse
from sharing import Factory


@pytest.fixture(scope="session")
def place(tmp_path_factory: Factory) -> Path:
    """Where the copies lie, one after the other in one environment."""
    return tmp_path_factory.mktemp("exploring") / "project"


@pytest.fixture
def working(projects: Callable[[str], InUse], place: Path) -> InUse:
    """A copy of the default project, free to be changed."""
    return projects("binary").copy(place)
