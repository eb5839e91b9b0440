"""The client, against the running stub and against services that fail."""

import asyncio
import contextlib
import importlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from .conftest import start
from .serving import PACKAGE, Interface, Running

ANSWER = {"prediction": "benign", "score": 0.25, "model": "m", "stub": False}


@pytest.fixture
def ours(
    interface: Callable[[str], Interface], monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Any]:
    """Modules of the binary interface's package, imported as a caller would."""
    monkeypatch.syspath_prepend(str(interface("binary").root / "api/src"))
    return lambda name: importlib.import_module(f"{PACKAGE}.{name}")


@pytest.fixture
def row(ours: Callable[[str], Any]) -> Any:
    models = ours("models")
    return models.Features(**models.EXAMPLE)


def test_it_asks_the_running_service(ours: Callable[[str], Any], row: Any, binary: Running):
    with ours("client").Client(binary.url) as client:
        assert client.ready()
        assert client.model().version == "stub"
        answer = client.predict(row)
        assert answer.prediction in ("benign", "malignant")
        assert answer.stub is True
        assert client.predict_batch([]) == []
        assert client.predict_batch([row] * 2500) == [answer] * 2500
    batches = [
        line["rows"] for line in binary.requests(6) if line.get("path") == "/v1/predict/batch"
    ]
    assert batches == [1000, 1000, 500]


def test_so_does_the_one_that_does_not_wait(ours: Callable[[str], Any], row: Any, binary: Running):
    async def ask() -> None:
        async with ours("client").AsyncClient(binary.url) as client:
            assert await client.ready()
            assert (await client.model()).stub
            answers = await asyncio.gather(*(client.predict(row) for _ in range(20)))
            assert answers == await client.predict_batch([row] * 20)

    asyncio.run(ask())


def test_the_url_alone_decides_what_answers(
    interface: Callable[[str], Interface], ours: Callable[[str], Any], row: Any, tmp_path: Path
):
    with start(interface("binary"), tmp_path) as running:  # no stub, and no model
        client = ours("client").Client(running.url, retries=0)
        assert not client.ready()
        with pytest.raises(ours("client").ModelError, match="503 Service Unavailable") as caught:
            client.predict(row)
    assert "There is no model in " in str(caught.value)
    assert caught.value.problem.status == 503
    assert not client.ready()
    with pytest.raises(ours("client").ModelError, match="The service does not answer"):
        client.predict(row)


