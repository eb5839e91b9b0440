"""The terms of a promise: all that its answer depends on beside the card, by name and digest.

A lock writes them down; the judge and the audit compare. So whoever weakens the rule that a
criterion is compared with, or changes who is on a panel, changes the promise, and it shows.
"""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..data import pipeline
from ..data.items import items_path, read_items
from ..data.pipeline import md5_of
from ..data.schema import mapping_in
from ..evidence.criteria import Criterion, CriterionError, parse_criterion
from ..records import canonical
from ..records.ballots import members_of
from ..records.store import Record, current_time, read_store
from ..records.testsets import TestSet
from .locks import Promised, promised_texts

CHAMPION = f"{pipeline.CHAMPION}.dvc"
LENGTH = len("v1:") + 16  # of a digest: 64 bits
MEANINGS = {
    "testset": "the test set, its error rate or its budget",
    "target": "the target in schema.yaml",
    "status_quo": "`status_quo` in params.yaml",
    "champion": "the champion",
    "kpi": "`lift` in params.yaml, what a decision is worth",
}


def terms_of(root: Path, record: Record, testset: TestSet) -> dict[str, str]:
    """The digests of everything that the answer to a hypothesis depends on.

    Args:
        root: a folder with the project's files as they are, or as they were.
        record: the hypothesis.
        testset: what it is judged on.

    Raises:
        LabError: the items of a scripted check are not listed.
    """
    terms = _terms(root, record, testset)
    return {name: canonical.digest_of(content)[:LENGTH] for name, content in terms}


def terms_promised(card: Promised) -> dict[str, str]:
    """The terms of a lock, and those that amendments brought in since.

    What was promised first counts: an amendment replaces no term, but for that of a test set that
    it changes itself.
    """
    lock = card.lock
    found = dict(lock.terms or {}) if lock else {}
    for amendment in card.amendments:
        brought = dict(amendment.terms or {})
        if "evaluation" in amendment.was and "testset" in brought:
            found["testset"] = brought["testset"]
        found = brought | found
    return found


def broken_terms(root: Path, record: Record, testset: TestSet) -> list[str]:
    """What is not as it was when a hypothesis was locked or amended, in words.

    It is empty for a lock of the first release, which has no terms, on a test set on show.
    """
    lock = record.front.lock
    if lock is None or (lock.terms is None and not testset.sealed):
        return []
    then, now = terms_promised(record.front), terms_of(root, record, testset)
    return [_meaning(name) for name in now if then.get(name) != now[name]]


def champion_in(params: Mapping[str, Any]) -> str | None:
    """The hypothesis whose model is the champion, by the content of a params.yaml."""
    evaluate = params.get("evaluate")
    return evaluate.get("champion") if isinstance(evaluate, dict) else None


def model_in(params: Mapping[str, Any]) -> str | None:
    """What a params.yaml calls the model that is trained."""
    train = params.get("train")
    name = train.get("model") if isinstance(train, dict) else None
    return name if isinstance(name, str) else None


def _terms(root: Path, record: Record, testset: TestSet) -> Iterator[tuple[str, Any]]:
    params = mapping_in(root / "params.yaml")
    criteria = list(_criteria(record))
    yield "testset", [testset.digest, testset.alpha, testset.budget]
    yield "target", mapping_in(root / "schema.yaml").get("target")
    yield "status_quo", params.get("status_quo")
    if any(criterion.reference == "champion" for criterion in criteria):
        model = root / CHAMPION
        yield "champion", [champion_in(params), md5_of(model) if model.is_file() else None]
    if any(criterion.metric == "kpi" for criterion in criteria):
        yield "kpi", params.get("lift")
    roles = sorted({str(one.argument) for one in criteria if one.metric == "panel"})
    people = read_store(root).people if roles else ()
    lock = record.front.lock  # who has left since is on the panel that was promised
    at = lock.at if lock else current_time()
    for role in roles:
        yield f"panel({role})", members_of(role, people, at)
    for check in sorted({str(one.argument) for one in criteria if one.metric == "share"}):
        ids = read_items(root, check)
        yield f"share({check})", hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()


def _criteria(record: Record) -> Iterator[Criterion]:
    for text in promised_texts(record.front):
        try:
            yield parse_criterion(text)
        except CriterionError:
            continue  # CRI001 says so


def _meaning(name: str) -> str:
    kind, _, argument = name.rstrip(")").partition("(")
    if kind == "panel":
        return f"who is on the panel of the {argument}"
    if kind == "share":
        return f"the items in {items_path(argument)}"
    return MEANINGS.get(name, name)
