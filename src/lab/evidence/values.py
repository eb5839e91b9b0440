"""The value of a metric on held-out examples, under many weightings at once.

Every metric agrees with scikit-learn's function of the same name. What scikit-learn leaves
undefined has no value here.
"""

import numpy as np

from ..data.kpi import Kpi
from ..data.tables import COSTS, Prediction, Tables
from .confusion import of_labels
from .criteria import Criterion
from .payoff import KPI, with_worth, worth
from .ranking import SCORES, of_scores
from .ratios import NoValueError, Statistic, ratio
from .regression import of_numbers
from .slices import rows_of


def statistic(
    metric: str,
    task: str,
    classes: tuple[str, ...],
    y: np.ndarray,
    said: Prediction,
    kpi: Kpi | None = None,
) -> Statistic:
    """A metric as a function of weights, shape (b, n) to (b,).

    Args:
        metric: its name.
        task: binary, multiclass or regression.
        classes: the names of the codes in `y`.
        y: what is true, shape (n,).
        said: what the model says of the same examples.
        kpi: the project's value function, for `kpi`.

    Raises:
        NoValueError: the metric cannot be computed on these examples.
    """
    if not len(y):
        raise NoValueError("no example is in this part")
    if metric in COSTS:
        if metric not in said.cost:
            raise NoValueError(f"the predictions have no column `{metric}`")
        return ratio(said.cost[metric])
    if metric == KPI:
        if KPI in said.cost:
            return ratio(said.cost[KPI])
        if kpi is None:
            raise NoValueError("params.yaml holds no value function (`lift`)")
        return ratio(worth(task, classes, y, said.label, kpi))
    if task == "regression":
        return of_numbers(metric, y, said.label)
    if metric in SCORES:
        return of_scores(metric, y, said.score)
    return of_labels(metric, y, said.label)


def value_of(criterion: Criterion, tables: Tables, model: str, kpi: Kpi | None) -> float:
    """A criterion's metric of one model, each example of its slice counted once.

    Args:
        criterion: the metric, and the slice that it is about.
        tables: examples, and what the model says of them.
        model: whose; the mean over its runs.
        kpi: the project's value function, for `kpi`.

    Raises:
        NoValueError: the metric cannot be computed on these examples, or the model says nothing.
    """
    if not (runs := tables.predictions.get(model)):
        raise NoValueError(f"there are no predictions of the {model}")
    if criterion.metric == KPI:
        tables = with_worth(tables, kpi)
        runs = tables.predictions[model]
    rows = rows_of(criterion.slice, tables)
    y, once = tables.y[rows], np.ones((1, int(rows.sum())))
    found = [
        statistic(criterion.metric, tables.task, tables.classes, y, run.at(rows), kpi)(once)
        for run in runs.values()
    ]
    return float(np.mean(found))
