"""Waiting for something that runs beside the tests, for as long as a busy machine takes."""

import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE = 300.0  # seconds: only what hangs takes longer
Seen = TypeVar("Seen")


def wait_for(look: Callable[[], Seen | None], what: str) -> Seen:
    """What `look` gives as soon as it gives something.

    Raises:
        AssertionError: it never did.
    """
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        if seen := look():
            return seen
        time.sleep(0.02)
    raise AssertionError(f"waited {PATIENCE:.0f} s in vain: {what}")
