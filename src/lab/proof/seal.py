"""Whether a verdict.json is what the judge wrote about exactly the promise beside it."""

from ..evidence.verdict import Verdict, verdict_of
from ..records.store import Record, Store
from .locks import promised, promised_texts


def faults_of_verdict(record: Record, store: Store) -> list[str]:
    """Where the verdict of a hypothesis differs from its card or from itself; empty if nowhere."""
    verdict = verdict_of(record, store)
    if isinstance(verdict, str):
        return [verdict]
    lock = record.front.lock
    if lock is None or verdict.id != record.id:
        return ["it is not about this card"]
    testset = store.testsets.get(verdict.testset)
    wrong = {
        "what was promised": verdict.digest != promised(record.front),
        "the slot or the error rate": (verdict.slot, verdict.alpha) != (lock.slot, lock.alpha),
        "the test set": verdict.testset != record.front.evaluation.testset
        or (testset is not None and testset.digest != verdict.testset_digest),
        "the criteria": [result.criterion for result in verdict.results]
        != [*promised_texts(record.front)],
    }
    differing = [
        f"it differs from the card in {what}" for what, differs in wrong.items() if differs
    ]
    if not differing and (fault := _illogical(verdict)):
        return [fault]
    return differing


def _illogical(verdict: Verdict) -> str | None:
    """Where the numbers of a verdict do not lead to its words."""
    for one in verdict.results:
        if one.method == "ballot" or one.reason:
            continue
        comparison = one.criterion.rpartition("]")[2] if one.slice else one.criterion
        upwards = ">" in comparison
        met = one.lower > one.threshold if upwards else one.upper < one.threshold
        missed = one.upper < one.threshold if upwards else one.lower > one.threshold
        status = "met" if met else "missed" if missed else "unclear"
        if verdict.opening and one.threshold in (one.lower, one.upper):
            continue  # told in steps, it may lie on the bar
        if one.status != status:
            return f"its numbers make `{one.criterion}` {status}, and it says {one.status}"
    statuses = {one.status for one in verdict.results}
    follows = (
        "refuted"
        if "missed" in statuses
        else "supported"
        if statuses == {"met"}
        else "inconclusive"
    )
    if verdict.verdict != follows:
        return f"its results make it {follows}, and it says {verdict.verdict}"
    return None
