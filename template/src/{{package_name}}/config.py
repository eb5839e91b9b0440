"""`params.yaml`: what a person may change without touching code, as types."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .errors import ProjectError

Task = Literal["binary", "multiclass", "regression"]
Scalar = bool | int | float | str | None


class Section(BaseModel):
    """A part of a configuration file in which an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DataParams(Section):
    """Where the rows come from."""

    source: Literal["sample", "dummy", "file"]
    file: str
    dummy_rows: int = Field(ge=10, le=1_000_000)
    dummy_seed: int = Field(ge=0)


class SplitParams(Section):
    """Which rows are held out."""

    test_share: float = Field(gt=0, lt=1)
    salt: str


class TrainParams(Section):
    """What is trained, and how its settings are chosen."""

    model: str
    seeds: Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=1)]
    search: Mapping[str, Mapping[str, list[Scalar]]]
    folds: int = Field(ge=2)


class ComputeParams(Section):
    """Where heavy work runs: the backend's name is joblib's."""

    backend: Literal["loky", "threading", "dask"]
    n_jobs: int
    scheduler: str | None = None


class StatusQuoParams(Section):
    """How decisions are made today."""

    rule: str


class EvaluateParams(Section):
    """What the evaluation tables carry besides the candidate and the status quo."""

    slices: list[str]
    champion: str | None = None


class LiftParams(Section):
    """What one decision is worth, in the unit of the project's KPI."""

    unit: str
    correct: float = 0.0
    wrong: float = 0.0
    value: Mapping[str, Mapping[str, float]] = Field(default_factory=dict)
    cost_of_error: float = Field(default=1.0, ge=0)


class Params(Section):
    """The whole of `params.yaml`."""

    task: Task
    data: DataParams
    split: SplitParams
    train: TrainParams
    compute: ComputeParams
    status_quo: StatusQuoParams
    evaluate: EvaluateParams
    lift: LiftParams


Config = TypeVar("Config", bound=Section)


def load(path: Path, kind: type[Config]) -> Config:
    """Read a YAML file as the given type.

    Raises:
        ProjectError: the file is missing, is not YAML, or breaks the type; the message
            names the file, every wrong key, and what was expected there.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ProjectError(
            f"{path} is missing: restore it with `git checkout -- {path}`."
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ProjectError(f"{path} is not readable as YAML: {error}") from None
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        wrong = "\n".join(
            f"  {'.'.join(str(part) for part in item['loc']) or 'the file'}: {item['msg']}"
            for item in error.errors()
        )
        raise ProjectError(f"{path} does not fit:\n{wrong}") from None


def load_params(path: Path = Path("params.yaml")) -> Params:
    """Read `params.yaml`."""
    return load(path, Params)
