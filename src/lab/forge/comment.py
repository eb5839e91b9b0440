"""The comment on a change: what it does to the metrics, and to what the team has promised."""

from collections.abc import Callable, Iterator

from ..evidence.comparison import Effect
from ..evidence.result import Result
from ..evidence.verdict import Decided, Verdict
from ..evidence.words import about_opening, found, headline
from ..numerals import apart, number, signed
from ..process import clock
from ..process.lanes import CARDS, DONE
from ..proof.change import Change
from ..proof.effect import Effects
from ..records.store import Record, Store
from .markdown import joined, listed, shown, table

TITLE = "## What this change does"
PROVES_NOTHING = (
    "A difference here proves nothing by itself: whoever looks often enough finds one. A "
    "hypothesis is decided by `lab judge` alone, on what was locked."
)
DEVELOPMENT = (
    "Development numbers: predictions of the training rows, each by a model that has not seen it. "
    "The held-out set stays sealed."
)
Where = Callable[[str], str]  # from a path in the repository to its address


def comment_text(change: Change, store: Store, where: Where | None = None, run: str = "") -> str:
    """The whole comment, in Markdown.

    Args:
        change: what the change does.
        store: the project with the change.
        where: the address of a file for people, if there is one.
        run: the address of the job that found all this.
    """
    return joined(
        TITLE,
        *_metrics(change.effects),
        *_section("Guardrails of what is in use", _guardrails(change.effects, store)),
        *_section("Verdicts", "\n\n".join(_verdict(*judged) for judged in change.judged)),
        *_section("Locks taken", listed(_lock(record, store) for record in change.locked)),
        *_section("Time boxes", listed(_boxes(store))),
        *_section("Pages to look at", listed(_page(record, where) for record in change.written)),
        f"[The job that wrote this]({run})" if run else "",
    )


def _section(title: str, text: str) -> list[str]:
    return [f"### {title}", text] if text else []


def _metrics(effects: Effects) -> Iterator[str]:
    yield "### Metrics"
    if effects.note:
        yield shown(effects.note)
    if not effects.metrics:
        return
    if effects.development:
        yield DEVELOPMENT
    paired = any(effect.difference for effect in effects.metrics)
    before = effects.before or {}
    if paired:
        head = ["metric", "before", "now", "difference", "95 % interval", "it is", "examples"]
        yield table(head, [_compared(effect) for effect in effects.metrics])
        yield PROVES_NOTHING
    elif before:
        head = ["metric", "before", "now", "95 % interval", "examples"]
        rows = [_alone(effect) for effect in effects.metrics]
        values = [_value(before.get(effect.metric)) for effect in effects.metrics]
        yield table(
            head, [[row[0], value, *row[1:]] for row, value in zip(rows, values, strict=True)]
        )
    else:
        head = ["metric", "now", "95 % interval", "examples"]
        yield table(head, [_alone(effect) for effect in effects.metrics])


def _compared(effect: Effect) -> list[str]:
    """A metric beside the same one before, on the same examples."""
    name, now, difference = _name(effect), effect.now, effect.difference
    if difference is None or now.estimate is None or difference.estimate is None:
        reason = now.reason or (difference.reason if difference else None)
        return [name, "-", _value(now.estimate), "-", "-", shown(reason or "not computed"), "-"]
    says = {"met": "**better**", "missed": "**worse**"}.get(difference.status, "cannot be told")
    return [
        name,
        *apart(now.estimate - difference.estimate, now.estimate),
        signed(number(difference.estimate)),
        " to ".join(map(signed, apart(difference.lower, difference.upper))),
        says,
        number(difference.n),
    ]


def _alone(effect: Effect) -> list[str]:
    """A metric with nothing to compare it with."""
    if effect.now.estimate is None:
        return [_name(effect), "-", shown(effect.now.reason or "not computed"), "-"]
    estimate, lower, upper = apart(effect.now.estimate, effect.now.lower, effect.now.upper)
    return [_name(effect), estimate, f"{lower} to {upper}", number(effect.now.n)]


def _name(effect: Effect) -> str:
    return shown(effect.metric.replace("_", " "))


def _value(value: float | None) -> str:
    return "-" if value is None else number(value)


def _guardrails(effects: Effects, store: Store) -> str:
    rows = [
        [
            shown(store.records[id_].front.title),
            shown(result.criterion),
            _status(result),
            _found(result),
        ]
        for id_, result in effects.guardrails
    ]
    return table(["promised by", "guardrail", "holds", "found"], rows)


def _status(result: Result) -> str:
    says = {"met": "yes", "missed": "**no**", "unclear": "cannot be told"}
    return says.get(result.status, "could not be computed")


def _found(result: Result | Decided) -> str:
    if result.estimate is None or result.status == "error":
        return shown(result.reason or "-")
    return found(result)


def _verdict(record: Record, verdict: Verdict | None) -> str:
    title = shown(record.front.title)
    if verdict is None:
        return f"**{title}**: its verdict cannot be read, or was taken away; `lab check` says more."
    rows = [
        [shown(result.criterion), result.role, result.status, _found(result), number(result.n)]
        for result in verdict.results
    ]
    return joined(
        f"**{title}**: {shown(headline(verdict.verdict))} ({verdict.mode})",
        table(["asked", "as a", "status", "found", "examples"], rows),
        listed(f"exploratory because {shown(reason)}" for reason in verdict.reasons),
        about_opening(verdict.opening) if verdict.tables else "",
    )


def _lock(record: Record, store: Store) -> str:
    card = record.front
    testset = store.testsets.get(card.evaluation.testset)
    budget = f" of {testset.budget}" if testset else ""
    asked = "; ".join(shown(criterion) for criterion in (*card.criteria, *card.guardrails))
    return (
        f"**{shown(card.title)}**: {asked}. Slot {card.lock.slot}{budget} of "
        f"{shown(card.evaluation.testset)}, error rate {shown(card.lock.alpha)}, time box "
        f"{card.timebox} working days."
    )


def _boxes(store: Store) -> Iterator[str]:
    """The cards whose clock runs; a limit on work in progress keeps them few."""
    for record in store.of(*CARDS):
        if record.lane != DONE and clock.box_runs(record.front):
            used, box = clock.days_used(record.front, store), record.front.timebox
            over = "**over**: " if used > box else ""
            blocked = ", blocked" if clock.is_blocked(record.front) else ""
            owner = shown(record.front.owner)
            yield f"{over}day {used} of {box}{blocked}: {shown(record.front.title)} ({owner})"


def _page(record: Record, where: Where | None) -> str:
    title = f"{record.kind.code} {shown(record.front.title)}"
    link = f"[{title}]({where(record.path)})" if where else f"{title}, `{record.path}`"
    return f"{link}: {shown(record.lane)}"
