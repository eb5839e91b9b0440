"""The stub, running: what it answers, what it refuses, and what it leaves behind."""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families
from waiting import PATIENCE, wait_for

from .conftest import start
from .serving import Interface, Running

PROBLEM = {"type", "title", "status", "detail", "request_id", "errors"}


def is_a_problem(response: httpx2.Response, status: int) -> dict[str, Any]:
    """Check that a response is a problem of this status, and give it."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    told = response.json()
    assert set(told) == PROBLEM
    assert told["status"] == status
    assert told["detail"].endswith((".", "listed"))
    assert told["request_id"] == response.headers["x-request-id"]
    return told


# ---------------------------------------------------------------------------
# Answers.
# ---------------------------------------------------------------------------


def test_every_answer_says_that_it_is_the_stubs(each: Interface, stub: Running):
    row = each.example()
    single = stub.post("/v1/predict", row)
    batch = stub.post("/v1/predict/batch", {"rows": [row, row]})
    assert single.json()["stub"] is True
    assert batch.json()["stub"] is True
    assert stub.http.get("/v1/model").json()["stub"] is True
    for path in ("/health", "/ready", "/metrics", "/openapi.json", "/nowhere"):
        assert stub.http.get(path).headers["x-model-version"] == "stub"
    assert stub.post("/v1/predict", {}).headers["x-model-version"] == "stub"


def test_the_same_row_gets_the_same_answer_in_every_process(
    each: Interface, stub: Running, tmp_path: Path
):
    row = each.example()
    first = stub.post("/v1/predict", row).json()
    assert stub.post("/v1/predict", dict(reversed(row.items()))).json() == first
    batch = stub.post("/v1/predict/batch", {"rows": [row] * 3}).json()
    assert [{**one, "model": "stub", "stub": True} for one in batch["predictions"]] == [first] * 3
    with start(each, tmp_path, "--stub") as other:
        assert other.post("/v1/predict", row).json() == first


def test_answers_are_plausible_and_varied(each: Interface, stub: Running):
    target = each.yaml("schema.yaml")["target"]
    row = each.example()
    columns = each.yaml("schema.yaml")["columns"]
    one, other = [name for name in columns if columns[name]["type"] != "category"][:2]
    low, below = (columns[name].get("min", 0) for name in (one, other))
    rows = [
        row | {one: low + first, other: below + then} for first in range(9) for then in range(9)
    ]
    answers = stub.post("/v1/predict/batch", {"rows": rows}).json()["predictions"]
    said = [one["prediction"] for one in answers]
    if target["type"] == "category":
        assert set(said) == set(target["values"])
    else:
        assert min(said) >= target["min"]
        assert max(said) <= target["max"]
        assert len(set(said)) == len(said)
    for one in answers:
        if "positive" in target:
            assert (one["score"] >= 0.5) == (one["prediction"] == target["positive"])
        else:
            assert set(one) == {"prediction"}


def test_it_is_ready_and_says_what_answers(stub: Running):
    assert stub.http.get("/health").json() == {"status": "ok"}
    assert stub.http.get("/ready").json() == {"status": "ready"}
    told = stub.http.get("/v1/model").json()
    assert (told["version"], told["verdict"], told["metrics"]) == ("stub", None, [])
    assert told["contract"] == "1.0.0"


def test_it_serves_the_contract_that_is_committed(each: Interface, stub: Running):
    assert stub.http.get("/openapi.json").json() == each.openapi()


# ---------------------------------------------------------------------------
# Refusals.
# ---------------------------------------------------------------------------

WRONG = [
    ("nothing", b"", 422),
    ("no JSON", b"{", 422),
    ("two documents", b"{} {}", 422),
    ("not UTF-8", b'{"mean_area": "\xff"}', 422),
    ("a list", b"[]", 422),
    ("a number", b"1", 422),
    ("null", b"null", 422),
    ("too deep", b"[" * 10_000, 422),
    ("a number of 5,000 digits", b'{"mean_area": ' + b"9" * 5000 + b"}", 422),
    ("an unknown field", b'{"\\ud800": 1}', 422),
]


@pytest.mark.parametrize(("body", "status"), [one[1:] for one in WRONG], ids=[w[0] for w in WRONG])
def test_a_body_that_is_no_row_is_refused(binary: Running, body: bytes, status: int):
    for path in ("/v1/predict", "/v1/predict/batch"):
        sent = {"content": body, "headers": {"content-type": "application/json"}}
        is_a_problem(binary.http.post(path, **sent), status)
    assert binary.http.get("/ready").status_code == 200


VALUES = [
    ("true", "Input should be a valid number"),
    ('"551"', "Input should be a valid number"),
    ("null", "Input should be a valid number"),
    ("[]", "Input should be a valid number"),
    ("NaN", "Input should be a finite number"),
    ("Infinity", "Input should be a finite number"),
    ("-Infinity", "Input should be a finite number"),
    ("1e999", "Input should be a finite number"),
    ("-0.001", "Input should be greater than or equal to 0"),
    ("6000.1", "Input should be less than or equal to 6000"),
    ("1" + "0" * 400, "Input should be a valid number"),
]


@pytest.mark.parametrize(("value", "said"), VALUES)
def test_a_wrong_value_is_named_with_its_place(
    interface: Callable[[str], Interface], binary: Running, value: str, said: str
):
    row = json.dumps(interface("binary").example()).replace(
        '"mean_area": 551.0', f'"mean_area": {value}'
    )
    assert f'"mean_area": {value}' in row
    sent = {"headers": {"content-type": "application/json"}}
    told = is_a_problem(binary.http.post("/v1/predict", content=row.encode(), **sent), 422)
    assert told["errors"] == [{"pointer": "/mean_area", "message": said}]
    batch = f'{{"rows": [{row}]}}'
    told = is_a_problem(binary.http.post("/v1/predict/batch", content=batch.encode(), **sent), 422)
    assert told["errors"] == [{"pointer": "/rows/0/mean_area", "message": said}]


def test_missing_and_extra_fields_and_unknown_categories_are_named(
    interface: Callable[[str], Interface], tmp_path: Path
):
    mixed = interface("mixed")
    row = mixed.example()
    with start(mixed, tmp_path, "--stub") as running:
        del row["age"]
        row |= {"class": "blue", "a/b~c": 1, "": "maybe", "steps": 0.5}
        told = is_a_problem(running.post("/v1/predict", row), 422)
    assert {one["pointer"]: one["message"] for one in told["errors"]} == {
        "/age": "Field required",
        "/class": "Input should be 'red' or 'green'",
        "/a~1b~0c": "Extra inputs are not permitted",
        "/": "Input should be 'yes' or 'no'",
        "/steps": "Input should be a valid integer",
    }


def test_a_whole_number_may_have_a_point(interface: Callable[[str], Interface], tmp_path: Path):
    """To JSON, and to many languages that write it, 40.0 is 40."""
    mixed = interface("mixed")
    row = mixed.example()
    with start(mixed, tmp_path, "--stub") as running:
        whole = running.post("/v1/predict", row | {"age": 40}).json()
        assert running.post("/v1/predict", row | {"age": 40.0}).json() == whole


def test_a_gap_may_be_null_or_left_out(interface: Callable[[str], Interface], tmp_path: Path):
    mixed = interface("mixed")
    row = mixed.example()
    with start(mixed, tmp_path, "--stub") as running:
        gap = running.post("/v1/predict", row | {"size": None}).json()
        del row["size"]
        assert running.post("/v1/predict", row).json() == gap


def test_a_batch_has_its_limits(interface: Callable[[str], Interface], binary: Running):
    row = interface("binary").example()
    assert (
        len(binary.post("/v1/predict/batch", {"rows": [row] * 1000}).json()["predictions"]) == 1000
    )
    for count in (0, 1001):
        told = is_a_problem(binary.post("/v1/predict/batch", {"rows": [row] * count}), 422)
        assert told["errors"][0]["pointer"] == "/rows"
    told = is_a_problem(binary.post("/v1/predict/batch", {"rows": [{}] * 50}), 422)
    assert told["detail"] == "The body breaks the contract in 30 places; the first 20 are listed."
    assert {one["pointer"].rpartition("/")[0] for one in told["errors"]} == {"/rows/0"}
    assert len(told["errors"]) == 20


def test_another_media_type_another_method_and_another_page(binary: Running):
    form = {"content-type": "application/x-www-form-urlencoded"}
    is_a_problem(binary.http.post("/v1/predict", content=b"a=1", headers=form), 415)
    is_a_problem(binary.http.post("/v1/predict", content=b"{}"), 415)
    refused = binary.http.get("/v1/predict")
    is_a_problem(refused, 405)
    assert refused.headers["allow"] == "POST"
    for path in ("/", "/v3/predict", "/v1/predict/", "/docs", "/redoc"):
        is_a_problem(binary.http.get(path, follow_redirects=False), 404)


def test_what_was_sent_is_never_repeated(binary: Running):
    secret = "Erika Mustermann"
    told = binary.post("/v1/predict", {"mean_area": secret})
    assert "Mustermann" not in told.text
    assert "Mustermann" not in str(binary.requests(1))


# ---------------------------------------------------------------------------
# Bodies that are large or slow.
# ---------------------------------------------------------------------------


def test_a_huge_body_is_refused_before_it_is_read(binary: Running):
    huge = b'{"rows": "' + b"x" * 5_000_000 + b'"}'
    sent = {"headers": {"content-type": "application/json"}}
    with httpx2.Client(base_url=binary.url) as http:
        is_a_problem(http.post("/v1/predict/batch", content=huge, **sent), 413)

    def pieces() -> Iterator[bytes]:
        for first in range(0, len(huge), 65536):
            yield huge[first : first + 65536]

    # The connection may be cut before all was sent: refused all the same.
    cut = contextlib.suppress(httpx2.WriteError, httpx2.RemoteProtocolError)
    with httpx2.Client(base_url=binary.url) as http, cut:
        is_a_problem(http.post("/v1/predict/batch", content=pieces(), **sent), 413)
    assert [line["status"] for line in binary.requests(2)] == [413, 413]
    assert binary.http.get("/ready").status_code == 200


def head(length: int) -> bytes:
    return (
        b"POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n" % length
    )


def test_a_slow_body_is_given_up_and_holds_nobody_up(
    interface: Callable[[str], Interface], tmp_path: Path
):
    row = interface("binary").example()

    def slowly(seconds: str, logs: Path):
        return start(interface("binary"), logs, "--stub", MODEL_API_READ_TIMEOUT=seconds)

    with (
        slowly("600", tmp_path / "patient") as running,
        socket.create_connection(("127.0.0.1", running.port)) as slow,
    ):
        slow.sendall(head(10_000) + b"{")
        for _ in range(10):
            assert running.post("/v1/predict", row).status_code == 200
            slow.sendall(b" ")
        assert select.select([slow], [], [], 0)[0] == []  # it is still being waited for
    with (
        slowly("1", tmp_path / "impatient") as running,
        socket.create_connection(("127.0.0.1", running.port), PATIENCE) as slow,
    ):
        slow.sendall(head(10_000) + b"{")
        assert slow.recv(4096).startswith(b"HTTP/1.1 408 ")


def is_being_read(running: Running) -> None:
    """Wait until the service has taken up all that was sent to it before."""
    assert running.http.get("/health").status_code == 200


def is_listening(running: Running) -> bool:
    try:
        socket.create_connection(("127.0.0.1", running.port), PATIENCE).close()
    except ConnectionRefusedError:
        return False
    return True


def test_a_caller_who_goes_away_is_no_error(binary: Running):
    with socket.create_connection(("127.0.0.1", binary.port)) as gone:
        gone.sendall(head(100) + b"{")
        is_being_read(binary)
    assert 499 in [line["status"] for line in binary.requests(2)]
    assert "error" not in {line["event"] for line in binary.log()}


def test_many_at_once_all_get_their_own_answer(
    interface: Callable[[str], Interface], binary: Running
):
    row = interface("binary").example()
    rows = [row | {"mean_area": float(number)} for number in range(400)]
    expected = binary.post("/v1/predict/batch", {"rows": rows}).json()["predictions"]
    with ThreadPoolExecutor(16) as people:
        answers = list(people.map(lambda one: binary.post("/v1/predict", one), rows))
    assert [answer.json()["score"] for answer in answers] == [one["score"] for one in expected]
    assert len({answer.headers["x-request-id"] for answer in answers}) == len(rows)


def test_a_running_request_is_finished_before_the_end(
    interface: Callable[[str], Interface], binary: Running
):
    body = json.dumps(interface("binary").example()).encode()
    with socket.create_connection(("127.0.0.1", binary.port)) as running:
        running.sendall(head(len(body)) + body[:10])
        is_being_read(binary)
        ended = threading.Thread(target=binary.stop)
        ended.start()
        wait_for(lambda: not is_listening(binary), "no new caller is let in")
        running.sendall(body[10:])
        assert running.recv(65536).startswith(b"HTTP/1.1 200 ")
    ended.join(timeout=PATIENCE)
    assert binary.process.returncode == -signal.SIGTERM  # it ends by what was asked for


# ---------------------------------------------------------------------------
# What it leaves behind.
# ---------------------------------------------------------------------------


def test_each_request_has_a_line_in_the_log_without_what_was_sent(
    interface: Callable[[str], Interface], binary: Running
):
    row = interface("binary").example()
    binary.post("/v1/predict", row, **{"x-request-id": "mine-1"})
    binary.post("/v1/predict/batch", {"rows": [row, row]})
    binary.post("/v1/predict", {"mean_area": -1})
    hostile = binary.http.get("/" + "x" * 500, headers={"x-request-id": 'a" "b'})
    assert hostile.headers["x-request-id"] != 'a" "b'
    lines = binary.requests(4)
    assert [(line["path"][:20], line["status"], line.get("rows")) for line in lines] == [
        ("/v1/predict", 200, 1),
        ("/v1/predict/batch", 200, 2),
        ("/v1/predict", 422, None),
        ("/" + "x" * 19, 404, None),
    ]
    assert lines[0]["request_id"] == "mine-1"
    assert all(line["ms"] > 0 and len(line["path"]) <= 100 for line in lines)
    assert "551.0" not in binary.out.read_text()


def test_prometheus_reads_what_happened(interface: Callable[[str], Interface], binary: Running):
    row = interface("binary").example()
    for _ in range(3):
        binary.post("/v1/predict", row)
    binary.post("/v1/predict/batch", {"rows": [row] * 7})
    binary.post("/v1/predict", {})
    binary.http.delete("/nowhere")
    text = binary.http.get("/metrics").text
    found = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert found["model_api_requests_total", "/v1/predict", "200", "POST"] == 3
    assert found["model_api_requests_total", "/v1/predict", "422", "POST"] == 1
    assert found["model_api_requests_total", "404", "none", "other"] == 1
    assert found["model_api_rows_total", "stub"] == 10
    assert found["model_api_seconds_count", "/v1/predict"] == 4


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        (
            {"MODEL_API_PORT": "http"},
            "MODEL_API_PORT is 'http': it takes a whole number, 0 or more.",
        ),
        (
            {"MODEL_API_MAX_BODY": "-1"},
            "MODEL_API_MAX_BODY is '-1': it takes a whole number, 0 or more.",
        ),
        ({"MODEL_API_READ_TIMEOUT": "nan"}, "it takes a number, 0.01 or more."),
        ({"MODEL_API_READ_TIMEOUT": "inf"}, "it takes a number, 0.01 or more."),
        ({"MODEL_API_PROT": "1"}, "MODEL_API_PROT is no setting: known are MODEL_API_HOST, "),
        ({"MODEL_API_PORT": "99999"}, "127.0.0.1:99999 cannot be listened at"),
        ({"MODEL_API_HOST": "not a host"}, "not a host:0 cannot be listened at"),
        ({"MODEL_API_PREDICTION_LOG": "/"}, "The prediction log cannot be written: "),
    ],
)
def test_a_setting_that_has_no_use_is_told(
    interface: Callable[[str], Interface], environment: dict[str, str], said: str
):
    port = {} if "MODEL_API_PORT" in environment else {"MODEL_API_PORT": "0"}
    refused = interface("binary").run("--stub", **environment, **port)
    assert refused.returncode == 1
    assert said in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_a_port_that_is_taken_is_told(interface: Callable[[str], Interface], binary: Running):
    refused = interface("binary").run("--stub", "--port", str(binary.port))
    assert refused.returncode == 1
    assert f"127.0.0.1:{binary.port} cannot be listened at" in refused.stderr
    assert "--port" in refused.stderr


def test_help_lists_every_setting_with_its_default(interface: Callable[[str], Interface]):
    said = interface("binary").ok("--help")
    code = "from my_ml_project_api.settings import Settings; import dataclasses, json\n"
    code += "print(json.dumps(dataclasses.asdict(Settings())))"
    for name, default in json.loads(interface("binary").python(code)).items():
        (line,) = [one for one in said.splitlines() if f"MODEL_API_{name.upper()} " in one]
        assert default == "" or line.endswith(f"[{default}]")


# ---------------------------------------------------------------------------
# Whatever a machine can think of.
# ---------------------------------------------------------------------------


def test_schemathesis_finds_nothing(stub: Running, tmp_path: Path):
    examine(stub.url, tmp_path)


def examine(url: str, folder: Path) -> None:
    """Every check of schemathesis, on every route, the same cases in every run."""
    examined = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", f"{url}/openapi.json"),
            *("--checks", "all", "--mode", "all", "--generation-deterministic"),
            *("--max-examples", "60", "--continue-on-failure", "--no-color"),
        ],
        cwd=folder,
        env=os.environ | {"PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=2 * PATIENCE,
    )
    assert examined.returncode == 0, examined.stdout[-6000:] + examined.stderr[-2000:]
    assert "Tested: 6" in examined.stdout
