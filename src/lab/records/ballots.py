"""Ballots: what the members of a panel say, one file for each of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta

from ..errors import LabError
from .front import Entry, Text
from .texts import read_as

FOLDER = "ballots"


class Ballot(Entry, frozen=True, kw_only=True):
    """One person's answers, by the text of the criterion."""

    answers: Annotated[dict[str, Literal["yes", "no"]], Meta(min_length=1)]
    why: Text | None = None


def path_of(folder: str, handle: str) -> str:
    """The file of a person's ballot, in the folder of the record."""
    return f"{folder}/{FOLDER}/{handle}.yml"


def is_on_panel(panel: str | None, roles: Sequence[str] | None) -> bool:
    """May somebody with these roles vote? `team` is everybody on it; None is nobody's roles."""
    return roles is not None and (panel == "team" or panel in roles)


def read_ballots(root: Path, folder: str) -> list[Ballot]:
    """All ballots of a record, by voter.

    Raises:
        LabError: one of them cannot be read, or is somebody else's.
    """
    found = []
    for path in sorted((root / folder / FOLDER).glob("*.yml")):
        ballot, faults = read_as(path, Ballot)
        if faults:
            fault = faults[0]
            raise LabError(f"{path}:{fault.line}: {fault.message}. {fault.remedy}")
        if ballot.by != path.stem:
            raise LabError(f"{path} holds a ballot of {ballot.by}: one file for each voter.")
        found.append(ballot)
    return found
