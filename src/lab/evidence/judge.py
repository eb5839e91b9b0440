"""The judge: from criteria and tables to a verdict.

Let theta be a metric, or its paired difference to a reference, with signs flipped so that
larger is better, and t the bar. L is the one-sided lower bound at the error rate a, U the upper
one at a / m, where m counts all criteria and guardrails. A criterion is met if L > t, missed if
U < t, else unclear. All met: supported. Any missed: refuted. Else inconclusive. An error in any
of them: no verdict.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from ..data.counts import Counted
from ..data.kpi import Kpi
from ..data.tables import COSTS, Tables
from .bounds import bootstrap, resamples_for, see_that_rate, too_many
from .case import Case
from .contributions import is_decided, of_contributions
from .criteria import Criterion
from .exact import is_proportion, of_measured, of_panel, of_proportion, of_share
from .method import Method, method_of
from .metrics import METRICS
from .payoff import KPI, with_worth
from .ratios import NoValueError
from .recipes import seeds_needed
from .resampling import Drawn, settled, to_draw
from .result import Result, blank, failed, rates
from .seeds import distinct_seeds
from .slices import rows_of
from .unseen import Sample
from .verdict import FORMAT, Claim

SEED = 20261101


@dataclass(frozen=True)
class Judgement:
    """All results, and what follows from them; the verdict is None if there is an error.

    `claim` is what they are about, and `alike` are the candidate's seeds, those in one group that
    predict the same for every example; both since format 2, where there are predictions.
    """

    verdict: Literal["supported", "refuted", "inconclusive"] | None
    results: tuple[Result, ...]
    alpha: float
    resamples: int
    seed: int
    claim: Claim | None = None
    alike: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True)
class Evidence:
    """All that criteria are decided on.

    Attributes:
        tables: held-out examples and predictions; None if no criterion needs them.
        seeds: the candidate's seeds that count; None for all that are there.
        kpi: the project's value function.
        shares: by the name of a check, how many items passed.
        ballots: by criterion, how many said yes, of how many who voted.
        alike: the candidate's seeds in groups that count as one each; if empty, each seed counts.
        method: how bounds are computed.
    """

    tables: Tables | None
    seeds: Sequence[int] | None = None
    kpi: Kpi | None = None
    shares: Mapping[str, Counted] = field(default_factory=dict)
    ballots: Mapping[str, Counted] = field(default_factory=dict)
    alike: tuple[tuple[int, ...], ...] = ()
    method: Method = field(default_factory=Method)


def judge(
    criteria: Sequence[Criterion],
    guardrails: Sequence[Criterion],
    tables: Tables | None,
    alpha: float,
    seeds: Sequence[int] | None = None,
    kpi: Kpi | None = None,
    shares: Mapping[str, Counted] | None = None,
    ballots: Mapping[str, Counted] | None = None,
    progress: Callable[[int, int], None] | None = None,
    format_: int = FORMAT,
) -> Judgement:
    """Decide criteria on tables, and what they say together.

    Args:
        criteria: what would prove the claim.
        guardrails: what must not get worse.
        tables: held-out examples and predictions; None if no criterion needs them.
        alpha: the error rate of this hypothesis.
        seeds: the candidate's seeds that count; None for all that are there.
        kpi: the project's value function.
        shares: by the name of a check, how many items passed.
        ballots: by criterion, how many said yes, of how many who voted.
        progress: called with how many resamples are done, of how many.
        format_: of the verdict that it is for; an old one is computed again as it was.

    Raises:
        LabError: the error rate is too small for any examples.
    """
    see_that_rate(alpha)
    candidate = tables.predictions.get("candidate", {}) if tables else {}
    alike = tuple(map(tuple, distinct_seeds(candidate))) if format_ > 1 else ()
    method = method_of(format_, len(alike), alpha)
    evidence = Evidence(tables, seeds, kpi, shares or {}, ballots or {}, alike, method)
    results = decided(criteria, guardrails, evidence, alpha, progress)
    of_models = any(result.metric not in ("share", "panel") for result in results)
    claim = _claim(len(alike), alpha) if alike and of_models else None
    resamples = resamples_for(_refuting(alpha, len(results)))
    return Judgement(_verdict(results), results, alpha, resamples, SEED, claim, alike)


def decided(
    criteria: Sequence[Criterion],
    guardrails: Sequence[Criterion],
    evidence: Evidence,
    alpha: float,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Result, ...]:
    """What becomes of each criterion and each guardrail; the arguments are those of `judge`."""
    refuting = _refuting(alpha, len(criteria) + len(guardrails))
    prepared = [
        _prepared(criterion, role, evidence, alpha, refuting)
        for role, group in (("criterion", criteria), ("guardrail", guardrails))
        for criterion in group
    ]
    prepared = [
        failed(entry.case.blank, fault)
        if isinstance(entry, Drawn) and (fault := too_many(refuting, entry.drawn))
        else entry
        for entry in prepared
    ]
    by_row = [entry for entry in prepared if isinstance(entry, Drawn) and entry.sizes is None]
    resamples, found = resamples_for(refuting), iter(())
    if by_row and (tables := evidence.tables) is not None:
        ends = [end for entry in by_row for end in entry.ends]
        found = iter(bootstrap(ends, len(tables), tables.unit, resamples, SEED, progress))

    def values_of(entry: Drawn) -> Iterable[np.ndarray]:
        if entry.sizes is None:
            return next(found), next(found)
        return bootstrap(entry.ends, entry.drawn, None, resamples, SEED, sizes=entry.sizes)

    return tuple(
        settled(entry, *values_of(entry)) if isinstance(entry, Drawn) else entry
        for entry in prepared
    )


def _refuting(alpha: float, count: int) -> float:
    """The error rate at which each of so many criteria may refute the claim."""
    return alpha / max(1, count)


def _claim(distinct: int, alpha: float) -> Claim:
    return "recipe" if distinct >= seeds_needed(alpha) else "these seeds"


def _verdict(results: Sequence[Result]) -> Literal["supported", "refuted", "inconclusive"] | None:
    statuses = {result.status for result in results}
    if "error" in statuses or not results:
        return None
    if "missed" in statuses:
        return "refuted"
    return "supported" if statuses == {"met"} else "inconclusive"


def _prepared(
    criterion: Criterion, role: str, evidence: Evidence, supporting: float, refuting: float
) -> Result | Drawn:
    """An exact result, an error, or what the bootstrap has to draw."""
    result, tables = blank(criterion, role), evidence.tables
    at = rates(criterion, supporting, refuting)
    if criterion.metric == "panel":
        return of_panel(result, criterion, evidence.ballots.get(criterion.text))
    if criterion.metric == "share":
        return of_share(result, criterion, evidence.shares.get(criterion.argument or ""), at)
    if tables is None:
        return failed(result, "there are no tables")
    if tables.task not in METRICS[criterion.metric].tasks:
        return failed(result, f"`{criterion.metric}` is not for a {tables.task} task")
    try:
        if criterion.metric == KPI:
            tables = with_worth(tables, evidence.kpi)
        rows = rows_of(criterion.slice, tables)
        sample = _sample(criterion, tables, evidence).at(rows)
        case = Case(criterion, role, tables, rows, sample, evidence.kpi, at, evidence.method)
        if criterion.metric == "model_mb":
            return of_measured(case)
        if is_proportion(criterion, tables):
            return of_proportion(case)
        contributed = is_decided(criterion.metric, tables.task, evidence.kpi)
        if evidence.method.contributions and contributed:
            return of_contributions(case)
        return to_draw(case)
    except NoValueError as error:
        return failed(result, str(error))


def _sample(criterion: Criterion, tables: Tables, evidence: Evidence) -> Sample:
    """What the candidate says with each seed of the examples, and the reference.

    Seeds that predict the same count as one; what was measured with each of them does not.
    """
    seeds = evidence.seeds
    candidate = tables.predictions.get("candidate")
    if not candidate:
        raise NoValueError("there are no predictions of a candidate")
    if seeds is not None and (absent := sorted(set(seeds) - set(candidate))):
        raise NoValueError(f"the candidate's seed {absent[0]} is missing")
    if seeds is not None and (extra := sorted(set(candidate) - set(seeds))):
        raise NoValueError(f"the candidate has a seed {extra[0]} that was not registered")
    reference = tables.predictions.get(criterion.reference) if criterion.reference else {}
    if criterion.reference and not reference:
        raise NoValueError(f"there are no predictions of the {criterion.reference}")
    counting = [group[0] for group in evidence.alike] or list(candidate)
    if criterion.metric in COSTS:
        counting = list(candidate)
    mine = tuple(candidate[seed] for seed in counting)
    models = mine, tuple((reference or {}).values())
    return Sample(tables.task, tables.classes, tables.y, models)
