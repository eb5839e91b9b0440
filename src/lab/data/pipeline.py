"""What the pipeline left behind: which tables there are, and whether DVC vouches for them."""

import hashlib
import json
from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from typing import Any

from ..errors import LabError
from ..evidence.kpi import Counted, Kpi
from ..records.document import read_yaml

FOLDER = "evaluation"
NUMBERS = ("correct", "wrong", "cost_of_error")


def table_path(root: Path, name: str) -> Path:
    """A table of the pipeline: Parquet, or else CSV of the same shape."""
    csv = root / FOLDER / f"{name}.csv"
    parquet = csv.with_suffix(".parquet")
    return csv if csv.is_file() and not parquet.is_file() else parquet


def md5_of(path: Path) -> str:
    """The digest by which DVC knows a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def md5_of_folder(path: Path) -> str:
    """The digest by which DVC knows a folder: over the digests of the files in it."""
    files = sorted(one for one in path.rglob("*") if one.is_file())
    listed = [{"md5": md5_of(one), "relpath": one.relative_to(path).as_posix()} for one in files]
    listed.sort(key=lambda one: one["relpath"])
    return f"{hashlib.md5(json.dumps(listed).encode(), usedforsecurity=False).hexdigest()}.dir"


def outputs(lock: Mapping[str, Any]) -> dict[str, str]:
    """Every output that a dvc.lock names, with its digest."""
    found: dict[str, str] = {}
    stages = lock.get("stages")
    for stage in stages.values() if isinstance(stages, dict) else ():
        outs = stage.get("outs") if isinstance(stage, dict) else None
        for out in outs if isinstance(outs, list) else ():
            if isinstance(out, dict):
                found[str(out.get("path", ""))] = str(out.get("md5", ""))
    return found


def written_last(root: Path) -> dict[str, str]:
    """Every output of the pipeline's last run, with its digest; nothing before the first."""
    return outputs(_mapping(root / "dvc.lock"))


def vouched_for(root: Path, path: Path) -> str:
    """The digest of a table or a folder that is exactly what the pipeline wrote last.

    Raises:
        LabError: dvc.lock does not know the table, or knows another content.
    """
    name = path.relative_to(root).as_posix()
    promised = written_last(root).get(name)
    found = md5_of_folder(path) if path.is_dir() else md5_of(path)
    if promised is None:
        raise LabError(f"dvc.lock does not know {name}: run the pipeline, `uv run dvc repro`.")
    if promised != found:
        raise LabError(
            f"{name} is not what the pipeline wrote: somebody changed it, or the pipeline was "
            "not run to its end. Run `uv run dvc repro --force evaluate`."
        )
    return found


def kpi_of(root: Path) -> Kpi | None:
    """The project's value function: `lift` in params.yaml, None if there is none."""
    params = _mapping(root / "params.yaml")
    lift = params.get("lift")
    if not isinstance(lift, dict):
        return None
    target = _mapping(root / "schema.yaml").get("target")
    target = target if isinstance(target, dict) else {}
    values = [str(one) for one in target.get("values") or ()]
    positive = str(target["positive"]) if target.get("positive") is not None else None
    others = [one for one in values if one != positive]
    try:
        numbers = {name: float(lift[name]) for name in NUMBERS if name in lift}
    except (TypeError, ValueError):
        raise LabError(f"params.yaml: {', '.join(NUMBERS)} of `lift` have to be numbers.") from None
    worth = lift.get("value") or {}
    try:
        matrix = {
            str(actual): {str(decision): float(value) for decision, value in row.items()}
            for actual, row in worth.items()
        }
    except (AttributeError, TypeError, ValueError):
        raise LabError(
            "params.yaml: `value` of `lift` needs numbers: {actual: {decision: number}}."
        ) from None
    if not all(isfinite(one) for one in (*numbers.values(), *_flat(matrix))):
        raise LabError("params.yaml: a number under `lift` is not finite.")
    negative = others[0] if len(others) == 1 else None
    return Kpi(matrix, positive=positive, negative=negative, **numbers)


def _flat(matrix: Mapping[str, Mapping[str, float]]) -> list[float]:
    return [value for row in matrix.values() for value in row.values()]


def unit_of_kpi(root: Path) -> str:
    """In what the value of a decision is counted, as params.yaml says."""
    lift = _mapping(root / "params.yaml").get("lift")
    unit = lift.get("unit") if isinstance(lift, dict) else None
    return unit if isinstance(unit, str) else "points"


def unit_of(root: Path) -> str | None:
    """The column whose rows belong together, as schema.yaml says."""
    unit = _mapping(root / "schema.yaml").get("unit")
    return unit if isinstance(unit, str) else None


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
    import csv

    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise LabError(f"{path} is no table that can be read ({error}).") from None
    passed = [str(row.get("passed")).strip().lower() for row in rows]
    ids = [row.get("id") for row in rows]
    if (
        any(one not in ("1", "0", "true", "false") for one in passed)
        or not all(ids)
        or len(set(ids)) < len(ids)
    ):
        raise LabError(f"{path} needs the columns `id`, each once, and `passed`, with 1 or 0.")
    return Counted(sum(one in ("1", "true") for one in passed), len(passed))


def _mapping(path: Path) -> dict[str, Any]:
    content = read_yaml(path) if path.is_file() else None
    return content if isinstance(content, dict) else {}
