"""What was promised by a hypothesis, and whether it was kept, through all its versions in git.

Only what lasts is held against anybody: a promise that was changed and put back before the
verdict harms nothing. What counts is what stood there when the verdict came, and what stands
there now.
"""

from collections.abc import Iterator
from functools import cached_property
from itertools import takewhile
from typing import Any

from ..records.record import verdict_beside
from ..records.testsets import path_of_testset
from .history import Past, Version
from .locks import (
    LOCKED,
    alpha_of,
    is_amended_truly,
    locked_fields,
    promised,
    testset_when_locked,
)
from .old_texts import PREDICTIONS, content_of, mapping_in, outputs_in, promise_in, sums_in
from .surroundings import (
    GONE,
    TEMPERED,
    Broken,
    Read,
    faults_of_ballots,
    faults_of_openings,
    faults_of_testset,
    faults_of_values,
)

ORDER = "AUD002"
DECIDED = ("mode", "verdict", "digest", "testset", "tables", "counted", "results", "opening")


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
        yield from faults_of_testset(self.past, self.path, self.locked)
        yield from faults_of_values(self.past, self.path, self.locked, self.judged)
        yield from faults_of_ballots(self.past, self.path, self.verdicts)
        yield from faults_of_openings(self.past, self.path)

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

    def _in_force(self, step: int) -> Read | None:
        """The version that stood there after a step."""
        before = [one for one in self.read if one.step <= step]
        return before[-1] if before else None


def _may_follow(before: dict[str, Any], now: dict[str, Any]) -> bool:
    """May one verdict take the place of another: on the same evidence, or as exploratory?"""
    if now.get("mode") == "exploratory":
        return True
    return all(before.get(key) == now.get(key) for key in DECIDED)
