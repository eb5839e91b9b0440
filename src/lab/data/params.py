"""`params.yaml`: what the tool's stages read of it, as types."""

from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct, field

from ..errors import LabError
from ..records.document import read_yaml

FILE = "params.yaml"
Kind = TypeVar("Kind")
Task = Literal["binary", "multiclass", "regression"]


class Section(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the file in which an unknown key is an error."""


class Data(Section, frozen=True, kw_only=True):
    """Where the rows come from."""

    source: Literal["sample", "dummy", "file"]
    file: str = "data/raw/data.csv"
    dummy_rows: Annotated[int, Meta(ge=10, le=1_000_000)] = 600
    dummy_seed: Annotated[int, Meta(ge=0)] = 1


class Split(Section, frozen=True, kw_only=True):
    """Which rows are held out, how the others are parted again, and what becomes of copies.

    Development numbers come from `folds` of the training rows; with `validation`, from one such
    share of them, which is cheaper where there are many.
    """

    test_share: Annotated[float, Meta(gt=0, lt=1)]
    salt: str
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
        LabError: it is missing or broken, or a value does not fit; it names the key.
    """
    return converted(read_yaml(root / FILE), Params, root / FILE)


def converted(content: Any, kind: type[Kind], path: Path) -> Kind:
    """Plain data as a type.

    Raises:
        LabError: a value does not fit.
    """
    try:
        return msgspec.convert(content, kind)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at ")
        key = where.strip("`").removeprefix("$.") or "the file"
        raise LabError(f"{path} does not fit, at {key}: {what}.") from None
