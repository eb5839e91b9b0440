"""What stands around a promise and must not move either: test set, values, ballots, openings."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..evidence.criteria import CriterionError, parse_criterion
from ..records.ballots import FOLDER
from ..records.openings import FOLDER as OPENINGS
from ..records.record import INDEX
from ..records.testsets import path_of_testset
from .history import Past, Version
from .locks import Promise, Promised, promised_texts, testset_when_locked
from .old_texts import content_of, mapping_in

TEMPERED, GONE, TESTSET = "AUD003", "AUD004", "AUD006"


@dataclass(frozen=True)
class Broken:
    """A fault of one file: its code, what is wrong, and a remedy if it has one of its own."""

    code: str
    path: str
    message: str
    remedy: str | None = None


@dataclass(frozen=True)
class Read:
    """A version that could be read."""

    step: int
    where: str
    promise: Promise


def faults_of_testset(past: Past, path: str, locked: Read) -> Iterator[Broken]:
    """The test set was registered when the lock came, and not retired before."""
    name = testset_when_locked(locked.promise)
    registration = path_of_testset(name)
    first = next((one for one in past.versions(registration) if one.text is not None), None)
    if first is None or first.step > locked.step:
        when = f" {first.where}" if first else ""
        yield Broken(
            TESTSET,
            path,
            f"{name} was registered only after the lock{when}"
            if first
            else f"{name} was never registered",
            "Start a new card that `follows` it, now that the test set is registered.",
        )
    elif mapping_in(past.at(registration, locked.step - 1)).get("retired"):
        yield Broken(
            TESTSET,
            path,
            f"{name} was retired before the lock",
            "Start a new card on a test set that is in use.",
        )


def faults_of_values(
    past: Past, path: str, locked: Read, judged: Version | None
) -> Iterator[Broken]:
    """What a decision is worth did not change between the lock and the verdict."""
    content = content_of(judged.text if judged else None) or {}
    if judged is None or content.get("mode") != "confirmatory":
        return
    if (past.given and judged.step == 0) or not uses_kpi(locked.promise):
        return
    if values_at(past, locked.step) != values_at(past, judged.step):
        yield Broken(
            TEMPERED,
            "params.yaml",
            f"what a decision is worth changed between the lock and the verdict of "
            f"{path.split('/')[-2]}",
            "Put `lift` back and judge again, or start a new card.",
        )


def faults_of_ballots(past: Past, path: str, verdicts: Sequence[Version]) -> Iterator[Broken]:
    """Nobody votes, or thinks better of it, after the verdict."""
    judged = [one.step for one in verdicts if one.text is not None]
    folder = re.escape(f"{path.removesuffix(INDEX)}{FOLDER}/")
    for ballot in past.paths(rf"{folder}[^/]+\.yml") if judged else ():
        last = past.versions(ballot)[-1]
        if past.at(ballot, judged[-1]) != last.text:
            yield Broken(
                TEMPERED,
                ballot,
                f"a ballot was changed {last.where}, after the verdict",
                "Put it back; who thinks better of it asks for a new card.",
            )


def faults_of_openings(past: Past, path: str) -> Iterator[Broken]:
    """An opening that failed stays on record, as it was written first."""
    folder = re.escape(f"{path.removesuffix(INDEX)}{OPENINGS}/")
    for opening in past.paths(rf"{folder}[^/]+\.yml"):
        versions = past.versions(opening)
        first, last = versions[0], versions[-1]
        if last.text is None:
            yield Broken(GONE, opening, f"an opening that failed was taken out {last.where}")
        elif last.text != first.text:
            yield Broken(TEMPERED, opening, f"an opening that failed was rewritten {last.where}")


def uses_kpi(promise: Promised) -> bool:
    """Is a criterion about the project's own value function?"""
    for text in promised_texts(promise):
        try:
            if parse_criterion(text).metric == "kpi":
                return True
        except CriterionError:
            continue
    return False


def values_at(past: Past, step: int) -> tuple[Any, Any]:
    """What a decision was worth after a step, and for which classes."""
    return (
        mapping_in(past.at("params.yaml", step)).get("lift"),
        mapping_in(past.at("schema.yaml", step)).get("target"),
    )
