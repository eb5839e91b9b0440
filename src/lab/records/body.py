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


def _in_table(line: str) -> bool:
    return line.lstrip().startswith("|")
