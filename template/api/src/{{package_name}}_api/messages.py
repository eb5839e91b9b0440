"""Requests and answers around the row and the prediction that `models.py` describes."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from .models import MAX_BATCH, Features, Prediction
from .strict import Request, Response

STUB = "stub"
Row = Mapping[str, bool | float | int | str | None]


class Batch(Request):
    """Several rows at once."""

    rows: Annotated[list[Features], Field(min_length=1, max_length=MAX_BATCH, fail_fast=True)]


class Answer(Prediction):
    """What the model says about one row, and which model said it."""

    model: Annotated[str, Field(description="The version of the model that answered.")]
    stub: Annotated[bool, Field(description="Is this made up from the contract alone?")]


class BatchAnswer(Response):
    """What the model says about each row, in the order of the request."""

    predictions: list[Prediction]
    model: Annotated[str, Field(description="The version of the model that answered.")]
    stub: Annotated[bool, Field(description="Is this made up from the contract alone?")]


class Status(Response):
    """Whether the service lives, or answers."""

    status: Literal["ok", "ready"]


class Expected(Response):
    """A criterion that the model was judged by, on held-out examples."""

    criterion: str
    metric: str
    slice: str | None = None
    reference: Annotated[
        str | None, Field(description="If named, the numbers are the difference to it.")
    ] = None
    status: Literal["met", "missed", "unclear"]
    estimate: float
    lower: Annotated[float, Field(description="Lower bound of the judge.")]
    upper: Annotated[float, Field(description="Upper bound of the judge.")]
    examples: Annotated[int, Field(description="On how many held-out examples.")]


class Judged(Response):
    """The verdict that made the model the champion."""

    hypothesis: str
    verdict: str
    mode: str
    at: str
    testset: str
    seal: Annotated[str, Field(description="Digest of verdict.json, to find it again.")]


class ModelInfo(Response):
    """Which model answers, and why anyone may trust it."""

    version: str
    stub: bool
    compiled: Annotated[
        bool, Field(description="Does its compiled form answer, not the pipeline itself?")
    ] = False
    contract: Annotated[str, Field(description="The version of this interface.")]
    task: Literal["binary", "multiclass", "regression"]
    commit: Annotated[str | None, Field(description="The commit that it was judged at.")] = None
    data: Annotated[str | None, Field(description="MD5 of the training rows, as DVC has it.")] = (
        None
    )
    verdict: Judged | None = None
    metrics: list[Expected] = Field(default_factory=list)


class Wrong(Response):
    """One place in the request that breaks the contract."""

    pointer: Annotated[str, Field(description="Where: a JSON pointer into the request's body.")]
    message: str


class Problem(Response):
    """Why there is no answer: problem details as of RFC 9457."""

    type: str
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: str
    request_id: str | None = None
    errors: list[Wrong] = Field(default_factory=list)
