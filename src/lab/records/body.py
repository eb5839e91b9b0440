"""The text of a record: what counts as written below a heading."""

import re
from functools import lru_cache

COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
TABLE_RULE = re.compile(r"^\s*\|?(\s*:?-+:?\s*\|)+\s*:?-*:?\s*$")
TICKED = re.compile(r"^[ \t]*[-*+] \[[xX]\]", re.MULTILINE)
UNTICKED = re.compile(r"^[ \t]*[-*+] \[ \]", re.MULTILINE)


def without_comments(text: str) -> str:
    """A text without its HTML comments, which are the template's hints."""
    return COMMENT.sub("", text)


def table_rows(text: str) -> list[list[str]]:
    """The cells of each row of a text's tables, without the heads."""
    lines = [line for line in without_comments(text).splitlines() if _in_table(line)]
    return [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in lines[1:]
        if not TABLE_RULE.match(line)
    ]


@lru_cache(maxsize=4096)
def has_text(below: str) -> bool:
    """Did a person write something there? Comments, empty tables and labels do not count."""
    lines = without_comments(below).splitlines()
    prose = "\n".join(line for line in lines if not _in_table(line))
    filled = any(sum(map(bool, row)) > 1 for row in table_rows(below))
    return filled or bool(re.search(r"\w", prose))


# What people write where they have no answer.
EMPTY_WORDS = frozenset(
    {
        "none",
        "nothing",
        "n a",
        "na",
        "tbd",
        "tba",
        "todo",
        "to do",
        "to be done",
        "later",
        "see above",
    }
)


def says_nothing(below: str) -> bool:
    """Is what was written there no more than that there is nothing to write?"""
    words = re.findall(r"\w+", without_comments(below).lower())
    return " ".join(words) in EMPTY_WORDS


def begins_with_no(below: str) -> bool:
    """Does what was written there answer a question with no?"""
    found = re.search(r"\w+", without_comments(below))
    return bool(found) and found[0].lower() in ("no", "not")


def _in_table(line: str) -> bool:
    return line.lstrip().startswith("|")
