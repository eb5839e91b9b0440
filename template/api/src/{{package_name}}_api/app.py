"""The routes. They check, ask the predictor, and answer; what answers is not decided here."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.concurrency import run_in_threadpool

from .edge import Edge, Metrics
from .messages import Answer, Batch, BatchAnswer, ModelInfo, Status
from .models import TITLE, VERSION, Features, Prediction
from .prediction_log import PredictionLog
from .predictor import Predictor, Row, Unready
from .problems import DOCUMENTED, MEDIA_TYPE, add_handlers
from .settings import Settings
from .stub import Stub

MAJOR = VERSION.partition(".")[0]
DESCRIPTION = (
    "The same routes answer whether a stub or the trained model is behind them; every answer "
    "says which. Errors are problem details (RFC 9457)."
)


class Service(FastAPI):
    """FastAPI, but for the media type under which it documents errors."""

    def openapi(self) -> dict[str, Any]:
        """The contract as an OpenAPI document."""
        if self.openapi_schema is None:  # FastAPI keeps what it made
            for path in super().openapi()["paths"].values():
                for operation in path.values():
                    for status, response in operation["responses"].items():
                        if int(status) >= 400:
                            shape = response["content"]["application/json"]
                            response["content"] = {MEDIA_TYPE: shape}
        return super().openapi()


def create_app(predictor: Predictor | Unready, settings: Settings | None = None) -> Service:
    """The service around a predictor.

    Raises:
        OSError: the prediction log cannot be written.
    """
    settings = settings or Settings()
    app = Service(
        title=TITLE,
        version=VERSION,
        description=DESCRIPTION,
        docs_url=None,  # its page would load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
    )
    metrics = Metrics()
    app.state.predictor = predictor
    app.state.metrics = metrics
    app.state.log = (
        PredictionLog(Path(settings.prediction_log)) if settings.prediction_log else None
    )
    app.include_router(service)
    app.include_router(model)
    add_handlers(app)
    app.add_middleware(
        Edge,
        version="none" if isinstance(predictor, Unready) else predictor.info.version,
        metrics=metrics,
        max_body=settings.max_body,
        read_timeout=settings.read_timeout,
    )
    return app


def openapi_text() -> str:
    """The contract as the text of a file."""
    return json.dumps(create_app(Stub()).openapi(), indent=2, ensure_ascii=False) + "\n"


def ready(request: Request) -> Predictor:
    """Whatever answers.

    Raises:
        HTTPException: nothing does, and why.
    """
    found = request.app.state.predictor
    if isinstance(found, Unready):
        raise HTTPException(503, found.reason)
    return found


Ready = Annotated[Predictor, Depends(ready)]
UNREADY: dict[int | str, dict[str, Any]] = {503: DOCUMENTED[503]}
service = APIRouter(tags=["service"])
model = APIRouter(prefix=f"/v{MAJOR}", tags=["model"])


@service.get("/health", responses={})
async def health() -> Status:
    """Does the service live?"""
    return Status(status="ok")


@service.get("/ready", responses=UNREADY, name="ready")
async def is_ready(predictor: Ready) -> Status:
    """Is there a model that answers?"""
    return Status(status="ready")


@service.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def prometheus(request: Request) -> Response:
    """Counts and durations, for Prometheus."""
    content = generate_latest(request.app.state.metrics.registry)
    return Response(content, media_type=CONTENT_TYPE_LATEST)


@model.get("/model", responses=UNREADY)
async def which_model(predictor: Ready) -> ModelInfo:
    """Which model answers, from what it was made, and what to expect of it."""
    return predictor.info


@model.post("/predict", responses=DOCUMENTED)
async def predict(row: Features, request: Request, predictor: Ready) -> Answer:
    """Predict one row."""
    (found,) = await _predictions(request, predictor, [row.model_dump(by_alias=True)])
    info = predictor.info
    return Answer(**found.model_dump(), model=info.version, stub=info.stub)


@model.post("/predict/batch", responses=DOCUMENTED)
async def predict_batch(batch: Batch, request: Request, predictor: Ready) -> BatchAnswer:
    """Predict several rows at once; much cheaper for each than one by one."""
    rows = [row.model_dump(by_alias=True) for row in batch.rows]
    found = await _predictions(request, predictor, rows)
    return BatchAnswer(predictions=found, model=predictor.info.version, stub=predictor.info.stub)


async def _predictions(
    request: Request, predictor: Predictor, rows: Sequence[Row]
) -> list[Prediction]:
    """Ask, count and log."""
    state = request.app.state
    request.scope["rows"] = len(rows)
    ask = (predictor.predict, rows)
    found = await run_in_threadpool(*ask) if predictor.slow else predictor.predict(rows)
    state.metrics.rows.labels(predictor.info.version).inc(len(rows))
    if state.log and not state.log.write(request.scope["request_id"], predictor.info, rows, found):
        state.metrics.unlogged.inc(len(rows))
    return found
