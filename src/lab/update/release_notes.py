"""What is new in a version of the template: its changelog beside the one before."""

import re

from .ownership import Files, plain

CHANGELOG = "lab/CHANGELOG.md"
SECTION = re.compile(r"^(?=## )", re.MULTILINE)


def new_sections(base: Files, fresh: Files) -> str:
    """The sections of a changelog that are new or longer than they were, newest first.

    Args:
        base: a project as the version before made it.
        fresh: the same as the version now makes it.

    Returns:
        Markdown; empty if nothing is new, or if that version has no changelog.
    """
    known = set(_sections(base))
    return "\n\n".join(section for section in _sections(fresh) if section not in known)


def _sections(files: Files) -> list[str]:
    text = plain(files.get(CHANGELOG, b"")).decode("utf-8", "replace")
    return [part.strip() for part in SECTION.split(text)[1:]]
