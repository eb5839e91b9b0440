"""The Open Inference Protocol (`/v2`), which KServe, Triton and MLServer speak, for the same model.

Each column of the contract is an input of shape [n], and so is each field of an answer an output.
The routes are described by the protocol, and so are not in `openapi.json`.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import FastAPI, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import JSONResponse

from . import COMMAND
from .json_route import BOUNDS, BrokenError, JsonRoute, places
from .messages import Batch, ModelInfo, Wrong
from .models import MAX_BATCH, VERSION, Features, Prediction
from .trained import Unready

NAME = COMMAND.removesuffix("-api")
TYPES = {"number": "FP64", "integer": "INT64", "boolean": "BOOL", "string": "BYTES"}
# What may be sent for a column: JSON knows one kind of number.
NUMBERS = {
    *("FP16", "FP32", "FP64", "BF16"),
    *(f"{sign}INT{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64)),
}


class Part(BaseModel):
    """A part of a message; what is not used here is left alone, as the protocol has it."""

    model_config = ConfigDict(extra="ignore", strict=True)


class Tensor(Part):
    """The values of a column, in one list or one list for each row."""

    name: str
    shape: list[int]
    datatype: str
    data: list[Any]


class Asked(Part):
    """An output that is wanted."""

    name: str


class Inference(Part):
    """Rows, column by column."""

    id: str | None = None
    inputs: Annotated[list[Tensor], Field(min_length=1)]
    outputs: list[Asked] | None = None


class Outputs(BaseModel):
    """What the model says of each row, field by field."""

    model_name: str = NAME
    model_version: str
    id: str | None = None
    outputs: list[dict[str, Any]]


BOUNDS[Inference] = BOUNDS[Batch]


def add_routes(app: FastAPI) -> None:
    """The routes of the protocol; a version in the path is the contract's."""
    hidden: Any = {"include_in_schema": False}
    app.get("/v2", **hidden)(server)
    app.get("/v2/health/live", **hidden)(live)
    app.get("/v2/health/ready", **hidden)(ready)
    for model in (f"/v2/models/{NAME}", f"/v2/models/{NAME}/versions/{VERSION}"):
        app.get(model, **hidden)(metadata)
        app.get(f"{model}/ready", **hidden)(model_ready)
        app.router.add_api_route(
            f"{model}/infer", infer, methods=["POST"], route_class_override=JsonRoute, **hidden
        )


async def server() -> Mapping[str, Any]:
    """What answers."""
    return {"name": COMMAND, "version": VERSION, "extensions": []}


async def live() -> Mapping[str, bool]:
    """Does the service live?"""
    return {"live": True}


async def ready(request: Request) -> Response:
    """Is there a model that answers?"""
    return _ready(request, {})


async def model_ready(request: Request) -> Response:
    """Is there a model that answers?"""
    return _ready(request, {"name": NAME})


def _ready(request: Request, known: Mapping[str, Any]) -> Response:
    is_ready = not isinstance(request.app.state.predictor, Unready)
    return JSONResponse({**known, "ready": is_ready}, 200 if is_ready else 503)


async def metadata() -> Mapping[str, Any]:
    """The inputs and outputs of the model."""
    return {
        "name": NAME,
        "versions": [VERSION],
        "platform": "agile-ml",
        "inputs": _tensors(Features),
        "outputs": _tensors(Prediction),
    }


async def infer(sent: Inference, request: Request) -> Outputs:
    """Predict rows that are sent column by column."""
    rows = _rows(sent.inputs)
    known = {tensor["name"]: tensor["datatype"] for tensor in _tensors(Prediction)}
    asked = [output.name for output in sent.outputs or ()] or list(known)
    if unknown := [name for name in asked if name not in known]:
        raise BrokenError([Wrong(pointer="/outputs", message=f"There is no {unknown[0][:100]!r}")])
    info: ModelInfo
    info, found = await request.app.state.predictions(request, rows)
    values = [prediction.model_dump() for prediction in found]
    return Outputs(
        model_version=info.version,
        id=sent.id,
        outputs=[
            {
                "name": name,
                "shape": [len(values)],
                "datatype": known[name],
                "data": [value[name] for value in values],
            }
            for name in asked
        ],
    )


def _rows(inputs: Sequence[Tensor]) -> Sequence[Features]:
    """The rows that columns make.

    Raises:
        BrokenError: they do not fit together, or a row does not fit the contract.
    """
    at = {tensor.name: number for number, tensor in enumerate(inputs)}
    types = {tensor["name"]: tensor["datatype"] for tensor in _tensors(Features)}
    wrong = []
    for number, tensor in enumerate(inputs):
        count = tensor.shape[0] if tensor.shape else 0
        if at[tensor.name] != number:
            wrong.append(Wrong(pointer=f"/inputs/{number}/name", message="It is there twice"))
        if not 1 <= count <= MAX_BATCH or tensor.shape not in ([count], [count, 1]):
            limits = f"[n] with n from 1 to {MAX_BATCH}"
            wrong.append(Wrong(pointer=f"/inputs/{number}/shape", message=f"It should be {limits}"))
        if tensor.name not in types:
            wrong.append(Wrong(pointer=f"/inputs/{number}/name", message="There is no such input"))
        wanted = types.get(tensor.name, tensor.datatype)
        fitting = NUMBERS if wanted in NUMBERS else {wanted}
        if tensor.datatype not in fitting:
            message = f"{tensor.name[:100]} is {wanted}"
            wrong.append(Wrong(pointer=f"/inputs/{number}/datatype", message=message))
    columns = {tensor.name: _flat(tensor.data) for tensor in inputs}
    lengths = {len(column) for column in columns.values()}
    if lengths | {tensor.shape[0] for tensor in inputs if tensor.shape} != lengths or (
        len(lengths) != 1
    ):
        wrong.append(Wrong(pointer="/inputs", message="Inputs, shapes and data differ in length"))
    if wrong:
        raise BrokenError(wrong)
    rows = [
        dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)
    ]
    try:
        return Batch.model_validate({"rows": rows}).rows
    except ValidationError as error:
        raise BrokenError(places(error, lambda loc: _place(loc, at))) from None


def _flat(data: Sequence[Any]) -> Sequence[Any]:
    if all(isinstance(value, list) and len(value) == 1 for value in data):
        return [value[0] for value in data]
    return data


def _place(loc: Sequence[str | int], at: Mapping[str, int]) -> Sequence[str | int]:
    """Where in the columns a value of a row stands."""
    _, row, *column = loc
    if column and column[0] in at:
        return ("inputs", at[str(column[0])], "data", row)
    return ("inputs",)


def _tensors(kind: type[BaseModel]) -> list[dict[str, Any]]:
    """The fields of a message as the protocol describes tensors."""
    fields: Mapping[str, Mapping[str, Any]] = kind.model_json_schema()["properties"]
    return [
        {"name": name, "datatype": _datatype(field), "shape": [-1]}
        for name, field in fields.items()
    ]


def _datatype(field: Mapping[str, Any]) -> str:
    options = [one for one in field.get("anyOf", [field]) if one.get("type") != "null"]
    return TYPES[options[0].get("type", "string")]
