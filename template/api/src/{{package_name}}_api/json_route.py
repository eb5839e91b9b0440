"""A route whose body is read and whose answer is written by pydantic alone.

FastAPI documents it from the types of its endpoint, as it does every route; what it does to each
request besides costs as much as all else that a small prediction needs.
"""

from collections.abc import Callable, Coroutine
from typing import Any, get_type_hints

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException

from .problems import invalid


class JsonRoute(APIRoute):
    """For endpoints that take what was sent and the request, and give a message."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What is called for each request."""
        endpoint = self.endpoint
        kind: type[BaseModel] = get_type_hints(endpoint)["sent"]

        async def handle(request: Request) -> Response:
            if not _says_json(request.headers.get("content-type", "")):
                raise HTTPException(415)
            body = await request.body()
            try:
                sent = kind.model_validate_json(body)
            except ValidationError as error:
                return invalid(request, error)
            answer = await endpoint(sent, request)
            return Response(answer.model_dump_json(), media_type="application/json")

        return handle


def _says_json(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/json" or (
        kind.startswith("application/") and kind.endswith("+json")
    )
