"""Whether an output of the pipeline was put there by hand.

The pipeline is deterministic: a stage that read the same wrote the same. So two versions of
dvc.lock with the same command, dependencies and parameters of a stage, and with different
outputs, cannot both be its work. Every commit counts, not only those of the default branch.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..data.pipeline import DVC_LOCK
from .cache import find
from .old_texts import mapping_in
from .surroundings import Broken

if TYPE_CHECKING:  # it takes time to load
    import polars as pl

MODELS = "models/"  # files of models are not byte for byte the same
EVIDENCE = re.compile(r"evaluation/(?:examples|predictions|checks/[^/]+)\.(?:parquet|csv)")


def forged(root: Path, locks: Iterable[tuple[str, str]]) -> Iterator[Broken]:
    """Outputs that changed though nothing that they depend on did.

    Only what a verdict or another stage reads counts: a note of how long it took may differ.

    Args:
        root: the project.
        locks: every content of dvc.lock, oldest first, and where each is.
    """
    known: dict[tuple[str, str], dict[str, str]] = {}
    told: set[str] = set()
    for where, text in locks:
        stages = stages_in(text)
        read = {path for stage in stages.values() for path in sums_of(stage, "deps")}
        for name, stage in stages.items():
            outputs = sums_of(stage, "outs")
            earlier = known.setdefault((name, inputs_of(stage)), outputs)
            for path in sorted(outputs.keys() & earlier.keys() - told):
                if path.startswith(MODELS) or not (path in read or EVIDENCE.fullmatch(path)):
                    continue
                if _is_same(root, path, outputs[path], earlier[path]):
                    continue
                told.add(path)
                yield Broken(
                    "AUD005",
                    DVC_LOCK,
                    f"{path} changed {where}, and nothing that the stage `{name}` depends on did",
                )


def stages_in(text: str) -> dict[str, dict[str, Any]]:
    """Every stage that the text of a dvc.lock names."""
    stages = mapping_in(text).get("stages")
    if not isinstance(stages, dict):
        return {}
    return {str(name): stage for name, stage in stages.items() if isinstance(stage, dict)}


def inputs_of(stage: dict[str, Any]) -> str:
    """What a stage read, in one form however it is written."""
    read = {"cmd": stage.get("cmd"), "deps": sums_of(stage, "deps"), "params": stage.get("params")}
    return repr(_ordered(read))


def _ordered(value: Any) -> Any:
    """Plain data with every mapping in one order."""
    if isinstance(value, dict):
        return sorted((str(key), _ordered(item)) for key, item in value.items())
    return [_ordered(item) for item in value] if isinstance(value, list) else str(value)


def sums_of(stage: dict[str, Any], key: str) -> dict[str, str]:
    """The digest of each dependency or output, by its path."""
    entries = stage.get(key)
    return {
        str(one.get("path")): str(one.get("md5"))
        for one in (entries if isinstance(entries, list) else ())
        if isinstance(one, dict)
    }


def same_predictions(one: Path, other: Path) -> bool:
    """Does the candidate say the same of the same examples, in whichever order or format?"""
    import polars as pl

    tables = []
    for path in (one, other):
        try:
            mine = _read(path).filter(pl.col("model") == "candidate")
            number = mine["label"].cast(pl.Float64, strict=False).round_sig_figs(6)
            label = number.cast(pl.String).fill_null(mine["label"].cast(pl.String))
            known = mine.select(pl.col("id").cast(pl.String), pl.col("seed").cast(pl.Int64), label)
        except (pl.exceptions.PolarsError, OSError):
            return False
        tables.append(known.unique().sort("id", "seed", "label"))
    return tables[0].equals(tables[1])


def _read(path: Path) -> "pl.DataFrame":
    """A table, by its content: a cache knows no suffixes."""
    import polars as pl

    with path.open("rb") as file:
        return pl.read_parquet(path) if file.read(4) == b"PAR1" else pl.read_csv(path)


def _is_same(root: Path, path: str, one: str, other: str) -> bool:
    """Do two files hold the same? Other releases write other bytes for the same table."""
    if one == other:
        return True
    import polars as pl

    if not path.endswith((".parquet", ".csv")):
        return False
    files = [find(root, path, digest) for digest in (one, other)]
    read = pl.read_csv if path.endswith(".csv") else pl.read_parquet
    try:
        tables = [read(file) for file in files if file]
    except (pl.exceptions.PolarsError, OSError):
        return False
    return len(tables) == 2 and tables[0].equals(tables[1])
