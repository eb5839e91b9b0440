"""Somebody makes a mistake: the right step fails, and says what to do."""

import pytest
from project.using import InUse

from .breaking import FORGERIES, MISTAKES, assert_the_right_step_fails
from .running import Forge


@pytest.mark.parametrize("name", MISTAKES)
def test_the_right_step_says_what_to_do(name: str, working: InUse, forge: Forge) -> None:
    assert_the_right_step_fails(MISTAKES[name], working, forge)


def test_there_are_at_least_ten_and_every_step_fails_once() -> None:
    every = [*MISTAKES.values(), *FORGERIES.values()]
    assert len(every) >= 10
    assert {step for breakage in every for step in breakage.steps} == {
        "lint", "types", "tests", "records", "drift", "pipeline", "audit", "contract", "site"
    }  # fmt: skip
