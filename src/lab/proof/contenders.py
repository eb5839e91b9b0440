"""The models that an opening asks: the candidate as it is, and the champion by its own source."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .. import git
from ..data.pipeline import (
    CANDIDATE,
    CHAMPION,
    digest_in_pointer,
    md5_of_folder,
    model_of,
    models_in,
)
from ..errors import LabError
from ..project import Project
from ..records.store import Record
from .history import History

SOURCE = ("src", "schema.yaml", "params.yaml")


@dataclass(frozen=True)
class Model:
    """One model that is asked: its places by seed, and the project whose source predicts."""

    name: str
    project: Project
    files: Mapping[int, Path]


def candidate_of(project: Project, record: Record) -> Model:
    """The candidate with the seeds that a hypothesis promised.

    Raises:
        LabError: one of them is missing.
    """
    found = models_in(project.root / CANDIDATE)
    seeds = record.front.evaluation.seeds
    if absent := [seed for seed in seeds if seed not in found]:
        raise LabError(
            f"{model_of(CANDIDATE, absent[0]).as_posix()} is missing: {record.id} promised this "
            "seed. Set train.seeds in params.yaml, and run `uv run dvc repro`."
        )
    return Model("candidate", project, {seed: found[seed] for seed in seeds})


def champion_of(root: Path, folder: Path) -> Model:
    """The champion, with the source, schema and parameters of the commit that it comes from.

    Args:
        root: the project.
        folder: where that source is put.

    Raises:
        LabError: the champion is not here, or its commit is not.
    """
    home = root / CHAMPION
    pointer = root / f"{CHAMPION}.dvc"
    named = digest_in_pointer(pointer.read_text("utf-8") if pointer.is_file() else None)
    if not home.is_dir() or named != md5_of_folder(home):
        raise LabError(
            f"{CHAMPION} is not what {CHAMPION}.dvc names: `uv run dvc checkout {CHAMPION}.dvc`."
        )
    try:
        provenance = json.loads((home / "champion.json").read_text(encoding="utf-8"))
        commit = str(provenance["source"])
    except (OSError, ValueError, KeyError, TypeError):
        raise LabError(
            f"{CHAMPION}/champion.json does not say from which commit the champion is: get it with "
            f"`uv run dvc pull {CHAMPION}.dvc`, or promote a model again."
        ) from None
    files = models_in(home)
    if not files:
        raise LabError(f"{CHAMPION} holds no model: `uv run dvc pull {CHAMPION}.dvc`.")
    then = folder / "champion"
    _checked_out(root, commit, then)
    return Model("champion", Project(then), files)


def _checked_out(root: Path, commit: str, into: Path) -> None:
    """The source, the schema and the parameters of a commit, in a folder."""
    if not History(root).show(commit, "params.yaml"):
        raise LabError(
            f"the commit {commit[:10]} of the champion is not here: fetch the whole history."
        )
    names = git.entries(git.run(root, "ls-tree", "-r", "-z", "--name-only", commit, "--", *SOURCE))
    history = History(root)
    for name in names:
        path = into / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(history.content(f"in {commit}", name) or b"")
