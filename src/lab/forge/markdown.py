"""Text for a forge: what people wrote is shown letter by letter, and calls nobody and nothing."""

import re
from collections.abc import Iterable, Sequence

from ..site.markup import text as letter_by_letter

LONGEST = 60_000  # characters; GitHub takes 65,536
SILENT = "\u200b"  # has no width, and is part of no name
# What forges make mentions, references, emoji and links of, each with what follows it.
CALLING = re.compile(r"[@!~%$&:^\[](?=\S)|#(?=\w)|(?<=\bwww)(?=\.)|(?<=\bGH-)(?=\d)", re.IGNORECASE)
# At the begin of a line GitLab takes a slash for an order: /close.
ORDER = re.compile(r"^(\s*)/(?=\w)", re.MULTILINE)


def shown(value: object) -> str:
    """A value in a line of Markdown, letter by letter."""
    return letter_by_letter(silenced(str(value)))


def silenced(value: str) -> str:
    """A text in which nothing is a mention, a reference or a bare link any more."""
    return CALLING.sub(lambda found: f"{found[0]}{SILENT}", value)


def release_notes(value: str) -> str:
    """Markdown that somebody else wrote: headings and lists stay, all else is only shown."""
    plain = "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in value)
    plain = silenced(plain).replace("<", "&lt;").replace("](", f"]{SILENT}(")
    return ORDER.sub(rf"\1{SILENT}/", plain)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; its cells are Markdown already. Empty if there are no rows."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(
        [f"| {' | '.join(header)} |", "|---" * len(header) + "|", *lines] * bool(lines)
    )


def listed(items: Iterable[str], most: int = 30) -> str:
    """A list; its items are Markdown already."""
    every = list(items)
    more = [f"and {len(every) - most} more"] if len(every) > most else []
    return "\n".join(f"- {item}" for item in [*every[:most], *more])


def joined(*blocks: str) -> str:
    """Blocks with a blank line between them, as many as a forge takes; empty ones are left out."""
    text = "\n\n".join(block for block in blocks if block)
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST].rpartition(chr(10))[0]}\n\nThe rest is too long to be shown here."
