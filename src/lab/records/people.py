"""team/people.yml: who works here, as what, from when until when."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Literal

from msgspec import Meta, field

from .front import END, Handle, Part, Text

PEOPLE = "team/people.yml"
NOBODY = f"{PEOPLE} names nobody: `lab check` says what is wrong with it."

Role = Literal[
    "sponsor",
    "product owner",
    "data scientist",
    "machine-learning engineer",
    "data engineer",
    "software engineer",
    "platform engineer",
]
Date = Annotated[
    str,
    Meta(
        pattern=rf"^[0-9]{{4}}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]){END}",
        description='A day in quotes: "2026-12-25".',
    ),
]


class Span(Part, frozen=True, kw_only=True):
    """A time between two days, both counted; without one, it has no such end."""

    begin: Annotated[Date | None, Meta(description="The first day.")] = field(
        name="from", default=None
    )
    until: Annotated[Date | None, Meta(description="The last day.")] = None

    def holds(self, at: datetime) -> bool:
        """Is a moment in it, by its UTC day?"""
        day = f"{at.astimezone(UTC):%Y-%m-%d}"
        return (self.begin or day) <= day <= (self.until or day)


class Held(Span, frozen=True, kw_only=True):
    """A role that somebody holds from one day to another."""

    role: Role


class Person(Span, frozen=True, kw_only=True):
    """Somebody who works on the project, or has worked on it."""

    handle: Annotated[Handle, Meta(description="The user name on the forge; it never changes.")]
    name: Text
    roles: Annotated[list[Role | Held], Meta(min_length=1)]
    backups: Annotated[list[Handle], Meta(description="Who has done this work at least once.")] = []
    away: Annotated[list[Span], Meta(description="When the backups may act instead.")] = []
    group: Annotated[Text | None, Meta(description="Needed above the largest group.")] = None

    def roles_at(self, at: datetime) -> tuple[str, ...]:
        """The roles at a moment; none before the first day and after the last."""
        if not self.holds(at):
            return ()
        return tuple(
            held.role if isinstance(held, Held) else held
            for held in self.roles
            if not isinstance(held, Held) or held.holds(at)
        )

    def is_away(self, at: datetime) -> bool:
        """Do others stand in at a moment?"""
        return any(absence.holds(at) for absence in self.away)


class People(Part, frozen=True, kw_only=True):
    """team/people.yml."""

    people: Annotated[list[Person], Meta(min_length=1)]


def with_role(people: Iterable[Person], role: str, at: datetime) -> list[str]:
    """The handles of those who may act in a role at a moment.

    They are the people who hold it, and for those of them who are away, their backups.
    """
    here = {person.handle: person for person in people if person.holds(at)}
    holders = [person for person in here.values() if role in person.roles_at(at)]
    backups = [
        backup
        for person in holders
        if person.is_away(at)
        for backup in person.backups
        if backup in here
    ]
    return list(dict.fromkeys([*(person.handle for person in holders), *backups]))
