"""What one candidate is worth beside another on the same examples, metric by metric.

It is the judge's own arithmetic: the earlier candidate takes the champion's place, and each metric
is asked alone whether it is at least as good. It is no verdict, so each seed counts, also one that
predicts what another does, as in what the pipeline writes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..data.kpi import Kpi
from ..data.tables import Prediction, Tables
from .criteria import parse_criterion
from .judge import Evidence, decided
from .metrics import METRICS
from .power import digest_of
from .result import Result

TAIL = 0.025  # on each side of a 95 % interval


@dataclass(frozen=True)
class Effect:
    """One metric now, and its paired difference to before; None if there is nothing before it."""

    metric: str
    now: Result
    difference: Result | None


def effects(
    now: Tables, before: Tables | None, metrics: Sequence[str], kpi: Kpi | None = None
) -> list[Effect]:
    """Each metric of the candidate with its 95 % interval, and its difference to before.

    Args:
        now: the tables of the change.
        before: the tables that it changes; they have to hold the same examples.
        metrics: their names; what does not fit the task is left out.
        kpi: the project's value function.
    """
    tables = _paired(now, before) if before else now
    found = []
    for name in metrics:
        if name not in METRICS or now.task not in METRICS[name].tasks:
            continue
        op = ">" if METRICS[name].larger_is_better else "<"
        difference = _asked(f"{name} {op} champion", tables, kpi) if before else None
        found.append(Effect(name, _asked(f"{name} {op} 0", tables, kpi), difference))
    return found


def same_examples(now: Tables, before: Tables) -> bool:
    """Do both hold the same ids, labels and units, of the same source?"""
    return (now.source, digest_of(now)) == (before.source, digest_of(before))


def _paired(now: Tables, before: Tables) -> Tables:
    models: Mapping[str, Mapping[int, Prediction]] = {
        "candidate": now.predictions.get("candidate", {}),
        "champion": before.predictions.get("candidate", {}),
    }
    return replace(now, predictions=models)


def _asked(criterion: str, tables: Tables, kpi: Kpi | None) -> Result:
    (result,) = decided([parse_criterion(criterion)], [], Evidence(tables, kpi=kpi), TAIL)
    return result
