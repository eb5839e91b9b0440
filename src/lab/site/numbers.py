"""The numbers that the pipeline wrote, and whether DVC vouches for them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..data.pipeline import FOLDER, vouched_for
from ..errors import LabError
from ..records.files import LARGEST, see_that_fits

NUMBER = (int, float)
SHOWN = {
    "metrics": {"source": str, "examples": int, "candidate": dict, "status_quo": dict},
    "lift": {"unit": str, "examples": int}
    | dict.fromkeys(("random", "status_quo", "perfect", "potential", "risk"), NUMBER),
}


@dataclass(frozen=True)
class Numbers:
    """The content of a file of numbers; `stale` says why they may be out of date, or is None."""

    values: Mapping[str, Any]
    stale: str | None = None

    @property
    def of_development(self) -> bool:
        """Are they from predictions out of fold of training rows, the held-out set being sealed?"""
        return self.values.get("rows") == "development"


def read_numbers(root: Path, name: str) -> Numbers:
    """What the pipeline wrote to `evaluation/<name>.json`, `metrics` or `lift`.

    Raises:
        LabError: the file is missing, is not JSON, or lacks what the site shows.
    """
    path = root / FOLDER / f"{name}.json"
    try:
        see_that_fits(path, LARGEST)
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise LabError(f"{path} is not there yet: run `uv run dvc repro` first.") from None
    except (ValueError, RecursionError) as error:
        raise LabError(f"{path} is not JSON ({error}): run `uv run dvc repro --force`.") from None
    found = content if isinstance(content, dict) else {}
    for key, kind in SHOWN[name].items():
        value = found.get(key)
        values = value.values() if isinstance(value, dict) else ()
        if not isinstance(value, kind) or not all(isinstance(item, NUMBER) for item in values):
            raise LabError(
                f"{path} gives {value!r} for {key!r}, which the site cannot show: "
                "fix the stage that writes it, and run `uv run dvc repro`."
            )
    return Numbers(found, stale(root, path))


def stale(root: Path, path: Path) -> str | None:
    """Why a file is not what the pipeline wrote last; None if dvc.lock vouches for it."""
    try:
        vouched_for(root, path)
    except LabError as error:
        return str(error)
    return None
