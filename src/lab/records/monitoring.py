"""The reports of `lab monitor` beside a rollout: the last one, as far as people are asked of it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from .front import Time
from .record import Record

FOLDER = "monitoring"


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What of a report's JSON is read here; there is more in it."""

    at: Time
    found: str
    code: int = 0


@dataclass(frozen=True)
class Watched:
    """What was found, when, and whether something has drifted or holds no longer."""

    at: datetime
    found: str
    drift: bool


def last_report(root: Path, rollout: Record) -> Watched | None:
    """The last report beside a rollout; None if there is none that can be read."""
    for path in sorted((root / rollout.folder / FOLDER).glob("*.json"), reverse=True):
        try:
            report = msgspec.json.decode(path.read_bytes(), type=Report)
        except (OSError, msgspec.DecodeError):
            continue
        return Watched(report.at, report.found, report.code == 1)
    return None
