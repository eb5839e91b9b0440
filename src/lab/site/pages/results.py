"""Results: what the pipeline measured, model beside model, and its plots."""

from collections.abc import Mapping, Sequence

from ..charts import Plot, draw
from ..markup import attribute, figure, page, table, text
from ..parts import stale_note
from ..world import World

TABLE_ROWS = 20  # of a chart's data; the file holds the rest
MODELS = ("candidate", "champion", "status_quo")


def results_page(world: World) -> str:
    """Every metric and every plot that the pipeline wrote."""
    parts = [
        warning(world),
        stale_note(world.metrics.stale),
        f"Measured on {world.metrics.values['examples']} held-out examples. The candidate's "
        "metrics are means over its seeds; the charts show the first seed.",
        compared(world),
    ]
    if world.plots:
        parts.append(stale_note(world.plots_stale))
    for plot in world.plots:
        parts += [f"## {text(plot.title)}", _plot(plot)]
    return page("Results", *parts)


def warning(world: World) -> str:
    """What has to be said of dummy data."""
    if world.metrics.values["source"] != "dummy":
        return ""
    return (
        '!!! warning "Dummy data"\n\n'
        "    These numbers come from random rows. They show that the pipeline runs, nothing else."
    )


def compared(world: World) -> str:
    """The metrics of each model, beside one another."""
    values = world.metrics.values
    models = [name for name in MODELS if isinstance(values.get(name), Mapping)]
    rows = [
        [
            attribute(metric),
            *(_number(values[name].get(metric)) for name in models),
        ]
        for metric in values["candidate"]
    ]
    head = ["metric", *(name.replace("_", " ") for name in models)]
    about = f"On {values['examples']} held-out examples ({attribute(values['source'])} data)."
    shown = table(head, rows, "lab-numbers", "Metrics of each model")
    return f'<div>{shown}<p class="lab-note">{about}</p></div>'


def _number(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, int | float) else ""


def _plot(plot: Plot) -> str:
    """One table for all series with the same x; a long one is thinned evenly, and says so."""
    columns: dict[tuple[str, ...], dict[str, Sequence[str]]] = {}
    for label, line in plot.series.items():
        columns.setdefault(tuple(x for x, _ in line), {})[label] = [y for _, y in line]
    (xs, ys), *others = columns.items()
    files = ", ".join(f"<code>{attribute(one)}</code>" for one in plot.files)
    about = f"{len(xs)} points from {files}."
    shown = figure("", draw(plot), about + _thinned(xs), *_cells(plot, xs, ys))
    return shown + "".join(
        f"<div>{table(*_cells(plot, more, values), label='More numbers of the chart')}</div>"
        for more, values in others
    )


def _thinned(xs: Sequence[str]) -> str:
    step = _step(xs)
    return "" if step == 1 else f" The table holds one in {step} of {len(xs)} rows."


def _step(xs: Sequence[str]) -> int:
    return max(1, -(-len(xs) // TABLE_ROWS))


def _cells(
    plot: Plot, xs: Sequence[str], ys: Mapping[str, Sequence[str]]
) -> tuple[list[str], list[list[str]]]:
    rows = list(zip(xs, *ys.values(), strict=True))[:: _step(xs)]
    head = [attribute(plot.x_label), *(attribute(label) for label in ys)]
    return head, [[attribute(cell) for cell in row] for row in rows]
