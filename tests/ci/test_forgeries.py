"""Results are not what was computed, or goals not what was locked: a job sees it."""

import pytest
from project.using import InUse

from .breaking import FORGERIES, assert_the_right_job_fails
from .running import Forge

pytestmark = pytest.mark.long


@pytest.mark.parametrize("name", FORGERIES)
def test_the_right_job_sees_it(name: str, working: InUse, forge: Forge) -> None:
    assert_the_right_job_fails(FORGERIES[name], working, forge)
