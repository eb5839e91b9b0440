"""What a new contract does to those who call by the old one, and whether its version admits it.

A request has to be taken as before: whatever a caller may send stays allowed. An answer has to
be understood as before: whatever a caller may read stays there, and nothing unheard of comes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any, Literal

from .contract import DECIDED, Caller

Document = Mapping[str, Any]
Side = Literal["sends", "reads"]
# Words that say nothing about which values are allowed.
IN_WORDS = {"title", "description", "examples", "default", "deprecated"}
UNDERSTOOD = IN_WORDS | {
    *("$ref", "anyOf", "type", "enum", "const", "properties", "required", "items"),
    *("additionalProperties", "x-unit", "minimum", "maximum", "minItems", "maxItems"),
}
# A limit, and whether a larger one allows less.
LIMITS = {"minimum": True, "minItems": True, "maximum": False, "maxItems": False}


@dataclass(frozen=True)
class Change:
    """Something that callers of the old contract run into, and where."""

    operations: tuple[str, ...]
    side: Side
    field: str | None
    what: str


def breaking_changes(old: Document, new: Document) -> list[Change]:
    """Everything in which a new OpenAPI document breaks callers of an old one.

    The major version in a path is not compared: a new one is how callers are told.
    """
    found: dict[tuple[Side, str | None, str], list[str]] = {}
    renewed = {_without_version(path): operations for path, operations in new["paths"].items()}
    for path, operations in old["paths"].items():
        for method, operation in operations.items():
            now = renewed.get(_without_version(path), {}).get(method)
            for change in _changes(_Place(old, new, "sends"), operation, now):
                found.setdefault(change, []).append(f"{method.upper()} {path}")
    return [Change(tuple(places), *change) for change, places in found.items()]


def fields_of(document: Document) -> set[str]:
    """The names of everything that a row or a prediction has."""
    schemas = document["components"]["schemas"]
    return {name for one in ("Features", "Answer") for name in schemas[one]["properties"]}


def _changes(
    place: "_Place", before: Document, after: Document | None
) -> Iterator[tuple[Side, str | None, str]]:
    if after is None:
        yield "sends", None, "it is gone"
        return
    yield from _compared(place, _request(before), _request(after), "", None)
    place = replace(place, side="reads")
    yield from _compared(place, _answer(before), _answer(after), "", None)


def _without_version(path: str) -> str:
    first, _, rest = path.lstrip("/").partition("/")
    return rest if first[:1] == "v" and first[1:].isdigit() else f"{first}/{rest}".rstrip("/")


def _request(operation: Document) -> Document:
    content: Document = operation.get("requestBody", {}).get("content", {})
    return _schema(content)


def _answer(operation: Document) -> Document:
    content: Document = operation["responses"].get("200", {}).get("content", {})
    return _schema(content)


def _schema(content: Document) -> Document:
    schema: Document = content.get("application/json", {}).get("schema", {})
    return schema


@dataclass(frozen=True)
class _Place:
    """Where two schemas are compared: in which documents, and on which side."""

    old: Document
    new: Document
    side: Side


def _compared(
    place: _Place, before: Document, after: Document, at: str, field: str | None
) -> Iterator[tuple[Side, str | None, str]]:
    """What in a schema breaks callers, and in everything below it."""
    old, new = _plain(before, place.old), _plain(after, place.new)
    # What a caller sends must not be allowed less; what a caller reads must not become more.
    wide, narrow = (old, new) if place.side == "sends" else (new, old)
    kept = _types(narrow) | ({"integer"} if "number" in _types(narrow) else set())
    if _types(wide) - kept:
        was, is_now = (" or ".join(sorted(_types(one))) for one in (old, new))
        yield place.side, field, f"{at or 'the body'} was {was} and is {is_now}"
        return
    for key, larger_is_less in LIMITS.items():
        if (limit := narrow.get(key)) is None:
            continue
        other = wide.get(key)
        if other is None or (other < limit if larger_is_less else other > limit):
            yield place.side, field, f"{key} of {at} was {_said(old, key)} and is {_said(new, key)}"
    values = _values(narrow)
    if values is not None:
        free = _values(wide)
        strange = [repr(one) for one in free or () if one not in values]
        if strange or free is None:
            verb = "no longer takes" if place.side == "sends" else "may now be"
            yield place.side, field, f"{at} {verb} {', '.join(strange) or 'just anything'}"
    units = old.get("x-unit"), new.get("x-unit")
    if None not in units and units[0] != units[1]:
        yield place.side, field, f"{at} was in {units[0]} and is in {units[1]}"
    for key in sorted((set(old) | set(new)) - UNDERSTOOD):
        if old.get(key) != new.get(key):
            yield place.side, field, f"{key} of {at} was {_said(old, key)} and is {_said(new, key)}"
    yield from _properties(place, old, new, at, field)
    if "items" in old and "items" in new:
        yield from _compared(place, old["items"], new["items"], f"an item of {at}", field)


def _properties(
    place: _Place, old: Document, new: Document, at: str, field: str | None
) -> Iterator[tuple[Side, str | None, str]]:
    """What became of the fields of an object."""
    before, after = old.get("properties", {}), new.get("properties", {})
    needed_before, needed = set(old.get("required", ())), set(new.get("required", ()))
    for name, schema in before.items():
        if name not in after:
            yield place.side, name, f"{name} is gone"
            continue
        yield from _compared(place, schema, after[name], name, name)
        if place.side == "sends" and name in needed - needed_before:
            yield place.side, name, f"{name} has to be sent now"
        if place.side == "reads" and name in needed_before - needed:
            yield place.side, name, f"{name} may be missing now"
    if place.side == "sends":
        for name in [one for one in after if one in needed and one not in before]:
            yield place.side, None, f"{name} is new and has to be sent"


def _plain(schema: Document, document: Document) -> dict[str, Any]:
    """A schema without references, and with `anyOf` a type and null as one schema."""
    if "$ref" in schema:
        target: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        return _plain(target, document)
    if "anyOf" not in schema:
        return dict(schema)
    options = [_plain(one, document) for one in schema["anyOf"]]
    merged = {
        key: value for one in options if one.get("type") != "null" for key, value in one.items()
    }
    return {**schema, **merged, "type": sorted(set().union(*map(_types, options)))}


def _types(schema: Document) -> set[str]:
    found = schema.get("type", [])
    return {found} if isinstance(found, str) else set(found)


def _values(schema: Document) -> list[Any] | None:
    return [schema["const"]] if "const" in schema else schema.get("enum")


def _said(schema: Document, key: str) -> str:
    return str(schema[key]) if key in schema else "not limited"


# ---------------------------------------------------------------------------
# Whom it breaks.
# ---------------------------------------------------------------------------


def verdict(old: Document, new: Document, callers: Sequence[Caller]) -> tuple[bool, list[str]]:
    """Whether a contract may follow another, and what to tell the one who changed it.

    Args:
        old: the OpenAPI document that callers know.
        new: the one that is to follow.
        callers: who calls, and which fields they rely on. As long as nobody is named, nobody is
            broken.
    """
    before, now = (str(document["info"]["version"]) for document in (old, new))
    first, second = (tuple(map(int, version.split("."))) for version in (before, now))
    fields = fields_of(old) | fields_of(new)
    if mistaken := _mistaken(callers, fields):
        return False, mistaken
    if second < first:
        return False, [f"{DECIDED}: version {now} is below {before}, which callers have seen."]
    changes = breaking_changes(old, new)
    told = [f"  {_line(change, callers, fields)}" for change in changes]
    if not changes:
        return True, [f"Nobody who calls by {before} is broken by {now}."]
    if second[0] > first[0]:
        return True, [f"Version {now} breaks callers of {before}, and says so:", *told]
    if not callers:
        return True, [f"{DECIDED} names no caller, so nobody is broken by what changes:", *told]
    return False, [
        f"This breaks callers of {before} without a new major version:",
        *told,
        f"Take it back, or set `version: {first[0] + 1}.0.0` in {DECIDED}: the routes are then "
        f"/v{first[0] + 1}, and callers move when they can.",
    ]


def _mistaken(callers: Sequence[Caller], fields: set[str]) -> list[str]:
    """Fields that a caller is said to rely on, and that there never were."""
    return [
        f"{DECIDED}: {caller.name} {verb} {name!r}, which the contract does not have."
        + "".join(f" Did you mean {near!r}?" for near in get_close_matches(name, fields, 1))
        for caller in callers
        for verb, named in (("sends", caller.sends), ("reads", caller.reads))
        if named != "all"
        for name in named
        if name not in fields
    ]


def _line(change: Change, callers: Sequence[Caller], fields: set[str]) -> str:
    what = {"sends": "request", "reads": "answer"}[change.side]
    hit = [caller for caller in callers if _relies(caller, change, fields)]
    whom = ", ".join(f"{caller.name} (ask {caller.contact})" for caller in hit)
    if not hit:
        known = "nobody there does" if callers else "nobody is named"
        whom = f"whoever {change.side} {change.field or 'anything'} ({DECIDED}: {known})"
    return f"{', '.join(change.operations)}, {what}: {change.what}. Breaks {whom}."


def _relies(caller: Caller, change: Change, fields: set[str]) -> bool:
    named = caller.sends if change.side == "sends" else caller.reads
    return named == "all" or change.field not in fields or change.field in named
