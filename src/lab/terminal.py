"""How lines look: colour and columns in a terminal, plain and stable text in a pipe."""

import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path

STYLES = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "cyan": "36",
}
# `lab` where a command may begin: not in the middle of a sentence about a laboratory.
COMMAND = re.compile(r"(?:(?<=^)|(?<=`)|(?<=[:;,] )|(?<= or )|(?<=  ))lab (?=[a-z])", re.MULTILINE)
JOINERS = "\u200c\u200d"  # between letters of some scripts, and inside emoji; they steer nothing
NARROWEST = 20  # columns of the last cell, below which a table is no table any more


def coloured() -> bool:
    """Is the output a terminal that wants colour? `NO_COLOR` and `FORCE_COLOR` have the word."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or is_terminal()


def is_terminal() -> bool:
    """Does a person look at the output?"""
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def can_ask() -> bool:
    """Is there somebody who can answer a question?"""
    return sys.stdin.isatty() and sys.stdout.isatty()


def style(text: str, *names: str) -> str:
    """A text in a style, where there is colour."""
    if not names or not coloured():
        return text
    return f"\x1b[{';'.join(STYLES[name] for name in names)}m{text}\x1b[0m"


def width_of(text: str) -> int:
    """How many columns a text takes."""
    return sum(
        0
        if unicodedata.category(letter) in ("Mn", "Me", "Cf")
        else 1 + (unicodedata.east_asian_width(letter) in "WF")
        for letter in text
    )


def count(number: int, one: str, many: str = "") -> str:
    """A number of things in words."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def with_uv(text: str) -> str:
    """A text in which each command of ours begins with `uv run`, as it is typed in a project."""
    return COMMAND.sub("uv run lab ", text)


def as_typed(text: str) -> str:
    """A text whose commands can be pasted: with `uv run` where the shell does not know `lab`.

    What `uv run` starts has its environment on the path, and the shell that started it has not.
    """
    here = str(Path(sys.executable).parent)
    known = here in os.environ.get("PATH", "").split(os.pathsep)
    return text if known and "UV_RUN_RECURSION_DEPTH" not in os.environ else with_uv(text)


def cut(text: str, width: int) -> str:
    """A text that takes at most so many columns."""
    if width_of(text) <= width:
        return text
    kept, room = "", width - 1
    for letter in text:
        room -= width_of(letter)
        if room < 0:
            break
        kept += letter
    return f"{kept.rstrip()}…"


def clean(text: str) -> str:
    """A text of one line, without what could steer a terminal."""
    return _printable(" ".join(text.split()))


def clean_lines(text: str) -> str:
    """A text of several lines, without what could steer a terminal."""
    return "\n".join(_printable(line.expandtabs(4)) for line in re.split(r"\r\n|[\r\n]", text))


def _printable(line: str) -> str:
    return "".join(letter if letter.isprintable() or letter in JOINERS else " " for letter in line)


def table(
    header: Sequence[str], rows: Sequence[Sequence[str]], indent: str = "", columns: int = 0
) -> list[str]:
    """Rows in columns; in a pipe with tabs, without a header and without cutting.

    The last column takes what is left of the terminal's width. Where too little is left, each
    row is a small block instead: its first cell whole, the others below it.

    Args:
        header: the names of the columns; empty for none.
        rows: the cells of each row.
        indent: what every line begins with, in a terminal.
        columns: the terminal's width, if it is not to be asked for.
    """
    plain = [[clean(cell) for cell in row] for row in rows]
    if not is_terminal():
        return ["\t".join(row) for row in plain]
    if not plain:
        return []
    total = (columns or shutil.get_terminal_size().columns) - len(indent)
    every = [list(header), *plain] if header else plain
    widths = [max(width_of(row[column]) for row in every) for column in range(len(every[0]))]
    room = total - sum(widths[:-1]) - 2 * (len(widths) - 1)
    if room < min(NARROWEST, widths[-1]):
        return [indent + line for row in plain for line in _block(row, total)]
    lines = [indent + _line(row, widths, room) for row in every]
    return [style(lines[0], "dim"), *lines[1:]] if header else lines


def _line(row: Sequence[str], widths: Sequence[int], room: int) -> str:
    cells = [cell + " " * (width - width_of(cell)) for cell, width in zip(row, widths, strict=True)]
    return "  ".join([*cells[:-1], cut(row[-1], room)]).rstrip()


def _block(row: Sequence[str], total: int) -> list[str]:
    """A row in a narrow window: the first cell is an id, which people copy, and stays whole."""
    facts = " · ".join(cell for cell in row[1:-1] if cell)
    below = [text for text in (facts, row[-1]) if text]
    return [row[0], *(f"  {cut(text, max(total - 2, 1))}" for text in below)]