def failing(
    ours: Callable[[str], Any], responses: list[Any], asked: list[httpx2.Request], **options: Any
) -> Any:
    """A client of a service that gives one after another of these responses."""

    def respond(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        given = responses[min(len(asked), len(responses)) - 1]
        if isinstance(given, Exception):
            raise given
        return given

    options = {"pause": 0.01} | options
    transport = httpx2.MockTransport(respond)
    return ours("client").Client("http://service", transport=transport, **options)


GOOD = httpx2.Response(200, json=ANSWER)


@pytest.mark.parametrize(
    "chance",
    [
        *(httpx2.Response(status) for status in (429, 502, 503, 504)),
        httpx2.ConnectError("refused"),
        httpx2.ReadTimeout("slow"),
    ],
)
def test_what_failed_by_chance_is_asked_again(ours: Callable[[str], Any], row: Any, chance: Any):
    asked: list[httpx2.Request] = []
    client = failing(ours, [chance, chance, GOOD], asked)
    assert client.predict(row).score == 0.25
    assert len(asked) == 3
    assert len({request.content for request in asked}) == 1
    asked.clear()
    with pytest.raises(ours("client").ModelError):
        failing(ours, [chance], asked, retries=1).predict(row)
    assert len(asked) == 2


@pytest.mark.parametrize("status", [400, 404, 413, 422, 500])
def test_what_will_fail_again_is_asked_once(ours: Callable[[str], Any], row: Any, status: int):
    asked: list[httpx2.Request] = []
    with pytest.raises(ours("client").ModelError, match=str(status)):
        failing(ours, [httpx2.Response(status, text="<html>")], asked).predict(row)
    assert len(asked) == 1


def test_it_waits_as_long_as_it_is_asked_to(ours: Callable[[str], Any], row: Any):
    asked: list[httpx2.Request] = []
    began = time.monotonic()
    later = httpx2.Response(503, headers={"retry-after": "1"})
    failing(ours, [later, GOOD], asked, pause=0).predict(row)
    assert time.monotonic() - began >= 1


def test_the_one_that_does_not_wait_asks_again_too(ours: Callable[[str], Any], row: Any):
    asked: list[httpx2.Request] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        if len(asked) < 3:
            raise httpx2.ConnectError("refused")
        return httpx2.Response(200, json=ANSWER)

    async def ask() -> Any:
        transport = httpx2.MockTransport(respond)
        options = {"transport": transport, "pause": 0.01}
        async with ours("client").AsyncClient("http://service", **options) as client:
            return await client.predict(row)

    assert asyncio.run(ask()).score == 0.25
    assert len(asked) == 3


def test_a_problem_is_told_with_its_places(ours: Callable[[str], Any], row: Any):
    told = {
        "type": "urn:problem-type:unprocessable-entity",
        "title": "Unprocessable Entity",
        "status": 422,
        "detail": "The body breaks the contract in one place.",
        "request_id": "r1",
        "errors": [{"pointer": "/mean_area", "message": "Input should be a valid number"}],
        "added_later": 1,
    }
    with pytest.raises(ours("client").ModelError) as caught:
        failing(ours, [httpx2.Response(422, json=told)], []).predict(row)
    assert str(caught.value) == (
        "422 Unprocessable Entity: The body breaks the contract in one place.\n"
        "  /mean_area: Input should be a valid number"
    )
    assert caught.value.problem.errors[0].pointer == "/mean_area"


def test_a_field_that_is_added_later_troubles_nobody(ours: Callable[[str], Any], row: Any):
    newer = httpx2.Response(200, json=ANSWER | {"added_later": [1]})
    assert failing(ours, [newer], []).predict(row).prediction == "benign"


@pytest.mark.parametrize(
    "body", ["{", json.dumps(ANSWER | {"prediction": "unheard of"}), '{"prediction": "benign"}']
)
def test_an_answer_by_another_contract_is_no_answer(
    ours: Callable[[str], Any], row: Any, body: str
):
    with pytest.raises(ours("client").ModelError, match="answers by another contract"):
        failing(ours, [httpx2.Response(200, text=body)], []).predict(row)


# ---------------------------------------------------------------------------
# Servers that mean no good.
# ---------------------------------------------------------------------------


@contextmanager
def hostile(first: bytes, then: bytes, pause: float) -> Iterator[str]:
    """A server that sends something, and then something else for as long as anybody reads."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    threading.Thread(
                        target=answer, args=listening.accept()[:1], daemon=True
                    ).start()

        def answer(caller: socket.socket) -> None:
            with caller, contextlib.suppress(OSError):
                caller.recv(65_536)
                caller.sendall(first)
                while then:
                    caller.sendall(then)
                    time.sleep(pause)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
CHUNKED = OK + b"transfer-encoding: chunked\r\n\r\n"
HOSTILE: dict[str, tuple[bytes, bytes, float, str]] = {
    "headers drop by drop": (OK + b"x: ", b"a", 0.05, "did not answer within 1 seconds"),
    "a body drop by drop": (CHUNKED, b"1\r\n \r\n", 0.05, "did not answer within 1 seconds"),
    "a body without an end": (CHUNKED, b"10000\r\n" + b" " * 65_536 + b"\r\n", 0, "has more than"),
    "no HTTP": (b"SSH-2.0-OpenSSH\r\n", b"", 0, "does not answer"),
    "packed": (OK + b"content-encoding: gzip\r\ncontent-length: 9\r\n\r\n", b"", 0, "is packed"),
    "another place": (
        b"HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\n\r\n",
        *(b"", 0, "302 Found"),
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_whatever_a_server_does_is_one_kind_of_error_in_time(
    ours: Callable[[str], Any], row: Any, case: str
):
    first, then, pause, said = HOSTILE[case]
    client = ours("client")
    with (
        hostile(first, then, pause) as url,
        client.Client(url, deadline=1, pause=0.01) as asking,
        pytest.raises(client.ModelError, match=said),
    ):
        asking.predict(row)


def test_what_cannot_be_asked_is_the_same_error(ours: Callable[[str], Any], row: Any):
    client = ours("client")
    for url in ("http://", "ftp://service", "service"):
        with pytest.raises(client.ModelError):
            client.Client(url).predict(row)
    closed = failing(ours, [GOOD], [])
    closed.close()
    with pytest.raises(client.ModelError, match="cannot be asked"):
        closed.predict(row)
    with pytest.raises(client.ModelError, match="no rows of the contract"):
        failing(ours, [GOOD], []).predict_batch([{"mean_area": 1.0}])
    batch = {"predictions": [{"prediction": "benign", "score": 0.1}], "model": "m", "stub": False}
    with pytest.raises(client.ModelError, match="answers 1 of 2 rows"):
        failing(ours, [httpx2.Response(200, json=batch)], []).predict_batch([row, row])


def test_it_goes_on_in_a_process_that_was_forked(
    interface: Callable[[str], Interface], binary: Running
):
    code = f"""
import os
from my_ml_project_api.client import Client
from my_ml_project_api.models import EXAMPLE, Features
with Client({binary.url!r}) as client:
    assert client.predict(Features(**EXAMPLE)).stub
    if (child := os.fork()) == 0:
        os._exit(0 if client.predict(Features(**EXAMPLE)).stub else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert client.predict(Features(**EXAMPLE)).stub
"""
    interface("binary").python(code)


def test_a_wrong_row_is_refused_before_it_is_sent(ours: Callable[[str], Any]):
    models = ours("models")
    for wrong in ({"mean_area": "551"}, {"mean_area": -1.0}, {"unknown": 1.0}):
        with pytest.raises(ValueError, match="1 validation error"):
            models.Features(**(models.EXAMPLE | wrong))
