"""Whether held-out rows were training rows of an earlier split, as its public summary shows."""

from collections.abc import Sequence
from pathlib import Path

from ..data.pipeline import SUMMARY
from ..data.sketch import OVERLAP, overlap
from .history import History
from .old_texts import content_of


def trained_before(root: Path, sketch: Sequence[str], until: str = "HEAD") -> str | None:
    """That rows of a test set were trained on, and in which commit that shows; None if not.

    Every commit counts: a branch may part the rows otherwise, train, and part them back. Those
    who trained on a row know its label, and chose their model with it.

    Args:
        root: the project.
        sketch: of the held-out rows.
        until: the last commit that counts; what came later knew the verdict.
    """
    history = History(root)
    if not sketch or not history.exists:
        return None
    for where, text in history.every(SUMMARY, until):
        trained = (content_of(text) or {}).get("trained")
        known = [str(content) for content in trained] if isinstance(trained, list) else []
        if overlap(sketch, known) >= OVERLAP:
            return f"some of its held-out rows were training rows of the split {where}"
    return None
