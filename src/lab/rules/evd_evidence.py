"""EVD: outcomes that rest on evidence."""

from collections.abc import Iterator

from ..evidence.verdict import Verdict, read
from ..proof.locks import promised, promised_texts
from ..records.store import VERDICT, Record, Store, read_strictly, verdict_beside
from .registry import Found, rule

COMPUTED = ("supported", "refuted", "inconclusive")


@rule("EVD001", "HYP", remedy="Have it judged: `lab judge {id}`; an outcome is not typed by hand.")
def outcome_has_a_verdict(record: Record, store: Store) -> Iterator[Found]:
    """The outcome of a hypothesis is the one of its verdict.

    Supported, refuted and inconclusive are computed from held-out predictions. Only giving up
    (`abandoned`) is for people to say.
    """
    outcome = record.front.outcome
    if outcome not in COMPUTED:
        if outcome and record.judged:
            yield Found(f"there is a verdict, and the outcome is {outcome}", ("outcome",))
        return
    if not record.judged:
        yield Found(f"the outcome is {outcome}, and there is no {VERDICT}", ("outcome",))
        return
    verdict = verdict_of(record, store)
    if isinstance(verdict, Verdict) and verdict.verdict != outcome:
        yield Found(f"the outcome is {outcome}, and the verdict is {verdict.verdict}", ("outcome",))


@rule("EVD002", "HYP", remedy="Put back what the judge wrote: `git restore` the file.")
def verdict_is_the_judges(record: Record, store: Store) -> Iterator[Found]:
    """verdict.json is what the judge wrote about exactly this promise.

    It names the lock, the test set and the slot, its numbers lead to its statuses and those to
    its verdict, and it is sealed. `lab audit` computes it again from the evidence.
    """
    if not record.judged:
        return
    path = path_of(record)
    verdict = verdict_of(record, store)
    if isinstance(verdict, str):
        yield Found(verdict, 1, path=path)
        return
    lock = record.front.lock
    if lock is None or verdict.id != record.id:
        yield Found("it is not about this card", 1, path=path)
        return
    testset = store.testsets.get(verdict.testset)
    wrong = {
        "what was promised": verdict.digest != promised(record.front),
        "the slot or the error rate": (verdict.slot, verdict.alpha) != (lock.slot, lock.alpha),
        "the test set": verdict.testset != record.front.evaluation.testset
        or (testset is not None and testset.digest != verdict.testset_digest),
        "the criteria": [one.criterion for one in verdict.results]
        != [*promised_texts(record.front)],
    }
    for what, differs in wrong.items():
        if differs:
            yield Found(f"it differs from the card in {what}", 1, path=path)
    if not any(wrong.values()) and (fault := _illogical(verdict)):
        yield Found(fault, 1, path=path)


@rule("EVD003", "HYP", remedy="Say `exploratory` in the report, or test the claim on fresh data.")
def amended_after_the_verdict(record: Record, store: Store) -> Iterator[Found]:
    """Nothing is amended after the verdict, and a verdict after seen results is exploratory.

    A promise that changes when the answer is known proves nothing.
    """
    verdict = verdict_of(record, store) if record.judged else None
    if not isinstance(verdict, Verdict):
        return
    for number, one in enumerate(record.front.amendments):
        if one.at > verdict.at:
            yield Found("it was amended after its verdict", ("amendments", number))
        elif one.results_seen and verdict.mode == "confirmatory":
            yield Found(
                "results had been seen, and the verdict calls itself confirmatory",
                ("amendments", number),
            )


def path_of(record: Record) -> str:
    """Where a card's verdict lies."""
    return verdict_beside(record.path)


def verdict_of(record: Record, store: Store) -> Verdict | str:
    """A card's verdict, or what is wrong with its file."""
    text, faults = read_strictly(store.root / path_of(record))
    if text is None:
        return faults[0].message
    try:
        return read(text)
    except ValueError as error:
        return str(error)


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
