"""How a text file is written, guessed from what is in it; a person reads and corrects the guess."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from .params import Format
from .raw import TEXTS, kind_of, unpacked

LINES = 300  # that are looked at
BEGINNING = 4_000_000  # bytes in which they are
SEPARATORS = (";", "\t", "|", ",", " ")
COMMENTS = ("#", "%", "//")
MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
WORDS = ("NA", "N/A", "n/a", "#N/A", "NaN", "nan", "NULL", "null", "None", "?", "-", "--", ".")
CODES = ("-999", "-999.0", "-9999", "-9999.0", "-99999")
NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
COMMA = re.compile(r"[-+]?\d*,\d+")
GROUPED = {
    ".": re.compile(r"[-+]?\d{1,3}(\.\d{3})+(,\d+)?"),
    ",": re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?"),
    " ": re.compile(r"[-+]?\d{1,3}( \d{3})+([.,]\d+)?"),
    "'": re.compile(r"[-+]?\d{1,3}('\d{3})+([.,]\d+)?"),
}
DAYS = (
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%Y/%m/%d",
    "%d-%m-%Y",
    "%Y%m%d",
    "%d.%m.%y",
    "%m/%d/%y",
)
HOURS = ("%H:%M", "%H:%M:%S")
DATELIKE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}([ T]\d{1,2}:\d{2}(:\d{2})?)?")
MOSTLY = 0.9
FEW = 10  # different numbers; with more, this is no code


def guess_format(path: Path) -> Format:
    """How a file is written. What is no text file has the plain format.

    Raises:
        LabError: it is packed, and cannot be unpacked.
        OSError: it cannot be read.
    """
    if kind_of(path) not in TEXTS:
        return Format()
    content = unpacked(path)
    encoding = _encoding(content)
    lines = _first_lines(content, encoding)
    quote, comment = _quote(lines), _comment(lines)
    separator, width = _separator(lines, quote, comment)
    places, rows = _rows(lines, separator, quote, comment)
    first = next((place for place, row in enumerate(rows) if len(row) == width), 0)
    header = places[first] if rows and _names(rows[first], rows[first + 1 :]) else None
    if header and comment and not any(line.startswith(comment) for line in lines[header:]):
        comment = None  # the lines before the header are skipped anyway
    cells = [cell.strip() for row in rows[first + 1 :] for cell in row]
    decimal, thousands = _marks(cells, separator)
    return Format(
        separator=separator,
        quote=quote,
        decimal=decimal,  # type: ignore[arg-type]
        thousands=thousands,  # type: ignore[arg-type]
        encoding=encoding,
        header=header,
        comment=comment,
    )


def _first_lines(content: bytes, encoding: str) -> list[str]:
    """The first lines of a file, without one that is cut."""
    text = content[:BEGINNING].decode(encoding, "replace").removeprefix("\ufeff")
    lines = text.splitlines()
    if len(content) > BEGINNING and len(lines) > 1:
        lines.pop()
    return lines[:LINES]


def _encoding(content: bytes) -> str:
    """UTF-8 if it is; else what a byte order mark says, or what Windows writes."""
    if content.startswith(MARKS[1:]):
        return "utf-16"
    for name in ("utf-8", "cp1252"):
        try:
            content.decode(name)
        except UnicodeDecodeError:
            continue
        return name
    return "latin-1"


def _comment(lines: Sequence[str]) -> str | None:
    """How lines begin that are not data; a header may begin so, too."""
    for mark in COMMENTS:
        marked = [place for place, line in enumerate(lines) if line.startswith(mark)]
        header = marked == [0] and len(lines) > 1 and _alike(lines[0], lines[1])
        if marked and not header and len(marked) <= len(lines) / 2:
            return mark
    return None


def _alike(one: str, other: str) -> bool:
    """Have two lines the same separators?"""
    counts = [(one.count(mark), other.count(mark)) for mark in SEPARATORS[:-1]]
    return any(first == second > 0 for first, second in counts)


def _quote(lines: Sequence[str]) -> str | None:
    text = "\n".join(lines)
    if '"' in text or not re.search(r"(^|[,;\t|])'[^']*'([,;\t|]|$)", text, re.MULTILINE):
        return '"'
    return "'"


def _rows(
    lines: Sequence[str], separator: str, quote: str | None, comment: str | None
) -> tuple[list[int], list[list[str]]]:
    """The rows among the lines, and the line at which each begins, from 1."""
    kept = [(place, line) for place, line in enumerate(lines, 1) if line.strip()]
    if comment:
        kept = [(place, line) for place, line in kept if not line.startswith(comment)]
    reader = csv.reader(
        io.StringIO("\n".join(line for _, line in kept)),
        delimiter=separator,
        quotechar=quote or '"',
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
    )
    places, rows, begun = [], [], 0
    try:
        for row in reader:
            places.append(kept[begun][0])
            rows.append(row)
            begun = reader.line_num
    except (csv.Error, IndexError):
        pass
    return places, rows


def _separator(lines: Sequence[str], quote: str | None, comment: str | None) -> tuple[str, int]:
    """What parts most lines into the same number of values, and the number.

    A comma comes late, because it may be a decimal mark or part of a text.
    """
    for separator in SEPARATORS:
        _, rows = _rows(lines, separator, quote, comment)
        widths = Counter(len(row) for row in rows)
        width, times = widths.most_common(1)[0] if widths else (1, 0)
        if width > 1 and times >= MOSTLY * len(rows):
            return separator, width
    return ",", 1


def _names(first: Sequence[str], others: Sequence[Sequence[str]]) -> bool:
    """Does a row hold the names of the columns? Names are no numbers, and there once."""
    cells = [cell.strip() for cell in first]
    named = [cell for cell in cells if cell]
    if not others:
        return True
    if any(NUMBER.fullmatch(cell) for cell in named) or len(set(named)) < len(named):
        return False
    return len(named) >= len(cells) / 2


def _marks(cells: Iterable[str], separator: str) -> tuple[str, str | None]:
    """The decimal mark, and the mark between thousands."""
    cells = [cell for cell in cells if cell and cell[-1].isdigit()]
    points = sum("." in cell and bool(NUMBER.fullmatch(cell)) for cell in cells)
    commas = sum(bool(COMMA.fullmatch(cell)) for cell in cells)
    grouped = {
        mark: sum(bool(form.fullmatch(cell)) for cell in cells) for mark, form in GROUPED.items()
    }
    if separator != "," and commas > points - grouped["."]:
        return ",", "." if grouped["."] else None
    if grouped[","] and separator == "," and grouped[","] >= commas:
        return ".", ","
    return ".", next((mark for mark in (" ", "'") if grouped[mark]), None)


def counted(column: pl.Series) -> pl.DataFrame:
    """The values of a column in their order, without gaps, and how often each is there.

    Whoever looks at a value looks at it once, however long the file is.
    """
    values = column.drop_nulls().alias("value").to_frame()
    return values.group_by("value", maintain_order=True).agg(pl.len().alias("times"))


def missing_words(values: Iterable[pl.DataFrame]) -> list[str]:
    """Words that stand where nothing is known: the usual ones, and strangers among numbers.

    Args:
        values: of each column, its values and how often each is there.
    """
    found: dict[str, None] = {}
    for counts in values:
        if counts["value"].dtype != pl.String:
            continue
        words = set(counts.filter(pl.col("value").is_in(list(WORDS)))["value"])
        found |= {word: None for word in WORDS if word in words}
        plain = counts["value"].str.contains(f"^(?:{NUMBER.pattern})$")
        numbers, strange = counts.filter(plain), counts.filter(~plain)["value"].sort()
        many = numbers["times"].sum() >= counts["times"].sum() / 2
        if len(numbers) > FEW and many and 0 < len(strange) <= 2:
            found |= dict.fromkeys(strange)
        found |= dict.fromkeys(_codes(numbers))
    return list(found)


def _codes(numbers: pl.DataFrame) -> list[str]:
    """Numbers such as -999, more than once, and alone below zero."""
    below = dict(numbers.filter(pl.col("value").str.starts_with("-")).iter_rows())
    alone = all(word in CODES and times > 1 for word, times in below.items())
    return list(below) if alone else []


def date_patterns(values: pl.Series) -> list[str]:
    """The ways of writing dates that fit every value of a column of text, the likeliest first."""
    some = values.drop_nulls().unique(maintain_order=True).head(2000)
    if not len(some) or not all(_is_datelike(text) for text in some.head(20)):
        return []
    timed = ":" in some[0]
    between = "T" if "T" in some[0] else " "
    patterns = [f"{day}{between}{hour}" for day in DAYS for hour in HOURS] if timed else DAYS
    fits = []
    for pattern in patterns:
        if timed:
            read = some.str.to_datetime(pattern, strict=False)
        else:
            read = some.str.to_date(pattern, strict=False)
        if read.null_count() == 0 and read.dt.year().is_between(1900, 2100).all():
            fits.append(pattern)
    return fits


def _is_datelike(text: str) -> bool:
    return bool(DATELIKE.fullmatch(text)) or bool(re.fullmatch(r"(19|20)\d{6}", text))
