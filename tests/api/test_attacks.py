"""What one anonymous caller can do to the service: work, memory and waiting have bounds.

What an attack costs is compared with what a full good batch costs the same process, in its own
processor time and memory, so that a busy machine changes nothing.
"""

import json
import socket
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest
from waiting import PATIENCE, wait_for

from .conftest import start
from .serving import Interface, Running, serving
from .test_service import head, is_a_problem

JSON = {"content-type": "application/json"}
BATCH = "/v1/predict/batch"
FULL = 1000  # rows of the largest batch
LARGE = 2_500_000  # bytes that the contract's largest body just takes


@pytest.fixture(scope="module")
def attacked(
    interface: Callable[[str], Interface], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Running, dict[str, float]]]:
    """A stub, and what a full good batch has cost it."""
    with start(interface("binary"), tmp_path_factory.mktemp("logs"), "--stub") as running:
        body = json.dumps({"rows": [interface("binary").example()] * FULL}).encode()
        running.http.post(BATCH, content=body, headers=JSON)  # what is done only once
        before = seconds(running)
        assert running.http.post(BATCH, content=body, headers=JSON).status_code == 200
        yield running, {"seconds": seconds(running) - before, "memory": memory(running)}


def seconds(running: Running) -> float:
    """Processor time of the thread that answers everything, so far."""
    spent = Path(f"/proc/{running.process.pid}/schedstat").read_text().split()[0]
    return int(spent) / 1e9


