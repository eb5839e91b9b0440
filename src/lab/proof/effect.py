"""What a change does to the metrics: the tables of both sides, wherever they are kept."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from ..data.kpi import Kpi, kpi_of
from ..data.pipeline import DVC_LOCK, SUMMARY
from ..data.schema import unit_of
from ..data.tables import Tables, read_tables
from ..errors import LabError
from ..evidence.comparison import Effect, effects, same_examples
from ..evidence.criteria import parse_criterion
from ..evidence.judge import judge
from ..evidence.result import Result
from ..process.lanes import DONE, UPDATE, UPDATE_REVIEW
from ..records.store import Store, read_strictly
from .cache import find, get
from .history import History
from .old_texts import outputs_in

TABLES = ("examples", "predictions")
METRICS = "evaluation/metrics.json"


@dataclass(frozen=True)
class Effects:
    """Each metric, and in one sentence why nothing more can be said, if that is so.

    `before` holds the values that the default branch wrote, without intervals. `guardrails` are
    those of the hypotheses whose model is in use, with their ids, on the candidate of the change.
    `development`: the numbers are of training rows, out of fold, since the held-out set is sealed.
    """

    metrics: tuple[Effect, ...] = ()
    before: dict[str, float] | None = None
    note: str | None = None
    guardrails: tuple[tuple[str, Result], ...] = ()
    development: bool = False


def effects_of(store: Store, base: str | None) -> Effects:
    """What the candidate of the work tree does to each metric against that of a commit.

    Args:
        store: the project with the change.
        base: the commit that it changes; None if there is none.
    """
    now = read_strictly(store.root / DVC_LOCK)[0]
    return replace(_effects(store, base, now), development=SUMMARY in outputs_in(now))


def _effects(store: Store, base: str | None, now: str | None) -> Effects:
    history = History(store.root)
    before = history.show(base, DVC_LOCK) if base else None
    if not (ours := _named(now)):
        return Effects(note="The pipeline was not run yet, so there are no metrics.")
    theirs = _named(before)
    if ours == theirs:
        return Effects(note="The predictions are those of the default branch: no metric changes.")
    with TemporaryDirectory(prefix="lab-effect-") as folder:
        try:
            tables = _tables(store, ours, "HEAD", Path(folder) / "now")
        except LabError as error:
            return Effects(note=f"The metrics could not be computed: {error}")
        if tables is None:
            return Effects(
                note="The predictions of this change are neither here nor in DVC's cache or "
                "remote: push them with `uv run dvc push`."
            )
        values = _values(history.show(base, METRICS)) if base else {}
        names = list(_values(read_strictly(store.root / METRICS)[0])) or sorted(values)
        kpi = kpi_of(store.root)
        names += ["kpi"] if kpi and "kpi" not in names else []
        guardrails = tuple(_guardrails(store, tables, kpi))
        if not theirs or base is None:
            note = "The default branch has no metrics yet: this is where they begin."
            return Effects(tuple(effects(tables, None, names, kpi)), None, note, guardrails)
        try:
            earlier = _tables(store, theirs, base, Path(folder) / "before")
        except LabError:
            earlier = None
    note = None
    if earlier is None:
        note = (
            "The predictions of the default branch are not to be had, so there is no interval of "
            "the difference."
        )
    elif not same_examples(tables, earlier):
        note = (
            "The examples are not those of the default branch, so its values and these cannot be "
            "compared one by one."
        )
    paired = earlier if note is None else None
    return Effects(tuple(effects(tables, paired, names, kpi)), values, note, guardrails)


def _guardrails(store: Store, tables: Tables, kpi: Kpi | None) -> Iterator[tuple[str, Result]]:
    """What every hypothesis that was built on has promised not to make worse."""
    for record in store.of("HYP"):
        card = record.front
        used = record.lane in (UPDATE, UPDATE_REVIEW, DONE) and not card.not_shipped
        if card.outcome != "supported" or card.lock is None or not used:
            continue
        texts = [parse_criterion(text) for text in card.guardrails]
        asked = [one for one in texts if one.metric not in ("share", "panel")]
        for one in judge([], asked, tables, float(card.lock.alpha), kpi=kpi).results:
            yield record.id, one


def _named(lock: str | None) -> dict[str, str]:
    """The two tables that a dvc.lock names, with their digests; empty if one is missing."""
    known = outputs_in(lock)
    found = {}
    for name in TABLES:
        for path in (f"evaluation/{name}.parquet", f"evaluation/{name}.csv"):
            if known.get(path):
                found[path] = known[path]
                break
    return found if len(found) == len(TABLES) else {}


def _tables(store: Store, named: dict[str, str], commit: str, folder: Path) -> Tables | None:
    """The tables that a commit names, from the work tree, the cache or the remote."""
    folder.mkdir()
    paths: list[Path] = []
    for path, digest in named.items():
        found = find(store.root, path, digest) or get(store.root, path, digest, commit, folder)
        if found is None:
            return None
        paths.append(_with_suffix(found, path, folder))
    return read_tables(paths[0], paths[1], store.task, unit_of(store.root))


def _with_suffix(found: Path, path: str, folder: Path) -> Path:
    """The file under a name that says what it is: in a cache it is named by its digest alone."""
    wanted = Path(path)
    if found.suffix == wanted.suffix:
        return found
    copy = folder / wanted.name
    copy.write_bytes(found.read_bytes())
    return copy


def _values(text: str | None) -> dict[str, float]:
    """The candidate's values in a metrics.json; what is none is left out."""
    try:
        content = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    candidate = content.get("candidate") if isinstance(content, dict) else None
    pairs = candidate.items() if isinstance(candidate, dict) else ()
    return {
        name: float(value)
        for name, value in pairs
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
