"""The plots that `dvc.yaml` declares, read with their data."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..errors import LabError
from ..records.document import read_yaml
from .charts import Plot


def read_plots(root: Path) -> Iterator[tuple[Plot, list[Path]]]:
    """Each plot under `plots:` in `dvc.yaml` whose data are CSV files with an x column.

    Yields:
        The plot, and the files that hold its data.

    Raises:
        LabError: a file or a column that a plot names does not exist.
    """
    declared = read_yaml(root / "dvc.yaml").get("plots") or []
    items = declared.items() if isinstance(declared, Mapping) else _pairs(declared)
    for name, options in items:
        options = options or {}
        sources = _sources(name, options)
        if "x" in options and sources and all(file.endswith(".csv") for file in sources):
            yield _read_plot(root, name, options, sources), [root / file for file in sources]


def _pairs(declared: list[Any]) -> Iterator[tuple[str, Any]]:
    for item in declared:
        yield from item.items() if isinstance(item, Mapping) else [(str(item), {})]


def _sources(name: str, options: Mapping[str, Any]) -> dict[str, list[str]]:
    """Columns on the y axis, by file: DVC allows the file in `y` or as the plot's name."""
    y = options.get("y")
    by_file = y if isinstance(y, Mapping) else {name: y}
    return {
        str(file): [str(column) for column in (columns if isinstance(columns, list) else [columns])]
        for file, columns in by_file.items()
        if columns
    }


def _read_plot(
    root: Path, name: str, options: Mapping[str, Any], sources: Mapping[str, list[str]]
) -> Plot:
    x, series = str(options["x"]), {}
    for file, columns in sources.items():
        try:
            with (root / file).open(encoding="utf-8", newline="") as lines:
                rows = list(csv.DictReader(lines))
        except OSError as error:
            raise LabError(
                f"The plot {name!r} of dvc.yaml reads {file}, which cannot be opened "
                f"({error.strerror}): run `uv run dvc repro` first."
            ) from None
        for column in columns:
            missing = [wanted for wanted in (x, column) if rows and wanted not in rows[0]]
            if missing:
                raise LabError(
                    f"The plot {name!r} of dvc.yaml: {file} has no column {missing[0]!r}."
                )
            series[column] = [(row[x], row[column]) for row in rows]
    return Plot(
        title=str(options.get("title", name)),
        template=str(options.get("template", "linear")),
        x_label=str(options.get("x_label", x)),
        y_label=str(options.get("y_label", next(iter(series)))),
        series=series,
    )
