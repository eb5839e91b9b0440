"""What turns a project of version 1.0.0 into one whose held-out set is sealed, as file changes.

Nothing that a person wrote is deleted, and nothing is changed here: the changes are worked out
whole, so that they can be looked at first, and then done as one.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..data.params import FILE as PARAMS
from ..data.params import Params, converted
from ..data.schema import read_shape
from ..errors import LabError
from ..records.answers import ANSWERS, read_origin
from ..records.document import parse_yaml, read_text
from ..records.edits import Change, change_yaml, stamp
from ..records.store import Store
from ..records.testsets import path_of_testset
from .modules import Sources, modules_named, names_in, parsed, uncalled
from .rewrites import Edit
from .settings import (
    answering,
    champion_in,
    with_commands,
    with_lenient_params,
    with_line,
    with_own_needs,
)
from .wiring import FILE as WIRING
from .wiring import GONE, LOCK, in_the_way, is_rewired, rewired, template, unlocked

PYPROJECT, IGNORED, UNSEEN = "pyproject.toml", ".gitignore", ".dvcignore"
WHY = "its rows were on show in every run; `lab data adopt` sealed a new one"
COMMANDS = ("train", "predict", "jobs")
CALLED = {  # what these three call, and version 1.0.0 has
    "config": ("Params", "Section", "SplitParams", "load", "load_params"),
    "errors": ("ProjectError",),
    "model": ("compute", "load", "predict", "save", "train"),
    "schema": ("load_schema",),
    "jobs": ("PredictionJobs", "TrainingJobs", "called"),
}


@dataclass(frozen=True)
class Adoption:
    """All that changes.

    Attributes:
        edits: the files that are written.
        gone: tables that no stage writes any more.
        kept: commands that the team has written already.
        unused: files that nothing calls afterwards; they stay.
        champion: the hypothesis whose model was the reference; it has seen rows of the new set.
        waiting: cards that name a retired test set, and are not started.
    """

    edits: Sequence[Edit]
    gone: Sequence[str]
    kept: Sequence[str]
    unused: Sequence[str]
    champion: str | None
    waiting: Sequence[str]


def adoption_of(store: Store, sources: Sources, by: str) -> Adoption:
    """What is to be changed in a project.

    Args:
        store: everything that is written down in the project.
        sources: its Python files, by their paths.
        by: who retires the old test sets.

    Raises:
        LabError: it is sealed already, a file is missing or broken, or a team has changed what
            would be replaced; the message lists all of that.
    """
    root = store.root
    wiring = read_text(root / WIRING)
    content = parse_yaml(wiring, root / WIRING)
    if is_rewired(content):
        raise LabError(f"{WIRING} calls the tool already: the held-out set is sealed.")
    package = str(read_origin(root).answers.get("package_name"))
    if not any(path.startswith(f"src/{package}/") for path in sources):
        raise LabError(f"src/{package} is not there, the package that {ANSWERS} names: restore it.")
    _nothing_is_judged_now(store)
    kept = [path for path in _commands(package) if path in sources]
    own = set(_commands(package)[:2]) <= set(kept)  # then nothing reads our files of jobs
    written = [] if own else [path for path in _commands(package) if path not in kept]
    found = [*in_the_way(content, package), *_missing(sources, package, written)]
    if found:
        raise LabError(_list_of(found, package))
    params = read_text(root / PARAMS)
    told = parse_yaml(params, root / PARAMS)
    parametrised = with_commands(params, package)
    read = converted(parse_yaml(parametrised, root / PARAMS), root / PARAMS)
    read_shape(root, read.task)
    config = f"src/{package}/config.py"
    new = {path: template(f"{Path(path).name}.txt") for path in written}
    if config in sources:
        new[config] = with_lenient_params(config, sources[config])
    now = {**sources, **new}
    others = [stage for name, stage in content["stages"].items() if name not in OLD]
    called = modules_named((json.dumps(stage) for stage in others), package)
    roots = [f"{package}.{name}" for name in (*COMMANDS, "serving")]
    edits = [
        *(Edit(path, sources.get(path), text, SAYS[Path(path).stem]) for path, text in new.items()),
        Edit(WIRING, wiring, rewired(wiring, package), SAYS[WIRING]),
        Edit(PARAMS, params, parametrised, _says_of_params(told, read)),
        *_texts(root, now),
        *_retired(store, by),
    ]
    return Adoption(
        edits=[edit for edit in edits if edit.after != edit.before],
        gone=[path for path in GONE if (root / path).is_file()],
        kept=kept,
        unused=uncalled(now, package, [*roots, *called]),
        champion=champion_in(told),
        waiting=_waiting(store),
    )


OLD = ("data", "split", "train", "evaluate", "lift")
SAYS = {
    "train": "new: the train command, a call of what you wrote",
    "predict": "new: the predict command, a call of what you wrote",
    "jobs": "new: the files of jobs that the two read",
    "config": "it lets the new keys of params.yaml pass, which it does not use",
    WIRING: "data, train, evaluate and lift call the tool; split goes, since data splits",
}


def _commands(package: str) -> list[str]:
    return [f"src/{package}/{name}.py" for name in COMMANDS]


def _list_of(found: Sequence[str], package: str) -> str:
    return "\n".join(
        [
            "Nothing was changed, because these are not as version 1.0.0 made them:",
            *(f"  {line}" for line in found),
            f"Make each stage of {WIRING} as it was (what you added can go into the new stages "
            f"afterwards); where a function is missing, write src/{package}/train.py and "
            "predict.py yourself, as docs/how-to/change-the-model.md of the template says. Then "
            "run `lab data adopt` again.",
        ]
    )


def _missing(sources: Sources, package: str, written: Sequence[str]) -> Iterator[str]:
    """What the commands would call and is not there."""
    if not written:
        return
    for module, names in CALLED.items():
        path = f"src/{package}/{module}.py"
        if path in written:
            continue
        if path not in sources:
            yield f"{path} is not there"
            continue
        there = names_in(parsed(path, sources[path]))
        yield from (f"{path} has no `{name}`" for name in names if name not in there)


def _nothing_is_judged_now(store: Store) -> None:
    """The tables of a hypothesis that waits for its verdict go with the old stages."""
    for record in store.of("HYP"):
        if record.front.lock and not record.front.outcome:
            raise LabError(
                f"{record.id} is locked and has no verdict, and its held-out rows go with the old "
                "stages: judge it, or close it, and commit that first."
            )


def _says_of_params(before: Any, after: Params) -> str:
    salt = before["split"].get("salt")
    return (
        f'commands, folds and copies; split.salt "{salt}" -> "{after.split.salt}", so that other '
        "rows are held out: those before were on show"
    )


def _texts(root: Path, sources: Sources) -> Iterator[Edit]:
    """The smaller files around it."""
    for path, line in ((IGNORED, "/data/heldout/"), (UNSEEN, "__pycache__/")):
        before = read_text(root / path) if (root / path).is_file() else None
        if line not in (before or "").splitlines():
            yield Edit(path, before, with_line(before or "", line), f"{line} is added")
    answers = read_text(root / ANSWERS)
    yield Edit(ANSWERS, answers, answering(answers), "`sealed: true`, for later updates")
    pyproject = read_text(root / PYPROJECT)
    says = "what the old modules need is yours now, between the marker lines"
    yield Edit(PYPROJECT, pyproject, with_own_needs(pyproject, sources), says)
    if (root / LOCK).is_file():
        lock = read_text(root / LOCK)
        yield Edit(LOCK, lock, unlocked(lock), "without the stage that is gone")


def _retired(store: Store, by: str) -> Iterator[Edit]:
    retired = {"at": stamp(store.now), "by": by, "why": WHY}
    for testset in store.testsets.values():
        if testset.retired is None and not testset.sealed:
            path = path_of_testset(testset.id)
            before = read_text(store.root / path)
            after = change_yaml(before, [Change(("retired",), retired)])
            yield Edit(path, before, after, "retired: its rows were on show")


def _waiting(store: Store) -> list[str]:
    """Cards that are not started, and name a test set that will be retired."""
    old = {testset.id for testset in store.testsets.values() if not testset.sealed}
    return [
        record.id
        for record in store.of("HYP")
        if not record.front.lock and not record.front.outcome
        if record.front.evaluation and record.front.evaluation.testset in old
    ]
