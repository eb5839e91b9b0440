"""The audit: proof from git's first-parent history that no goalpost moved.

A lock has to be on the default branch strictly before the result. So a pull request locks or
judges a hypothesis, never both; and a squash, a rebase or a shallow clone that erases the order
erases the proof.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..records.finding import Finding
from ..records.history import Commit, History, default_branch, merge_base
from ..records.kinds import EXPERIMENTS, Hypothesis
from ..records.store import INDEX, VERDICT, Record, Store, parse_record
from ..records.testsets import TESTSETS
from .locks import LOCKED, digest, locked_fields

REMEDIES = {
    "AUD001": "Fetch all of it: `git fetch --unshallow`; in CI, check out with full history.",
    "AUD002": "Start a new card that `follows` it: lock it, merge, and only then judge.",
    "AUD003": "Put back what was locked, or start a new card that `follows` it.",
    "AUD004": "Restore it from git: `git restore --source COMMIT PATH`. Done is final.",
    "AUD005": "Run the pipeline as it is: `uv run dvc repro --force`, and judge a new card.",
    "AUD006": "Restore the registration from git; other examples are another test set.",
    "AUD007": "Get the evidence with `uv run dvc pull`; if it was forged, take the verdict out.",
}
TITLES = {
    "AUD001": "The whole history is there.",
    "AUD002": "The lock came strictly before the result.",
    "AUD003": "What was locked stayed as it was, or was amended on record.",
    "AUD004": "No locked or judged record was deleted, renamed or made anew.",
    "AUD005": "The pipeline's outputs changed only when something that they depend on had changed.",
    "AUD006": "A registered test set stayed what it was.",
    "AUD007": "The verdict comes out again when it is computed from its evidence.",
}


@dataclass(frozen=True)
class Version:
    """A record in one commit: the commit's number in the history, and what stood there."""

    commit: int
    front: Hypothesis | None


def audit(
    store: Store, replay: Callable[[Store, Record], str | None] | None = None
) -> list[Finding]:
    """Everything that the history can prove, and where it does not.

    Args:
        store: the project as it is.
        replay: computes a verdict again from its evidence; gives what is wrong, or None.
    """
    history = History(store.root)
    if not history.exists:
        return [_unproved("there is no git history here", "AUD001")]
    if history.is_shallow:
        return [_unproved("this clone is shallow: a part of the history is missing", "AUD001")]
    commits = history.commits(EXPERIMENTS, TESTSETS, "dvc.lock")
    found = [
        *_records(store, history, commits),
        *_outputs(history, commits),
        *_testsets(store, history, commits),
        *of_this_change(store),
    ]
    if replay:
        found += [
            _finding("AUD007", f"{record.path.rpartition('/')[0]}/{VERDICT}", fault)
            for record in store.of("HYP")
            if record.judged and (fault := replay(store, record))
        ]
    return sorted(found)


def is_locked_in(root: Path, record: Record, revision: str = "HEAD") -> bool:
    """Does a commit hold the lock that a card has now?"""
    then = _front(History(root, revision).show(revision, record.path), record.path)
    return then is not None and then.lock is not None and then.lock == record.front.lock


def of_this_change(store: Store) -> list[Finding]:
    """What a pull request needs: does this branch, or the work tree, lock and judge at once?"""
    history = History(store.root)
    judged = [record for record in store.of("HYP") if record.judged]
    if not judged or not history.exists:
        return []
    trunk = default_branch(store.root)
    base = merge_base(store.root, "HEAD", trunk) or "HEAD"
    before = History(store.root, base)
    found = []
    for record in judged:
        path = f"{record.path.rpartition('/')[0]}/{VERDICT}"
        if before.show(base, path) is not None:
            continue
        if not is_locked_in(store.root, record, base):
            found.append(
                _finding(
                    "AUD002",
                    path,
                    "the lock and the verdict come in one change",
                    "Commit and merge the lock first; judge in the next change.",
                )
            )
    return found


def _records(store: Store, history: History, commits: list[Commit]) -> Iterator[Finding]:
    paths = {
        path
        for commit in commits
        for path in commit.changed
        if path.endswith(f"/{INDEX}") and path.split("/")[-2].startswith("HYP-")
    }
    for path in sorted(paths):
        versions = [
            Version(number, _front(text, path)) for number, text in history.versions(path, commits)
        ]
        yield from _record(store, history, commits, path, versions)


def _record(
    store: Store, history: History, commits: list[Commit], path: str, versions: list[Version]
) -> Iterator[Finding]:
    """One hypothesis through all its versions."""
    locked = next((one for one in versions if one.front and one.front.lock), None)
    now = store.records.get(path.split("/")[-2])
    current = now.front if now else None
    if locked is None:
        return
    gone = [one.commit for one in versions if one.front is None and one.commit > locked.commit]
    if gone or (now is None and path.split("/")[-2] not in store.unread):
        what = "deleted and made anew" if now else "deleted or renamed"
        where = f" in {commits[gone[0]].id[:10]}" if gone else ""
        yield _finding("AUD004", path, f"it was locked, and {what}{where}")
        return
    yield from _order(commits, path, locked, history)
    yield from _promises(commits, path, locked, versions, current)


