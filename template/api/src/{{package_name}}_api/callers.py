"""Whom a change of the contract breaks, and whether the version admits it."""

from collections.abc import Sequence
from difflib import get_close_matches

from .breaking import Change, Document, breaking_changes, fields_of
from .contract import DECIDED, Caller


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
