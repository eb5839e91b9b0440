"""Openings of a sealed test set that gave no verdict, one file for each, beside the card."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta

from .front import Entry, Text
from .texts import read_every

FOLDER = "openings"
Reached = Literal["dry run", "held-out rows"]


class FailedOpening(Entry, frozen=True, kw_only=True):
    """Who opened, when, how far it came, and why it gave no verdict.

    A dry run predicts training rows alone. From the moment at which the predict command gets
    held-out rows, the set was opened. The slot stays taken either way: no file could prove that
    nothing was seen.
    """

    slot: Annotated[int, Meta(ge=1, description="Of the test set; it stays taken.")]
    reached: Reached
    reason: Text


def path_of(folder: str, at: datetime, handle: str) -> str:
    """The file of an opening that failed, in the folder of the record."""
    return f"{folder}/{FOLDER}/{at:%Y-%m-%dT%H%M%SZ}-{handle}.yml"


def read_failed_openings(root: Path, folder: str) -> list[FailedOpening]:
    """All of a record, by time.

    Raises:
        LabError: one of them cannot be read.
    """
    return [failed for _, failed in read_every(root / folder / FOLDER, FailedOpening)]


def told(failed: FailedOpening) -> str:
    """An opening that failed, in one sentence."""
    return (
        f"{failed.at:%Y-%m-%d} by {failed.by}, at the {failed.reached}: {failed.reason}; slot "
        f"{failed.slot} stays taken"
    )
