"""A client of the service, for programs that wait and for programs that do not.

Asking twice does no harm, so what may have failed by chance is asked again: no connection, no
answer in time, 429, 502, 503 and 504, after a pause that doubles. All of that has one deadline.
Whatever goes wrong is a `ModelError`.
"""

import asyncio
import itertools
import os
import random
import threading
import weakref
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TypeVar

import httpx2
from pydantic import BaseModel, ValidationError

from .messages import Answer, Batch, BatchAnswer, ModelInfo, Problem
from .models import MAX_BATCH, VERSION, Features

Body = TypeVar("Body", bound=BaseModel)
Result = TypeVar("Result")
BASE = f"/v{VERSION.partition('.')[0]}"
TIMEOUT = httpx2.Timeout(10.0, connect=3.0)
DEADLINE = 30.0
BY_CHANCE = (429, 502, 503, 504)
LONGEST_PAUSE = 10.0
LARGEST_ANSWER = 65_536 + 1024 * MAX_BATCH  # bytes; a row's answer has some dozens
PLAIN = {"accept-encoding": "identity"}  # nobody knows how large a packed answer becomes


class ModelError(Exception):
    """There is no answer; `problem` says why, where the service said it."""

    def __init__(self, message: str, problem: Problem | None = None) -> None:
        super().__init__(message)
        self.problem = problem


class AsyncClient:
    """A client for asyncio: every method is awaited.

    Args:
        url: where the service is, such as http://localhost:8000, without the version.
        timeout: seconds for one attempt to get on, or httpx2's own timeouts.
        deadline: seconds for a request, with all its attempts and pauses.
        retries: how often to ask again.
        pause: seconds before the first repetition; each further one is twice as long.
        **options: anything else that httpx2.AsyncClient takes: headers, auth, verify, transport.
    """

    def __init__(
        self,
        url: str,
        *,
        timeout: float | httpx2.Timeout = TIMEOUT,
        deadline: float = DEADLINE,
        retries: int = 2,
        pause: float = 0.2,
        **options: Any,
    ) -> None:
        self._http = httpx2.AsyncClient(base_url=url, timeout=timeout, **options)
        self._retry = _Retry(retries, pause)
        self._deadline = deadline

    async def predict(self, row: Features) -> Answer:
        """Predict one row.

        Raises:
            ModelError: there is no answer.
        """
        return await self._ask("POST", f"{BASE}/predict", Answer, row)

    async def predict_batch(self, rows: Sequence[Features]) -> list[Answer]:
        """Predict any number of rows, in as many requests as that takes.

        Raises:
            ModelError: there is no answer.
        """
        path = f"{BASE}/predict/batch"
        return [
            answer
            for batch in _batches(rows)
            for answer in _answers(batch, await self._ask("POST", path, BatchAnswer, batch))
        ]

    async def model(self) -> ModelInfo:
        """Which model answers, and what to expect of it.

        Raises:
            ModelError: there is no answer.
        """
        return await self._ask("GET", f"{BASE}/model", ModelInfo)

    async def ready(self) -> bool:
        """Is there a model that answers?"""
        try:
            async with asyncio.timeout(self._deadline):
                return isinstance(found := await self._attempt("GET", "/ready", None), _Reply) and (
                    found.status == 200
                )
        except (TimeoutError, ModelError):
            return False

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def _ask(
        self, method: str, path: str, answer: type[Body], body: BaseModel | None = None
    ) -> Body:
        ends = asyncio.get_running_loop().time() + self._deadline
        try:
            async with asyncio.timeout_at(ends):
                for attempt in itertools.count():
                    outcome = await self._attempt(method, path, body)
                    pause = self._retry.pause(attempt, outcome)
                    if pause is None or asyncio.get_running_loop().time() + pause >= ends:
                        return _read(outcome, answer)
                    await asyncio.sleep(pause)
        except TimeoutError:
            raise ModelError(
                f"The service did not answer within {self._deadline:g} seconds."
            ) from None
        raise AssertionError("an attempt is the last one")

    async def _attempt(
        self, method: str, path: str, body: BaseModel | None
    ) -> "_Reply | httpx2.TransportError":
        """What came back, or why nothing may have.

        Raises:
            ModelError: nothing will.
        """
        try:
            async with self._http.stream(method, path, **_sent(body)) as response:
                return _Reply(
                    response.status_code,
                    response.reason_phrase,
                    response.headers.get("retry-after", ""),
                    await _content(response),
                )
        except (httpx2.UnsupportedProtocol, httpx2.LocalProtocolError) as error:
            raise ModelError(f"The service cannot be asked: {error}") from error
        except httpx2.TransportError as error:
            return error
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, RuntimeError) as error:
            raise ModelError(f"The service cannot be asked: {error}") from error


