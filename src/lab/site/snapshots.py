"""Snapshots: what was committed when each hypothesis was judged, and what changed between two."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import git
from ..data.pipeline import DVC_LOCK, FOLDER, TRAIN, outputs
from ..errors import LabError
from ..evidence.verdict import Verdict
from ..records.document import parse_yaml

METRICS = f"{FOLDER}/metrics.json"
PARAMS, SCHEMA, CODE = "params.yaml", "schema.yaml", "src"
FILES = (METRICS, PARAMS, SCHEMA, DVC_LOCK)


@dataclass(frozen=True)
class Snapshot:
    """What a verdict was about.

    `development` are the candidate's metrics on training rows, out of fold; empty where the
    pipeline had none. `params` and `columns` are texts by name, `code` is a digest by path, and
    `data` is that of the training rows.
    """

    development: Mapping[str, float] = field(default_factory=dict)
    champion: str | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    code: Mapping[str, str] = field(default_factory=dict)
    data: str | None = None


def read_snapshots(root: Path, verdicts: Mapping[str, Verdict]) -> dict[str, Snapshot]:
    """By hypothesis; those whose commit git does not know are left out."""
    trees: dict[str, dict[str, str]] = {}
    for id_, verdict in verdicts.items():
        try:
            if verdict.commit:
                trees[id_] = git.tree(root, verdict.commit, (*FILES, CODE))
        except git.GitError:
            continue
    wanted = {tree[path] for tree in trees.values() for path in FILES if path in tree}
    try:
        texts = git.texts(root, sorted(wanted)) if wanted else {}
    except git.GitError:
        return {}
    return {
        id_: snapshot_of({path: texts.get(tree.get(path, "")) or "" for path in FILES}, tree)
        for id_, tree in trees.items()
    }


def snapshot_of(texts: Mapping[str, str], tree: Mapping[str, str]) -> Snapshot:
    """A snapshot from the texts of its files, and the digest of each file by path."""
    params = _mapping(texts[PARAMS])
    evaluate = params.pop("evaluate", None)
    columns = _mapping(texts[SCHEMA]).get("columns")
    named = columns.items() if isinstance(columns, dict) else ()
    return Snapshot(
        development=_development(texts[METRICS]),
        champion=evaluate.get("champion") if isinstance(evaluate, dict) else None,
        params=dict(_flat(params)),
        columns={str(name): str(column) for name, column in named},
        code={path: blob for path, blob in tree.items() if path.startswith(f"{CODE}/")},
        data=outputs(_mapping(texts[DVC_LOCK])).get(TRAIN),
    )


def changes(before: Snapshot, now: Snapshot) -> list[tuple[str, str]]:
    """What is different: parameters, columns, code and training rows, each in a few words."""
    found = [
        (name, f"{before.params.get(name, 'not there')} → {now.params.get(name, 'not there')}")
        for name in sorted({*before.params, *now.params})
        if before.params.get(name) != now.params.get(name)
    ]
    for what, names in (
        ("new columns", now.columns.keys() - before.columns.keys()),
        ("columns taken out", before.columns.keys() - now.columns.keys()),
        ("columns described anew", _differing(before.columns, now.columns)),
    ):
        found += [(what, ", ".join(sorted(names)))] if names else []
    paths = {*before.code, *now.code}
    code = sorted(path for path in paths if before.code.get(path) != now.code.get(path))
    found += [("code", ", ".join(code))] if code else []
    if before.data and now.data and before.data != now.data:
        found.append(("training rows", "others than before"))
    return found


def _differing(before: Mapping[str, str], now: Mapping[str, str]) -> set[str]:
    return {name for name in before.keys() & now.keys() if before[name] != now[name]}


def _development(text: str) -> dict[str, float]:
    try:
        content = json.loads(text)
    except ValueError:
        return {}
    if not isinstance(content, dict) or content.get("rows") != "development":
        return {}
    candidate = content.get("candidate")
    values = candidate.items() if isinstance(candidate, dict) else ()
    return {name: float(value) for name, value in values if isinstance(value, int | float)}


def _flat(content: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """The values of nested settings, each by its name with dots."""
    for key, value in content.items():
        name = f"{before}{key}"
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{name}.")
        else:
            yield name, str(value)


def _mapping(text: str) -> dict[str, Any]:
    try:
        content = parse_yaml(text, Path("a commit")) if text else None
    except LabError:
        return {}
    return dict(content) if isinstance(content, Mapping) else {}
