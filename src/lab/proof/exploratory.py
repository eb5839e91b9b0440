"""Why a verdict is only exploratory: each reason is decided on facts that were gathered before."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..evidence.verdict import FORMAT, path_of
from ..records.files import read_whole
from ..records.store import Record, Store
from ..records.testsets import TestSet
from .cache import find
from .forgery import same_predictions
from .history import History, Past
from .locks import answered, digest, testset_when_locked
from .old_texts import PREDICTIONS, content_of, outputs_in, promise_in, sums_in
from .trained import trained_before

RECIPES = ("setup", "algorithm", "feature", "data")
FEWEST_SEEDS = 3  # of a claim about a recipe, in verdicts of format 1
BEFORE = "it was judged before"
KNOWN = "its predictions were committed before it was locked"


def reasons_for(
    store: Store, record: Record, testset: TestSet, sums: dict[str, str], counted: dict[str, Any]
) -> list[str]:
    """Every reason why a verdict, computed now, is exploratory; empty if it is confirmatory.

    Args:
        store: the project.
        record: the hypothesis.
        testset: what it is judged on.
        sums: the digests of the files that it rests on, by path.
        counted: what scripts and panels counted, as its verdict would say.
    """
    evidence = {"digest": digest(record.front), "counted": counted, "tables": sums}
    return [
        *reasons_again(store, record, testset, sums),
        *_judged_before(evidence, _earlier_verdicts(store, record)),
    ]


def reasons_again(
    store: Store,
    record: Record,
    testset: TestSet,
    sums: Mapping[str, str],
    format_: int = FORMAT,
    until: str = "HEAD",
) -> list[str]:
    """Those of them that can be found again when the verdict is there, in its format.

    `until` is the commit that brought the verdict.
    """
    trained = trained_before(store.root, testset.sketch, until)
    return [
        *_doubts(record, testset, answered(store, testset.id), format_),
        *([trained] if trained else []),
        *_known_before(store, record, _past_of(store, record), sums, format_),
    ]


def _doubts(
    record: Record, testset: TestSet, slots: Mapping[int, list[str]], format_: int
) -> list[str]:
    """What the card and the test set themselves say; `slots` has who got an answer from which."""
    card = record.front
    found = []
    if any(amendment.results_seen for amendment in card.amendments):
        found.append("it was amended after results had been seen")
    if card.lock.slot > testset.budget:
        found.append(f"slot {card.lock.slot} is beyond the budget of {testset.id}")
    sharing = slots.get(card.lock.slot, [])
    if len(sharing) > 1:
        found.append(f"slot {card.lock.slot} of {testset.id} is used by {len(sharing)} hypotheses")
    if testset_when_locked(card) != testset.id:
        found.append("it was locked on another test set")
    if format_ == 1 and card.change in RECIPES and len(card.evaluation.seeds) < FEWEST_SEEDS:
        found.append(f"a claim about a recipe needs at least {FEWEST_SEEDS} seeds")
    if testset.registered.at > card.lock.at:
        found.append(f"{testset.id} was registered only after the lock")
    if testset.copies == "keep":
        found.append(f"copies of rows were left in {testset.id}")
    if testset.retired and testset.retired.at <= card.lock.at:
        found.append(f"{testset.id} was retired before the lock")
    return found


def _known_before(
    store: Store, record: Record, past: Past | None, sums: Mapping[str, str], format_: int
) -> list[str]:
    """Whether the predictions were committed before the lock, or together with it, in any form.

    Somebody may have looked at them, and have put the bar where it is passed. A verdict of format 1
    asked for the same bytes.
    """
    if past is None:
        return []
    locked = [
        version.step
        for version in past.versions(record.path)
        if version.text
        and (promise := promise_in(version.text))
        and promise.lock == record.front.lock
    ]
    judged = [
        version.step for version in past.versions(path_of(record)) if version.text is not None
    ]
    if not locked or (judged and judged[0] <= locked[0]):
        return []  # the order of lock and verdict is a matter of its own
    for version in past.versions("dvc.lock"):
        known = outputs_in(version.text)
        if version.step > locked[0]:
            continue
        if _same_bytes(sums, known) or (format_ > 1 and _same_content(store.root, sums, known)):
            return [KNOWN]
    return []


def _same_bytes(sums: Mapping[str, str], known: Mapping[str, str]) -> bool:
    """Are the predictions that were judged those of a dvc.lock?"""
    return any(
        sums[mine] == known[other]
        for mine in PREDICTIONS
        for other in PREDICTIONS
        if mine in sums and other in known
    )


def _same_content(root: Path, sums: Mapping[str, str], known: Mapping[str, str]) -> bool:
    """Do the predictions that were judged say what those of a dvc.lock say, in any bytes?"""
    judged = [(path, sums[path]) for path in PREDICTIONS if path in sums]
    then = [(path, known[path]) for path in PREDICTIONS if path in known]
    files = [find(root, *named) for named in (*judged[:1], *then[:1])]
    found = [file for file in files if file]
    return len(found) == 2 and same_predictions(found[0], found[1])


def _judged_before(evidence: Mapping[str, Any], earlier: Iterable[str]) -> list[str]:
    """Whether one of the earlier verdicts rests on other evidence.

    Judged once more on the same evidence, the answer is the same, and nothing was picked.
    """
    for text in earlier:
        verdict = content_of(text) or {}
        reasons = verdict.get("reasons")
        rests_on = {key: verdict.get(key) for key in evidence} | {"tables": sums_in(verdict)}
        if rests_on != evidence or (isinstance(reasons, list) and BEFORE in reasons):
            return [BEFORE]
    return []


def _past_of(store: Store, record: Record) -> Past | None:
    """The steps of the card and of dvc.lock in git; None without a repository."""
    history = History(store.root)
    if not history.exists:
        return None
    return history.past(f"{re.escape(record.folder)}/.*|dvc\\.lock", record.folder, "dvc.lock")


def _earlier_verdicts(store: Store, record: Record) -> list[str]:
    """The texts of every verdict of a card: the one that lies here, and those of all branches."""
    path = path_of(record)
    here = store.root / path
    texts = [read_whole(here).decode("utf-8", errors="replace")] if here.is_file() else []
    history = History(store.root)
    if history.exists:
        texts += [text for _, text in history.every(path, "HEAD", "--branches", "--remotes")]
    return texts
