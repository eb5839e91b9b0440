"""`lab data describe`: what is in a file, before anything is decided about it."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import LabError
from ..numerals import apart
from ..terminal import clean, count, style, table
from .options import add_json, add_option
from .output import print_json
from .parser import Command

if TYPE_CHECKING:  # they load polars
    from ..data.inspection import Inspection
    from ..data.profile import Found, Profile

WRITTEN = {
    "separator": "between two values",
    "quote": "around a value that holds a separator",
    "decimal": "the mark before a fraction: . or ,",
    "thousands": "the mark between groups of digits",
    "encoding": "such as utf-8 or cp1252",
    "header": "the line with the names, from 1; none if there is none",
    "comment": "how lines begin that are not data",
    "sheet": "of an Excel file",
}


def describe(action: Command) -> None:
    """Which file, and what is known of it."""
    action.describe(
        "Say what is in a file: how it is written, each column with its type, gaps and values, "
        "what could be the id, the unit, the time and the target, and what looks wrong. Nothing "
        "is written.",
        "lab data describe churn.csv --target churned",
        run,
    )
    add_files(action)
    add_option(action, "--target", "COLUMN", "what is to be predicted: who says it too well?")
    add_json(action)


def add_files(action: Command) -> None:
    """The files, and how they are written where the guess is wrong."""
    action.add_argument(
        "files", metavar="FILE", nargs="+", help="CSV, TSV, Parquet or Excel; .gz and .zip, too"
    )
    group = action.add_argument_group("how the file is written, where the guess is wrong")
    for name, says in WRITTEN.items():
        group.add_argument(f"--{name}", metavar="TEXT", help=says)
    group.add_argument(
        "--missing", metavar="WORD", action="append", help="stands where nothing is known"
    )


def run(typed: argparse.Namespace) -> int:
    """Look, and print what was found."""
    found = inspected(typed)
    if typed.json:
        print_json(_plain(found))
        return 0
    for line in lines_of(found):
        print(line)
    return 0


def inspected(typed: argparse.Namespace) -> "Inspection":
    """What is in the files that were named."""
    from ..data.inspection import inspect

    files = [Path(name) for name in typed.files]
    if absent := [path for path in files if not path.is_file()]:
        raise LabError(f"{absent[0]} is no file: name the file with your rows.")
    found = inspect(files, typed.target, _said(typed))
    if typed.target and found.profile.column(typed.target) is None:
        names = ", ".join(column.name for column in found.profile.columns)
        raise LabError(f"there is no column {typed.target!r}: the columns are {names}.")
    return found


def _said(typed: argparse.Namespace) -> dict[str, Any]:
    """The parts of the format that were typed."""
    said = {name: getattr(typed, name) for name in (*WRITTEN, "missing")}
    said = {name: value for name, value in said.items() if value is not None}
    if "separator" in said:
        said["separator"] = said["separator"].replace("\\t", "\t")
    if "header" in said:
        word = said["header"]
        if word != "none" and not (word.isdecimal() and int(word) > 0):
            raise LabError(f"--header is {word!r}: it is the number of a line from 1, or none.")
        said["header"] = None if word == "none" else int(word)
    if "decimal" in said and said["decimal"] not in (".", ","):
        raise LabError("--decimal is . or ,")
    return said


def lines_of(found: "Inspection") -> Iterator[str]:
    """What was found, for a person."""
    profile = found.profile
    names = ", ".join(path.name for path in found.files)
    yield style(
        f"{names}: {count(profile.rows, 'row')}, {count(len(profile.columns), 'column')}", "bold"
    )
    yield f"  {_written(found)}"
    yield ""
    rows = [_row(column) for column in profile.columns]
    yield from table(["column", "type", "gaps", "distinct", "values"], rows)
    yield ""
    for role, could_be in profile.could_be.items():
        nothing = "no column names each row once: names can be made" if role == "id" else "-"
        yield f"  {role:<7} {', '.join(map(clean, could_be)) or nothing}"
    if profile.doubts:
        yield ""
        yield from doubts_of(profile)


def doubts_of(profile: "Profile") -> Iterator[str]:
    """What looks wrong, if anything does."""
    if profile.doubts:
        yield style("What looks wrong, or needs a decision:", "yellow")
        yield from (f"  {clean(name)}: {doubt}" for name, doubt in profile.doubts)


def _written(found: "Inspection") -> str:
    from ..data.raw import TEXTS, kind_of

    written = found.written
    if kind_of(found.files[0]) not in TEXTS:
        return kind_of(found.files[0])[1:]
    marks = {"\t": "tabs", " ": "spaces"}
    parts = [
        f"{written.encoding}, values parted by {marks.get(written.separator, written.separator)}",
        "no header" if written.header is None else f"names in line {written.header}",
    ]
    if written.decimal != "." or written.thousands:
        parts.append(f"numbers like 1{written.thousands or ''}234{written.decimal}5")
    if written.comment:
        parts.append(f"comments begin with {written.comment}")
    if written.missing:
        parts.append(f"nothing is written as {', '.join(written.missing)}")
    if written.dates:
        parts.append(f"dates like {', '.join(written.dates)}")
    return "; ".join(parts)


def _row(column: "Found") -> list[str]:
    gaps = f"{column.gaps:,}" if column.gaps else "-"
    return [clean(column.name), column.type or "empty", gaps, f"{column.distinct:,}", _seen(column)]


def _seen(column: "Found") -> str:
    """A few values, or the ends."""
    if column.values:
        shown = [clean(value) for value in column.values[:6]]
        more = ", …" if column.distinct > len(shown) else ""
        return f"{', '.join(shown)}{more}"
    if column.least is None:
        return ""
    if isinstance(column.least, float):
        return " to ".join(apart(column.least, column.most))
    return f"{column.least} to {column.most}"


def _plain(found: "Inspection") -> dict[str, Any]:
    profile = found.profile
    return {
        "files": [path.as_posix() for path in found.files],
        "format": found.written,
        "rows": profile.rows,
        "copies": profile.copies,
        "could_be": profile.could_be,
        "columns": [vars(column) for column in profile.columns],
    }
