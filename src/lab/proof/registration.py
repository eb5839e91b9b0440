"""Registering a test set: what it holds is written down before anybody asks it anything."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from .. import git
from ..data.sketch import OVERLAP, overlap
from ..errors import LabError
from ..records import files, testsets
from ..records.store import Store
from .forgery import stages_in, sums_of

SPLIT = r"(?:uv run (?:--no-sync )?)?lab data split"


def register_testset(store: Store, id_: str, by: str) -> dict[str, Any]:
    """Register the held-out examples that the pipeline wrote.

    A registration that no commit holds yet is made again: nobody relies on it, and schema.yaml is
    still being decided.

    Raises:
        LabError: the name is taken or none, or the tables cannot be read, or are not those that
            the pipeline wrote.
    """
    if not re.fullmatch(r"TS-[0-9]{4}-[0-9]{2}(-[a-z0-9]+)*", id_):
        raise LabError(f'"{id_}" is no name of a test set: write it like TS-{store.now:%Y-%m}.')
    again = id_ in store.testsets and is_new(store, store.testsets[id_])
    if again:
        others = {other: known for other, known in store.testsets.items() if other != id_}
        store = replace(store, testsets=others)
    if id_ in store.testsets:
        raise LabError(f"{id_} is registered already; a new test set has a new name.")
    from ..data.pipeline import is_sealed

    sealed = is_sealed(store.root)
    if not sealed and (known := [other.id for other in store.testsets.values() if other.sealed]):
        raise LabError(
            f"this pipeline has its held-out rows on show, and {known[0]} is sealed: put the "
            "stages of dvc.yaml back, so that `lab data split` seals them."
        )
    found = _sealed(store) if sealed else _on_show(store)
    for other in store.testsets.values():
        if other.digest == found["digest"]:
            raise LabError(
                f"these examples are registered as {other.id}: a second name would be a second "
                "budget for the same answers."
            )
    content = {
        "id": id_,
        "registered": {"at": store.now, "by": by},
        "task": store.task,
        **found,
        "retired": None,
    }
    path = store.root / testsets.path_of_testset(id_)
    if again:
        files.replace(path, files.read_whole(path), testsets.written(content))
    else:
        files.create(path, testsets.written(content))
    return content


def is_new(store: Store, testset: testsets.TestSet) -> bool:
    """Does no commit hold a registration yet, and no hypothesis that is locked rest on it?"""
    cards = store.of("HYP")
    locked = any(card.front.lock for card in cards if card.front.evaluation.testset == testset.id)
    path = testsets.path_of_testset(testset.id)
    return not locked and not git.run(store.root, "log", "--all", "-1", "--format=%H", "--", path)


def _sealed(store: Store) -> dict[str, Any]:
    """What everybody may know of a sealed set; one that overlaps with another shares its budget."""
    from ..data.heldout import read_summary
    from ..data.pipeline import DVC_LOCK, SUMMARY, vouched_for

    summary = read_summary(store.root)
    vouched_for(store.root, store.root / SUMMARY)
    command = _made_by(store.root / DVC_LOCK, SUMMARY)
    if not re.fullmatch(SPLIT, command):
        raise LabError(
            f"{SUMMARY} was made by `{command}`: only what `lab data split` parted and sealed is "
            "registered. Put that stage of dvc.yaml back, and run `uv run dvc repro`."
        )
    if summary.source == "dummy":
        raise LabError(
            "the held-out rows are dummy data, and random rows prove nothing: set `data.source` in "
            "params.yaml, and run `uv run dvc repro`."
        )
    older = [
        other
        for other in store.testsets.values()
        if overlap(summary.sketch, other.sketch) >= OVERLAP
    ]
    first = min(older, key=lambda other: other.registered.at, default=None)
    rates = first or store.policy.evidence
    return {
        "source": summary.source,
        "examples": summary.examples,
        "smallest": summary.smallest,
        "positives": summary.positives,
        "unit": summary.unit,
        "digest": summary.digest,
        "labels": summary.labels,
        "alpha": rates.alpha,
        "budget": rates.budget,
        "sealed": True,
        "copies": summary.copies["what"],
        "sketch": summary.sketch,
        "shares": sorted(other.id for other in older),
    }


def _made_by(lock: Path, path: str) -> str:
    """The command of the stage that wrote an output, by dvc.lock."""
    stages = stages_in(lock.read_text("utf-8")).values()
    return next((str(stage.get("cmd")) for stage in stages if path in sums_of(stage, "outs")), "")


def _on_show(store: Store) -> dict[str, Any]:
    """The examples of a pipeline that predicts the held-out rows itself, as those of 1.0 do."""
    from ..data.pipeline import table_path, vouched_for
    from ..data.schema import unit_of
    from ..data.tables import read_tables
    from ..evidence.power import described, digest_of

    unit = unit_of(store.root)
    paths = [table_path(store.root, name) for name in ("examples", "predictions")]
    tables = read_tables(paths[0], paths[1], store.task, unit)
    vouched_for(store.root, paths[0])
    return {
        "source": tables.source,
        **described(tables),
        "unit": unit,
        "digest": digest_of(tables),
        "alpha": store.policy.evidence.alpha,
        "budget": store.policy.evidence.budget,
    }
