"""New records from the document templates of the stages."""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from ..errors import LabError
from .document import read_text
from .edits import Change, change, emit, stamp
from .kinds import Kind

PLACEHOLDER = re.compile(r"<[a-z][^<>\n]*>|YYYY")

HANDLE = re.compile(r"<(?:your-|a-)handle>")
MOMENT = "YYYY-MM-DDThh:mm:ssZ"


def template_of(kind: Kind, root: Path) -> str:
    """The text of a kind's template.

    Raises:
        LabError: the project has none; perhaps it has no such stage.
    """
    path = root / kind.folder / "templates" / f"{kind.code}.md"
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
