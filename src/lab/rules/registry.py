"""What a rule is, and where all of them are found.

A rule is a small generator with a code. Its docstring's first line is the title, the rest is
the reason. It yields what it finds; the runner adds the line, the remedy and the level.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import cleandoc
from typing import Any, NamedTuple

from ..records.finding import Level
from ..records.lines import Place
from ..records.store import Record, Store

# What these find is never excused and never taken more lightly: the rest rests on it.
UNWAIVABLE = (
    *("REC001", "REC002", "REC003", "REC004", "REC005", "TEA001", "TEA005", "TEA006"),
    *("LCK002", "LCK003", "EVD001", "EVD002", "EVD003"),
)

# A role that somebody had when they acted, and has no more, or the other way round.
SAY_SINCE_WHEN = "give the role its days (`from`, `until`) in team/people.yml."


class Found(NamedTuple):
    """One place where a rule is broken.

    `at` is a place in the front matter (or in the YAML of `path`), or a line of the file.
    `record` is the record that it is about; a rule over the whole store has to name it, or a
    `path`. `remedy` replaces the rule's own.
    """

    message: str
    at: Place | int = ()
    remedy: str | None = None
    record: Record | None = None
    path: str | None = None


@dataclass(frozen=True)
class Rule:
    """A rule, its words, and how seriously it is taken."""

    code: str
    title: str
    reason: str
    remedy: str
    level: Level
    kinds: tuple[str, ...]
    low: Level | None
    high: Level | None
    needs_another_person: bool
    in_change: bool
    run: Callable[..., Iterator[Found]]

    @property
    def family(self) -> str:
        """The three letters that the code begins with."""
        return self.code[:3]

    @property
    def levels(self) -> str:
        """How seriously it is taken, in words: at medium risk first, then where that differs."""
        by_risk = (("low", self.low), ("high", self.high))
        others = [f"{level} at {risk} risk" for risk, level in by_risk if level]
        alone = "; a note in a team of one" if self.needs_another_person else ""
        elsewhere = "; a warning where a change does not touch the record" if self.in_change else ""
        return ", ".join([self.level, *others]) + alone + elsewhere

    def level_in(self, store: Store) -> Level:
        """How seriously a team takes it: its own word, else its size and its risk decide."""
        if self.code in UNWAIVABLE:
            return self.level
        if self.code in store.policy.levels:
            return store.policy.levels[self.code]
        if self.needs_another_person and store.alone:
            return "note"
        by_risk = {"low": self.low, "high": self.high}.get(store.policy.risk)
        return by_risk or self.level


RULES: dict[str, Rule] = {}


def rule(
    code: str,
    *kinds: str,
    remedy: str,
    level: Level = "error",
    low: Level | None = None,
    high: Level | None = None,
    needs_another_person: bool = False,
    in_change: bool = False,
) -> Callable[[Callable[..., Iterator[Found]]], Callable[..., Iterator[Found]]]:
    """Register a rule.

    Args:
        code: three letters and three digits.
        kinds: of these records it is asked one by one, as `(record, store)`; of none, it is
            asked once, as `(store)`.
        remedy: what to do; `{id}` stands for the record's id.
        level: how seriously it is taken at medium risk.
        low: the same at low risk.
        high: the same at high risk.
        needs_another_person: in a team of one, what it finds is a note.
        in_change: an error in a record that a change touches, and a warning elsewhere, because
            the day has brought it, or an earlier version of the rules.
    """

    def register(run: Callable[..., Iterator[Found]]) -> Callable[..., Iterator[Found]]:
        title, _, reason = cleandoc(run.__doc__ or "").partition("\n")
        if code in RULES:
            raise ValueError(f"{code} is there twice")
        RULES[code] = Rule(
            code=code,
            title=title,
            reason=reason.strip(),
            remedy=remedy,
            level=level,
            kinds=kinds,
            low=low,
            high=high,
            needs_another_person=needs_another_person,
            in_change=in_change,
            run=run,
        )
        return run

    return register


def from_loading(store: Store) -> Iterator[Any]:
    """For rules whose findings come from reading the files: nothing more to find."""
    return iter(())
