"""What a change does to the records: what it locks, judges and writes."""

from dataclasses import dataclass

from ..errors import LabError
from ..evidence import verdict as verdicts
from ..evidence.verdict import Verdict, path_of
from ..records.kinds import FOLDERS
from ..records.record import parse_record
from ..records.store import Record, Store
from .effect import Effects, effects_of
from .history import History

WANTED = r"(?:stages/[^/]+|team/retros)/[A-Z]+-[^/]+/(?:index\.md|verdict\.json|log/[^/]+\.md)"


@dataclass(frozen=True)
class Change:
    """What a branch changes against the default branch.

    `locked` are hypotheses that take a lock, `judged` those with a new verdict, which is None if
    it cannot be read. `written` are all records that are new or other than they were.
    """

    effects: Effects
    locked: tuple[Record, ...] = ()
    judged: tuple[tuple[Record, Verdict | None], ...] = ()
    written: tuple[Record, ...] = ()


def change_of(store: Store, base: str | None = None) -> Change:
    """What this branch and the work tree change.

    Args:
        store: the project with the change.
        base: the branch that it will be merged into; None for the default branch.

    Raises:
        LabError: there is no git history, or a part of it that is needed is missing.
    """
    history = History(store.root, base)
    if not history.exists:
        raise LabError("there is no git history here: commit the project to git.")
    known = base is None or history.id_of(f"origin/{base}") or history.id_of(f"heads/{base}")
    if history.is_shallow or not known:
        raise LabError(
            f"this clone does not hold all of {base or 'the history'}, so nothing can be compared "
            "with it: check out with full history (fetch-depth: 0, GIT_DEPTH: 0)."
        )
    past = history.change(WANTED, *FOLDERS)
    before = {path: past.at(path, 0) for path in past.by_path}
    after = {path: past.at(path, past.last) for path in past.by_path}
    changed = {path for path in past.by_path if before[path] != after[path]}
    written = tuple(
        record
        for record in store.records.values()
        if any(path.startswith(f"{record.folder}/") for path in changed)
    )
    return Change(
        effects_of(store, history.begin),
        tuple(one for one in written if _is_newly_locked(one, before.get(one.path))),
        tuple((one, _verdict(after[path_of(one)])) for one in written if path_of(one) in changed),
        written,
    )


def _is_newly_locked(record: Record, before: str | None) -> bool:
    if record.kind.code != "HYP" or not record.front.lock:
        return False
    earlier = parse_record(before, record.path)[0] if before else None
    return earlier is None or earlier.front.lock is None


def _verdict(text: str | None) -> Verdict | None:
    try:
        return verdicts.read(text or "")
    except ValueError:
        return None
