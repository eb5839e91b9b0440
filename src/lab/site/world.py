"""The world of the site: everything that its pages are made from, read once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from html import unescape
from pathlib import Path
from typing import Any

from .. import git
from ..errors import LabError
from ..evidence.verdict import Verdict, path_of, verdict_of
from ..git import GitError
from ..process.attention import needs
from ..process.need import Need
from ..proof.audit import audit, read_past
from ..proof.history import History, Past
from ..records.document import parse_yaml, read_text
from ..records.finding import Finding
from ..records.research_log import logged, read_log
from ..records.store import Record, Store, read_store
from ..rules.run import check
from .charts import Plot
from .numbers import Numbers, read_numbers
from .origin import Origin, origin_of
from .plots import read_plots, stale_plots
from .snapshots import Snapshot, read_snapshots
from .worth import Worth, read_worth

SHELVES = ("stages", "team")
SETTINGS = ("mkdocs.yml", "params.yaml", "schema.yaml", "dvc.yaml", "dvc.lock")
SOURCES = (*SHELVES, "evaluation", *SETTINGS)
UNSOUND = ("EVD001", "EVD002", "EVD003")


@dataclass(frozen=True)
class Entry:
    """One entry of a research log; `name` is that of its file."""

    name: str
    text: str
    at: datetime | None = None
    by: str | None = None

    @property
    def anchor(self) -> str:
        """Where the entry stands on its record's page."""
        return f"log-{self.name.removesuffix('.md')}"


@dataclass(frozen=True)
class World:
    """A project as the site shows it.

    `past` is None where git says nothing. `files` are the paths of documents, and of what lies
    beside them, that have a place on the site. `commit` is the one that the project stands
    at, `is_changed` says whether there is more than it holds, `is_dated` whether pages say both.
    """

    store: Store
    name: str
    description: str
    metrics: Numbers
    lift: Numbers
    worth: Worth | None = None
    plots: Sequence[Plot] = ()
    plots_stale: str | None = None
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    unsound: Mapping[str, str] = field(default_factory=dict)
    snapshots: Mapping[str, Snapshot] = field(default_factory=dict)
    logs: Mapping[str, Sequence[Entry]] = field(default_factory=dict)
    past: Past | None = None
    proofs: Sequence[Finding] = ()
    schema: Mapping[str, Any] = field(default_factory=dict)
    params: Mapping[str, Any] = field(default_factory=dict)
    files: frozenset[str] = frozenset()
    commit: str | None = None
    is_changed: bool = False
    is_dated: bool = True
    origin: Origin | None = None

    @cached_property
    def needs(self) -> list[Need]:
        """What waits for whom, the oldest first."""
        return needs(self.store)

    def became(self, record: Record) -> str:
        """What became of a card: its verdict if there is one, else its outcome or its lane."""
        verdict = self.verdicts.get(record.id)
        became = verdict.verdict if verdict else getattr(record.front, "outcome", None)
        return became or record.lane

    def waiting_for(self, handle: str) -> list[Need]:
        """What waits for somebody, as `lab status --for` lists it."""
        return [need for need in self.needs if handle in need.who]

    @cached_property
    def replaced(self) -> Mapping[str, Record]:
        """By the id of a record, the one that superseded it."""
        return {
            target: newer[0]
            for (link, target), newer in self.store.pointing.items()
            if link == "supersedes"
        }

    @cached_property
    def beside(self) -> Mapping[str, list[str]]:
        """By the folder of a record, the documents that lie in it beside the record."""
        folders = {record.path.removesuffix("index.md") for record in self.store.records.values()}
        found: dict[str, list[str]] = {}
        for path in sorted(self.files):
            folder = "".join(f"{part}/" for part in path.split("/")[:3])
            if folder in folders and path.endswith(".md") and path != f"{folder}index.md":
                found.setdefault(folder, []).append(path)
        return found

    @property
    def judged(self) -> list[tuple[Record, Verdict]]:
        """The hypotheses that have a verdict, with it, the latest one last."""
        verdicts = sorted(self.verdicts.values(), key=lambda verdict: (verdict.at, verdict.id))
        return [(self.store.records[verdict.id], verdict) for verdict in verdicts]

    @property
    def requirements(self) -> list[Record]:
        """The requirements that no others have replaced, the newest first."""
        return [record for record in self.lines_of("REQ") if record.id not in self.replaced]

    def lines_of(self, *kinds: str) -> list[Record]:
        """The records of some kinds, the newest first."""
        found = self.store.of(*kinds)
        return sorted(found, key=lambda record: (record.front.created, record.id), reverse=True)


