"""A route whose body is read and whose answer is written by pydantic alone.

FastAPI documents it from the types of its endpoint, as it does every route; what it does to each
request besides costs as much as all else that a small prediction needs.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, get_type_hints

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from .json_body import BOUNDS, NAMES, BrokenError, read
from .problems import BUSY, invalid
from .settings import Settings

AT_ONCE = 4  # predictions that are worked on; more would only take turns
WAITING = 64  # requests that may wait for their turn
HELD = 16  # bodies of the largest size that may be in memory
CLOSE = {"connection": "close"}  # the rest of the body is not worth reading


class Admission:
    """How much is being worked on, and whether there is room for more."""

    def __init__(self, settings: Settings) -> None:
        largest = max(bounds.size for bounds in BOUNDS.values())
        self.max_body = settings.max_body or largest
        self.read_timeout = settings.read_timeout
        self.free = HELD * self.max_body
        self._waiting = 0
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def fill(self, body: bytearray, request: Request, size: int) -> None:
        """Read a body, as long as it is short enough, arrives in time, and there is room for it.

        Raises:
            HTTPException: 408, 413 or 503.
        """
        size = min(size, self.max_body)
        announced = request.headers.get("content-length", "")
        if announced.isdigit() and int(announced[:20]) > size:
            raise HTTPException(413, headers=CLOSE)
        try:
            async with asyncio.timeout(self.read_timeout):
                async for piece in request.stream():
                    body += piece
                    self.free -= len(piece)
                    if len(body) > size:
                        raise HTTPException(413, headers=CLOSE)
                    if self.free < 0:
                        raise self._busy()
        except TimeoutError:
            raise HTTPException(408, headers=CLOSE) from None

    async def turn(self) -> None:
        """Wait until there is somebody free to work on it.

        Raises:
            HTTPException: 503: too many wait already.
        """
        if self._waiting >= WAITING:
            raise self._busy()
        self._waiting += 1
        try:
            await self._turns.acquire()
        finally:
            self._waiting -= 1

    def done(self) -> None:
        """The turn is over."""
        self._turns.release()

    @staticmethod
    def _busy() -> HTTPException:
        detail = "There is more to do than the service can: ask again a little later."
        return HTTPException(503, detail, headers=CLOSE | BUSY)


class JsonRoute(APIRoute):
    """For endpoints that take what was sent and the request, and give a message."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What is called for each request."""
        endpoint = self.endpoint
        kind: type[BaseModel] = get_type_hints(endpoint)["sent"]
        bounds = BOUNDS[kind]

        async def handle(request: Request) -> Response:
            _is_plain_json(request.headers, untold=kind not in NAMES)
            admission: Admission = request.app.state.admission
            body = bytearray()
            try:
                await admission.fill(body, request, bounds.size)
                await admission.turn()
                try:
                    answer = await endpoint(read(body, kind, bounds), request)
                    return Response(answer.model_dump_json(), media_type="application/json")
                finally:
                    admission.done()
            except BrokenError as error:
                return invalid(request, error.wrong, error.count)
            finally:
                admission.free += len(body)

        return handle


def _is_plain_json(headers: Mapping[str, str], untold: bool) -> None:
    """Refuse what is no JSON, and what is packed: nobody knows how large it would become.

    Clients of the Open Inference Protocol may leave untold what they send.

    Raises:
        HTTPException: 415.
    """
    kind = (
        headers.get("content-type", "application/json" if untold else "")
        .partition(";")[0]
        .strip()
        .lower()
    )
    is_json = kind == "application/json" or (
        kind.startswith("application/") and kind.endswith("+json")
    )
    if not is_json or headers.get("content-encoding", "identity").lower() != "identity":
        raise HTTPException(415, headers=CLOSE | {"accept-encoding": "identity"})