class Client:
    """A client that waits for each answer; its arguments are those of `AsyncClient`.

    The requests are made in a thread of its own, so that a deadline holds whatever a server does.
    """

    def __init__(
        self,
        url: str,
        *,
        timeout: float | httpx2.Timeout = TIMEOUT,
        deadline: float = DEADLINE,
        retries: int = 2,
        pause: float = 0.2,
        **options: Any,
    ) -> None:
        self._url = url
        self._named: dict[str, Any] = {"timeout": timeout, "deadline": deadline, **options}
        self._named |= {"retries": retries, "pause": pause}
        self._started: _Started | None = None
        self._lock = threading.Lock()
        self._client()  # so that a mistake is told here

    def predict(self, row: Features) -> Answer:
        """Predict one row.

        Raises:
            ModelError: there is no answer.
        """
        return self._wait(self._client().predict(row))

    def predict_batch(self, rows: Sequence[Features]) -> list[Answer]:
        """Predict any number of rows, in as many requests as that takes.

        Raises:
            ModelError: there is no answer.
        """
        return self._wait(self._client().predict_batch(rows))

    def model(self) -> ModelInfo:
        """Which model answers, and what to expect of it.

        Raises:
            ModelError: there is no answer.
        """
        return self._wait(self._client().model())

    def ready(self) -> bool:
        """Is there a model that answers?"""
        return self._wait(self._client().ready())

    def close(self) -> None:
        """Close the connections."""
        self._wait(self._client().close())

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _client(self) -> AsyncClient:
        """The one that asks; another one in a process that was forked."""
        with self._lock:
            if self._started is None or self._started.process != os.getpid():
                self._started = _Started(AsyncClient(self._url, **self._named))
                weakref.finalize(self, self._started.stop)
            return self._started.client

    def _wait(self, answer: Coroutine[Any, Any, Result]) -> Result:
        assert self._started is not None
        waiting = asyncio.run_coroutine_threadsafe(answer, self._started.loop)
        try:
            return waiting.result()
        except BaseException:
            waiting.cancel()
            raise


class _Started:
    """A client and the thread in which it asks."""

    def __init__(self, client: AsyncClient) -> None:
        self.client, self.process, self.loop = client, os.getpid(), asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, name="model-client", daemon=True).start()

    def stop(self) -> None:
        """Let the thread end."""
        if self.process == os.getpid():
            self.loop.call_soon_threadsafe(self.loop.stop)


@dataclass(frozen=True)
class _Reply:
    """What the service sent."""

    status: int
    phrase: str
    retry_after: str
    content: bytes


@dataclass(frozen=True)
class _Retry:
    """How often to ask again, and when."""

    retries: int
    first: float

    def pause(self, attempt: int, outcome: _Reply | httpx2.TransportError) -> float | None:
        """Seconds until the next attempt: what the service asks for, or twice the last, with
        some chance in it. None if this outcome stands.
        """
        if attempt >= self.retries:
            return None
        wanted: float = self.first * 2**attempt
        if isinstance(outcome, _Reply):
            if outcome.status not in BY_CHANCE:
                return None
            if outcome.retry_after.isdecimal():
                wanted = float(outcome.retry_after)
        return min(wanted * random.uniform(1.0, 1.5), LONGEST_PAUSE)


def _sent(body: BaseModel | None) -> dict[str, Any]:
    if body is None:
        return {"headers": PLAIN}
    headers = PLAIN | {"content-type": "application/json"}
    return {"content": body.model_dump_json(), "headers": headers}


async def _content(response: httpx2.Response) -> bytes:
    """The body, if it is no larger than any answer can be.

    Raises:
        ValueError: it is larger, or packed.
    """
    if response.headers.get("content-encoding", "identity") != "identity":
        raise ValueError("the answer is packed, which was not asked for")
    content = bytearray()
    async for piece in response.aiter_bytes():
        content += piece
        if len(content) > LARGEST_ANSWER:
            raise ValueError(f"the answer has more than {LARGEST_ANSWER:,} bytes")
    return bytes(content)


def _batches(rows: Sequence[Features]) -> Iterator[Batch]:
    for first in range(0, len(rows), MAX_BATCH):
        try:
            yield Batch(rows=list(rows[first : first + MAX_BATCH]))
        except ValidationError as error:
            raise ModelError(f"These are no rows of the contract: {error}") from error


def _answers(asked: Batch, batch: BatchAnswer) -> list[Answer]:
    if len(batch.predictions) != len(asked.rows):
        raise ModelError(
            f"The service answers {len(batch.predictions)} of {len(asked.rows)} rows: ask its team."
        )
    return [
        Answer(**one.model_dump(), model=batch.model, stub=batch.stub) for one in batch.predictions
    ]


def _read(reply: _Reply | httpx2.TransportError, answer: type[Body]) -> Body:
    """The answer, or the problem as an exception."""
    if isinstance(reply, httpx2.TransportError):
        said = str(reply) or type(reply).__name__
        raise ModelError(f"The service does not answer: {said}") from reply
    if reply.status == 200:
        try:
            return answer.model_validate_json(reply.content)
        except ValidationError as error:
            raise ModelError(
                "The service answers by another contract than this client's "
                f"({VERSION}): install the version that it was made with. {error}"
            ) from error
    try:
        problem = Problem.model_validate_json(reply.content)
    except ValidationError:
        raise ModelError(f"{reply.status} {reply.phrase}") from None
    places = "".join(f"\n  {one.pointer or 'the body'}: {one.message}" for one in problem.errors)
    raise ModelError(f"{problem.status} {problem.title}: {problem.detail}{places}", problem)
