"""What makes a file the project's data: schema, parameters, plots; the sample's leftovers go.

Nothing is changed here: the changes are worked out whole, so that they can be looked at first.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import git
from ..data.draft import (
    Roles,
    lift_section,
    params_changes,
    rule_for,
    schema_text,
    with_section,
)
from ..data.inspection import Inspection
from ..data.params import FILE as PARAMS
from ..data.params import converted
from ..data.schema import mapping_in
from ..data.split import by_name
from ..errors import LabError
from ..records.document import parse_yaml, read_text
from ..records.edits import Change, change_yaml, stamp
from ..records.store import Record, Store
from ..records.testsets import path_of_testset
from .rewrites import Edit
from .settings import next_salt
from .wiring import template

SCHEMA, WIRING, CONTRACT = "schema.yaml", "dvc.yaml", "api/contract.yaml"
LEAST = 2  # units to learn from
EXAMPLE = "> Example about the sample data"  # in each record that the template brings
WHY = "the project has data of its own now"
ALPHAS, STRENGTHS = [0.1, 1.0, 10.0, 100.0], [0.01, 0.1, 1.0]  # of penalties, as in the template


@dataclass(frozen=True)
class OwnData:
    """All that changes, and what stays although it speaks of other data.

    Attributes:
        edits: the files that are written or deleted.
        examples: the example records that go.
        stays: records that speak of the data before, and that somebody has worked on.
        champion: the hypothesis whose model was the reference.
    """

    edits: Sequence[Edit]
    examples: Sequence[str]
    stays: Sequence[str]
    champion: str | None


def own_data(
    store: Store, found: Inspection, roles: Roles, file: str, classes: Mapping[str, int], by: str
) -> OwnData:
    """What is to be changed in a project.

    Args:
        store: everything that is written down in it.
        found: what is in the file.
        roles: what its columns are for.
        file: where the rows will be, from the project's folder.
        classes: the values of the target, and how often each is there.
        by: who retires the test sets of the data before.

    Raises:
        LabError: a file is missing or broken, or a hypothesis waits for its verdict.
    """
    root = store.root
    _nothing_is_judged_now(store)
    params = read_text(root / PARAMS)
    before = parse_yaml(params, root / PARAMS)
    examples, stays = _about_the_sample(store)
    texts = [
        _schema(root, found, roles, file),
        Edit(PARAMS, params, _params(params, found, roles, file, classes), _says(before, roles)),
        *_plots(root, before, roles),
        *_contract(root),
        *_retired(store, by),
    ]
    gone = [
        Edit(path, read_text(root / path), None, "an example about the sample data, never edited")
        for record in examples
        for path in [record.path]
    ]
    champion = before.get("evaluate", {}).get("champion") if isinstance(before, dict) else None
    return OwnData(
        edits=[edit for edit in (*texts, *gone) if edit.after != edit.before],
        examples=[record.id for record in examples],
        stays=[record.id for record in stays],
        champion=champion,
    )


def _nothing_is_judged_now(store: Store) -> None:
    for record in store.of("HYP"):
        if record.front.lock and not record.front.outcome:
            raise LabError(
                f"{record.id} is locked and has no verdict, and its held-out rows go with the data "
                "before: judge it, or close it, and commit that first."
            )


def _schema(root: Path, found: Inspection, roles: Roles, file: str) -> Edit:
    before = read_text(root / SCHEMA) if (root / SCHEMA).is_file() else None
    return Edit(SCHEMA, before, schema_text(found.profile, roles, file), "drafted from the file")


def _says(before: object, roles: Roles) -> str:
    was = before.get("task") if isinstance(before, dict) else None
    task = f"task {was} -> {roles.task}, " if was != roles.task else ""
    return f"{task}the file and how it is written, a rule that always holds, values to agree on"


def _params(
    text: str, found: Inspection, roles: Roles, file: str, classes: Mapping[str, int]
) -> str:
    """params.yaml for the file; what it does not say of data stays as it is."""
    content = parse_yaml(text, Path(PARAMS))
    today = rule_for(roles, classes, found.rows[roles.target], found.written)
    changes = params_changes(found.profile, roles, file, found.written, today)
    split = content.get("split", {}) if isinstance(content, dict) else {}
    salt = next_salt(str(split.get("salt", "0")))
    changes[("split", "salt")] = salt
    if roles.unit is not None:
        changes[("split", "folds")] = _folds(found, roles.unit, split, salt)
    changed = change_yaml(
        with_section(text, "lift", lift_section(roles)),
        [Change(place, value) for place, value in changes.items()],
    )
    train = content.get("train") if isinstance(content, dict) else None
    if isinstance(train, dict) and content.get("task") != roles.task:
        changed = change_yaml(changed, [*_training(train, roles)])
    converted(parse_yaml(changed, Path(PARAMS)), Path(PARAMS))
    return changed


def _training(train: Mapping[str, Any], roles: Roles) -> Iterator[Change]:
    """How models of another task are chosen, where the project says it as the template does."""
    if "scoring" in train:
        binary = roles.task == "binary"
        yield Change(("train", "scoring"), "neg_log_loss" if binary else "value")
        if binary or "threshold" in train:
            yield Change(("train", "threshold"), "value" if binary else None)
    search = train.get("search")
    if isinstance(search, dict) and "linear" in search:
        grid = {"alpha": ALPHAS} if roles.task == "regression" else {"C": STRENGTHS}
        yield Change(("train", "search", "linear"), grid)


def _folds(found: Inspection, unit: str, split: Mapping[str, Any], salt: str) -> int:
    """As many folds as before, or as there are units to learn from.

    Raises:
        LabError: there are hardly any.
    """
    names = found.rows.select(unit).drop_nulls().unique()
    learned, _ = by_name(names, unit, float(split.get("test_share", 0.5)), salt)
    if len(learned) < LEAST:
        raise LabError(
            f"{len(names)} of {unit} leave {len(learned)} to learn from: too few to part by it. "
            "Leave out --unit if each row is a case of its own."
        )
    return min(int(split.get("folds", 5)), len(learned))


def _plots(root: Path, before: object, roles: Roles) -> Iterator[Edit]:
    """The plots of another task, if those of dvc.yaml are the template's."""
    text = read_text(root / WIRING)
    was = before.get("task") if isinstance(before, dict) else None
    if was == roles.task:
        return
    old, new = (template(f"plots-{task}.yaml") for task in (was, roles.task))
    if old not in text:
        return
    yield Edit(WIRING, text, text.replace(old, new), f"plots of a {roles.task} task")


