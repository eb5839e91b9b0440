"""Ids: `KIND-YYYYMMDD-slug`, equal to the name of the record's folder."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime

from ..errors import LabError
from .kinds import KINDS

LONGEST_SLUG = 48
KPI_NAME = re.compile(r"[a-z][a-z0-9_]*")
ID = re.compile(r"([A-Z]{3,4})-([0-9]{8})-([a-z0-9]+(?:-[a-z0-9]+)*)")
FILLERS = "a an and are as at be by for from in is it of on or so than that the to with"


def new_id(kind: str, title: str, now: datetime) -> str:
    """An id for a record that is made now, from the words of its title.

    Raises:
        LabError: the title holds no letter and no digit that a slug can keep.
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    kept = [word for word in words if word not in FILLERS.split()] or words
    slug = ""
    for word in kept:
        longer = f"{slug}-{word}" if slug else word[:LONGEST_SLUG]
        if len(longer) > LONGEST_SLUG:
            break
        slug = longer
    if not slug:
        raise LabError(
            f'No folder can be named after "{title}": give a short name with --slug, '
            "in small letters, digits and dashes."
        )
    return dated(kind, slug, now)


def dated(kind: str, slug: str, now: datetime) -> str:
    """An id of a kind, a day and a slug, which may not be one yet."""
    return f"{kind}-{now:%Y%m%d}-{slug}"


def faults_of(text: str) -> str | None:
    """Why a text is no id, or None if it is one."""
    parts = ID.fullmatch(text)
    if not parts:
        return "it is not KIND-YYYYMMDD-slug, in small letters, digits and dashes"
    if parts[1] not in KINDS:
        return f"{parts[1]} is no kind of record ({', '.join(KINDS)})"
    try:
        date(int(parts[2][:4]), int(parts[2][4:6]), int(parts[2][6:]))
    except ValueError:
        return f"{parts[2]} is no day"
    if len(parts[3]) > LONGEST_SLUG:
        return f"its slug has {len(parts[3])} characters, and {LONGEST_SLUG} is the most"
    return None


def find_id(part: str, ids: Iterable[str]) -> str:
    """The one id that a part of it stands for.

    Raises:
        LabError: there is none, or more than one.
    """
    known = sorted(ids)
    if part in known:
        return part
    found = [id_ for id_ in known if part.lower() in id_.lower()]
    if len(found) == 1:
        return found[0]
    if found:
        shown = "".join(f"\n    {id_}" for id_ in found[:10])
        more = f"\n    and {len(found) - 10} more" if len(found) > 10 else ""
        raise LabError(
            f'"{part}" stands for {len(found)} records: write more of the id.{shown}{more}'
        )
    import difflib

    near = difflib.get_close_matches(part.lower(), [id_.lower() for id_ in known], 3, 0.4)
    close = [id_ for id_ in known if id_.lower() in near]
    hint = f" Did you mean {' or '.join(close)}?" if close else " `lab list` shows all."
    raise LabError(f'No record has "{part}" in its id.{hint}')
