"""Ballots: what the members of a panel say, one file for each of them."""

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta

from ..errors import LabError
from .front import Entry, Text
from .people import Person
from .texts import read_every

FOLDER = "ballots"
PANEL = re.compile(r"\s*panel\s*\(([^()]*)\)")


class Ballot(Entry, frozen=True, kw_only=True):
    """One person's answers, by the text of the criterion."""

    answers: Annotated[dict[str, Literal["yes", "no"]], Meta(min_length=1)]
    why: Text | None = None


def path_of(folder: str, handle: str) -> str:
    """The file of a person's ballot, in the folder of the record."""
    return f"{folder}/{FOLDER}/{handle}.yml"


def members_of(panel: str | None, people: Iterable[Person], at: datetime) -> list[str]:
    """Who is on a panel at a moment: those with its role; `team` is everybody."""
    return sorted(
        person.handle
        for person in people
        if (roles := person.roles_at(at)) and (panel == "team" or panel in roles)
    )


def panel_in(criterion: str) -> str | None:
    """The panel that a criterion asks; None if it asks none."""
    found = PANEL.match(criterion)
    return found[1].strip() if found else None


def silent(
    criterion: str, people: Iterable[Person], at: datetime, ballots: Iterable[Ballot]
) -> list[str]:
    """Who is on the panel of a criterion, as it was at a moment, and has not said anything."""
    heard = {ballot.by for ballot in ballots if criterion in ballot.answers}
    return [who for who in members_of(panel_in(criterion), people, at) if who not in heard]


def read_ballots(root: Path, folder: str) -> list[Ballot]:
    """All ballots of a record, by voter.

    Raises:
        LabError: one of them cannot be read, or is somebody else's.
    """
    found = []
    for path, ballot in read_every(root / folder / FOLDER, Ballot):
        if ballot.by != path.stem:
            raise LabError(f"{path} holds a ballot of {ballot.by}: one file for each voter.")
        found.append(ballot)
    return found
