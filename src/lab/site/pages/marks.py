"""What the site draws where a mark stands alone on its line: `{{HYP-…#chart}}` and the like."""

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup

from ...records.store import Record
from ..layout import block
from ..links import place_of
from ..prose import Place
from ..world import World
from . import hypothesis, lift, progress

# By kind and name: the template, and what gives its values.
MARKS: dict[tuple[str, str], tuple[str, Callable[[Record, World], Mapping[str, Any]]]] = {
    ("HYP", "chart"): ("chart.html", hypothesis.chart),
    ("HYP", "timeline"): ("timeline.html", hypothesis.timeline),
    ("PROP", "cards"): ("iteration-cards.html", progress.cards),
    ("PROP", "results"): ("iteration-results.html", progress.results),
    ("LIFT", "gauge"): ("gauge.html", lambda record, world: lift.gauge(record)),
}


def marked_place(path: str, world: World) -> Place:
    """The surroundings of a document in which marks are drawn."""
    return place_of(path, world, lambda id_, name: drawn(id_, name, path, world))


def drawn(id_: str, name: str, here: str, world: World) -> Markup | None:
    """What a mark on the page `here` stands for, as a block of HTML; None if it is no mark."""
    record = world.store.get(id_)
    if record is None or (record.kind.code, name) not in MARKS:
        return None
    template, values = MARKS[record.kind.code, name]
    return block(template, here, world, values(record, world))
