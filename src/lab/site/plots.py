"""The plots that `dvc.yaml` declares, read with their data."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from ..data.pipeline import written_last
from ..errors import LabError
from ..records.document import read_yaml
from .charts import SPREAD, Plot
from .numbers import stale


def stale_plots(root: Path, plots: Iterable[Plot]) -> str | None:
    """Why a file that a plot was read from is not what the pipeline wrote last, or None.

    A file that lies in a folder which the pipeline writes as one is vouched for with the folder.
    """
    known = written_last(root)
    whole = {
        next((str(path) for path in (file, *file.parents) if str(path) in known), str(file))
        for plot in plots
        for file in map(PurePosixPath, plot.files)
    }
    return next(filter(None, (stale(root, root / path) for path in sorted(whole))), None)


def read_plots(root: Path) -> Iterator[Plot]:
    """Each plot under `plots:` in `dvc.yaml` whose data are CSV files with an x column.

    Raises:
        LabError: a file or a column that a plot names does not exist.
    """
    wiring = read_yaml(root / "dvc.yaml")
    declared = wiring.get("plots") if isinstance(wiring, Mapping) else None
    for group in declared if isinstance(declared, list) else [declared]:
        for name, options in group.items() if isinstance(group, Mapping) else ():
            if isinstance(options, Mapping) and isinstance(options.get("x"), str):
                sources = _sources(str(name), options)
                if sources and all(file.endswith(".csv") for file in sources):
                    yield _read_plot(root, str(name), options, sources)


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
    x, series, spread = options["x"], {}, []
    for file, columns in sources.items():
        try:
            with (root / file).open(encoding="utf-8-sig", newline="") as lines:
                table = csv.DictReader(lines, restval="")
                rows, header = list(table), table.fieldnames or []
        except OSError as error:
            raise LabError(
                f"The plot {name!r} of dvc.yaml reads {file}, which cannot be opened "
                f"({error.strerror}): run `uv run dvc repro` first."
            ) from None
        except (UnicodeDecodeError, csv.Error) as error:
            raise LabError(
                f"The plot {name!r} of dvc.yaml: {file} is not a CSV file in UTF-8 ({error})."
            ) from None
        for column in columns:
            missing = [wanted for wanted in (x, column) if wanted not in header]
            if missing:
                raise LabError(
                    f"The plot {name!r} of dvc.yaml: {file} has no column {missing[0]!r}."
                )
            label = f"{column} in {file}" if column in series else column
            series[label] = [(row[x], row[column]) for row in rows]
        if set(SPREAD) <= set(header):
            spread = [tuple(row[name] for name in SPREAD) for row in rows]
    return Plot(
        title=str(options.get("title", name)),
        template=str(options.get("template", "linear")),
        x_label=str(options.get("x_label", x)),
        y_label=str(options.get("y_label", next(iter(series)))),
        series=series,
        files=list(sources),
        spread=tuple(spread) if len(series) == 1 else (),
    )
