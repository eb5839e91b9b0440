"""CRI: criteria that can be decided."""

from collections.abc import Iterator

from ..evidence.criteria import Criterion, CriterionError, parse_criterion, problem_with
from ..evidence.metrics import METRICS
from ..process.lanes import is_draft, started_at
from ..process.one_page import page_of
from ..records.store import Record, Store
from ..records.templates import PLACEHOLDER
from .registry import Found, rule


def _parsed(record: Record) -> Iterator[tuple[str, int, Criterion | CriterionError]]:
    """Each criterion and guardrail: its list, its number, and it or what is wrong with it."""
    for name in ("criteria", "guardrails"):
        for number, text in enumerate(getattr(record.front, name)):
            if PLACEHOLDER.search(text):
                continue
            try:
                yield name, number, parse_criterion(text)
            except CriterionError as error:
                yield name, number, error


@rule("CRI001", "HYP", remedy="Write it like `precision > 0.95`.")
def grammar(record: Record, store: Store) -> Iterator[Found]:
    """Every criterion and guardrail can be read by the judge.

    A criterion that needs interpretation is decided by whoever interprets it.
    """
    for name, number, criterion in _parsed(record):
        if isinstance(criterion, CriterionError):
            yield Found(criterion.problem.rstrip("."), (name, number), criterion.remedy)


@rule("CRI002", "HYP", remedy="Use a stated metric, or state it in the next proposal.")
def stated_metrics(record: Record, store: Store) -> Iterator[Found]:
    """A hypothesis uses only metrics that its proposal has stated.

    Who may pick the metric afterwards finds one that looks good. A guardrail only makes it harder:
    in the light track, where a page states the metric of its gate, it may be any.
    """
    proposal = store.get(record.front.proposal)
    if proposal is None or proposal.kind.code != "PROP":
        return
    metrics = proposal.front.metrics
    stated = {metrics.primary, *metrics.secondary, *metrics.guardrail}
    free = ("guardrails",) if page_of(proposal, store) else ()
    for name, number, criterion in _parsed(record):
        metric = None if name in free else getattr(criterion, "metric", None)
        if metric and metric not in ("share", "panel") and metric not in stated:
            yield Found(
                f"{proposal.id} does not state `{metric}`, only {', '.join(sorted(stated))}",
                (name, number),
            )


@rule("CRI003", "HYP", remedy="Add one: what would prove it, and what must not get worse.")
def something_to_decide(record: Record, store: Store) -> Iterator[Found]:
    """A hypothesis has at least one criterion and at least one guardrail.

    Nearly every number can be improved at the cost of another one.
    """
    for name in ("criteria", "guardrails"):
        if not getattr(record.front, name):
            yield Found(f"`{name}` is empty", (name,))


@rule("CRI004", "HYP", remedy="Choose a bar that the metric can reach and can miss.")
def decidable(record: Record, store: Store) -> Iterator[Found]:
    """A criterion suits the task, and can come out either way.

    One that always holds proves nothing; one that never holds wastes a test set.
    """
    for name, number, criterion in _parsed(record):
        if isinstance(criterion, CriterionError):
            continue
        if problem := problem_with(criterion, store.task):
            yield Found(problem[0], (name, number), problem[1])


@rule(
    "CRI005", "PROP", remedy="Write the gate like `recall > 0.85`, with a metric of the proposal."
)
def gates(record: Record, store: Store) -> Iterator[Found]:
    """The gate and the metrics of a proposal can be decided, too.

    If the gate is passed we invest more, else we stop. That must not be open to debate.
    """
    front = record.front
    stated = {"primary": [front.metrics.primary]} | {
        name: list(getattr(front.metrics, name)) for name in ("secondary", "guardrail")
    }
    for name, metrics in stated.items():
        for number, metric in enumerate(metrics):
            at = ("metrics", name) if name == "primary" else ("metrics", name, number)
            if PLACEHOLDER.search(metric):
                continue
            if metric not in METRICS:
                yield Found(f"unknown metric `{metric}`", at, f"Known are {', '.join(METRICS)}.")
            elif store.task and store.task not in METRICS[metric].tasks:
                yield Found(f"`{metric}` is not for a {store.task} task", at)
    text = front.gate.criterion
    if PLACEHOLDER.search(text):
        return
    try:
        gate = parse_criterion(text)
    except CriterionError as error:
        yield Found(error.problem.rstrip("."), ("gate", "criterion"), error.remedy)
        return
    if problem := problem_with(gate, store.task):
        yield Found(problem[0], ("gate", "criterion"), problem[1])
    elif gate.metric in METRICS and not any(gate.metric in metrics for metrics in stated.values()):
        yield Found(f"`{gate.metric}` is not a metric of the proposal", ("gate", "criterion"))


@rule("CRI006", "HYP", remedy="Give other numbers in `evaluation.seeds` and in params.yaml.")
def seeds(record: Record, store: Store) -> Iterator[Found]:
    """A hypothesis that is started names enough seeds, and each once.

    A recipe that was lucky with one seed is no recipe.
    """
    named = record.front.evaluation.seeds
    needed = store.policy.evidence.seeds
    if len(set(named)) < len(named):
        yield Found("a seed stands here twice", ("evaluation", "seeds"))
    elif len(named) < needed and not is_draft(record) and record.front.change != "explain":
        yield Found(
            f"{len(named)} seeds are named, and {needed} are needed", ("evaluation", "seeds")
        )


@rule("CRI007", "HYP", remedy="Add one such as `recall[age < 30] >= status_quo - 0.02`.")
def guarded_by_group(record: Record, store: Store) -> Iterator[Found]:
    """Where the policy asks for it, a guardrail looks at a part of the examples.

    An average can rise while a group of people is harmed. At high risk that is looked at
    before, not after.
    """
    if not store.policy.evidence.sliced_guardrail or not started_at(record):
        return
    slices = [
        getattr(criterion, "slice", ())
        for name, _, criterion in _parsed(record)
        if name == "guardrails"
    ]
    if not any(slices):
        yield Found("no guardrail looks at a group", ("guardrails",))


@rule("CRI008", "HYP", remedy='Write something between 0 and 1, such as "0.6".')
def priors(record: Record, store: Store) -> Iterator[Found]:
    """The prior is above 0 and below 1.

    Who is certain need not test. How good our guesses are is shown on the site.
    """
    if not 0 < float(record.front.prior) < 1:
        yield Found(f"the prior is {record.front.prior}", ("prior",))
