"""Results: what the pipeline measured, model beside model, and its plots."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ...numerals import apart, number
from ..charts import SPREAD, Plot, draw
from ..layout import Page
from ..world import World

TABLE_ROWS = 20  # of a chart's data; the file holds the rest
MODELS = ("candidate", "champion", "status_quo")


def results_page(world: World) -> Page:
    """Every metric and every plot that the pipeline wrote."""
    plots = [
        {"plot": plot, "drawing": draw(plot), "tables": list(_tables(plot))} for plot in world.plots
    ]
    return Page("results.md", "Results", compared(world) | {"plots": plots})


def compared(world: World) -> dict[str, Any]:
    """The metrics of each model beside one another, and the candidate's intervals if there are."""
    values = world.metrics.values
    models = [name for name in MODELS if isinstance(values.get(name), Mapping)]
    heads = [name.replace("_", " ") for name in models]
    rows = [
        (metric, [_number(values[name].get(metric)) for name in models])
        for metric in values["candidate"]
    ]
    intervals = values.get("interval")
    if isinstance(intervals, Mapping):
        heads.insert(1, "95 % interval")
        for metric, cells in rows:
            cells.insert(1, _interval(intervals.get(metric)))
    return {"models": heads, "metrics": rows}


def _interval(bounds: object) -> str:
    if not isinstance(bounds, Mapping):
        return ""
    return " to ".join(apart(*map(bounds.get, ("low", "high"))))


def _number(value: object) -> str:
    return number(value) if isinstance(value, int | float) else ""


def _cells(plot: Plot) -> dict[str, Any]:
    """How often each class was taken for each other one."""
    pairs = Counter(pair for line in plot.series.values() for pair in line)
    names = sorted({name for pair in pairs for name in pair})
    head = [f"{plot.x_label}, {plot.y_label}", *names]
    rows = [(name, *(number(pairs[name, other]) for other in names)) for name in names]
    return {"head": head, "rows": rows, "step": 1, "n": number(pairs.total())}


def _tables(plot: Plot):
    """One table for all series with the same x: its head, rows, and how many there were.

    Yields:
        The head, every `step`th row, the step, and the number of all rows.
    """
    if plot.template.startswith("confusion"):
        yield _cells(plot)
        return
    columns: dict[tuple[str, ...], dict[str, Sequence[str]]] = {}
    for label, line in plot.series.items():
        columns.setdefault(tuple(x for x, _ in line), {})[label] = [y for _, y in line]
    for xs, ys in columns.items():
        step = max(1, -(-len(xs) // TABLE_ROWS))
        rows = list(zip(xs, *ys.values(), *zip(*plot.spread, strict=True), strict=True))[::step]
        head = [plot.x_label, *ys, *(SPREAD if plot.spread else ())]
        yield {"head": head, "rows": rows, "step": step, "n": number(len(xs))}
