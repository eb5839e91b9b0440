"""Where requests come in: an id, a line in the log, and metrics for each of them."""

import os
import re
import time
import traceback
import uuid
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .logs import RequestLog
from .problems import problem
from .settings import METRICS

ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
TRACE = re.compile(r"[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")  # W3C's
GONE = 499  # no status of HTTP, but what proxies log for a caller who did not wait
METHODS = ("GET", "HEAD", "POST")
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class Metrics:
    """What Prometheus reads of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "model_api_requests", "Requests", ["route", "method", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            *("model_api_seconds", "Seconds from a request to its answer", ["route"]),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.rows = Counter(
            "model_api_rows", "Rows that were predicted", ["model"], registry=self.registry
        )
        self.unlogged = Counter(
            *("model_api_unlogged_rows", "Predictions that the prediction log did not take"),
            registry=self.registry,
        )
        self.unlogged_requests = Counter(
            *("model_api_unlogged_requests", "Lines that standard output did not take"),
            registry=self.registry,
        )

    def text(self) -> bytes:
        """What Prometheus reads: the sum over all workers, where there are several."""
        registry = self.registry
        if METRICS in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)
        return generate_latest(registry)

    def refused(self, status: int) -> None:
        """Count a request that was refused before it could be read."""
        self.requests.labels("none", "other", status).inc()


class Edge:
    """ASGI middleware around every request.

    `HEAD` is `GET` for the routes; the server leaves out the body. Payloads are neither logged nor
    repeated in errors.
    """

    def __init__(self, app: ASGIApp, *, version: str, metrics: Metrics) -> None:
        self.app, self.metrics, self.log = app, metrics, RequestLog()
        self.version = version.encode("ascii", errors="replace")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        began = time.perf_counter()
        method = scope["method"]
        if method == "HEAD":
            scope = dict(scope, method="GET")
        headers = dict(scope["headers"])
        given = headers.get(b"x-request-id", b"").decode("latin-1")
        traced = TRACE.fullmatch(headers.get(b"traceparent", b"").decode("latin-1"))
        request_id = given if ID.fullmatch(given) else uuid.uuid4().hex
        scope["request_id"] = request_id
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message["headers"],
                    (b"x-request-id", request_id.encode()),
                    (b"x-model-version", self.version),
                    *([(b"traceparent", traced[0].encode())] if traced else []),
                ]
            await send(message)

        try:
            await self.app(scope, receive, answer)
        except ClientDisconnect:
            status = GONE
        except Exception:
            self._log("error", request_id=request_id, traceback=traceback.format_exc())
            if status:
                raise  # half an answer has gone out: let the server cut the connection
            await problem(request_id, 500)(scope, receive, answer)
        finally:
            self._record(scope, method, status, traced, time.perf_counter() - began)

    def _record(
        self,
        scope: Scope,
        method: str,
        status: int,
        traced: re.Match[str] | None,
        seconds: float,
    ) -> None:
        route = getattr(scope.get("route"), "path", None)
        method = method if method in METHODS else "other"
        self.metrics.requests.labels(route or "none", method, status).inc()
        self.metrics.seconds.labels(route or "none").observe(seconds)
        self._log(
            "request",
            request_id=scope["request_id"],
            trace_id=traced and traced[1],
            parent_id=traced and traced[2],
            method=method,
            path=route or scope["path"][:100],
            status=status,
            ms=round(seconds * 1000, 3),
            rows=scope.get("rows"),
        )

    def _log(self, event: str, **facts: Any) -> None:
        if not self.log.write(event, **facts):
            self.metrics.unlogged_requests.inc()