def read_world(root: Path, files: frozenset[str] = frozenset(), is_dated: bool = True) -> World:
    """Read a project whose `files` have a place on the site.

    Raises:
        LabError: a record, a table or a setting cannot be read.
    """
    store = read_store(root)
    if store.unread:
        broken = [finding for finding in store.findings if finding.level != "warning"]
        listed = "\n".join(
            f"    {finding.path}:{finding.line}: {finding.message}" for finding in broken[:10]
        )
        raise LabError(f"The site cannot show these records:\n{listed}\n`lab check` says more.")
    name, description = _settings(root)
    past, proofs = _proofs(store)
    found = {record.id: verdict_of(record, store) for record in store.of("HYP") if record.judged}
    plots = tuple(read_plots(root))
    verdicts = {id_: read for id_, read in found.items() if isinstance(read, Verdict)}
    return World(
        store=store,
        name=name,
        description=description,
        metrics=read_numbers(root, "metrics"),
        lift=read_numbers(root, "lift"),
        worth=read_worth(root, store.task),
        plots=plots,
        plots_stale=stale_plots(root, plots),
        verdicts=verdicts,
        snapshots=read_snapshots(root, verdicts),
        unsound=_unsound(store),
        logs={record.id: _log(record, store) for record in store.records.values() if record.log},
        past=past,
        proofs=proofs,
        schema=_mapping(root / "schema.yaml"),
        params=_mapping(root / "params.yaml"),
        files=files,
        commit=_commit(root) if is_dated else None,
        is_changed=is_dated and _is_changed(root),
        is_dated=is_dated,
        origin=origin_of(root),
    )


def _commit(root: Path) -> str | None:
    """The commit that a project stands at; None without git, or before the first one."""
    try:
        return git.commit_id(root, "HEAD")
    except GitError:
        return None


def _is_changed(root: Path) -> bool:
    """Do the pages show more than was committed?"""
    try:
        return bool(git.run(root, "status", "--porcelain", "--", *SOURCES).strip())
    except GitError:
        return False


def _settings(root: Path) -> tuple[str, str]:
    """Name and description of the site; `mkdocs.yml` holds them escaped for its theme."""
    path = root / "mkdocs.yml"
    # Only these lines: the rest may hold tags that no parser but the builder's understands.
    keys = ("site_name:", "site_description:")
    lines = [line for line in read_text(path).splitlines() if line.startswith(keys)]
    match parse_yaml("\n".join(lines), path):
        case {"site_name": name, **others}:
            return unescape(str(name)), unescape(str(others.get("site_description") or ""))
    raise LabError(f"{path} has no site_name: add a line `site_name: ` with one.")


def _proofs(store: Store) -> tuple[Past | None, list[Finding]]:
    """The past of all promises, and what cannot be proved from it."""
    history = History(store.root)
    try:
        past = read_past(history) if history.exists and not history.is_shallow else None
    except GitError:
        past = None
    return past, audit(store, past=past)


def _unsound(store: Store) -> dict[str, str]:
    """By hypothesis, why its verdict does not hold."""
    found: dict[str, str] = {}
    owners = {path_of(record): record.id for record in store.of("HYP")}
    owners |= {record.path: record.id for record in store.of("HYP")}
    for finding in check(store, UNSOUND).findings:
        if finding.level == "error" and finding.path in owners:
            found.setdefault(owners[finding.path], finding.message)
    return found


def _log(record: Record, store: Store) -> list[Entry]:
    entries = []
    for name in record.log:
        if name.endswith(".md"):
            at, by = logged(name) or (None, None)
            entries.append(Entry(name, read_log(record, store, name), at, by))
    return entries


def _mapping(path: Path) -> Mapping[str, Any]:
    try:
        content = parse_yaml(read_text(path), path)
    except LabError:
        return {}
    return content if isinstance(content, dict) else {}
