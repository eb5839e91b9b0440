"""JSON Schemas of the records and of the team's files, made from the types."""

from typing import Any

import msgspec

from .kinds import KINDS
from .people import People
from .team import Policy, Waivers
from .testsets import TestSet

TEAM = {"people": People, "policy": Policy, "waivers": Waivers, "testset": TestSet}


def schemas() -> dict[str, dict[str, Any]]:
    """A JSON Schema for each kind of record, by its code, and for each file of `team/`."""
    found = {}
    for name, kind in ({code: kind.front for code, kind in KINDS.items()} | TEAM).items():
        (own,), parts = msgspec.json.schema_components([kind])
        root = parts.pop(own["$ref"].rpartition("/")[2])
        found[name] = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"{name}.json",
            **root,
            "$defs": dict(sorted(parts.items())),
        }
    return found
