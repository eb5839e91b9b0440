"""Routes that take and give JSON, with no more work than rows of the contract can be worth.

What a body may weigh, and how much may be in it, follows from the contract: its columns, times the
rows of the largest batch. More is refused before anything is built of it, because an object of
Python is many times larger than its text. How many requests are worked on, wait and lie in memory
has limits, too.

pydantic alone reads the body and writes the answer. FastAPI documents such a route from the types
of its endpoint, as it does every route; what it does to each request besides costs as much as all
else that a small prediction needs.
"""

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, get_type_hints

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json
from starlette.exceptions import HTTPException

from .messages import Batch, Wrong
from .models import MAX_BATCH, Features
from .problems import BUSY, SHOWN, invalid
from .settings import Settings

LONGEST_NAME = 100  # characters of a name that are repeated
LARGEST = 8_388_608  # bytes of the largest body, whatever the contract: parsing it holds all up
SMALLEST = 16_384
SPARE = 64  # marks more than a row needs, so that a few mistakes are told by name
Sent = TypeVar("Sent", bound=BaseModel)
Marked = Mapping[str, Any]
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


# ---------------------------------------------------------------------------
# What a body holds.
# ---------------------------------------------------------------------------


class BrokenError(Exception):
    """A body that breaks the contract, and where: the first places of `count`, at least."""

    def __init__(self, wrong: list[Wrong], count: int | None = None) -> None:
        super().__init__("the body breaks the contract")
        self.wrong, self.count = wrong[:SHOWN], len(wrong) if count is None else count


@dataclass(frozen=True)
class Bounds:
    """How much a body can be worth.

    Attributes:
        size: bytes, with as much room again for spaces and long numbers.
        marks: colons, commas and opening brackets outside of texts, twice what is needed.
    """

    size: int
    marks: int

    @classmethod
    def of(cls, rows: int) -> "Bounds":
        """The bounds of so many rows."""
        columns: Mapping[str, Marked] = Features.model_json_schema()["properties"]
        row = 4 + sum(len(json.dumps(name)) + 4 + _width(one) for name, one in columns.items())
        size = min(max(2 * (rows * row + 16), SMALLEST), LARGEST)
        return cls(size, 2 * (rows * (2 * len(columns) + 2) + 3) + SPARE)


def _width(column: Marked) -> int:
    """Bytes of the longest value that a column takes, as programs write it."""
    if "anyOf" in column:
        return max(_width(one) for one in column["anyOf"])
    values = [column["const"]] if "const" in column else column.get("enum")
    if values is not None:
        return max(len(json.dumps(value)) for value in values)
    if column["type"] == "string":
        return 40 if "format" in column else 2 + 6 * column["maxLength"]
    return 25


BOUNDS: dict[type[BaseModel], Bounds] = {Features: Bounds.of(1), Batch: Bounds.of(MAX_BATCH)}
NAMES = {
    kind: {name for key, field in kind.model_fields.items() for name in (key, field.alias or key)}
    for kind in (Features, Batch)
}


def read(body: bytes | bytearray, kind: type[Sent], bounds: Bounds) -> Sent:
    """What was sent.

    Raises:
        BrokenError: it is no JSON, more than the contract can hold, or breaks the contract.
    """
    if _marks(body) > bounds.marks and _marks(_without_texts(body, bounds.marks)) > bounds.marks:
        raise _broken("There is more in it than the contract's rows and fields can be")
    if sent := _well_formed(body, kind):
        return sent
    try:
        content = from_json(body)
    except ValueError as error:
        raise _broken(f"Invalid JSON: {error}") from None
    if body.count(b":") != _pairs(content):
        _refuse_twice(body)
    _refuse_many_unknown(content, kind)
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        raise BrokenError(places(error)) from None


def places(
    error: ValidationError, where: Callable[[Sequence[str | int]], Sequence[str | int]] = tuple
) -> list[Wrong]:
    """The places that pydantic has found, without what was sent there."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    return [_wrong(*where(fault["loc"]), message=fault["msg"]) for fault in found]


def _broken(message: str) -> BrokenError:
    return BrokenError([_wrong(message=message)])


def _wrong(*place: str | int, message: str) -> Wrong:
    names = [str(part)[:LONGEST_NAME].replace("~", "~0").replace("/", "~1") for part in place]
    return Wrong(pointer="".join(f"/{name}" for name in names), message=message)


def _marks(text: bytes | bytearray) -> int:
    """How many things can be in a text of JSON, at most."""
    return sum(map(text.count, (b":", b",", b"{", b"[")))


def _without_texts(body: bytes | bytearray, marks: int) -> bytes:
    """JSON without what stands in quotes; nothing is cut up that has more quotes than marks."""
    plain = bytes(body).replace(b"\\\\", b"").replace(b'\\"', b"")
    if plain.count(b'"') > 2 * marks:
        return plain
    return b"".join(plain.split(b'"')[::2])


def _well_formed(body: bytes | bytearray, kind: type[Sent]) -> Sent | None:
    """One row, the fast way; None if anything may be wrong with it.

    With as many colons as known names that were sent, none of them is there twice. A batch is too
    long for this: pydantic takes long for an object of very many names.
    """
    colons = body.count(b":")
    if kind is not Features or colons > len(Features.model_fields):
        return None
    try:
        sent = kind.model_validate_json(body)
    except ValidationError:
        return None
    return sent if colons == len(sent.model_fields_set) else None


def _pairs(content: Any) -> int:
    """How many names there are in a row, or in an object of rows or columns."""
    if not isinstance(content, dict):
        return 0
    lists = [value for value in content.values() if isinstance(value, list)]
    nested = [row for values in lists for row in values if isinstance(row, dict)]
    return len(content) + sum(map(len, nested))


def _refuse_twice(body: bytes | bytearray) -> None:
    """Refuse an object that has a name twice: who reads the first sees another row than we."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in pairs:
            if name in found:
                raise _broken(f"{name[:LONGEST_NAME]!r} is there more than once in one object")
            found[name] = value
        return found

    json.loads(body, object_pairs_hook=once, parse_int=float, parse_float=lambda _: 0.0)


def _refuse_many_unknown(content: Any, kind: type[BaseModel]) -> None:
    """Refuse an object with many unknown names before each of them becomes an error."""
    objects: list[tuple[tuple[str | int, ...], Any, type[BaseModel]]] = [((), content, kind)]
    if kind is Batch and isinstance(content, dict) and isinstance(content.get("rows"), list):
        most = len(NAMES[Features]) + SHOWN
        objects += [
            (("rows", number), row, Features)
            for number, row in enumerate(content["rows"])
            if isinstance(row, dict) and len(row) > most
        ][:1]
    for place, found, of in objects:
        if of in NAMES and isinstance(found, dict) and len(found) > len(NAMES[of]) + SHOWN:
            unknown = [name for name in found if name not in NAMES[of]]
            told = [
                _wrong(*place, name, message="Extra inputs are not permitted")
                for name in unknown[:SHOWN]
            ]
            raise BrokenError(told, len(unknown))
