"""Sketches of sets of rows: from a few contents of each, how much two sets overlap."""

from collections.abc import Iterable, Sequence

SKETCH = 64  # smallest contents that are kept of a set of rows
OVERLAP = 0.05  # a smaller share of rows that are alike is chance


def sketch_of(found: Iterable[str]) -> list[str]:
    """The smallest contents of a set of rows, from which its overlap with another is seen.

    Source: Broder (1997), "On the resemblance and containment of documents".
    """
    return sorted(set(found))[:SKETCH]


def overlap(mine: Sequence[str], theirs: Sequence[str]) -> float:
    """About which share of the rows of two sets is in both, from their sketches."""
    both = sorted({*mine, *theirs})[:SKETCH]
    shared = {*mine} & {*theirs}
    return sum(content in shared for content in both) / len(both) if both else 0.0
