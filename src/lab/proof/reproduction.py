"""Whether the pipeline, run again, writes what is committed."""

from collections.abc import Iterator
from typing import Any

from .forgery import MODELS, stages_in, sums_of


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
