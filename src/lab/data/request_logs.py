"""Files of rows that a model has answered, each as frames of one form.

A prediction log is JSON Lines, one object for each row: `at`, `request_id`, `model`, `stub`,
`features`, `prediction`, `score`. A CSV or Parquet table, such as a batch job writes, has a
column for each feature, and perhaps columns with those names, too.

A frame has the columns `x0`, `x1`, … for the features, in the order of schema.yaml, because a
feature may have any name; and those of `SAID`, of which `row_id` is the column of a table that
schema.yaml calls its id.
"""

import gzip
import io
import json
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

import polars as pl

from ..errors import LabError
from ..records.files import LARGEST_TABLE, see_that_fits
from .schema import Shape

BLOCK = 32 * 1024 * 1024
LONGEST = 100_000_000  # bytes of a line
TABLES = (".csv", ".parquet")
GZIP = b"\x1f\x8b"
SAID: Mapping[str, Any] = {
    "at": pl.Datetime("us", "UTC"),
    "request_id": pl.String,
    "model": pl.String,
    "stub": pl.Boolean,
    "prediction": pl.String,
    "score": pl.Float64,
    "row_id": pl.String,
}
CUT_SHORT, BROKEN = "cut short", "not JSON"
NO_JSON = "this line is not JSON: fix it, or delete it"


def frames(path: Path, shape: Shape) -> Iterator[tuple[pl.DataFrame, Counter[str]]]:
    """The rows of a file in frames, and how many lines of it are left out, by why.

    A line that is no JSON was being written when its process was killed or its disk was full: the
    others count without it. JSON that is no row of a log is an error, and so is a file without a
    single row.

    Raises:
        LabError: the file cannot be read, or a line is no row of a log; it says which.
    """
    if not path.is_file():
        raise LabError(f"{path} is no file: name the log that the service wrote.")
    try:
        if path.suffix.lower() in TABLES:
            yield _table(path, shape), Counter()
            return
        first, height = 0, 0
        for number, block in _blocks(path):
            rest = block.rpartition(b"\n")[2]
            if short := _is_cut_short(rest):
                block = block[: len(block) - len(rest)]
            frame, broken = _lines(block, shape, path, number)
            first, height = first or min(broken, default=0), height + len(frame)
            yield frame, Counter({CUT_SHORT: int(short), BROKEN: len(broken)})
        if first and not height:
            raise LabError(f"{path}:{first}: {NO_JSON}.")
    except (OSError, EOFError, zlib.error) as error:
        raise LabError(f"{path} cannot be read ({error}): restore it.") from None


def _blocks(path: Path) -> Iterator[tuple[int, bytes]]:
    """Whole lines in blocks, and the number of the first line of each; gzip is unpacked."""
    number, rest = 1, b""
    with path.open("rb") as file:
        packed = file.read(2) == GZIP
    with gzip.open(path) if packed else path.open("rb") as file:
        while read := file.read(BLOCK):
            whole, end, rest = (rest + read).rpartition(b"\n")
            if len(rest) > LONGEST:
                raise LabError(
                    f"{path}:{number}: a line of more than {LONGEST // 10**6} MB follows: this is "
                    "no prediction log, or it is damaged."
                )
            if end:
                yield number, whole + end
                number += whole.count(b"\n") + 1
    yield number, rest


def _is_cut_short(line: bytes) -> bool:
    if not line.strip():
        return False
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return True
    return False


