"""The audit: proof from git's history that no goalpost moved.

A lock has to be on the default branch strictly before the result. So a pull request locks or
judges a hypothesis, never both; and a squash, a rebase or a shallow clone that erases the order
erases the proof. `rules.promises` looks at one hypothesis, `rules.forgery` at the pipeline's
outputs; here they come together.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from ..data.pipeline import DVC_LOCK, SUMMARY
from ..errors import LabError
from ..evidence.verdict import path_of
from ..git import GitError
from ..records.files import read_whole
from ..records.finding import Finding
from ..records.kinds import EXPERIMENTS
from ..records.record import verdict_beside
from ..records.store import Record, Store
from ..records.testsets import TESTSETS, path_of_testset
from . import merges
from .forgery import forged
from .history import BRANCH, WORK_TREE, History, Past
from .ladders import LADDERS, ROLLOUTS, faults_of_ladders
from .old_texts import mapping_in, promise_in
from .promises import Kept
from .provenance import (
    faults_of_naming,
    faults_of_use,
    faults_of_verdicts,
    read_naming,
)
from .registrations import faults_of_registrations, lasting
from .surroundings import Broken

REMEDIES = {
    "AUD001": "Fetch all of it: `git fetch --unshallow`; in CI, check out with full history.",
    "AUD002": "Start a new card that `follows` it: lock it, merge, and only then judge.",
    "AUD003": "Put back what stood there, or start a new card that `follows` it.",
    "AUD004": "Restore it from git: `git restore --source COMMIT PATH`. Done is final.",
    "AUD005": "Run the pipeline as it is, `uv run dvc repro --force`, and commit what it writes.",
    "AUD006": "Restore the registration from git; other examples are another test set.",
    "AUD007": "Put back what the judge wrote. If the evidence was forged, start a new card.",
    "AUD008": "Put back what the update wrote, and install it: `uv sync --reinstall`.",
    "AUD009": "Update the tool in one change, and judge in another.",
    "AUD010": "Put back what stood there; another test is another rollout.",
    merges.CODE: merges.REMEDY,
}
TITLES = {
    "AUD001": "The whole history is there.",
    "AUD002": "The lock came strictly before the result.",
    "AUD003": "What was locked stayed as it was, or was amended on record.",
    "AUD004": "No locked or judged record was deleted, renamed or made anew.",
    "AUD005": "The pipeline's outputs changed only when something that they depend on had changed.",
    "AUD006": "A registered test set stayed what it was.",
    "AUD007": "The verdict comes out again when it is computed from its evidence.",
    "AUD008": "The tool in use is the one that the project's template version names.",
    "AUD009": "A verdict names the tool of its commit, and came in a change that kept the tool.",
    "AUD010": "The split test of a rollout stayed as it was, and its ladder was only added to.",
    merges.CODE: merges.TITLE,
}
HYPOTHESES = rf"{EXPERIMENTS}/HYP-[^/]+/index\.md"
WANTED = (
    rf"{EXPERIMENTS}/HYP-[^/]+/(?:index\.md|verdict\.json|(?:ballots|openings)/[^/]+\.yml)"
    rf"|{TESTSETS}/[^/]+\.yml|{LADDERS}|dvc\.lock|params\.yaml|schema\.yaml|data/heldout\.json"
)
PLACES = (EXPERIMENTS, TESTSETS, ROLLOUTS, DVC_LOCK, "params.yaml", "schema.yaml", SUMMARY)
FETCH = "Get the evidence with `uv run dvc pull`, and audit again."
MERGE_FIRST = "Commit and merge the lock first; judge in the next change."


class MissingError(LabError):
    """The evidence of a verdict is nowhere to be found, so nothing is proved either way."""


def read_past(history: History) -> Past:
    """The versions of everything that a promise and its proof consist of.

    Raises:
        GitError: a part of the history cannot be read.
    """
    return history.past(WANTED, *PLACES)


def audit(
    store: Store,
    replay: Callable[[Store, Record], str | None] | None = None,
    past: Past | None = None,
) -> list[Finding]:
    """Everything that the history can prove, and where it does not.

    Args:
        store: the project as it is.
        past: what `read_past` gave, if it was read already.
        replay: computes a verdict again from its evidence; gives what is wrong, or None.
            It raises MissingError if the evidence is not to be had.
    """
    history = History(store.root)
    try:
        if not history.exists:
            return [_unproved("there is no git history here", "Commit the project to git.")]
        if history.is_shallow:
            return [_unproved("this clone is shallow: a part of the history is missing")]
        past = past or read_past(history)
        contents = [*history.every(DVC_LOCK), *_in_work_tree(past, DVC_LOCK)]
        found = [*_proved(past, history), *map(_finding, forged(store.root, contents))]
        naming = read_naming(history)
        found += faults_of_naming(naming)
        found += faults_of_use(store.root, naming)
        found += faults_of_verdicts(store, naming, history)
        found += merges.unfinished(store.root)
    except GitError as error:
        return [_unproved(error.what, error.remedy)]
    if replay:
        for record in store.of("HYP"):
            if record.judged and (fault := _replayed(store, record, replay)):
                found.append(fault)
    return sorted(set(found))


def of_this_change(store: Store) -> list[Finding]:
    """What a pull request needs of it: what this branch and the work tree do to the proof."""
    history = History(store.root)
    try:
        if not history.exists:
            return []
        past = history.change(WANTED, *PLACES)
        if history.is_shallow and any(record.judged for record in store.of("HYP")):
            return [_unproved("this clone is shallow: a part of the history is missing")]
        locks = [(one.where, one.text) for one in past.versions(DVC_LOCK) if one.text]
        tool = faults_of_naming(read_naming(history, of_change=True))
        proved = {*_proved(past, history), *map(_finding, forged(store.root, locks)), *tool}
        proved |= {*merges.unfinished(store.root)}
        return sorted(proved | ({*_gone(history)} if not history.is_shallow else set()))
    except GitError as error:
        return [_unproved(error.what, error.remedy)]


def _gone(history: History) -> Iterator[Finding]:
    """Locked records that are no more, whenever that was: no later change makes it good."""
    past = history.past(HYPOTHESES, EXPERIMENTS)
    for path in past.paths(HYPOTHESES):
        if fault := Kept(past, path).gone():
            yield _finding(Broken("AUD004", path, fault))


def uncommitted(root: Path, record: Record) -> str | None:
    """What of a promise git does not hold yet: the lock, an amendment or the test set."""
    history = History(root)
    text = history.show("HEAD", record.path) if history.exists else None
    then, card = promise_in(text or ""), record.front
    if then is None or then.lock is None or then.lock != card.lock:
        return "lock"
    if then.amendments != card.amendments:
        return "amendment"
    path = path_of_testset(card.evaluation.testset)
    known = mapping_in(history.show("HEAD", path))
    here = mapping_in(_read(root / path))
    return None if known and lasting(known) == lasting(here) else "test set"


def _read(path: Path) -> str | None:
    return read_whole(path).decode("utf-8", errors="replace") if path.is_file() else None


def _in_work_tree(past: Past, path: str) -> list[tuple[str, str]]:
    """What lies there and is not committed."""
    last = past.versions(path)[-1:]
    return [(one.where, one.text) for one in last if one.where == WORK_TREE and one.text]


def _proved(past: Past, history: History) -> Iterator[Finding]:
    for path in past.paths(HYPOTHESES):
        for one in Kept(past, path).faults():
            if one.code != "AUD002" or not _is_locked_ahead(past, history, path):
                yield _finding(one)
    yield from map(_finding, faults_of_registrations(past))
    yield from map(_finding, faults_of_ladders(past))


def _is_locked_ahead(past: Past, history: History, path: str) -> bool:
    """Does the default branch hold the lock already, though this branch does not know it?"""
    text = history.ahead(path)
    then = promise_in(text) if text else None
    now = promise_in(past.at(path, past.last) or "")
    if then is None or now is None or then.lock is None:
        return False
    verdict = history.ahead(verdict_beside(path))
    same = then.lock == now.lock and then.amendments == now.amendments
    return same and verdict is None


def _replayed(
    store: Store, record: Record, replay: Callable[[Store, Record], str | None]
) -> Finding | None:
    try:
        fault = replay(store, record)
    except MissingError as error:
        return Finding(path_of(record), 1, "AUD007", str(error), FETCH, "unverified")
    return Finding(path_of(record), 1, "AUD007", fault, REMEDIES["AUD007"]) if fault else None


def _finding(one: Broken) -> Finding:
    remedy = one.remedy or REMEDIES[one.code]
    if one.code == "AUD002" and one.message.endswith((BRANCH, WORK_TREE)):
        remedy = MERGE_FIRST
    return Finding(one.path, 1, one.code, one.message, remedy)


def _unproved(message: str, remedy: str | None = None) -> Finding:
    return Finding(".", 1, "AUD001", message, remedy or REMEDIES["AUD001"], "unverified")
