"""Ladders: what a split test claimed when users met the model, and what was decided by it."""

from collections.abc import Iterator, Mapping
from typing import Any

from ..records.document import split
from .history import Past
from .old_texts import mapping_in
from .surroundings import Broken

ROLLOUTS = "stages/6-deployment"
LADDERS = rf"{ROLLOUTS}/ROLL-[^/]+/index\.md"


def faults_of_ladders(past: Past) -> Iterator[Broken]:
    """Claims stay once a rollout has begun to climb, and what was decided is only added to."""
    for path in past.paths(LADDERS):
        versions = [version for version in past.versions(path) if _ladder(_front(version.text))]
        if not versions:
            continue
        begun, last = _front(versions[0].text), past.versions(path)[-1]
        if last.text is None:
            yield Broken("AUD010", path, f"a rollout that has begun was deleted {last.where}")
            continue
        now = _front(last.text)
        for version in (*versions, last):
            if _front(version.text).get("test") != begun.get("test"):
                what = f"its split test was changed after it had begun {version.where}"
                yield Broken("AUD010", path, what)
                break
        before = max((_ladder(_front(version.text)) for version in versions), key=len)
        if _ladder(now)[: len(before)] != before:
            yield Broken("AUD010", path, f"an entry of its ladder was changed {last.where}")


def _front(text: str | None) -> Mapping[str, Any]:
    parts = split(text or "")
    return mapping_in(parts[0]) if parts else {}


def _ladder(front: Mapping[str, Any]) -> list[Any]:
    found = front.get("ladder")
    return found if isinstance(found, list) else []
