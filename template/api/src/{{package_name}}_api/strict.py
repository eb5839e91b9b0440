"""What the messages of the contract have in common."""

from typing import Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

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


WHOLE = BeforeValidator(_whole)


class Request(BaseModel):
    """What a caller sends: an unknown field is a mistake."""

    model_config = _TAKEN_AS_IT_IS | ConfigDict(extra="forbid")


class Response(BaseModel):
    """What the service says: a field that a later version adds troubles no older client."""

    model_config = _TAKEN_AS_IT_IS | ConfigDict(extra="ignore")
