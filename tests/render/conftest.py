"""The answers over which the projects of this folder are rendered."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rendering import Answers, each_choice


def _named(answers: dict[str, Any]) -> str:
    return "-".join(map(str, answers.values()))


@pytest.fixture(scope="session", params=each_choice(), ids=_named)
def answers(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Answer sets that together hold every choice of every question."""
    return request.param


@pytest.fixture(scope="session")
def project(answers: dict[str, Any], render: Callable[[Answers], Path]) -> Path:
    """The project of each of these answer sets."""
    return render(answers)


@pytest.fixture(scope="session")
def questions(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template without its files, which asks the same and is fast."""
    folder = tmp_path_factory.mktemp("questions")
    (folder / "template").mkdir()
    shutil.copy(template / "copier.yml", folder)
    return folder


@pytest.fixture(scope="session")
def unversioned(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template without its history, which Copier need not clone."""
    folder = tmp_path_factory.mktemp("unversioned") / "template"
    return shutil.copytree(template, folder, ignore=shutil.ignore_patterns(".git"))
