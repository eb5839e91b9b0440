"""Entries of a research log: one file each, named after its moment and its author."""

import re
from datetime import datetime

from .store import Record, Store
from .texts import read_strictly

LOG_NAME = re.compile(r"([0-9]{8})T([0-9]{6})Z-(.+)\.md")


def logged(name: str) -> tuple[datetime, str] | None:
    """When a log entry was written and by whom, as its name says; None if it does not."""
    parts = LOG_NAME.fullmatch(name)
    if not parts:
        return None
    try:
        return datetime.fromisoformat(f"{parts[1]}T{parts[2]}Z"), parts[3]
    except ValueError:  # no such day or time
        return None


def read_log(record: Record, store: Store, name: str) -> str:
    """The text of a log entry; empty if it cannot be read."""
    folder = record.folder
    return read_strictly(store.root / folder / "log" / name)[0] or ""
