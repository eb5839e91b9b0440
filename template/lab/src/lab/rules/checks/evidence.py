"""EVD: outcomes that rest on evidence."""

import json
from collections.abc import Iterator

from ...records.store import VERDICT, Record, Store, read_strictly
from ..registry import Found, rule


@rule("EVD001", "HYP", remedy="Let the judge write it; an outcome is not typed by hand.")
def outcome_has_a_verdict(record: Record, store: Store) -> Iterator[Found]:
    """The outcome of a hypothesis is the one of its verdict.

    Supported, refuted and inconclusive are computed from held-out predictions. Only giving up
    (`abandoned`) is for people to say.
    """
    outcome = record.front.outcome
    if outcome in (None, "abandoned"):
        return
    if not record.judged:
        yield Found(f"the outcome is {outcome}, and there is no {VERDICT}", ("outcome",))
        return
    path = f"{record.path.rpartition('/')[0]}/{VERDICT}"
    text, _ = read_strictly(store.root / path)
    try:
        verdict = json.loads(text or "").get("verdict")
    except (ValueError, AttributeError, RecursionError):
        yield Found("this is no verdict", 1, path=path)
        return
    if verdict != outcome:
        yield Found(f"the outcome is {outcome}, and the verdict is {verdict}", ("outcome",))
