"""Errors as problem details (RFC 9457), so that a caller always gets the same shape."""

import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from .messages import Problem, Wrong

MEDIA_TYPE = "application/problem+json"
SHOWN = 20  # places told one by one; a row can be wrong in hundreds
BUSY = {"retry-after": "1"}
DETAILS = {
    404: "There is no such page: GET /openapi.json lists those that there are.",
    405: "This page does not take that method: GET /openapi.json says which it takes.",
    408: "The request did not arrive in time: send it without pauses.",
    413: "The body is too large: send fewer rows at once.",
    415: "Send JSON, not compressed, and say so: `Content-Type: application/json`.",
    431: "The headers are too large: send fewer or shorter ones.",
    500: "The service made a mistake; the request id leads to it in the service's log.",
}
# What each route may answer besides its answer, for the contract.
DOCUMENTED: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": HTTPStatus(status).phrase}
    for status in (408, 413, 415, 422, 500, 503)
}


def problem(
    request_id: str | None,
    status: int,
    detail: str | None = None,
    errors: Sequence[Wrong] = (),
    path: str = "",
) -> Response:
    """A problem as a response; under /v2 with the member that the Open Inference Protocol reads."""
    phrase = HTTPStatus(status).phrase
    said = Problem(
        type=f"urn:problem-type:{phrase.lower().replace(' ', '-')}",
        title=phrase,
        status=status,
        detail=detail or DETAILS.get(status, phrase),
        request_id=request_id,
        errors=list(errors),
    )
    text = said.model_dump_json()
    if path.startswith("/v2/models/"):
        places = "".join(f" {one.pointer}: {one.message}." for one in said.errors)
        text = json.dumps(said.model_dump() | {"error": said.detail + places})
    return Response(text, status_code=status, media_type=MEDIA_TYPE)


def add_handlers(app: FastAPI) -> None:
    """Have the application tell every error as a problem."""

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        known = error.detail if error.status_code not in DETAILS else None
        response = problem(_id(request), error.status_code, known, path=request.scope["path"])
        response.headers.update(error.headers or {})
        if response.headers.get("allow") == "GET":
            response.headers["allow"] = "GET, HEAD"
        return response


def invalid(request: Request, wrong: Sequence[Wrong], count: int) -> Response:
    """The places in which a body breaks the contract, without what was sent there."""
    many = f"{count} places" if count > 1 else "one place"
    more = f"; the first {SHOWN} are listed" if count > SHOWN else ""
    detail = f"The body breaks the contract in {many}{more}."
    return problem(_id(request), 422, detail, wrong, path=request.scope["path"])


def _id(request: Request) -> str | None:
    return request.scope.get("request_id")
