"""Results are not what was computed, or goals not what was locked: a step sees it."""

import pytest
from project.using import InUse

from .breaking import FORGERIES, assert_the_right_step_fails
from .running import Forge

pytestmark = pytest.mark.long


@pytest.mark.parametrize("name", FORGERIES)
def test_the_right_step_sees_it(name: str, working: InUse, forge: Forge) -> None:
    assert_the_right_step_fails(FORGERIES[name], working, forge)
