"""The judge: from criteria and tables to a verdict.

Let theta be a metric, or its paired difference to a reference, with signs flipped so that
larger is better, and t the bar. L is the one-sided lower bound at the error rate a, U the upper
one at a / m, where m counts all criteria and guardrails. A criterion is met if L > t, missed if
U < t, else unclear. All met: supported. Any missed: refuted. Else inconclusive. An error in any
of them: no verdict.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..data.counts import Counted
from ..data.kpi import Kpi
from ..data.tables import COSTS, Tables
from .bounds import bootstrap, resamples_for
from .contributions import is_decided, of_contributions
from .criteria import Condition, Criterion
from .exact import is_proportion, of_measured, of_panel, of_proportion, of_share
from .method import Method, method_of
from .metrics import METRICS
from .ratios import NoValueError
from .recipes import seeds_needed
from .resampling import Drawn, settled, to_draw
from .result import Result, blank, failed, rates
from .seeds import distinct_seeds
from .unseen import Sample
from .verdict import FORMAT, Claim

SEED = 20261101
COMPARE: dict[str, Callable[[np.ndarray, float | str], np.ndarray]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}


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
class _Evidence:
    """All that criteria are decided on, and at which error rates."""

    tables: Tables | None
    seeds: Sequence[int] | None
    kpi: Kpi | None
    shares: Mapping[str, Counted]
    ballots: Mapping[str, Counted]
    support: float
    refute: float
    alike: Sequence[Sequence[int]]
    method: Method


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
    each_seed: bool = False,
) -> Judgement:
    """Decide criteria on tables.

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
        each_seed: does each seed count, also one that predicts what another does?
    """
    wanted = [(one, "criterion") for one in criteria] + [(one, "guardrail") for one in guardrails]
    refute = alpha / max(1, len(wanted))
    resamples = resamples_for(refute)
    candidate = tables.predictions.get("candidate", {}) if tables else {}
    alike = tuple(map(tuple, distinct_seeds(candidate))) if format_ > 1 and not each_seed else ()
    method = method_of(format_, len(alike), alpha)
    counted, voted = shares or {}, ballots or {}
    evidence = _Evidence(tables, seeds, kpi, counted, voted, alpha, refute, alike, method)
    prepared = [_prepared(one, role, evidence) for one, role in wanted]
    drawn = [one for one in prepared if isinstance(one, Drawn)]
    values: dict[int, tuple[np.ndarray, np.ndarray]] = {}
    if drawn and tables is not None:
        ends = [end for one in drawn for end in one.ends]
        found = bootstrap(ends, len(tables), tables.unit, resamples, SEED, progress)
        values = {
            id(one): (found[2 * place], found[2 * place + 1]) for place, one in enumerate(drawn)
        }
    results = tuple(
        one
        if isinstance(one, Result)
        else settled(one, *values[id(one)], rates(one.criterion, alpha, refute))
        for one in prepared
    )
    of_models = any(one.metric not in ("share", "panel") for one, _ in wanted)
    claim = _claim(len(alike), alpha) if alike and of_models else None
    return Judgement(_verdict(results), results, alpha, resamples, SEED, claim, alike)


def _claim(distinct: int, alpha: float) -> Claim:
    return "recipe" if distinct >= seeds_needed(alpha) else "these seeds"


def _verdict(results: Sequence[Result]) -> Literal["supported", "refuted", "inconclusive"] | None:
    statuses = {one.status for one in results}
    if "error" in statuses or not results:
        return None
    if "missed" in statuses:
        return "refuted"
    return "supported" if statuses == {"met"} else "inconclusive"


def _prepared(one: Criterion, role: str, evidence: _Evidence) -> Result | Drawn:
    """An exact result, an error, or what the bootstrap has to draw."""
    result, tables = blank(one, role), evidence.tables
    at = rates(one, evidence.support, evidence.refute)
    if one.metric == "panel":
        return of_panel(result, one, evidence.ballots.get(one.text))
    if one.metric == "share":
        return of_share(result, one, evidence.shares.get(one.argument or ""), at)
    if tables is None:
        return failed(result, "there are no tables")
    if tables.task not in METRICS[one.metric].tasks:
        return failed(result, f"`{one.metric}` is not for a {tables.task} task")
    try:
        rows = rows_of(one.slice, tables)
        sample = _sample(one, tables, rows, evidence)
        method, kpi = evidence.method, evidence.kpi
        if one.metric == "model_mb":
            return of_measured(result, one, sample, at, method)
        if is_proportion(one, tables):
            return of_proportion(result, one, sample, len(tables), at, method)
        if method.contributions and is_decided(one.metric, tables.task):
            return of_contributions(result, one, tables, rows, sample, kpi, at, method)
        return to_draw(result, one, tables, rows, sample, kpi, method)
    except NoValueError as error:
        return failed(result, str(error))


def rows_of(conditions: Sequence[Condition], tables: Tables) -> np.ndarray:
    """Which examples a slice keeps, shape (n,).

    Raises:
        NoValueError: it names a column that is not there or has gaps, compares text with a
            number, or keeps nothing.
    """
    kept = np.ones(len(tables), dtype=bool)
    for one in conditions:
        if one.column not in tables.columns:
            known = ", ".join(tables.columns) or "none"
            raise NoValueError(
                f"the examples have no column `{one.column}` (they have {known}); "
                "name it under evaluate.slices in params.yaml"
            )
        column = tables.columns[one.column]
        textual = column.dtype.kind in "OUST"
        gaps = int((column == "").sum() if textual else np.isnan(column).sum())
        if gaps:
            raise NoValueError(f"`{one.column}` is missing in {gaps} examples")
        value = one.value
        if textual and one.op in ("==", "!=") and isinstance(value, float):
            value = f"{value:g}"
        if textual != isinstance(value, str) or (textual and one.op not in ("==", "!=")):
            raise NoValueError(f"`{one.column}` cannot be compared with {one.value} by {one.op}")
        kept &= COMPARE[one.op](column, value)
    if not kept.any():
        raise NoValueError("no example is in this part")
    return kept


def _sample(one: Criterion, tables: Tables, rows: np.ndarray, evidence: _Evidence) -> Sample:
    """What the candidate says with each seed of the examples that count, and the reference.

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
    reference = tables.predictions.get(one.reference) if one.reference else {}
    if one.reference and not reference:
        raise NoValueError(f"there are no predictions of the {one.reference}")
    counting = [group[0] for group in evidence.alike] or list(candidate)
    if one.metric in COSTS:
        counting = list(candidate)
    mine = tuple(candidate[seed] for seed in counting)
    models = mine, tuple((reference or {}).values())
    return Sample(tables.task, tables.classes, tables.y, models).at(rows)
