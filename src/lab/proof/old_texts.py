"""What texts in git's past say, whoever wrote them: records, verdicts, dvc.lock, any YAML."""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from ..data.pipeline import outputs
from ..errors import LabError
from ..records.document import parse_yaml, split
from ..records.yaml import parse_strict
from .locks import Promise

PREDICTIONS = ("evaluation/predictions.parquet", "evaluation/predictions.csv")


@lru_cache(maxsize=8192)
def promise_in(text: str) -> Promise | None:
    """The promise in the text of a record; None if it cannot be read.

    What one text says is kept: the audit and the site ask for the same versions.
    """
    parts = split(text)
    data, faults = parse_strict(parts[0]) if parts else (None, [])
    if faults or not isinstance(data, dict):
        return None
    try:
        return msgspec.convert(data, Promise)
    except (msgspec.ValidationError, TypeError, OverflowError):
        return None


def outputs_in(text: str | None) -> dict[str, str]:
    """Every output that the text of a dvc.lock names, with its digest."""
    return outputs(mapping_in(text))


def content_of(text: str | None) -> dict[str, Any] | None:
    """The content of a verdict file, whoever wrote it; None if it is none."""
    try:
        content = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def sums_in(verdict: dict[str, Any]) -> dict[Any, Any]:
    """The digest of each table that a verdict names, by its path, whoever wrote it."""
    tables = verdict.get("tables")
    named = tables if isinstance(tables, list) else []
    return {one.get("path"): one.get("md5") for one in named if isinstance(one, dict)}


@lru_cache(maxsize=256)
def mapping_in(text: str | None) -> Mapping[str, Any]:
    """The content of a YAML text; empty if it is none.

    It is kept, and so it must not be changed: every hypothesis asks for the same dvc.lock.
    """
    try:
        content = parse_yaml(text or "", Path("a file in git"))
    except LabError:
        return {}
    return content if isinstance(content, dict) else {}
