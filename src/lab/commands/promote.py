"""`lab promote`: the judged candidate becomes the champion."""

import argparse
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from ..data.pipeline import (
    CANDIDATE,
    CHAMPION,
    OUT_OF_FOLD,
    TRAIN,
    is_up_to_date,
    models_in,
    vouched_for,
    written_last,
)
from ..errors import LabError
from ..evidence.verdict import Verdict, verdict_of
from ..process.lanes import DONE, UPDATE, UPDATE_REVIEW
from ..project import Project
from ..proof.history import History
from ..records import files
from ..records.edits import Change, change_yaml
from ..records.kinds import EXPERIMENTS
from ..records.record import VERDICT
from ..records.store import Record, Store
from .options import add_id
from .parser import Command
from .session import here

PROVENANCE = "champion.json"
MOVED_ON = (
    ": the pipeline has moved on. Check out the commit of the verdict, run `uv run dvc checkout`, "
    "and promote there."
)


def arguments(command: Command) -> None:
    """Whose candidate."""
    command.describe(
        "Keep the model of a supported and reviewed hypothesis as the champion. From then on "
        "`champion` is a reference that later candidates are compared with.",
        "lab promote boosted-trees",
        run,
    )
    add_id(command)


def run(typed: argparse.Namespace) -> int:
    """Make the candidate of a supported and reviewed hypothesis the champion."""
    project, store = here()
    record = store.find(typed.id)
    verdict = _earned(record, store)
    _is_what_was_judged(project, verdict)
    params = store.root / "params.yaml"
    before = files.read_whole(params)
    text = change_yaml(before.decode("utf-8"), [Change(("evaluate", "champion"), record.id)])
    said = _copied(project, verdict)
    _kept_by_dvc(project)
    files.replace(params, before, text)
    print(f"{record.id} is the champion: its model is in {CHAMPION}, kept by DVC.")
    for line in said:
        print(f"  {line}")
    print("  From now on criteria may name it: recall >= champion - 0.02")
    print("  Next: uv run dvc repro, then commit params.yaml, dvc.lock, evaluation and models.")
    return 0


def _earned(record: Record, store: Store) -> Verdict:
    """The verdict that justifies the promotion."""
    if record.kind.code != "HYP":
        raise LabError(f"{record.id} is a {record.kind.means}; a hypothesis makes a champion.")
    outcome = record.front.outcome
    if outcome != "supported":
        raise LabError(
            f"{record.id} is {outcome or 'not judged yet'}: only a supported hypothesis makes a "
            "champion."
        )
    if record.lane not in (UPDATE, UPDATE_REVIEW, DONE) or record.front.not_shipped:
        where = "was not shipped" if record.front.not_shipped else f"is in `{record.lane}`"
        raise LabError(
            f"{record.id} {where}: its model becomes the champion after the review of the "
            f"hypothesis: lab review {record.id} --approve"
        )
    verdict = verdict_of(record, store)
    if isinstance(verdict, str):
        raise LabError(f"the verdict of {record.id} cannot be trusted: {verdict}.")
    if verdict.mode != "confirmatory":
        raise LabError(
            f"the verdict of {record.id} is exploratory ({'; '.join(verdict.reasons)}): it may "
            "raise a new hypothesis, and makes no champion."
        )
    return verdict


def _is_what_was_judged(project: Project, verdict: Verdict) -> None:
    """The candidate that lies here is the one whose predictions were judged."""
    asked = {table.path: table.md5 for table in verdict.tables}
    if verdict.opening:
        asked = {CANDIDATE: verdict.opening.model}
    for path, digest in asked.items():
        if vouched_for(project.root, project.root / path) != digest:
            raise LabError(f"{path} is not what was judged{MOVED_ON}")
    if not is_up_to_date(project):
        raise LabError(
            "the pipeline is not up to date, so the model may not be the one that was judged: "
            "`uv run dvc status` says what has changed."
        )


def _copied(project: Project, verdict: Verdict) -> list[str]:
    """The champion's folder as a copy of the candidate's, whole or not at all.

    Returns:
        What became of compiling it for the model API, for people.
    """
    root = project.root
    fresh = root / f"{CHAMPION}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        shutil.copytree(root / CANDIDATE, fresh)
        if (root / OUT_OF_FOLD).is_file():
            shutil.copy(root / OUT_OF_FOLD, fresh)
        said = _compiled(project, fresh)
        text = json.dumps(_provenance(root, fresh, verdict), indent=2, ensure_ascii=False) + "\n"
        (fresh / PROVENANCE).write_text(text, encoding="utf-8", newline="\n")
        shutil.rmtree(root / CHAMPION, ignore_errors=True)
        fresh.rename(root / CHAMPION)
    except OSError as error:
        raise LabError(f"{CHAMPION} cannot be written ({error.strerror}).") from None
    return said


def _compiled(project: Project, models: Path) -> list[str]:
    """Have the model API compile the models; a champion that is not compiled answers, too."""
    packages = sorted((project.root / "api/src").glob("*_api/compiled.py"))
    if not packages:
        return []
    folder = models.relative_to(project.root).as_posix()
    package = packages[0].parent.name
    ended = project.run("python", "-m", f"{package}.cli", "compile", "--model", folder)
    if ended.code:
        return [f"not compiled for the model API: {ended.tail()}"]
    return [*ended.lines]


def _provenance(root: Path, models: Path, verdict: Verdict) -> dict[str, Any]:
    """From what the champion was made and why it is one: whoever serves it can say so."""
    return {
        "format": 1,
        "hypothesis": verdict.id,
        "commit": verdict.commit,
        "source": History(root).last_change(f"{EXPERIMENTS}/{verdict.id}/{VERDICT}"),
        "data": written_last(root).get(TRAIN),
        "files": _digests(models),
        "compiled": {path.name: _sha256(path) for path in sorted(models.glob("compiled-*.npz"))},
        "verdict": {
            "verdict": verdict.verdict,
            "mode": verdict.mode,
            "at": verdict.at.isoformat(),
            "testset": verdict.testset,
            "seal": verdict.seal,
        },
        "metrics": [
            {
                "criterion": result.criterion,
                "metric": result.metric,
                "slice": result.slice,
                "reference": result.reference,
                "status": result.status,
                "estimate": result.estimate,
                "lower": result.lower,
                "upper": result.upper,
                "examples": result.n,
            }
            for result in verdict.results
        ],
    }


def _digests(models: Path) -> dict[str, str]:
    """What each file of each model holds, a model being a file or a folder."""
    places = models_in(models).values()
    files = [file for place in places for file in (place, *place.rglob("*")) if file.is_file()]
    return {file.relative_to(models).as_posix(): _sha256(file) for file in sorted(files)}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _kept_by_dvc(project: Project) -> None:
    ended = project.run("dvc", "add", "--quiet", CHAMPION)
    if ended.code:
        raise LabError(f"DVC could not keep the champion:\n{ended.tail()}\nFix it, and promote.")
