"""The routes. They check, ask the predictor, and answer; what answers is not decided here."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi import FastAPI, HTTPException, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware

from . import inference_protocol, models
from .edge import Edge, Metrics
from .json_route import Admission, JsonRoute
from .logs import PredictionLog
from .messages import Answer, Batch, BatchAnswer, ModelInfo, Status
from .models import TITLE, VERSION, Features, Prediction
from .problems import DOCUMENTED, MEDIA_TYPE, add_handlers
from .settings import Settings
from .trained import Predictor, Stub, Unready

MAJOR = VERSION.partition(".")[0]
INLINE = 32  # rows that are not worth a thread
NAMED_ALIKE = all(field.alias is None for field in Features.model_fields.values())
DESCRIPTION = (
    "The same routes answer whether a stub or the trained model is behind them; every answer "
    "says which. Errors are problem details (RFC 9457)."
)


class Service(FastAPI):
    """FastAPI, but for how it documents errors and who may call."""

    def openapi(self) -> dict[str, Any]:
        """The contract as an OpenAPI document."""
        if self.openapi_schema is None:  # FastAPI keeps what it made
            document = super().openapi()
            scheme = getattr(models, "SECURITY", None)
            if scheme:
                document["components"]["securitySchemes"] = {"gateway": scheme}
            document["security"] = [{"gateway": []}] if scheme else []
            for path in document["paths"].values():
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
        # The types say where it is, and who may call, where the team has said so.
        servers=[{"url": url} for url in getattr(models, "SERVERS", None) or ["/"]],
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.predictor = predictor
    app.state.metrics = Metrics()
    app.state.admission = Admission(settings)
    app.state.log = (
        PredictionLog(Path(settings.prediction_log)) if settings.prediction_log else None
    )
    app.state.predictions = predictions
    add_routes(app)
    inference_protocol.add_routes(app)
    add_handlers(app)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=[origin.strip() for origin in settings.cors_origins.split(",")],
            allow_methods=["GET", "POST"],
            allow_headers=["content-type", "traceparent", "x-request-id"],
            expose_headers=["retry-after", "x-model-version", "x-request-id"],
        )
    app.add_middleware(
        Edge,
        version="none" if isinstance(predictor, Unready) else predictor.info.version,
        metrics=app.state.metrics,
    )
    return app


def openapi_text() -> str:
    """The contract as the text of a file."""
    return json.dumps(create_app(Stub()).openapi(), indent=2, ensure_ascii=False) + "\n"


def add_routes(app: FastAPI) -> None:
    """Every page of the service; they are looked up in this order."""
    unready: Any = {503: DOCUMENTED[503]}
    text: Any = {200: {"content": {"text/plain": {}}}}
    service: Any = {"tags": ["service"]}
    model: Any = {"tags": ["model"]}
    posted: Any = {"methods": ["POST"], "responses": DOCUMENTED, "route_class_override": JsonRoute}
    app.router.add_api_route(f"/v{MAJOR}/predict", predict, **posted, **model)
    app.router.add_api_route(f"/v{MAJOR}/predict/batch", predict_batch, **posted, **model)
    app.get(f"/v{MAJOR}/model", name="model", responses=unready, **model)(which_model)
    app.get("/health", **service)(health)
    app.get("/ready", responses=unready, **service)(ready)
    app.get("/metrics", response_class=Response, responses=text, **service)(metrics)


def predictor_of(request: Request) -> Predictor:
    """Whatever answers.

    Raises:
        HTTPException: nothing does, and why.
    """
    found: Predictor | Unready = request.app.state.predictor
    if isinstance(found, Unready):
        raise HTTPException(503, found.reason)
    return found


async def health() -> Status:
    """Does the service live?"""
    return Status(status="ok")


async def ready(request: Request) -> Status:
    """Is there a model that answers?"""
    predictor_of(request)
    return Status(status="ready")


async def metrics(request: Request) -> Response:
    """Counts and durations, for Prometheus."""
    return Response(request.app.state.metrics.text(), media_type=CONTENT_TYPE_LATEST)


async def which_model(request: Request) -> ModelInfo:
    """Which model answers, from what it was made, and what to expect of it."""
    return predictor_of(request).info


async def predict(sent: Features, request: Request) -> Answer:
    """Predict one row."""
    info, (found,) = await predictions(request, [sent])
    return Answer(**found.model_dump(), model=info.version, stub=info.stub)


async def predict_batch(sent: Batch, request: Request) -> BatchAnswer:
    """Predict several rows at once; much cheaper for each than one by one."""
    info, found = await predictions(request, sent.rows)
    return BatchAnswer(predictions=found, model=info.version, stub=info.stub)


async def predictions(
    request: Request, sent: Sequence[Features]
) -> tuple[ModelInfo, list[Prediction]]:
    """Ask, count and log."""
    state, predictor = request.app.state, predictor_of(request)
    request.scope["rows"] = len(sent)
    rows = [dict(row) for row in sent] if NAMED_ALIKE else [row.model_dump() for row in sent]
    if predictor.slow or len(rows) > INLINE:
        found = await run_in_threadpool(predictor.predict, rows)
    else:
        found = predictor.predict(rows)
    info = predictor.info
    state.metrics.rows.labels(info.version).inc(len(rows))
    if state.log and not state.log.write(request.scope["request_id"], info, rows, found):
        state.metrics.unlogged.inc(len(rows))
    return info, found
