"""What the front matter of every record holds, and the values that all kinds are made of."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

END = r"$(?!\n)"  # `$` alone lets a last line end pass
Text = Annotated[str, Meta(pattern=r"\S", description="Some text; not blank.")]
Line = Annotated[
    str, Meta(pattern=rf"^[^\n]*\S[^\n]*{END}", max_length=200, description="One line of text.")
]
TIME = rf"^20[0-9]{{2}}(-[0-9]{{2}}){{2}}T[0-9]{{2}}(:[0-9]{{2}}){{2}}(\.[0-9]{{1,6}})?Z{END}"
Time = Annotated[
    datetime,
    Meta(
        tz=True,
        description='A UTC time in quotes: "2026-07-14T09:00:00Z".',
        extra_json_schema={"pattern": TIME},
    ),
]
Handle = Annotated[
    str,
    Meta(
        pattern=rf"^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?{END}",
        description="A handle from team/people.yml, without the @.",
    ),
]
Id = Annotated[
    str,
    Meta(
        pattern=rf"^[A-Z]{{3,4}}-[0-9]{{8}}-[a-z0-9]+(-[a-z0-9]+)*{END}",
        description="The id of a record: KIND-YYYYMMDD-slug.",
    ),
]
WorkingDays = Annotated[int, Meta(ge=1, le=260, description="Working days.")]
Probability = Annotated[
    str,
    Meta(
        pattern=rf"^(0?\.[0-9]+|[01]|[01]\.0+){END}",
        description='A probability in quotes, such as "0.6".',
    ),
]
ErrorRate = Annotated[str, Meta(pattern=rf"^0?\.[0-9]+{END}")]
TestSetId = Annotated[str, Meta(pattern=rf"^TS-[0-9]{{4}}-[0-9]{{2}}(-[a-z0-9]+)*{END}")]
Seed = Annotated[int, Meta(ge=0, le=4294967295)]


class Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mapping inside the front matter."""


class Entry(Part, frozen=True, kw_only=True):
    """Something that somebody did, and when."""

    at: Time
    by: Handle


class Step(Entry, frozen=True, kw_only=True):
    """One entry of a history: the record came into this lane."""

    to: Text
    why: Text | None = None


class Review(Entry, frozen=True, kw_only=True):
    """What a reviewer said of a record in a lane."""

    lane: Text
    says: Literal["approve", "changes"]
    why: Text | None = None


class Front(Part, frozen=True, kw_only=True):
    """What every record holds."""

    id: Annotated[Id, Meta(description="Equal to the folder's name; never reused or changed.")]
    title: Line
    tldr: Annotated[
        Text, Meta(description="One plain paragraph for a reader who is no technician.")
    ]
    created: Time
    owner: Handle
    history: Annotated[
        list[Step],
        Meta(min_length=1, description="The lane is the last entry. `lab` appends here."),
    ]
    reviews: list[Review] = []
    revisit_on: Annotated[Time | None, Meta(description="When we look at it again.")] = None
