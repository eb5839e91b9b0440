"""New records from the document templates of the stages."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from ..errors import LabError
from .document import read_text
from .edits import Change, change, emit, stamp
from .kinds import Kind
from .lines import Place
from .store import Record

PLACEHOLDER = re.compile(r"<[a-z][^<>\n]*>|YYYY")
HANDLE = re.compile(r"<(?:your-|a-)handle>")
MOMENT = "YYYY-MM-DDThh:mm:ssZ"


def template_of(kind: Kind, root: Path, light: bool = False) -> str:
    """The text of a kind's template.

    Args:
        kind: of the new record.
        root: the project.
        light: the short form of the light track, if the kind has one.

    Raises:
        LabError: the project has none; perhaps it has no such stage.
    """
    folder = root / kind.folder / "templates"
    path = folder / f"{kind.code}.md"
    if light and (short := folder / f"{kind.code}.light.md").is_file():
        path = short
    if not path.is_file():
        raise LabError(
            f"{path} is missing: this project has no {kind.means} ({kind.code}). "
            "An answer of the template may have left the stage out; `copier update` can add it."
        )
    return read_text(path)


def filled(
    template: str, id_: str, title: str, by: str, now: datetime, values: Mapping[str, Any]
) -> str:
    """The text of a new record.

    Args:
        template: the text of its kind's template.
        id_: its id.
        title: its title.
        by: the handle of who makes it.
        now: when.
        values: further fields, by their name; `story.we_believe` names a field of a field.
    """
    front, fence, body = template.partition("\n---\n")
    front = HANDLE.sub(lambda _: emit(by), front).replace(MOMENT, stamp(now))
    changes = [Change(("id",), id_), Change(("title",), title)]
    changes += [Change(tuple(name.split(".")), value) for name, value in values.items()]
    return change(front + fence + body, changes)


def placeholders(record: Record) -> Iterator[tuple[Place, str]]:
    """What is left of the template in a record's front matter, and where it stands."""
    if PLACEHOLDER.search(record.yaml):
        for where, value in _leaves(record.front):
            if isinstance(value, str) and (match := PLACEHOLDER.search(value)):
                yield where, match[0]


def _leaves(value: Any, at: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every single value of a front matter, and where it stands."""
    if isinstance(value, Struct):
        for name, key in zip(value.__struct_fields__, value.__struct_encode_fields__, strict=True):
            yield from _leaves(getattr(value, name), (*at, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _leaves(item, (*at, number))
    else:
        yield at, value
