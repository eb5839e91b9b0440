"""What people or scripts have counted: k of n, for `share` and `panel`."""

import csv
from dataclasses import dataclass
from pathlib import Path

from ..errors import LabError
from ..records.files import LARGEST, see_that_fits
from .pipeline import FOLDER


@dataclass(frozen=True)
class Counted:
    """k of n: items that passed a check, or people who said yes, of those who voted."""

    hits: int
    n: int


def shares_of(root: Path) -> dict[str, Counted]:
    """Results of scripted checks: evaluation/checks/NAME.csv with `id` and `passed` (1 or 0).

    Raises:
        LabError: a file does not have that shape.
    """
    folder = root / FOLDER / "checks"
    return {path.stem: counted_in(path) for path in sorted(folder.glob("*.csv"))}


def counted_in(path: Path) -> Counted:
    """The result of one scripted check.

    Raises:
        LabError: the file does not have that shape.
    """
    passed = passed_in(path)
    return Counted(sum(passed.values()), len(passed))


def passed_in(path: Path) -> dict[str, bool]:
    """Which items passed a scripted check, by their ids.

    Raises:
        LabError: the file does not have that shape.
    """
    try:
        see_that_fits(path, LARGEST)
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise LabError(f"{path} is no table that can be read ({error}).") from None
    marks = [str(row.get("passed")).strip().lower() for row in rows]
    ids = [row.get("id") for row in rows]
    if set(marks) - {"1", "0", "true", "false"} or not all(ids) or len(set(ids)) < len(ids):
        raise LabError(f"{path} needs the columns `id`, each once, and `passed`, with 1 or 0.")
    return {str(id_): mark in ("1", "true") for id_, mark in zip(ids, marks, strict=True)}
