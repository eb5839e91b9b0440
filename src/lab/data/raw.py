"""Files as people bring them: CSV in all its forms, Parquet, Excel; one, or several of one shape.

What a file's text means is said under `data.format` in params.yaml, and nothing is guessed here:
`lab data describe` guesses (see `guess.py`), and what it found is written down.
"""

import codecs
import csv
import glob
import gzip
import io
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from ..errors import LabError
from ..records.files import LARGEST_DATA, see_that_fits
from .params import MAGIC, Format

TEXTS = (".csv", ".tsv", ".txt", ".data", ".tab")
SHEETS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
PACKED = (".gz", ".zip")
UTF_8 = ("utf-8", "utf8")


def kind_of(path: Path) -> str:
    """What a file is by its name, such as `.csv`, also where it is packed."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    while suffixes and suffixes[-1] in PACKED:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def files_of(root: Path, name: str) -> list[Path]:
    """The files that `data.file` names: one, or all that fit a pattern, by their names.

    Raises:
        LabError: there is none.
    """
    path = root / name
    if path.is_file() or not set(MAGIC) & set(name):
        found = [path]
    else:
        found = [Path(file) for file in sorted(glob.glob(str(path), recursive=True))]
        found = [file for file in found if file.is_file() and file.suffix != ".dvc"]
    if not found or not found[0].is_file():
        raise LabError(
            f"{path} does not exist: set data.file in params.yaml to your file, or get it with "
            "`uv run dvc pull`."
        )
    return found


def read_raw(root: Path, name: str, written: Format) -> pl.DataFrame:
    """The rows of one file or of several, before anything is known of their columns.

    Values of text files stay text, with null where nothing is known.

    Raises:
        LabError: a file is missing, of another format, cannot be parsed, or has other columns
            than the first.
    """
    return read_files(files_of(root, name), written)


def read_files(files: Sequence[Path], written: Format) -> pl.DataFrame:
    """The rows of files of one shape, one after the other.

    Raises:
        LabError: one cannot be read, or has other columns than the first.
    """
    parts = [read_file(path, written) for path in files]
    names = parts[0].columns
    for path, rows in zip(files, parts, strict=True):
        if rows.columns != names:
            strange = sorted(set(rows.columns) ^ set(names)) or ["their order"]
            raise LabError(
                f"{path} has other columns than {files[0]}: {', '.join(strange)}. Files "
                "that belong together have the same ones."
            )
    return pl.concat(parts, how="vertical_relaxed")


def read_file(path: Path, written: Format) -> pl.DataFrame:
    """The rows of one file.

    Args:
        path: the file.
        written: how it is written.

    Raises:
        LabError: it is of another format, or cannot be parsed; it says why.
    """
    kind = kind_of(path)
    try:
        see_that_fits(path, LARGEST_DATA)
        if kind in TEXTS:
            return _without_gaps(_text_file(path, written), written)
        if kind == ".parquet":
            return _without_gaps(_flat(pl.read_parquet(io.BytesIO(unpacked(path)))), written)
        if kind in SHEETS:
            return _without_gaps(_sheet(path, written), written)
    except (pl.exceptions.PolarsError, OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        reason = (str(error).splitlines() or ["it is damaged"])[0]
        raise LabError(f"{path} cannot be read as {kind[1:]}: {reason}") from None
    raise LabError(
        f"{path} is none of {', '.join((*TEXTS, '.parquet', *SHEETS))}, nor one of them in .gz or "
        ".zip: convert it, or rename it."
    )


def unpacked(path: Path) -> bytes:
    """The bytes of a file, of a .gz, or of the one file in a .zip.

    Raises:
        LabError: a .zip holds several files, or what is packed is too large.
        OSError: it cannot be read.
    """
    suffix = path.suffix.lower()
    if suffix == ".gz":
        with gzip.open(path) as file:
            return _bounded(file.read(LARGEST_DATA + 1), path)
    if suffix == ".zip":
        with zipfile.ZipFile(path) as packed:
            names = [name for name in packed.namelist() if not name.endswith("/")]
            names = [name for name in names if not name.startswith(("__MACOSX/", "."))]
            if len(names) != 1:
                raise LabError(
                    f"{path} holds {len(names)} files: unpack it, and name one of them, or all by "
                    "a pattern such as data/raw/*.csv."
                )
            with packed.open(names[0]) as file:
                return _bounded(file.read(LARGEST_DATA + 1), path)
    return path.read_bytes()


def _bounded(content: bytes, path: Path) -> bytes:
    if len(content) > LARGEST_DATA:
        raise LabError(f"{path} holds more than {LARGEST_DATA / 1e6:,.0f} MB: make it smaller.")
    return content


def _text_file(path: Path, written: Format) -> pl.DataFrame:
    content = unpacked(path)
    try:
        known = codecs.lookup(written.encoding).name
    except LookupError:
        raise LabError(
            f"data.format.encoding in params.yaml is {written.encoding}, which Python does not "
            "know: utf-8, cp1252, latin-1 and utf-16 are common."
        ) from None
    if known in UTF_8:
        content = content.removeprefix(codecs.BOM_UTF8)
    try:
        text = content.decode(known)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise LabError(
            f"{path}:{line}: this is not {written.encoding}: set data.format.encoding in "
            "params.yaml; `lab data describe` guesses it."
        ) from None
    if known not in UTF_8:
        content = text.removeprefix("\ufeff").encode()
    if not text.strip():
        raise LabError(f"{path} is empty.")
    if "\x00" in text:
        raise LabError(f"{path} is not text in {written.encoding}: `lab data describe` guesses it.")
    settings: dict[str, Any] = {
        "separator": written.separator,
        "quote_char": written.quote,
        "comment_prefix": written.comment,
        "skip_lines": (written.header or 1) - 1,
        "infer_schema": False,
    }
    try:
        first = pl.read_csv(io.BytesIO(content), has_header=False, n_rows=1, **settings)
        names = _names(first.row(0), written, path)
        headed = written.header is not None
        rows = pl.read_csv(io.BytesIO(content), has_header=headed, **settings)
    except pl.exceptions.ComputeError as error:
        raise _ragged(text, written, path) or error from None
    rows.columns = names
    return rows.filter(~pl.all_horizontal(pl.all().is_null()))  # an empty line is no row


def _names(first: Sequence[str | None], written: Format, path: Path) -> list[str]:
    """The names of the columns; one without a name is called after its place."""
    if written.header is None:
        return [f"column_{place}" for place in range(1, len(first) + 1)]
    names = [
        (name or "").strip().strip("\ufeff") or f"column_{place}"
        for place, name in enumerate(first, start=1)
    ]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise LabError(
            f"{path} has two columns called {twice[0]!r}: rename one. If line {written.header} "
            "does not hold the names, set data.format.header in params.yaml."
        )
    return names


def _ragged(text: str, written: Format, path: Path) -> LabError | None:
    """The first line that has more values than the header, if that is what is wrong."""
    quoting = csv.QUOTE_MINIMAL if written.quote else csv.QUOTE_NONE
    lines = io.StringIO(text)
    for _ in range((written.header or 1) - 1):
        lines.readline()
    rows = csv.reader(lines, delimiter=written.separator, quotechar=written.quote, quoting=quoting)
    try:
        width = len(next(rows))
        for row in rows:
            if len(row) > width and not (written.comment and row[0].startswith(written.comment)):
                place = rows.line_num + (written.header or 1) - 1
                return LabError(
                    f"{path}:{place}: {len(row)} values, and {width} columns: put a value that "
                    f"holds {written.separator!r} into quotes, or set data.format.separator in "
                    "params.yaml."
                )
    except (csv.Error, StopIteration):
        return None
    return None


def _sheet(path: Path, written: Format) -> pl.DataFrame:
    try:
        import fastexcel
    except ModuleNotFoundError:
        raise LabError(
            f"{path} is a spreadsheet, and reading one takes the package fastexcel: run "
            "`uv add --group pipeline fastexcel`, or save the sheet as CSV."
        ) from None
    try:
        book = fastexcel.read_excel(unpacked(path))
    except fastexcel.FastExcelError as error:
        raise LabError(f"{path} is no spreadsheet that can be read: {error}") from None
    name = written.sheet or book.sheet_names[0]
    if name not in book.sheet_names:
        raise LabError(
            f"{path} has no sheet {name!r}, which data.format.sheet in params.yaml names: it has "
            f"{', '.join(map(repr, book.sheet_names))}."
        )
    header = None if written.header is None else written.header - 1
    sheet = book.load_sheet(name, header_row=header, skip_rows=0 if header is None else None)
    return _flat(sheet.to_polars())


def _flat(rows: pl.DataFrame) -> pl.DataFrame:
    """Codes of words as words, decimals as they are written."""
    named = pl.selectors.by_dtype(pl.Categorical, pl.Enum)
    return rows.with_columns((named | pl.selectors.decimal()).cast(pl.String))


def _without_gaps(rows: pl.DataFrame, written: Format) -> pl.DataFrame:
    """Null where an empty text or a word for a missing value stands; texts without margins."""
    missing = ["", *(word.strip() for word in written.missing)]
    rows = without(rows.with_columns(pl.selectors.string().str.strip_chars()), missing)
    numbers = [float(word) for word in missing if _is_number(word)]
    if numbers:
        typed = pl.selectors.numeric()
        rows = rows.with_columns(
            pl.when(typed.cast(pl.Float64).is_in(numbers)).then(None).otherwise(typed).name.keep()
        )
    return rows


def without(rows: pl.DataFrame, words: Sequence[str]) -> pl.DataFrame:
    """Rows with nothing where one of some words is the whole text."""
    texts = pl.selectors.string()
    return rows.with_columns(
        pl.when(texts.is_in(list(words))).then(None).otherwise(texts).name.keep()
    )


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True
