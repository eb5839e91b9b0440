"""Where each key of a YAML text stands: only for what has to be shown or changed."""

from collections.abc import Iterator, Mapping
from typing import Any

from .nodes import UnreadableError, compose

Place = tuple[str | int, ...]


def nodes_of(text: str) -> dict[Place, tuple[Any, Any]]:
    """Key node and value node of every place in a text; an item of a list has no key node.

    It is empty where the text is no YAML.
    """
    try:
        root = compose(text)
    except UnreadableError:
        return {}
    return dict(_walk(None, root, (), set())) if root else {}


def lines_of(text: str) -> dict[Place, int]:
    """The line, counted from 1, in which every place of a text begins."""
    return {
        place: (key or value).start_mark.line + 1 for place, (key, value) in nodes_of(text).items()
    }


def nearest(lines: Mapping[Place, int], place: Place) -> int:
    """The line of a place, or of the nearest thing around it that has one."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


def _walk(key: Any, node: Any, place: Place, seen: set[int]) -> Iterator[tuple[Place, Any]]:
    yield place, (key, node)
    if node.id == "scalar" or id(node) in seen:  # an alias stands for what is above
        return
    seen.add(id(node))
    if node.id == "mapping":
        for name, value in node.value:
            yield from _walk(name, value, (*place, str(name.value)), seen)
    else:
        for number, item in enumerate(node.value):
            yield from _walk(None, item, (*place, number), seen)