def memory(running: Running) -> int:
    """The most that it has ever taken, in kB."""
    status = Path(f"/proc/{running.process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


def many_unknown() -> bytes:
    row = "{" + ",".join(f'"k{number}":0' for number in range(230)) + "}"
    return f'{{"rows":[{",".join([row] * FULL)}]}}'.encode()


def one_row_of_unknown() -> bytes:
    return b'{"rows":[{' + b",".join(b'"%x":0' % number for number in range(60_000)) + b"}]}"


def wrong_everywhere(example: dict[str, object]) -> bytes:
    return json.dumps({"rows": [dict.fromkeys(example, "x")] * FULL}).encode()


ATTACKS: dict[str, Callable[[dict[str, object]], bytes]] = {
    "unknown fields": lambda _: many_unknown(),
    "unknown fields in one row": lambda _: one_row_of_unknown(),
    "wrong values everywhere": wrong_everywhere,
    "empty objects": lambda _: b'{"rows":[' + b"{}," * (LARGE // 3) + b"{}]}",
    "empty lists": lambda _: b"[" + b"[]," * (LARGE // 3) + b"[]]",
    "numbers": lambda _: b"[" + b"1," * (LARGE // 2) + b"1]",
    "texts": lambda _: b"[" + b'"",' * (LARGE // 3) + b'""]',
    "one long number": lambda _: b'{"rows":[{"mean_area":' + b"9" * LARGE + b"}]}",
    "one long fraction": lambda _: b'{"rows":[{"mean_area":1.' + b"9" * LARGE + b"}]}",
    "one long name": lambda _: b'{"' + b"a" * LARGE + b'":1}',
    "escapes": lambda _: b'{"' + rb"\"," * (LARGE // 3) + b'":1}',
    "quotes": lambda _: b'"' * LARGE,
    "spaces": lambda _: b" " * LARGE,
    "depth": lambda _: b'{"a":' * (LARGE // 10),
}


@pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="it asks Linux what was done")
@pytest.mark.parametrize("attack", ATTACKS)
def test_no_body_costs_more_than_a_good_one(
    interface: Callable[[str], Interface],
    attacked: tuple[Running, dict[str, float]],
    attack: str,
):
    running, good = attacked
    body = ATTACKS[attack](interface("binary").example())
    before = seconds(running)
    told = is_a_problem(running.http.post(BATCH, content=body, headers=JSON), 422)
    assert len(told["errors"]) <= 20
    assert len(json.dumps(told)) < 10_000
    # Nobody else is answered meanwhile: so long may /health take.
    assert seconds(running) - before < 4 * good["seconds"]
    assert memory(running) < 2 * good["memory"]


def test_a_body_has_room_for_the_contract_and_no_more(
    interface: Callable[[str], Interface], binary: Running
):
    row = interface("binary").example()
    assert binary.post("/v1/predict", dict.fromkeys(row, 0.1234567890123456)).status_code == 200
    many = json.dumps({"rows": [row] * FULL}, indent=1).encode()
    assert binary.http.post(BATCH, content=many, headers=JSON).status_code == 200
    is_a_problem(binary.http.post(BATCH, content=b" " * 4_000_000, headers=JSON), 413)
    is_a_problem(binary.http.post("/v1/predict", content=b" " * 20_000, headers=JSON), 413)


def test_a_name_may_be_there_once(interface: Callable[[str], Interface], tmp_path: Path):
    mixed = interface("mixed")
    row = json.dumps(mixed.example() | {"note": 'a: "b", {c: [d]} \\'})
    again = row[:-1] + ', "age": 4' + "1}"
    with start(mixed, tmp_path, "--stub") as running:
        for path, form in (("/v1/predict", "{}"), (BATCH, '{{"rows": [{}]}}')):
            body = form.format(row).encode()
            assert running.http.post(path, content=body, headers=JSON).status_code == 200
            body = form.format(again).encode()
            told = is_a_problem(running.http.post(path, content=body, headers=JSON), 422)
            assert told["errors"][0]["message"] == "'age' is there more than once in one object"
        twice = f'{{"rows": [], "rows": [{row}]}}'.encode()
        is_a_problem(running.http.post(BATCH, content=twice, headers=JSON), 422)


def test_a_packed_body_is_not_unpacked(interface: Callable[[str], Interface], binary: Running):
    row = interface("binary").example()
    for encoding, status in (("gzip", 415), ("br", 415), ("identity", 200)):
        refused = binary.post("/v1/predict", row, **{"content-encoding": encoding})
        assert refused.status_code == status
        assert refused.headers.get("accept-encoding") == ("identity" if status == 415 else None)


def test_head_is_get_without_a_body(binary: Running):
    for path in ("/health", "/ready", "/metrics", "/v1/model", "/openapi.json"):
        asked = binary.http.head(path)
        assert (asked.status_code, asked.content) == (200, b"")
        assert asked.headers["content-type"] == binary.http.get(path).headers["content-type"]
    assert binary.http.head("/v1/predict").status_code == 405
    assert binary.http.post("/health").headers["allow"] == "GET, HEAD"
    assert binary.requests(12)[0]["method"] == "HEAD"


# ---------------------------------------------------------------------------
# Connections.
# ---------------------------------------------------------------------------


def connected(running: Running) -> socket.socket:
    return socket.create_connection(("127.0.0.1", running.port), PATIENCE)


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /" + b"a" * 20_000,
        b"GET / HTTP/1.1\r\nx-a: " + b"a" * 20_000,
        b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 4000 + b"\r\n",
    ],
    ids=["address", "header", "headers"],
)
def test_headers_have_a_size(binary: Running, sent: bytes):
    with connected(binary) as caller:
        caller.sendall(sent)
        assert caller.recv(4096).startswith(b"HTTP/1.1 431 ")
    assert 'status="431"' in binary.http.get("/metrics").text


@pytest.mark.parametrize("sent", [b"", b"GET /health HTTP/1.1\r\nx: "])
def test_headers_have_a_deadline(
    interface: Callable[[str], Interface], tmp_path: Path, sent: bytes
):
    impatient = start(interface("binary"), tmp_path, "--stub", MODEL_API_READ_TIMEOUT="0.3")
    with impatient as running, connected(running) as caller:
        caller.sendall(sent)
        answer = caller.recv(4096)  # it ends, or the test would wait for as long as it may
        assert answer.startswith(b"HTTP/1.1 408 ") if sent else answer == b""


def test_connections_that_do_nothing_keep_nobody_out(
    interface: Callable[[str], Interface], tmp_path: Path
):
    patient = {"MODEL_API_READ_TIMEOUT": "600", "MODEL_API_MAX_CONNECTIONS": "5"}
    with start(interface("binary"), tmp_path, "--stub", **patient) as running, ExitStack() as open_:
        for number in range(20):
            caller = open_.enter_context(connected(running))
            caller.sendall(b"GET /health HTTP/1.1\r\n" if number % 2 else b"")
        with httpx2.Client(base_url=running.url, timeout=PATIENCE) as http:
            assert http.get("/health").status_code == 200


def test_when_all_connections_are_busy_the_next_is_told_to_come_back(
    interface: Callable[[str], Interface], tmp_path: Path
):
    patient = {"MODEL_API_READ_TIMEOUT": "600", "MODEL_API_MAX_CONNECTIONS": "3"}
    with start(interface("binary"), tmp_path, "--stub", **patient) as running, ExitStack() as open_:
        busy = [open_.enter_context(connected(running)) for _ in range(3)]
        for caller in busy:
            caller.sendall(head(100) + b"{")

        def refusal() -> bytes | None:
            with connected(running) as caller:
                caller.settimeout(0.2)
                try:
                    return caller.recv(4096) or None
                except TimeoutError:
                    return None  # it took the place of one that was not being read yet

        told = wait_for(refusal, "the next one is refused")
        assert told.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after: 1\r\n" in told.lower()
        for caller in busy:
            caller.sendall(b" " * 99)
            assert caller.recv(4096).startswith(b"HTTP/1.1 422 ")


def test_more_work_than_can_be_held_is_refused_early(
    interface: Callable[[str], Interface], tmp_path: Path
):
    patient = {"MODEL_API_READ_TIMEOUT": "600", "MODEL_API_MAX_BODY": "1000"}
    with start(interface("binary"), tmp_path, "--stub", **patient) as running, ExitStack() as open_:
        for _ in range(16):
            caller = open_.enter_context(connected(running))
            caller.sendall(head(1000) + b" " * 999)

        def refusal() -> httpx2.Response | None:
            found = running.http.post("/v1/predict", content=b" " * 100, headers=JSON)
            return found if found.status_code == 503 else None

        told = wait_for(refusal, "there is too much to do")
        assert told.headers["retry-after"] == "1"
        assert "ask again" in is_a_problem(told, 503)["detail"]
        assert running.http.get("/health").status_code == 200


SLOW = """
import sys, time
from pathlib import Path
import uvicorn
from my_ml_project_api.app import create_app
from my_ml_project_api.cli import _listen
from my_ml_project_api.trained import Stub

class Slow(Stub):
    slow = True
    def predict(self, rows):
        while not Path("gate").exists():
            time.sleep(0.02)
        return super().predict(rows)

listening = _listen("127.0.0.1", 0)
print(f"http://127.0.0.1:{listening.getsockname()[1]}/", file=sys.stderr, flush=True)
uvicorn.Server(uvicorn.Config(create_app(Slow()), log_level="error")).run(sockets=[listening])
"""


def test_too_many_who_wait_are_told_to_come_back(
    interface: Callable[[str], Interface], tmp_path: Path
):
    binary = interface("binary")
    row = binary.example()
    service = serving([sys.executable, "-c", SLOW], tmp_path, binary.environment({}), tmp_path)
    with service as running, ThreadPoolExecutor(80) as people:
        limits = httpx2.Limits(max_connections=80)
        running.http = httpx2.Client(base_url=running.url, timeout=PATIENCE, limits=limits)
        asked = [people.submit(running.post, "/v1/predict", row) for _ in range(75)]
        refused = wait_for(lambda: [one for one in asked if one.done()], "somebody is refused")
        assert running.http.get("/health").status_code == 200
        assert is_a_problem(refused[0].result(), 503)["detail"].startswith("There is more to do")
        (tmp_path / "gate").touch()
        statuses = [one.result().status_code for one in asked]
    assert statuses.count(200) == 4 + 64
    assert statuses.count(503) == 7


def test_a_body_that_nobody_reads_has_an_end(binary: Running):
    with connected(binary) as caller:
        caller.sendall(b"POST /nowhere HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n")
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            caller.sendall((b"10000\r\n" + b" " * 65_536 + b"\r\n") * 1000)


def test_one_connection_may_ask_only_so_much_at_once(binary: Running):
    with connected(binary) as caller:
        caller.sendall(b"GET /metrics HTTP/1.1\r\nhost: a\r\n\r\n" * 2000)
        received = b""
        while piece := caller.recv(65_536):
            received += piece
        assert received.count(b"HTTP/1.1 200 ") < 100