def _contract(root: Path) -> Iterator[Edit]:
    """The interface of the team's own model begins at 1.0.0, if nobody relies on the sample's."""
    path = root / CONTRACT
    content = mapping_in(path)
    if not content or content.get("callers") or content.get("version") == "1.0.0":
        return
    text = read_text(path)
    yield Edit(
        CONTRACT,
        text,
        change_yaml(text, [Change(("version",), "1.0.0")]),
        "version 1.0.0: nobody calls the sample's model",
    )


def _retired(store: Store, by: str) -> Iterator[Edit]:
    retired = {"at": stamp(store.now), "by": by, "why": WHY}
    for testset in store.testsets.values():
        if testset.retired is None:
            path = path_of_testset(testset.id)
            before = read_text(store.root / path)
            after = change_yaml(before, [Change(("retired",), retired)])
            yield Edit(path, before, after, "retired: no hypothesis is started on it any more")


def _about_the_sample(store: Store) -> tuple[list[Record], list[Record]]:
    """Example records that nobody has touched or linked to, and the others."""
    examples = [record for record in store.records.values() if EXAMPLE in record.body]
    gone = [record for record in examples if not _is_touched(store.root, record)]
    while named := [record for record in gone if _is_named(record, store, gone)]:
        gone = [record for record in gone if record not in named]
    return gone, [record for record in examples if record not in gone]


def _is_named(record: Record, store: Store, gone: Sequence[Record]) -> bool:
    """Does a record that stays link to this one?"""
    others = (other for other in store.records.values() if other not in gone)
    return any(record.id in other.yaml for other in others)


def _is_touched(root: Path, record: Record) -> bool:
    """Has anybody changed a record since it came, or put something beside it?"""
    files = [path for path in (root / record.folder).rglob("*") if path.is_file()]
    commits = git.run(root, "log", "--format=%H", "--", record.path).split()
    return len(files) > 1 or len(commits) > 1
