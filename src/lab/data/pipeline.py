"""What the pipeline left behind: where it lies, and whether DVC vouches for it."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import LabError
from ..project import Project
from ..records.document import parse_yaml
from .schema import mapping_in

# Paths from the project's folder, as the template's dvc.yaml has them.
DVC_LOCK = "dvc.lock"
RAW = "data/raw"  # the team's own files, which DVC keeps
TRAIN, OUT_OF_FOLD = "data/train.parquet", "data/oof.parquet"
HELD_OUT = "data/heldout"  # sealed: read where the test set is opened, and nowhere else
ROWS, LABELS = f"{HELD_OUT}/rows.parquet", f"{HELD_OUT}/labels.parquet"
SUMMARY = "data/heldout.json"  # what everybody may know of it
CANDIDATE, CHAMPION = "models/candidate", "models/champion"
FOLDER = "evaluation"
OPENINGS = f"{FOLDER}/openings"  # what was predicted and counted, for each hypothesis


def table_path(root: Path, name: str) -> Path:
    """A table of the pipeline: Parquet, or else CSV of the same shape."""
    csv = root / FOLDER / f"{name}.csv"
    parquet = csv.with_suffix(".parquet")
    return csv if csv.is_file() and not parquet.is_file() else parquet


def model_of(folder: str, seed: int) -> Path:
    """Where the train command writes a model: a file or a folder, in a format of the team's."""
    return Path(folder) / f"seed-{seed}"


def models_in(folder: Path) -> dict[int, Path]:
    """The models of a folder by seed: `seed-1`, or with an ending, as `seed-1.skops`."""
    names = {path: path.name.partition(".")[0] for path in folder.glob("seed-*")}
    seeds = {name.removeprefix("seed-"): path for path, name in names.items()}
    return {int(seed): seeds[seed] for seed in sorted(seeds) if seed.isdigit()}


def md5_of(path: Path) -> str:
    """The digest by which DVC knows a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def md5_of_output(path: Path) -> str:
    """The digest by which DVC knows a file or a folder."""
    return md5_of_folder(path) if path.is_dir() else md5_of(path)


def md5_of_folder(path: Path) -> str:
    """The digest by which DVC knows a folder: over the digests of the files in it."""
    files = {file.relative_to(path).as_posix(): file for file in path.rglob("*") if file.is_file()}
    return md5_of_listing({name: md5_of(file) for name, file in files.items()})


def md5_of_listing(sums: Mapping[str, str]) -> str:
    """The digest of a folder from those of the files in it, by their paths."""
    listed = [{"md5": md5, "relpath": name} for name, md5 in sorted(sums.items())]
    return f"{hashlib.md5(json.dumps(listed).encode(), usedforsecurity=False).hexdigest()}.dir"


def digest_in_pointer(text: str | None) -> str | None:
    """The digest of what a .dvc file points to; None if it is none."""
    try:
        content = parse_yaml(text or "", Path("a .dvc file"))
    except LabError:
        return None
    match content:
        case {"outs": [{"md5": str(digest)}]}:
            return digest
    return None


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
    return outputs(mapping_in(root / DVC_LOCK))


def is_sealed(root: Path) -> bool:
    """Does the pipeline of a project keep a held-out set apart?"""
    return SUMMARY in written_last(root)


def is_up_to_date(project: Project) -> bool:
    """Are models and tables what the pipeline makes of the sources as they are?"""
    return not project.run("dvc", "status", "--quiet", "train", "evaluate").code


def vouched_for(root: Path, path: Path) -> str:
    """The digest of a table or a folder that is exactly what the pipeline wrote last.

    Raises:
        LabError: dvc.lock does not know the table, or knows another content.
    """
    name = path.relative_to(root).as_posix()
    promised = written_last(root).get(name)
    found = md5_of_output(path)
    if promised is None:
        raise LabError(f"{DVC_LOCK} does not know {name}: run the pipeline, `uv run dvc repro`.")
    if promised != found:
        raise LabError(
            f"{name} is not what the pipeline wrote: somebody changed it, or the pipeline was "
            "not run to its end. Run `uv run dvc repro --force evaluate`."
        )
    return found
