"""The service as a cluster runs it: its variables, several workers, traces, and model files."""

import os
import signal
import zipfile
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
from waiting import wait_for

from .conftest import start
from .serving import Interface
from .test_attacks import memory
from .test_logs import counted

KUBERNETES = {
    "MODEL_API_SERVICE_HOST": "10.0.0.7",
    "MODEL_API_SERVICE_PORT": "80",
    "MODEL_API_SERVICE_PORT_HTTP": "80",
    "MODEL_API_PORT": "tcp://10.0.0.7:80",
    "MODEL_API_PORT_80_TCP": "tcp://10.0.0.7:80",
    "MODEL_API_PORT_80_TCP_PROTO": "tcp",
    "MODEL_API_PORT_80_TCP_PORT": "80",
    "MODEL_API_PORT_80_TCP_ADDR": "10.0.0.7",
}
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def test_what_kubernetes_says_of_a_service_of_our_name_is_no_setting(
    interface: Callable[[str], Interface], tmp_path: Path
):
    with start(interface("binary"), tmp_path, "--stub", **KUBERNETES) as running:
        assert running.http.get("/ready").status_code == 200
        said = running.err.read_text()
    for name in KUBERNETES:
        assert f"{name} is what Kubernetes says of a service" in said
    typed = interface("binary").run("--stub", MODEL_API_PORT_80="1")
    assert "MODEL_API_PORT_80 is no setting" in typed.stderr


def test_an_empty_host_does_not_mean_every_address(interface: Callable[[str], Interface]):
    for arguments, environment in ((["--host", ""], {}), ([], {"MODEL_API_HOST": ""})):
        refused = interface("binary").run("--stub", "--port", "0", *arguments, **environment)
        assert refused.returncode == 1
        assert "The host is empty" in refused.stderr


def children(process: int) -> set[int]:
    return {*map(int, Path(f"/proc/{process}/task/{process}/children").read_text().split())}


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="it asks Linux who is whose child")
def test_several_workers_answer_as_one(interface: Callable[[str], Interface], tmp_path: Path):
    with start(interface("binary"), tmp_path, "--stub", MODEL_API_WORKERS="2") as running:
        row = interface("binary").example()
        wait_for(lambda: len(children(running.process.pid)) == 2, "there are two")
        first = min(children(running.process.pid))

        def ask(times: int) -> None:
            for _ in range(times):  # a connection each, so that any worker may take it
                asked = httpx2.post(f"{running.url}/v1/predict", json=row)
                assert asked.status_code == 200

        wait_for(lambda: running.err.read_text().count("answers at") == 2, "both listen")
        ask(30)
        assert counted(running, "model_api_rows_total") == 30
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: len(children(running.process.pid) - {first}) == 2, "another starts")
        ask(30)
        assert counted(running, "model_api_rows_total") == 60
        left = children(running.process.pid)
        assert running.stop() == -signal.SIGTERM
        assert not [process for process in left if Path(f"/proc/{process}").exists()]


def test_workers_that_cannot_start_end_the_service(interface: Callable[[str], Interface]):
    named = {"MODEL_API_WORKERS": "3", "MODEL_API_PREDICTION_LOG": "/"}
    refused = interface("binary").run("--stub", "--port", "0", **named)
    assert refused.returncode == 1
    assert "The prediction log cannot be written: " in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_trace_is_passed_on_and_logged(interface: Callable[[str], Interface], tmp_path: Path):
    with start(interface("binary"), tmp_path, "--stub") as running:
        row = interface("binary").example()
        assert running.post("/v1/predict", row, traceparent=TRACE).headers["traceparent"] == TRACE
        for wrong in ("1", TRACE.replace("4bf92f3577b34da6a3ce929d0e0e4736", "0" * 32)):
            assert "traceparent" not in running.post("/v1/predict", row, traceparent=wrong).headers
        traced, *others = running.requests(3)
    assert (traced["trace_id"], traced["parent_id"]) == tuple(TRACE.split("-")[1:3])
    assert not any("trace_id" in line for line in others)


def test_browsers_are_let_in_only_where_somebody_says_so(
    interface: Callable[[str], Interface], tmp_path: Path
):
    ours, asks = "https://shop.example", {"access-control-request-method": "POST"}
    for number, allowed in enumerate(
        ({}, {"MODEL_API_CORS_ORIGINS": f"https://a.example, {ours}"})
    ):
        with start(interface("binary"), tmp_path / str(number), "--stub", **allowed) as running:
            for origin in (ours, "https://other.example"):
                sent = {"origin": origin}
                answers = [
                    running.http.options("/v1/predict", headers=sent | asks),
                    running.http.get("/v1/model", headers=sent),
                ]
                for answer in answers:
                    granted = answer.headers.get("access-control-allow-origin")
                    assert granted == (ours if allowed and origin == ours else None)


# ---------------------------------------------------------------------------
# What may lie in a model's place.
# ---------------------------------------------------------------------------


def _queue(path: Path) -> None:
    os.mkfifo(path)


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2**40)


def _bomb(path: Path) -> None:
    archive = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)
    with archive, archive.open("schema.json", "w") as part:
        for _ in range(200):
            part.write(bytes(2**20))


def _many(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(70_000):
            archive.writestr(f"{number}", b"")


@pytest.mark.parametrize(
    ("put", "said"),
    [
        (_queue, "seed-1 is not a file"),
        (_sparse, "seed-1 is larger than 1024 MB"),
        (_bomb, "seed-1 would be very much larger unpacked"),
        (_many, "seed-1 would be very much larger unpacked"),
    ],
)
def test_a_file_that_would_cost_more_than_a_model_is_not_read(
    interface: Callable[[str], Interface], tmp_path: Path, put: Callable[[Path], None], said: str
):
    (tmp_path / "model").mkdir()
    put(tmp_path / "model/seed-1")
    named = {"MODEL_API_MODEL": str(tmp_path / "model")}
    with start(interface("binary"), tmp_path / "stub", "--stub") as running:
        usual = memory(running)
    with start(interface("binary"), tmp_path / "logs", **named) as running:
        assert said in running.http.get("/ready").json()["detail"]
        assert memory(running) < 1.5 * usual
