"""`params.yaml`: what a person may change without touching code, as types."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .errors import ProjectError

Task = Literal["binary", "multiclass", "regression"]
Scalar = bool | int | float | str | None
Setting = Scalar | Mapping[int, float]  # the second for class_weight


class Section(BaseModel):
    """A part of a configuration file in which an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TrainParams(Section):
    """What is trained, and how its settings and its threshold are chosen."""

    model: str
    seeds: list[int]  # the tool reads them
    search: Mapping[str, Mapping[str, Annotated[list[Setting], Field(min_length=1)]]]
    folds: int = Field(ge=2)
    scoring: str | None = None
    threshold: float | str | None = None


class ComputeParams(Section):
    """Where heavy work runs: the backend's name is joblib's."""

    backend: Literal["loky", "threading", "dask"]
    n_jobs: int
    scheduler: str | None = None


class SplitParams(BaseModel):
    """What training reads of `split`; the tool reads and checks the rest."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    by: Literal["name", "time", "column"] = "name"


class Params(BaseModel):
    """The sections that this package reads; the tool reads and checks the others."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    task: Task
    train: TrainParams
    compute: ComputeParams
    split: SplitParams = SplitParams()


Config = TypeVar("Config", bound=BaseModel)


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
