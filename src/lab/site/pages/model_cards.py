"""Model card and data card, from what the records and the tables hold.

The headings follow M. Mitchell et al., Model Cards for Model Reporting (2019), and T. Gebru et
al., Datasheets for Datasets (2021), as far as a project has written down what they ask.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ..layout import Page
from ..world import World
from .results import compared

LAST = 5  # verdicts that are shown


def cards_page(world: World) -> Page:
    """The model as it stands, and the data that it learned from."""
    train, evaluate = _mapping(world.params, "train"), _mapping(world.params, "evaluate")
    champion = evaluate.get("champion")
    shown = {
        "candidate": train.get("model"),
        "champion": world.store.get(champion) if isinstance(champion, str) else None,
        "requirements": world.requirements,
        "verdicts": world.judged[-LAST:],
        "incidents": world.lines_of("INC"),
        "target": _mapping(world.schema, "target"),
        "explorations": world.lines_of("EDA"),
        "columns": list(_columns(world)),
    }
    return Page("cards.md", "Model and data", shown | compared(world))


def _columns(world: World) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    """The columns of the schema: name, what is known of each, and the values that it may have."""
    for name, about in _mapping(world.schema, "columns").items():
        known = about if isinstance(about, Mapping) else {}
        values = ", ".join(str(value) for value in known.get("values") or ())
        limits = f"{known.get('min', '')} to {known.get('max', '')}".strip(" to")
        yield name, known, values or limits


def _mapping(content: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """What stands under a key, where it has the shape that we know."""
    value = content.get(key)
    return value if isinstance(value, Mapping) else {}
