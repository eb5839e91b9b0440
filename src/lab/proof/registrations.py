"""Whether registered test sets stayed what they were, and are what the pipeline sealed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..data.pipeline import SUMMARY
from ..data.sketch import OVERLAP, overlap
from ..records.testsets import TESTSETS
from .history import Past, Version
from .old_texts import mapping_in
from .surroundings import Broken

OF_SUMMARY = (
    *("source", "examples", "smallest", "positives", "unit", "digest", "labels", "sketch"),
)


def faults_of_registrations(past: Past) -> Iterator[Broken]:
    """What a registration says never changes, and it is never deleted or made twice."""
    digests: dict[str, str] = {}
    for path in past.paths(rf"{TESTSETS}/[^/]+\.yml"):
        versions = past.versions(path)
        first, last = mapping_in(versions[0].text), versions[-1]
        if last.text is None:
            yield Broken("AUD006", path, f"a registered test set was deleted {last.where}")
            continue
        now = mapping_in(last.text)
        if not now:
            yield Broken("AUD006", path, f"it cannot be read any more {last.where}")
            continue
        before = lasting(first)
        if differing := [key for key in before if now.get(key) != before[key]]:
            where = next(
                one.where
                for one in versions
                if mapping_in(one.text).get(differing[0]) != before[differing[0]]
            )
            yield Broken("AUD006", path, f"`{differing[0]}` of a test set was changed {where}")
            continue
        retired = next(
            (said for one in versions if (said := mapping_in(one.text).get("retired"))), None
        )
        if retired and now.get("retired") != retired:
            yield Broken("AUD006", path, f"it was retired, and is not any more {last.where}")
        if fault := _is_of_another_set(past, path):
            yield Broken(
                "AUD006",
                path,
                fault,
                "Restore the registration from git; other examples are another test set. One that "
                "was never committed is made again: `lab testset register`.",
            )
        digest = str(now.get("digest"))
        if digest in digests:
            yield Broken(
                "AUD006",
                path,
                f"its examples are registered as {digests[digest]}, too",
                "Delete the newer registration: a second name would be a second budget.",
            )
        digests.setdefault(digest, path.rpartition("/")[2].removesuffix(".yml"))
    yield from _apart(past)


def _is_of_another_set(past: Past, path: str) -> str | None:
    """Where a registration is not what the public summary of its commit says of the set."""
    first = past.versions(path)[0]
    said = mapping_in(first.text)
    if not said.get("sealed") or (past.given and first.step == 0):
        return None
    later = (one for one in past.versions(SUMMARY) if one.step > first.step and one.text)
    text = past.at(SUMMARY, first.step) or next((one.text for one in later), None)
    summary = mapping_in(text)
    if not summary:
        return f"{SUMMARY} was never committed, so nobody knows what is registered"
    if differing := [key for key in OF_SUMMARY if said.get(key) != summary.get(key)]:
        return f"its `{differing[0]}` is not what {SUMMARY} said {first.where}"
    return None


def _apart(past: Past) -> Iterator[Broken]:
    """Sets that share rows share one budget, at the rates of the oldest; none goes back."""
    versions = {path: past.versions(path) for path in past.paths(rf"{TESTSETS}/[^/]+\.yml")}
    made = sorted(versions, key=lambda path: (versions[path][0].step, _registered(versions[path])))
    for place, path in enumerate(made):
        mine = mapping_in(versions[path][0].text)
        earlier = {str(said.get("id")): said for said in _first_of(versions, made[:place])}
        if not mine.get("sealed"):
            if sealed := [id_ for id_, said in earlier.items() if said.get("sealed")]:
                yield Broken("AUD006", path, f"its rows are on show, and {sealed[0]} was sealed")
            continue
        alike = [
            said for said in earlier.values() if overlap(_sketch(mine), _sketch(said)) >= OVERLAP
        ]
        for said in alike:
            if said.get("id") not in (mine.get("shares") or ()):
                yield Broken("AUD006", path, f"it has rows of {said.get('id')}, and hides it")
        if alike and any(mine.get(key) != alike[0].get(key) for key in ("alpha", "budget")):
            fault = f"it has rows of {alike[0].get('id')}, and another error rate or budget"
            yield Broken("AUD006", path, fault)


def _first_of(versions: Mapping[str, list[Version]], paths: Sequence[str]) -> list[Mapping]:
    return [mapping_in(versions[path][0].text) for path in paths]


def _registered(versions: list[Version]) -> str:
    registered = mapping_in(versions[0].text).get("registered")
    return str(registered.get("at")) if isinstance(registered, dict) else ""


def _sketch(registration: Mapping[str, Any]) -> list[str]:
    sketch = registration.get("sketch")
    return [str(content) for content in sketch] if isinstance(sketch, list) else []


def lasting(registration: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a registration that never changes."""
    return {key: value for key, value in registration.items() if key != "retired"}