def _lines(
    block: bytes, shape: Shape, path: Path, number: int
) -> tuple[pl.DataFrame, Sequence[int]]:
    """The rows of whole lines, and the numbers of lines that are no JSON, found by halving."""
    try:
        rows = _parsed(block, shape) if block.strip() else None
    except (pl.exceptions.PolarsError, OSError):  # OSError: it takes some bytes for packed ones
        middle = block.rfind(b"\n", 0, len(block) // 2) + 1 or block.find(b"\n") + 1
        if 0 < middle < len(block):
            above, faults = _lines(block[:middle], shape, path, number)
            below, more = _lines(
                block[middle:], shape, path, number + block.count(b"\n", 0, middle)
            )
            return pl.concat([above, below]), [*faults, *more]
        if _fault(block, shape) != NO_JSON:
            raise _first_fault(block, shape, path, number) from None
        return _formed({}, 0, shape), [number]
    if rows is None:
        return _formed({}, 0, shape), []
    features = rows["features"]
    if features.null_count():
        raise _first_fault(block, shape, path, number)
    inputs = {one.name: features.struct.field(one.name) for one in shape.inputs}
    said = {name: rows[name] for name in SAID if name in rows.columns}
    return _formed({**said, "features": inputs}, len(rows), shape), []


def _parsed(lines: bytes, shape: Shape) -> pl.DataFrame:
    types = {
        "at": pl.String,
        "request_id": pl.String,
        "model": pl.String,
        "stub": pl.Boolean,
        "features": pl.Struct(
            {one.name: pl.Float64 if one.numeric else pl.String for one in shape.inputs}
        ),
        "prediction": pl.Float64 if shape.target.numeric else pl.String,
        "score": pl.Float64,
    }
    return pl.read_ndjson(io.BytesIO(lines), schema=types)


def _first_fault(block: bytes, shape: Shape, path: Path, number: int) -> LabError:
    """Which line of a block is no row of a log, and why."""
    for line_number, line in enumerate(block.split(b"\n"), number):
        if line.strip() and (fault := _fault(line, shape)):
            return LabError(f"{path}:{line_number}: {fault}.")
    return LabError(f"{path}: the lines from {number} on are not JSON Lines: write them again.")


def _fault(line: bytes, shape: Shape) -> str | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return NO_JSON
    features = row.get("features") if isinstance(row, dict) else None
    if not isinstance(features, dict):
        return "this line has no `features`, which hold the value of each column: add them"
    numbers = [(f"`{one.name}`", features.get(one.name)) for one in shape.inputs if one.numeric]
    numbers.append(("`score`", row.get("score")))
    if shape.target.numeric:
        numbers.append(("`prediction`", row.get("prediction")))
    for name, value in numbers:
        if value is not None and not _is_number(value):
            return f"{name} is no number: write one, or null"
    if not isinstance(row.get("stub"), bool | None):
        return "`stub` is neither true nor false: write one of them"
    try:
        _parsed(line, shape)
    except (pl.exceptions.PolarsError, OSError):  # stricter than Python: no NaN, no half letters
        return NO_JSON
    return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _table(path: Path, shape: Shape) -> pl.DataFrame:
    try:
        see_that_fits(path, LARGEST_TABLE)
        if path.suffix.lower() == ".csv":
            rows = pl.read_csv(path, infer_schema=False)
        else:
            rows = pl.read_parquet(path)
    except pl.exceptions.PolarsError as error:
        first = (str(error).splitlines() or ["it is damaged"])[0]
        raise LabError(f"{path} is no table that can be read ({first}).") from None
    named = {one.name for one in shape.inputs}
    if not named & set(rows.columns):
        raise LabError(f"{path} has no column of schema.yaml: it has {', '.join(rows.columns)}.")
    found: dict[str, Any] = {
        name: rows[name] for name in SAID if name in rows.columns and name not in named
    }
    found["row_id"] = rows[shape.id] if shape.id in rows.columns else None
    found["features"] = {name: rows[name] for name in named if name in rows.columns}
    return _formed(found, len(rows), shape)


def _formed(found: Mapping[str, Any], height: int, shape: Shape) -> pl.DataFrame:
    """Columns as a frame of the one form; what is not there is null."""
    inputs = found.get("features", {})
    said = {name: found.get(name) for name in SAID}
    columns = {
        f"x{number}": _number(inputs.get(one.name), height)
        if one.numeric
        else _text(inputs.get(one.name), height)
        for number, one in enumerate(shape.inputs)
    }
    columns |= {
        "at": _moment(said["at"], height),
        "request_id": _text(said["request_id"], height),
        "model": _text(said["model"], height),
        "stub": _truth(said["stub"], height),
        "prediction": _number(said["prediction"], height)
        if shape.target.numeric
        else _text(said["prediction"], height),
        "score": _number(said["score"], height),
        "row_id": _text(said["row_id"], height),
    }
    return pl.DataFrame(columns)


def _number(column: pl.Series | None, height: int) -> pl.Series:
    """Numbers; null where nothing is, NaN where something is that is no number."""
    if column is None:
        return pl.Series([None] * height, dtype=pl.Float64)
    column = _filled(column)
    if column.dtype.is_nested():
        return pl.Series([float("nan")] * height, dtype=pl.Float64)
    number = column.cast(pl.Float64, strict=False).fill_nan(None)
    gap = column.is_null() | (column.is_nan() if column.dtype.is_float() else False)
    if column.dtype == pl.String:
        gap |= (column.str.to_lowercase() == "nan").fill_null(False)
    wrong = (~gap & number.is_null()) | number.is_infinite().fill_null(False)
    return number.set(wrong, float("nan"))


def _text(column: pl.Series | None, height: int) -> pl.Series:
    if column is None:
        return pl.Series([None] * height, dtype=pl.String)
    if column.dtype.is_nested():
        return pl.Series(["?"] * height)
    return _filled(column.cast(pl.String, strict=False))


def _filled(column: pl.Series) -> pl.Series:
    """An empty text is a gap, as the data stage of the pipeline has it."""
    if column.dtype in (pl.Categorical, pl.Enum):
        column = column.cast(pl.String)
    return column.str.strip_chars().replace("", None) if column.dtype == pl.String else column


def _moment(column: pl.Series | None, height: int) -> pl.Series:
    if column is None:
        return pl.Series([None] * height, dtype=SAID["at"])
    if column.dtype == pl.String:
        return column.str.to_datetime("%+", time_unit="us", time_zone="UTC", strict=False)
    if isinstance(column.dtype, pl.Datetime):
        naive = column.dtype.time_zone is None
        return (column.dt.replace_time_zone("UTC") if naive else column).cast(SAID["at"])
    return pl.Series([None] * height, dtype=SAID["at"])


def _truth(column: pl.Series | None, height: int) -> pl.Series:
    if column is None:
        return pl.Series([False] * height, dtype=pl.Boolean)
    if column.dtype == pl.String:
        column = column.str.strip_chars().str.to_lowercase().is_in(["true", "1"])
    return column.cast(pl.Boolean, strict=False).fill_null(False)
