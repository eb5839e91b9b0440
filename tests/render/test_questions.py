"""What `copier.yml` promises: few questions, defaults for all, and no need for trust."""

import warnings
from pathlib import Path
from typing import Any

import copier
import pytest
from rendering import ASKED, CHOICES, CONFIG, copy

from . import faults

MOST_QUESTIONS = 14  # the last of them is asked only where the template has an address


def test_at_most_fourteen_questions_are_asked() -> None:
    assert len(ASKED) <= MOST_QUESTIONS


@pytest.mark.parametrize("name", ASKED)
def test_every_question_has_what_a_person_needs(name: str) -> None:
    assert list(faults.of_question(name, ASKED[name])) == []


def test_every_question_with_choices_explains_them() -> None:
    labels = [label for name in CHOICES for label in ASKED[name].get("choices", {})]
    assert [label for label in labels if ": " not in label] == []


@pytest.mark.parametrize("key", ["_tasks", "_jinja_extensions", "_migrations"])
def test_nothing_in_copier_yml_needs_trust(key: str) -> None:
    """One release with tasks or extensions forces --trust on every later update."""
    assert key not in CONFIG


def test_a_render_warns_of_nothing(template: Path, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        copy(template, tmp_path / "project")


def test_the_message_after_the_copy_says_what_to_do_next(
    template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers: dict[str, Any] = {"project_name": "Churn {{ 7*7 }}"}
    copier.run_copy(str(template), tmp_path / "project", data=answers, defaults=True)
    said = capsys.readouterr().err
    assert "Churn {{ 7*7 }} is in" in said
    assert f"cd {tmp_path / 'project'}\n" in said
    assert "uv run lab setup" in said
