"""How many seeds a claim about a recipe needs."""

from math import ceil, log

COLLAPSING = 0.2  # the share of a recipe's seeds that may collapse


def seeds_needed(error: float, collapsing: float = COLLAPSING) -> int:
    """How many seeds a claim about a recipe needs: with fewer, all that collapse are missed more
    often than the error rate.

    Args:
        error: the error rate of the claim.
        collapsing: the share of seeds with which the recipe collapses.
    """
    return ceil(log(error) / log(1 - collapsing))
