"""Live rows of several logs and tables, each of them once."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import polars as pl

from ..errors import LabError
from .request_logs import frames
from .schema import Shape

STUB, OTHER_TIME = "answered by the stub", "of another time"
REPEATED = "in several logs"


@dataclass(frozen=True)
class Live:
    """n rows of live inputs, and what the model answered.

    `inputs` has a column for each feature, shape (n,): numbers as floats, categories as text,
    null where the value is missing, NaN where it should be a number and is none. `prediction` and
    `score` have shape (n,), and are null where nothing was answered. `models` counts the rows of
    each version. `left_out` counts rows by why they do not count. `named` has the columns
    `request_id` and `row_id`, shape (n,), if they were asked for.
    """

    inputs: Mapping[str, pl.Series]
    prediction: pl.Series
    score: pl.Series
    models: Mapping[str, int]
    first: datetime | None
    last: datetime | None
    left_out: Mapping[str, int]
    named: Mapping[str, pl.Series] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.prediction)


def read_live(
    paths: Iterable[Path],
    shape: Shape,
    since: datetime | None = None,
    until: datetime | None = None,
    named: bool = False,
) -> Live:
    """The rows of logs and tables.

    A row that stands in several logs with the same request, time and content counts once: logs
    that were rotated may overlap. Within one log each row counts: a batch may hold equal rows.
    What the stub has answered does not count.

    Args:
        paths: files; what is neither .csv nor .parquet is JSON Lines.
        shape: what schema.yaml says of a row.
        since: the first moment that counts.
        until: the first moment after it that does not.
        named: is it of interest which request each row came with?

    Raises:
        LabError: a file cannot be read, or a line is no row of a log; it says which.
    """
    left_out: Counter[str] = Counter()
    parts = []
    files = list({path.absolute(): path for path in paths}.values())
    for number, path in enumerate(files):
        for frame, broken in frames(path, shape):
            answered = frame.filter(~pl.col("stub")).drop("stub")
            if not named:
                answered = answered.drop("row_id")
            if not named and len(files) == 1:
                answered = answered.drop("request_id")
            kept = _within(answered, since, until, path)
            parts.append(kept.with_columns(log=pl.lit(number)))
            left_out += broken
            left_out[STUB] += len(frame) - len(answered)
            left_out[OTHER_TIME] += len(answered) - len(kept)
    rows = pl.concat(parts)
    if len(files) > 1:
        once = _once(rows)
        left_out[REPEATED] = len(rows) - len(once)
        rows = once
    models = rows["model"].drop_nulls().value_counts(sort=True)
    moments = rows["at"].drop_nulls().sort()
    return Live(
        inputs={column.name: rows[f"x{number}"] for number, column in enumerate(shape.inputs)},
        prediction=rows["prediction"],
        score=rows["score"],
        models=dict(models.iter_rows()),
        first=moments[0] if len(moments) else None,
        last=moments[-1] if len(moments) else None,
        left_out={why: count for why, count in left_out.items() if count},
        named={name: rows[name] for name in ("request_id", "row_id") if named},
    )


def _within(
    rows: pl.DataFrame, since: datetime | None, until: datetime | None, path: Path
) -> pl.DataFrame:
    if since is None and until is None:
        return rows
    if count := rows["at"].null_count():
        raise LabError(
            f"{path} has no time `at` in {count} of its rows: leave out --since and --until, or "
            "add it."
        )
    if since is not None:
        rows = rows.filter(pl.col("at") >= since)
    return rows if until is None else rows.filter(pl.col("at") < until)


def _once(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows without those that an earlier log holds, too; only a row with a request is known again.

    Equal rows of one log are told apart by their order: the second of one log is the second of
    the other.
    """
    known = rows.select("log", content=rows.drop("log", "row_id", strict=False).hash_rows())
    nth = known.select("content", nth=pl.int_range(pl.len()).over("content", "log"))
    first = nth.select(pl.struct("content", "nth").is_first_distinct()).to_series()
    return rows.filter(first | rows["request_id"].is_null())
