"""A client of the service, for programs that wait and for programs that do not.

Asking twice does no harm, so what may have failed by chance is asked again: no connection, no
answer in time, 429, 502, 503 and 504, after a pause that doubles.
"""

import asyncio
import itertools
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TypeVar

import httpx2
from pydantic import BaseModel, ValidationError

from .messages import Answer, Batch, BatchAnswer, ModelInfo, Problem
from .models import MAX_BATCH, VERSION, Features

Body = TypeVar("Body", bound=BaseModel)
BASE = f"/v{VERSION.partition('.')[0]}"
TIMEOUT = httpx2.Timeout(10.0, connect=3.0)
BY_CHANCE = (429, 502, 503, 504)
LONGEST_PAUSE = 10.0


class ModelError(Exception):
    """There is no answer; `problem` says why, where the service said it."""

    def __init__(self, message: str, problem: Problem | None = None) -> None:
        super().__init__(message)
        self.problem = problem


class Client:
    """A client that waits for each answer.

    Args:
        url: where the service is, such as http://localhost:8000, without the version.
        timeout: seconds for one attempt, or httpx2's own timeouts.
        retries: how often to ask again.
        pause: seconds before the first repetition; each further one is twice as long.
        **options: anything else that httpx2.Client takes: headers, auth, verify, transport.
    """

    def __init__(
        self,
        url: str,
        *,
        timeout: float | httpx2.Timeout = TIMEOUT,
        retries: int = 2,
        pause: float = 0.2,
        **options: Any,
    ) -> None:
        self._http = httpx2.Client(base_url=url, timeout=timeout, **options)
        self._retry = _Retry(retries, pause)

    def predict(self, row: Features) -> Answer:
        """Predict one row.

        Raises:
            ModelError: there is no answer.
        """
        return self._ask("POST", f"{BASE}/predict", Answer, row)

    def predict_batch(self, rows: Sequence[Features]) -> list[Answer]:
        """Predict any number of rows, in as many requests as that takes.

        Raises:
            ModelError: there is no answer.
        """
        return [
            answer
            for batch in _batches(rows)
            for answer in _answers(self._ask("POST", f"{BASE}/predict/batch", BatchAnswer, batch))
        ]

    def model(self) -> ModelInfo:
        """Which model answers, and what to expect of it.

        Raises:
            ModelError: there is no answer.
        """
        return self._ask("GET", f"{BASE}/model", ModelInfo)

    def ready(self) -> bool:
        """Is there a model that answers?"""
        try:
            return self._http.get("/ready").status_code == 200
        except httpx2.TransportError:
            return False

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _ask(
        self, method: str, path: str, answer: type[Body], body: BaseModel | None = None
    ) -> Body:
        for attempt in itertools.count():
            try:
                outcome = self._http.request(method, path, **_sent(body))
            except httpx2.TransportError as error:
                outcome = error
            pause = self._retry.pause(attempt, outcome)
            if pause is None:
                return _read(outcome, answer)
            time.sleep(pause)
        raise AssertionError("an attempt is the last one")


class AsyncClient:
    """The same for asyncio: every method is awaited."""

    def __init__(
        self,
        url: str,
        *,
        timeout: float | httpx2.Timeout = TIMEOUT,
        retries: int = 2,
        pause: float = 0.2,
        **options: Any,
    ) -> None:
        self._http = httpx2.AsyncClient(base_url=url, timeout=timeout, **options)
        self._retry = _Retry(retries, pause)

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
        found = [await self._ask("POST", path, BatchAnswer, batch) for batch in _batches(rows)]
        return [answer for batch in found for answer in _answers(batch)]

    async def model(self) -> ModelInfo:
        """Which model answers, and what to expect of it.

        Raises:
            ModelError: there is no answer.
        """
        return await self._ask("GET", f"{BASE}/model", ModelInfo)

    async def ready(self) -> bool:
        """Is there a model that answers?"""
        try:
            return (await self._http.get("/ready")).status_code == 200
        except httpx2.TransportError:
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
        for attempt in itertools.count():
            try:
                outcome = await self._http.request(method, path, **_sent(body))
            except httpx2.TransportError as error:
                outcome = error
            pause = self._retry.pause(attempt, outcome)
            if pause is None:
                return _read(outcome, answer)
            await asyncio.sleep(pause)
        raise AssertionError("an attempt is the last one")


@dataclass(frozen=True)
class _Retry:
    """How often to ask again, and when."""

    retries: int
    first: float

    def pause(self, attempt: int, outcome: httpx2.Response | httpx2.TransportError) -> float | None:
        """Seconds until the next attempt: what the service asks for, or twice the last, with
        some chance in it. None if this outcome stands.
        """
        responded = isinstance(outcome, httpx2.Response)
        if attempt >= self.retries or (responded and outcome.status_code not in BY_CHANCE):
            return None
        asked = outcome.headers.get("retry-after", "") if responded else ""
        wanted = float(asked) if asked.isdigit() else self.first * 2**attempt
        return min(wanted * random.uniform(1.0, 1.5), LONGEST_PAUSE)


def _sent(body: BaseModel | None) -> dict[str, Any]:
    if body is None:
        return {}
    return {"content": body.model_dump_json(), "headers": {"content-type": "application/json"}}


def _batches(rows: Sequence[Features]) -> Iterator[Batch]:
    for first in range(0, len(rows), MAX_BATCH):
        yield Batch(rows=list(rows[first : first + MAX_BATCH]))


def _answers(batch: BatchAnswer) -> list[Answer]:
    return [
        Answer(**one.model_dump(), model=batch.model, stub=batch.stub) for one in batch.predictions
    ]


def _read(response: httpx2.Response | httpx2.TransportError, answer: type[Body]) -> Body:
    """The answer, or the problem as an exception."""
    if isinstance(response, httpx2.TransportError):
        said = str(response) or type(response).__name__
        raise ModelError(f"The service does not answer: {said}") from response
    if response.status_code == 200:
        try:
            return answer.model_validate_json(response.content)
        except ValidationError as error:
            raise ModelError(
                "The service answers by another contract than this client's "
                f"({VERSION}): install the version that it was made with. {error}"
            ) from error
    try:
        problem = Problem.model_validate_json(response.content)
    except ValidationError:
        raise ModelError(f"{response.status_code} {response.reason_phrase}") from None
    places = "".join(f"\n  {one.pointer or 'the body'}: {one.message}" for one in problem.errors)
    raise ModelError(f"{problem.status} {problem.title}: {problem.detail}{places}", problem)