def _order(
    commits: list[Commit], path: str, locked: Version, history: History
) -> Iterator[Finding]:
    """The verdict has to come after the lock, once, and to stay."""
    verdict = f"{path.rpartition('/')[0]}/{VERDICT}"
    changes = [
        (number, commit.changed[verdict])
        for number, commit in enumerate(commits)
        if verdict in commit.changed
    ]
    if changes and changes[0][0] <= locked.commit:
        yield _finding(
            "AUD002",
            verdict,
            f"the lock and the verdict come in one commit ({commits[changes[0][0]].id[:10]})",
        )
    for number, what in changes[1:]:
        if what == "D":
            yield _finding(
                "AUD004", verdict, f"the verdict was deleted in {commits[number].id[:10]}"
            )
        elif what == "M" and '"exploratory"' not in (
            history.show(commits[number].id, verdict) or ""
        ):
            yield _finding(
                "AUD003", verdict, f"the verdict was changed in {commits[number].id[:10]}"
            )


def _promises(
    commits: list[Commit],
    path: str,
    locked: Version,
    versions: list[Version],
    current: Hypothesis | None,
) -> Iterator[Finding]:
    """The locked fields of every later version are those of the lock, or were amended."""
    first = locked.front
    if first is None or first.lock is None:
        return
    if digest(first) != first.lock.digest:
        yield _finding(
            "AUD003",
            path,
            f"the lock in {commits[locked.commit].id[:10]} is not over what it holds",
        )
        return
    before = first
    later = [(one.commit, one.front) for one in versions if one.commit > locked.commit]
    for number, front in [*later, (None, current)]:
        if front is None:
            continue
        where = "in the work tree" if number is None else f"in {commits[number].id[:10]}"
        if front.lock != first.lock:
            yield _finding("AUD003", path, f"the lock itself was changed {where}")
            return
        if len(front.amendments) < len(before.amendments) or (
            front.amendments[: len(before.amendments)] != before.amendments
        ):
            yield _finding("AUD003", path, f"an amendment was changed or taken out {where}")
            return
        if digest(front) != digest(before) and len(front.amendments) == len(before.amendments):
            fields, old = locked_fields(front), locked_fields(before)
            changed = [name for name in LOCKED if fields[name] != old[name]]
            yield _finding("AUD003", path, f"{', '.join(changed)} changed {where} without a word")
            return
        before = front


def _outputs(history: History, commits: list[Commit]) -> Iterator[Finding]:
    """A stage whose inputs are the same has the same outputs: the pipeline is deterministic."""
    known: dict[str, dict[str, dict]] = {}
    for number, text in history.versions("dvc.lock", commits):
        for name, stage in _stages(text).items():
            inputs = repr([stage.get(key) for key in ("cmd", "deps", "params")])
            outputs = {
                out.get("path"): out.get("md5")
                for out in stage.get("outs") or ()
                if not str(out.get("path", "")).startswith("models/")  # not byte-identical
            }
            earlier = known.setdefault(name, {}).setdefault(inputs, outputs)
            if differing := [
                path for path in outputs if earlier.get(path, outputs[path]) != outputs[path]
            ]:
                yield _finding(
                    "AUD005",
                    "dvc.lock",
                    f"{differing[0]} changed in {commits[number].id[:10]}, and nothing that the "
                    f"stage `{name}` depends on did",
                )


def _stages(text: str | None) -> dict[str, dict]:
    from ..records.yaml import parse_strict

    data, faults = parse_strict(text or "")
    stages = data.get("stages") if isinstance(data, dict) and not faults else None
    return stages if isinstance(stages, dict) else {}


def _testsets(store: Store, history: History, commits: list[Commit]) -> Iterator[Finding]:
    """Digest, error rate and budget of a registration never change, and it is never deleted."""
    from ..records.yaml import parse_strict

    paths = {
        path for commit in commits for path in commit.changed if path.startswith(f"{TESTSETS}/")
    }
    for path in sorted(paths):
        texts = [text for _, text in history.versions(path, commits)]
        here = store.root / path
        texts.append(here.read_text("utf-8", errors="replace") if here.is_file() else None)
        first = None
        for text in texts:
            if text is None:
                yield _finding("AUD006", path, "a registered test set was deleted")
                break
            data, _ = parse_strict(text)
            data = data if isinstance(data, dict) else {}
            kept = {key: data.get(key) for key in ("id", "digest", "alpha", "budget", "registered")}
            first = first or kept
            if differing := [key for key in kept if kept[key] != first[key]]:
                yield _finding("AUD006", path, f"`{differing[0]}` of a test set was changed")
                break


def _front(text: str | None, path: str) -> Hypothesis | None:
    record, _ = parse_record(text, path) if text is not None else (None, [])
    return record.front if record else None


def _finding(code: str, path: str, message: str, remedy: str | None = None) -> Finding:
    return Finding(path, 1, code, message, remedy or REMEDIES[code])


def _unproved(message: str, code: str) -> Finding:
    return Finding(".", 1, code, message, REMEDIES[code], "unverified")
