"""`params.yaml`: what the tool's stages read of it, as types."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, field

from ..errors import LabError
from ..records.document import read_yaml

FILE = "params.yaml"
MAGIC = "*?["  # letters of a pattern, where `data.file` names several files
Task = Literal["binary", "multiclass", "regression"]


class Section(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the file in which an unknown key is an error."""


class Format(Section, frozen=True, kw_only=True):
    """How a file is written.

    Attributes:
        separator: between two values.
        quote: around a value that holds a separator; null if there is none.
        decimal: the mark before the digits of a fraction.
        thousands: the mark between groups of digits, if there is one.
        encoding: Python's name of it.
        header: the line with the names of columns, from 1; null if there is none, and columns are
            called `column_1`, `column_2`, ….
        comment: how lines begin that are not data.
        missing: what stands where nothing is known, besides an empty value.
        dates: how dates and times are written, in the letters of strftime, besides ISO 8601.
        sheet: of an Excel file, the name; null takes the first.
    """

    separator: Annotated[str, Meta(min_length=1, max_length=1)] = ","
    quote: Annotated[str, Meta(min_length=1, max_length=1)] | None = '"'
    decimal: Literal[".", ","] = "."
    thousands: Literal[".", ",", " ", "'", "_"] | None = None
    encoding: str = "utf-8"
    header: Annotated[int, Meta(ge=1)] | None = 1
    comment: Annotated[str, Meta(min_length=1)] | None = None
    missing: Sequence[str] = ()
    dates: Sequence[str] = ()
    sheet: str | None = None


class Data(Section, frozen=True, kw_only=True):
    """Where the rows come from."""

    source: Literal["sample", "dummy", "file"]
    file: str = "data/raw/data.csv"
    format: Format = field(default_factory=Format)
    unlabelled: Literal["refuse", "drop"] = "refuse"
    dummy_rows: Annotated[int, Meta(ge=10, le=1_000_000)] = 600
    dummy_seed: Annotated[int, Meta(ge=0)] = 1


class Split(Section, frozen=True, kw_only=True):
    """Which rows are held out, how the others are parted again, and what becomes of copies.

    By `name`, a hash of the id or the unit decides, for `test_share` of them. By `time`, rows from
    `after` on are held out, and those before it by less than `gap` are left out: days, or what the
    column counts. By a `column`, those are held out that have the value `held_out` there.

    Development numbers come from `folds` of the training rows; with `validation`, from one such
    share of them, which is cheaper where there are many. By time, a fold is predicted by a model of
    the rows before it.
    """

    by: Literal["name", "time", "column"] = "name"
    test_share: Annotated[float, Meta(gt=0, lt=1)] = 0.5
    salt: str = "1"
    after: str | float | None = None
    gap: Annotated[float, Meta(ge=0)] = 0
    column: str | None = None
    held_out: str | None = None
    folds: Annotated[int, Meta(ge=2, le=50)] = 5
    validation: Annotated[float, Meta(gt=0, lt=1)] | None = None
    copies: Literal["drop", "keep"] = "drop"


class Commands(Section, frozen=True, kw_only=True):
    """The two commands that only the team can write."""

    train: Annotated[str, Meta(min_length=1)]
    predict: Annotated[str, Meta(min_length=1)]


class Evaluate(Section, frozen=True, kw_only=True):
    """What the tables carry besides the candidate and the status quo."""

    slices: list[str] = []
    champion: str | None = None


class Train(Struct, frozen=True, kw_only=True):
    """What the tool needs of the team's own section."""

    seeds: Annotated[list[Annotated[int, Meta(ge=1)]], Meta(min_length=1)]

    def __post_init__(self) -> None:
        """One candidate per seed, each with a file of its own."""
        if len({*self.seeds}) < len(self.seeds):
            raise ValueError("a seed stands there twice - at `$.seeds`")


class StatusQuo(Section, frozen=True, kw_only=True):
    """How it is decided today."""

    rule: str


class Params(Struct, frozen=True, kw_only=True):
    """What the stages read; the other sections are the team's."""

    task: Task
    data: Data
    split: Split
    train: Train
    status_quo: StatusQuo
    commands: Commands
    evaluate: Evaluate = field(default_factory=Evaluate)


def read_params(root: Path) -> Params:
    """What params.yaml says to the stages.

    Raises:
        LabError: it is missing or broken, or values do not fit; it names each section's first.
    """
    return converted(read_yaml(root / FILE), root / FILE)


def converted(content: Any, path: Path) -> Params:
    """What the content of a params.yaml says to the stages.

    Raises:
        LabError: values do not fit; it names the first of each section.
    """
    try:
        return msgspec.convert(content, Params)
    except msgspec.ValidationError as error:
        faults = [*_faults(content)] or [_fault(error, "")]
    if len(faults) == 1:
        raise LabError(f"{path} does not fit, at {faults[0]}.")
    listed = "\n".join(f"  {fault}" for fault in faults)
    raise LabError(f"{path} does not fit:\n{listed}")


def _faults(content: Any) -> Iterator[str]:
    """The first fault of each section that is there."""
    for section in msgspec.structs.fields(Params):
        if isinstance(content, dict) and section.name in content:
            try:
                msgspec.convert(content[section.name], section.type)
            except msgspec.ValidationError as error:
                yield _fault(error, section.name)


def _fault(error: msgspec.ValidationError, section: str) -> str:
    what, _, where = str(error).partition(" - at ")
    inside = where.strip("`").removeprefix("$").removeprefix(".")
    return f"{'.'.join(part for part in (section, inside) if part) or 'the file'}: {what}"
