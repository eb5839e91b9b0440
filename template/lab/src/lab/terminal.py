"""How lines look: colour and columns in a terminal, plain and stable text in a pipe."""

import os
import shutil
import sys
import unicodedata
from collections.abc import Sequence

STYLES = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "cyan": "36",
}


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
        0 if unicodedata.combining(one) else 1 + (unicodedata.east_asian_width(one) in "WF")
        for one in text
    )


def cut(text: str, width: int) -> str:
    """A text that takes at most so many columns."""
    if width_of(text) <= width:
        return text
    kept = ""
    for one in text:
        if width_of(kept + one) > width - 1:
            break
        kept += one
    return f"{kept.rstrip()}…"


def clean(text: str) -> str:
    """A text of one line, without what could steer a terminal."""
    return "".join(one if one.isprintable() else " " for one in " ".join(text.split()))


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows in columns; in a pipe with tabs, without a header and without cutting.

    The last column takes what is left of the terminal's width.
    """
    plain = [[clean(cell) for cell in row] for row in rows]
    if not is_terminal():
        return ["\t".join(row) for row in plain]
    total = shutil.get_terminal_size().columns
    every = [list(header), *plain]
    widths = [max(width_of(row[column]) for row in every) for column in range(len(header))]
    room = max(20, total - sum(widths[:-1]) - 2 * (len(widths) - 1))
    lines = []
    for number, row in enumerate(every):
        cells = [
            cell + " " * (widths[column] - width_of(cell)) for column, cell in enumerate(row[:-1])
        ]
        line = "  ".join([*cells, cut(row[-1], room)]).rstrip()
        lines.append(style(line, "dim") if number == 0 else line)
    return lines
