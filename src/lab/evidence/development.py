"""Development numbers: what predictions out of fold say of a recipe, with intervals.

They may be looked at as often as one likes. They are no evidence: who tunes by them bends them.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..data.kpi import Kpi
from ..data.tables import Tables
from ..numerals import KEPT, rounded
from .criteria import Criterion
from .judge import judge
from .values import NoValueError, statistic

SHOWN: Mapping[str, tuple[str, ...]] = {
    "binary": ("accuracy", "precision", "recall", "f1", "roc_auc", "kpi"),
    "multiclass": ("accuracy", "f1_macro", "recall_macro", "kpi"),
    "regression": ("mean_absolute_error", "root_mean_squared_error", "r2", "kpi"),
}
TAIL = 0.025  # beyond each end of a 95 % interval


def development_numbers(tables: Tables, kpi: Kpi | None) -> dict[str, Any]:
    """Each model's metrics as a mean over its seeds, and the candidate's 95 % intervals.

    Returns:
        `candidate`, `champion` (if there is one) and `status_quo`: value by metric; `interval`: of
        the candidate, `low` and `high` by metric.
    """
    names = [name for name in SHOWN[tables.task] if name != "kpi" or kpi is not None]
    found: dict[str, Any] = {
        model: _values(names, model, tables, kpi) for model in sorted(tables.predictions)
    }
    interval = {}
    for name in names:
        asked = Criterion(text=name, metric=name, op=">", value=0.0)
        (result,) = judge([asked], [], tables, TAIL, kpi=kpi).results
        if result.lower is not None and result.upper is not None:
            interval[name] = {
                "low": rounded(result.lower, KEPT),
                "high": rounded(result.upper, KEPT),
            }
    return {**found, "interval": interval}


def _values(names: list[str], model: str, tables: Tables, kpi: Kpi | None) -> dict[str, float]:
    once = np.ones((1, len(tables)))
    found = {}
    for name in names:
        try:
            values = [
                float(statistic(name, tables.task, tables.classes, tables.y, run, kpi)(once)[0])
                for run in tables.predictions[model].values()
            ]
        except NoValueError:
            continue
        if np.isfinite(values).all():
            found[name] = rounded(float(np.mean(values)), KEPT)
    return found
