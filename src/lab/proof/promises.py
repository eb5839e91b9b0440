"""What was promised by a hypothesis, and whether it was kept, through all its versions in git.

Only what lasts is held against anybody: a promise that was changed and put back before the
verdict harms nothing. What counts is what stood there when the verdict came, and what stands
there now.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Any

import msgspec

from ..data.pipeline import outputs
from ..errors import LabError
from ..evidence.criteria import CriterionError, parse_criterion
from ..records.ballots import FOLDER
from ..records.document import parse_yaml, split
from ..records.openings import FOLDER as OPENINGS
from ..records.record import INDEX, verdict_beside
from ..records.testsets import path_of_testset
from ..records.yaml import parse_strict
from .history import Past, Version
from .locks import (
    LOCKED,
    Promise,
    Promised,
    alpha_of,
    is_amended_truly,
    locked_fields,
    promised,
    promised_texts,
    testset_when_locked,
)

TEMPERED, ORDER, GONE, TESTSET = "AUD003", "AUD002", "AUD004", "AUD006"
DECIDED = ("mode", "verdict", "digest", "testset", "tables", "counted", "results", "opening")
PREDICTIONS = ("evaluation/predictions.parquet", "evaluation/predictions.csv")


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


@lru_cache(maxsize=8192)
def promise_in(text: str) -> Promise | None:
    """The promise in the text of a record; None if it cannot be read.

    What one text says is kept: the audit and the site ask for the same versions.
    """
    parts = split(text)
    data, faults = parse_strict(parts[0]) if parts else (None, [])
    if faults or not isinstance(data, dict):
        return None
    try:
        return msgspec.convert(data, Promise)
    except (msgspec.ValidationError, TypeError, OverflowError):
        return None


class Kept:
    """One hypothesis in the past: what was promised when, and what became of it."""

    def __init__(self, past: Past, path: str) -> None:
        self.past, self.path = past, path
        self.verdict_path = verdict_beside(path)
        self.all = past.versions(path)
        self.read = [
            Read(one.step, one.where, promise)
            for one in self.all
            if one.text is not None and (promise := promise_in(one.text)) is not None
        ]
        self.locked = next((one for one in self.read if one.promise.lock), None)
        self.verdicts = past.versions(self.verdict_path)

    @cached_property
    def judged(self) -> Version | None:
        """The first verdict."""
        return next((one for one in self.verdicts if one.text is not None), None)

    def faults(self) -> Iterator[Broken]:
        """Everything that can be proved against it."""
        if self.locked is None:
            if self.judged and self.verdicts[-1].text is not None:
                yield Broken(ORDER, self.verdict_path, "there is a verdict, and there was no lock")
            return
        if fault := self.gone():
            yield Broken(GONE, self.path, fault)
            return
        yield from self._order()
        yield from self._verdicts()
        if fault := self._moved() or self._dishonest() or self._other_rate():
            yield Broken(TEMPERED, self.path, fault)
        yield from self._testset()
        yield from self._values()
        yield from self._ballots()
        yield from self._openings()

    def gone(self) -> str | None:
        """Was it locked, and deleted, or deleted and made anew?"""
        if self.locked is None:
            return None
        if self.all[-1].text is None:
            return f"it was locked, and was deleted or renamed {self.all[-1].where}"
        for one in self.all:
            if one.text is None and one.step > self.locked.step:
                later = next((read for read in self.read if read.step > one.step), None)
                if later and later.promise.lock != self.locked.promise.lock:
                    return f"it was locked, deleted {one.where}, and made anew {later.where}"
        return None

    def _order(self) -> Iterator[Broken]:
        """The lock, and each amendment, come strictly before the verdict."""
        assert self.locked is not None
        first = self.judged
        if first is None or (self.past.given and first.step == 0):
            return
        if self.locked.step > first.step:
            yield Broken(ORDER, self.verdict_path, f"it came {first.where}, and the lock after it")
            return
        if self.locked.step == first.step:
            said = f"the lock and the verdict come in one change {first.where}"
            yield Broken(ORDER, self.verdict_path, said)
            return
        then = self._in_force(first.step)
        since = next(
            (
                one.step
                for one in self.read
                if then
                and one.promise.amendments[: len(then.promise.amendments)]
                == then.promise.amendments
            ),
            first.step,
        )
        if since >= first.step:
            yield Broken(
                ORDER,
                self.verdict_path,
                f"an amendment and the verdict come in one change {first.where}",
            )

    def _verdicts(self) -> Iterator[Broken]:
        """A verdict stays; another one on other evidence is exploratory."""
        if self.judged and self.verdicts[-1].text is None:
            where = self.verdicts[-1].where
            yield Broken(GONE, self.verdict_path, f"the verdict was deleted {where}")
            return
        before = None
        for one in self.verdicts:
            now = content_of(one.text)
            if now is None:
                continue
            if before is not None and not _may_follow(before, now):
                yield Broken(TEMPERED, self.verdict_path, f"the verdict was changed {one.where}")
                return
            before = now

    def _moved(self) -> str | None:
        """Where the promise was not kept: when the verdict came, or now."""
        assert self.locked is not None
        if self.all[-1].text is not None and promise_in(self.all[-1].text) is None:
            return f"it was locked, and cannot be read any more {self.all[-1].where}"
        moments = [one.step for one in self.verdicts if one.text and one.step >= self.locked.step]
        for moment in (*moments, self.read[-1].step):
            version = self._in_force(moment)
            if version and (fault := self._fault_of(version)):
                return fault
        return None

    def _fault_of(self, version: Read) -> str | None:
        assert self.locked is not None
        now = version.promise
        until = self.read[: self.read.index(version) + 1]
        same = list(takewhile(lambda one: one.promise == now, reversed(until)))
        where = same[-1].where
        if now.lock != self.locked.promise.lock:
            return f"the lock itself was changed {where}"
        for one in self.read:
            if one.step > version.step:
                break
            if any(said not in now.amendments for said in one.promise.amendments):
                return f"an amendment was changed or taken out {where}"
        if is_amended_truly(now):
            return None
        if version is self.locked:
            return f"the lock {where} is not over what stands there"
        fields = locked_fields(now)
        for one in reversed(self.read):
            if one.step < version.step and promised(one.promise) == promised(now):
                old = locked_fields(one.promise)
                if changed := [name for name in LOCKED if fields[name] != old[name]]:
                    return f"`{'`, `'.join(changed)}` changed {where} without an amendment"
        return f"the amendments do not say what was changed {where}"

    def _dishonest(self) -> str | None:
        """Does an amendment deny results that git shows?"""
        assert self.locked is not None
        shown = self._shown_since()
        for number, amendment in enumerate(self.read[-1].promise.amendments):
            since = next(one for one in self.read if amendment in one.promise.amendments)
            if amendment.results_seen or (self.past.given and since.step == 0):
                continue
            if self.judged and since.step > self.judged.step:
                return (
                    f"amendment {number + 1} came after the verdict {since.where}, and says "
                    "that no results had been seen"
                )
            if shown is not None and self.locked.step < shown < since.step:
                return (
                    f"amendment {number + 1} says that no results had been seen {since.where}, "
                    "and the predictions that were judged were there before"
                )
        return None

    def _shown_since(self) -> int | None:
        """The step that brought the predictions which were judged; None if it is not known."""
        verdict = content_of(self.judged.text if self.judged else None) or {}
        sums = sums_in(verdict).values()
        for one in self.past.versions("dvc.lock"):
            known = outputs_in(one.text)
            if any(known.get(path) in sums for path in PREDICTIONS if path in known):
                return one.step
        return None

    def _other_rate(self) -> str | None:
        """Is the error rate that of the test set?"""
        assert self.locked is not None
        lock = self.locked.promise.lock
        name = testset_when_locked(self.locked.promise)
        text = self.past.at(path_of_testset(name), self.past.last)
        rate = alpha_of(mapping_in(text))
        if lock and rate and lock.alpha != rate:
            return f"the lock has an error rate of {lock.alpha}, and a slot of {name} has {rate}"
        return None

    def _testset(self) -> Iterator[Broken]:
        """The test set was registered when the lock came, and not retired before."""
        assert self.locked is not None
        name = testset_when_locked(self.locked.promise)
        path = path_of_testset(name)
        first = next((one for one in self.past.versions(path) if one.text is not None), None)
        if first is None or first.step > self.locked.step:
            when = f" {first.where}" if first else ""
            yield Broken(
                TESTSET,
                self.path,
                f"{name} was registered only after the lock{when}"
                if first
                else f"{name} was never registered",
                "Start a new card that `follows` it, now that the test set is registered.",
            )
        elif mapping_in(self.past.at(path, self.locked.step - 1)).get("retired"):
            yield Broken(
                TESTSET,
                self.path,
                f"{name} was retired before the lock",
                "Start a new card on a test set that is in use.",
            )

    def _values(self) -> Iterator[Broken]:
        """What a decision is worth did not change between the lock and the verdict."""
        assert self.locked is not None
        content = content_of(self.judged.text if self.judged else None) or {}
        if self.judged is None or content.get("mode") != "confirmatory":
            return
        if (self.past.given and self.judged.step == 0) or not uses_kpi(self.locked.promise):
            return
        if values_at(self.past, self.locked.step) != values_at(self.past, self.judged.step):
            yield Broken(
                TEMPERED,
                "params.yaml",
                f"what a decision is worth changed between the lock and the verdict of "
                f"{self.path.split('/')[-2]}",
                "Put `lift` back and judge again, or start a new card.",
            )

    def _ballots(self) -> Iterator[Broken]:
        """Nobody votes, or thinks better of it, after the verdict."""
        judged = [one.step for one in self.verdicts if one.text is not None]
        folder = re.escape(f"{self.path.removesuffix(INDEX)}{FOLDER}/")
        for path in self.past.paths(rf"{folder}[^/]+\.yml") if judged else ():
            last = self.past.versions(path)[-1]
            if self.past.at(path, judged[-1]) != last.text:
                yield Broken(
                    TEMPERED,
                    path,
                    f"a ballot was changed {last.where}, after the verdict",
                    "Put it back; who thinks better of it asks for a new card.",
                )

    def _openings(self) -> Iterator[Broken]:
        """An opening that failed stays on record, as it was written first."""
        folder = re.escape(f"{self.path.removesuffix(INDEX)}{OPENINGS}/")
        for path in self.past.paths(rf"{folder}[^/]+\.yml"):
            versions = self.past.versions(path)
            first, last = versions[0], versions[-1]
            if last.text is None:
                yield Broken(GONE, path, f"an opening that failed was taken out {last.where}")
            elif last.text != first.text:
                yield Broken(TEMPERED, path, f"an opening that failed was rewritten {last.where}")

    def _in_force(self, step: int) -> Read | None:
        """The version that stood there after a step."""
        before = [one for one in self.read if one.step <= step]
        return before[-1] if before else None


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


def outputs_in(text: str | None) -> dict[str, str]:
    """Every output that the text of a dvc.lock names, with its digest."""
    return outputs(mapping_in(text))


def content_of(text: str | None) -> dict[str, Any] | None:
    """The content of a verdict file, whoever wrote it; None if it is none."""
    try:
        content = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def sums_in(verdict: dict[str, Any]) -> dict[Any, Any]:
    """The digest of each table that a verdict names, by its path, whoever wrote it."""
    tables = verdict.get("tables")
    named = tables if isinstance(tables, list) else []
    return {one.get("path"): one.get("md5") for one in named if isinstance(one, dict)}


def _may_follow(before: dict[str, Any], now: dict[str, Any]) -> bool:
    """May one verdict take the place of another: on the same evidence, or as exploratory?"""
    if now.get("mode") == "exploratory":
        return True
    return all(before.get(key) == now.get(key) for key in DECIDED)


@lru_cache(maxsize=256)
def mapping_in(text: str | None) -> Mapping[str, Any]:
    """The content of a YAML text; empty if it is none.

    It is kept, and so it must not be changed: every hypothesis asks for the same dvc.lock.
    """
    try:
        content = parse_yaml(text or "", Path("a file in git"))
    except LabError:
        return {}
    return content if isinstance(content, dict) else {}
