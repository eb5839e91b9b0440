"""What the messages of the contract have in common."""

import re
from datetime import datetime
from typing import Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

_TAKEN_AS_IT_IS = ConfigDict(
    strict=True,  # no text for a number, no true for 1
    frozen=True,
    allow_inf_nan=False,
    protected_namespaces=(),
    validate_by_name=True,
    serialize_by_alias=True,
)


def _whole(value: Any) -> Any:
    """JSON knows one kind of number: 8.0 is as whole as 8."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


_DAY = r"\d{4}-\d\d-\d\d"
_WRITTEN = {"date": "2026-01-31", "time": "2026-01-31T12:00:00Z"}
_TIMES = {
    "date": re.compile(_DAY),
    "time": re.compile(_DAY + r"[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)?"),
}


def _iso(kind: str) -> AfterValidator:
    """A date or a moment as RFC 3339 writes it, kept as it is sent; the offset may be left out."""

    def checked(value: str | None) -> str | None:
        if value is None:
            return None
        if not _TIMES[kind].fullmatch(value):
            raise ValueError(f"write it like {_WRITTEN[kind]}")
        datetime.fromisoformat(value)
        return value

    return AfterValidator(checked)


WHOLE = BeforeValidator(_whole)
DATE, DATETIME = _iso("date"), _iso("time")


class Request(BaseModel):
    """What a caller sends: an unknown field is a mistake."""

    model_config = _TAKEN_AS_IT_IS | ConfigDict(extra="forbid")


class Response(BaseModel):
    """What the service says: a field that a later version adds troubles no older client."""

    model_config = _TAKEN_AS_IT_IS | ConfigDict(extra="ignore")
