"""A file looked at: how it is written, its rows, and what is in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import polars as pl

from ..errors import LabError
from .guess import counted, guess_format, missing_words
from .params import Format
from .profile import Profile, profile_of
from .raw import read_files, without


@dataclass(frozen=True)
class Inspection:
    """What was found in files of one shape."""

    files: Sequence[Path]
    written: Format
    rows: pl.DataFrame
    profile: Profile


def inspect(
    files: Sequence[Path], target: str | None = None, said: dict[str, object] | None = None
) -> Inspection:
    """Look at files.

    Args:
        files: one, or several of one shape.
        target: the column that is predicted, if that is known.
        said: parts of the format that a person has said, by name.

    Raises:
        LabError: one cannot be read, or they have different columns.
    """
    try:
        written = msgspec.structs.replace(guess_format(files[0]), **(said or {}))
    except OSError as error:
        raise LabError(f"{files[0]} cannot be read ({error.strerror or error}).") from None
    rows = read_files(files, written)
    if rows.is_empty():
        raise LabError(f"{files[0]} has a header, and no rows.")
    values = {column.name: counted(column) for column in rows.iter_columns()}
    if not (said or {}).get("missing") and (words := missing_words(values.values())):
        written = msgspec.structs.replace(written, missing=words)
        rows = without(rows, words)
        values = {
            name: counts.filter(~pl.col("value").is_in(words))
            if counts["value"].dtype == pl.String
            else counts
            for name, counts in values.items()
        }
    profile = profile_of(rows, written, target, values)
    dates = list(dict.fromkeys(found.dates for found in profile.columns if found.dates))
    return Inspection(files, msgspec.structs.replace(written, dates=dates), rows, profile)
