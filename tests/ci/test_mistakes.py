"""Somebody makes a mistake: the right job fails, and says what to do."""

import pytest
from project.using import InUse

from .breaking import FORGERIES, MISTAKES, assert_the_right_job_fails
from .running import Forge


@pytest.mark.parametrize("name", MISTAKES)
def test_the_right_job_says_what_to_do(name: str, working: InUse, forge: Forge) -> None:
    assert_the_right_job_fails(MISTAKES[name], working, forge)


def test_there_are_at_least_ten_and_every_job_fails_once() -> None:
    every = [*MISTAKES.values(), *FORGERIES.values()]
    assert len(every) >= 10
    assert {job for breakage in every for job in breakage.jobs} == {
        "lint", "types", "tests", "records", "drift", "pipeline", "evidence", "contract", "site"
    }  # fmt: skip
