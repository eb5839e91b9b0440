"""Whether the pipeline, run again, writes what is committed; when that is due, and its cost."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import monotonic
from typing import Any

from ..records.store import Store
from .forgery import MODELS, stages_in, sums_of
from .history import History
from .old_texts import mapping_in

POLICY = "team/policy.yml"
MEASURED = ".dvc/tmp/lab-reproduce.json"  # seconds of each stage, on this machine
STAGE = re.compile(r"Running stage '(.+)':")


def differences(committed: str, again: str) -> Iterator[str]:
    """Where two contents of dvc.lock differ, but for the bytes of models.

    Args:
        committed: the content that git holds.
        again: the content after the pipeline has run.
    """
    before, after = stages_in(committed), stages_in(again)
    made = {path for stage in after.values() for path in sums_of(stage, "outs")}
    for name, stage in after.items():
        then = before.get(name, {})
        if _read(stage, made) != _read(then, made):
            yield f"`{name}` was not run after what it depends on had changed"
            continue
        written = sums_of(then, "outs")
        for path, digest in sums_of(stage, "outs").items():
            if written.get(path) != digest and not path.startswith(MODELS):
                yield f"{path} is not what `{name}` writes"


def _read(stage: dict[str, Any], made: set[str]) -> tuple[Any, ...]:
    """What a stage depends on from outside the pipeline: what another stage made is its own."""
    given = {path: md5 for path, md5 in sums_of(stage, "deps").items() if path not in made}
    return stage.get("cmd"), given, stage.get("params")


def is_scheduled(store: Store, history: History) -> bool:
    """Does the policy leave the training to a schedule, and did it before this change?

    A change that brings the policy cannot excuse itself.
    """
    if store.policy.evidence.reproduce != "scheduled" or history.begin is None:
        return False
    evidence = mapping_in(history.show(history.begin, POLICY)).get("evidence")
    return isinstance(evidence, dict) and evidence.get("reproduce") == "scheduled"


class Stopwatch:
    """How long each stage takes, by what DVC prints as it begins one."""

    def __init__(self) -> None:
        self.begun = [("DVC", monotonic())]

    def hear(self, line: str) -> None:
        """Take a line that DVC prints."""
        if found := STAGE.match(line):
            self.begun.append((found[1], monotonic()))

    def stop(self) -> dict[str, float]:
        """The seconds of each stage that has run, after those that DVC itself took to begin."""
        ends = [at for _, at in self.begun[1:]] + [monotonic()]
        return {name: end - at for (name, at), end in zip(self.begun, ends, strict=True)}


def measured(root: Path) -> dict[str, float]:
    """The seconds of each stage when it was last reproduced here; empty if it never was."""
    try:
        found = json.loads((root / MEASURED).read_text("utf-8"))
        return {str(name): float(seconds) for name, seconds in found.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def keep_measured(root: Path, seconds: Mapping[str, float]) -> None:
    """Keep what the next reproduction on this machine tells beforehand."""
    place = root / MEASURED
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(seconds), encoding="utf-8")


def cost(seconds: Mapping[str, float]) -> str:
    """What the stages took, in words."""
    each = ", ".join(f"{name} {_duration(taken)}" for name, taken in seconds.items())
    return f"{_duration(sum(seconds.values()))} ({each})"


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
