"""The lists of the documentation's home, from the navigation of its site."""

from collections.abc import Mapping, Sequence
from typing import Any

BEGIN, END = "<!-- lists: begin, written by docs/generate -->", "<!-- lists: end -->"


def with_lists(page: str, nav: Sequence[Mapping[str, Any]]) -> str:
    """The page with a list of each part of the navigation between its two marker lines."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    parts = [
        f"## {title}\n\n{_listed(inside)}"
        for part in nav
        for title, inside in part.items()
        if not isinstance(inside, str)
    ]
    listed = "\n\n".join(parts)
    return f"{before}{BEGIN}\n\n{listed}\n\n{END}{after}"


def _listed(pages: Sequence[Mapping[str, str]]) -> str:
    return "\n".join(f"- [{title}]({path})" for page in pages for title, path in page.items())
