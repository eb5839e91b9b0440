"""Registered test sets: one file each in `team/testsets/`."""

from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import Meta, field

from .front import Entry, ErrorRate, Part, TestSetId, Text

TESTSETS = "team/testsets"


class Registered(Entry, frozen=True, kw_only=True):
    """Who registered a test set, and when."""


class Retired(Entry, frozen=True, kw_only=True):
    """Who retired a test set, when and why; no hypothesis is started on it any more."""

    why: Text


class TestSet(Part, frozen=True, kw_only=True):
    """A held-out test set: what it holds, and what its answers may cost.

    `smallest` counts the examples of its smallest class, or its units if those are fewer.
    """

    __test__ = False  # pytest takes it for a test otherwise

    id: Annotated[TestSetId, Meta(description="Equal to the file's name.")]
    registered: Registered
    task: Literal["binary", "multiclass", "regression"]
    source: Text | None = None
    examples: Annotated[int, Meta(ge=1)]
    smallest: Annotated[int, Meta(ge=0)]
    positives: Annotated[int, Meta(ge=0)] | None = None
    unit: Text | None = None
    digest: Annotated[Text, Meta(description="Of ids, labels and units.")]
    alpha: Annotated[ErrorRate, Meta(description="Shared by the budget.")]
    budget: Annotated[int, Meta(ge=1, description="Hypotheses that it may judge.")]
    sealed: Annotated[bool, Meta(description="Does `lab judge` alone open it?")] = False
    copies: Annotated[
        Literal["drop", "keep"] | None, Meta(description="What became of rows found twice.")
    ] = None
    labels: Annotated[Text | None, Meta(description="Digest of ids, labels and units.")] = None
    sketch: Annotated[
        list[str], Meta(description="Contents of some rows, to see which sets overlap.")
    ] = field(default_factory=list)
    shares: Annotated[
        list[str], Meta(description="Older test sets with rows of this one: one budget.")
    ] = field(default_factory=list)
    retired: Retired | None = None


def path_of_testset(id_: str) -> str:
    """The file of a test set, relative to the project's root."""
    return f"{TESTSETS}/{id_}.yml"


def written(testset: dict[str, Any]) -> str:
    """The text of a new test set's file."""
    from .edits import emit

    comments = {
        "examples": "held-out examples",
        "smallest": "in its smallest class, or units if those are fewer",
        "digest": "it is another test set when one of its rows changes",
        "alpha": "how often a useless idea may pass, over the whole budget",
        "budget": "hypotheses that it may judge",
        "sketch": "contents of a few rows, to see which sets overlap",
    }
    lines = ["# yaml-language-server: $schema=../../lab/schemas/testset.json"]
    for key, value in testset.items():
        line = f"{key}: {emit(value)}"
        lines.append(f"{line}  # {comments[key]}" if key in comments else line)
    return "\n".join([*lines, ""])


def files_of_testsets(root: Path) -> list[str]:
    """The files of registered test sets, relative to the root."""
    folder = root / TESTSETS
    if not folder.is_dir():
        return []
    return sorted(f"{TESTSETS}/{path.name}" for path in folder.iterdir() if path.suffix == ".yml")
