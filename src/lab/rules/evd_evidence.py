"""EVD: outcomes that rest on evidence."""

from collections.abc import Iterator

from ..evidence.verdict import Verdict, path_of, verdict_of
from ..proof.seal import faults_of_verdict
from ..records.record import VERDICT
from ..records.store import Record, Store
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
    if record.judged:
        for fault in faults_of_verdict(record, store):
            yield Found(fault, 1, path=path_of(record))


@rule("EVD003", "HYP", remedy="Say `exploratory` in the report, or test the claim on fresh data.")
def amended_after_the_verdict(record: Record, store: Store) -> Iterator[Found]:
    """Nothing is amended after the verdict, and a verdict after seen results is exploratory.

    A promise that changes when the answer is known proves nothing.
    """
    verdict = verdict_of(record, store) if record.judged else None
    if not isinstance(verdict, Verdict):
        return
    for number, amendment in enumerate(record.front.amendments):
        if amendment.at > verdict.at:
            yield Found("it was amended after its verdict", ("amendments", number))
        elif amendment.results_seen and verdict.mode == "confirmatory":
            yield Found(
                "results had been seen, and the verdict calls itself confirmatory",
                ("amendments", number),
            )


@rule("EVD004", "HYP", remedy="Judge the model that it is about, in a new card that `follows` it.")
def about_the_model_that_was_judged(record: Record, store: Store) -> Iterator[Found]:
    """A card that names its model has a verdict about that one.

    A claim about a linear model is not supported by boosted trees.
    """
    about = record.front.evaluation.model
    verdict = verdict_of(record, store) if about and record.judged else None
    if isinstance(verdict, Verdict) and verdict.model and verdict.model != about:
        yield Found(
            f"it is about {about}, and its verdict about {verdict.model}", ("evaluation", "model")
        )
