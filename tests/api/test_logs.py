"""The logs: they keep what they say, and never hold up an answer."""

import fcntl
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from .conftest import start
from .serving import PACKAGE, Interface, Running, serving

LOG = "predictions.jsonl"


@pytest.fixture
def row(interface: Callable[[str], Interface]) -> dict[str, Any]:
    return interface("binary").example()


@pytest.fixture
def logging(interface: Callable[[str], Interface], tmp_path: Path):
    """A stub with a prediction log."""
    named = {"MODEL_API_PREDICTION_LOG": str(tmp_path / LOG)}
    with start(interface("binary"), tmp_path / "logs", "--stub", **named) as running:
        yield running


def whole(path: Path) -> list[Any]:
    """The lines that are JSON."""
    found = []
    for line in path.read_text("utf-8").splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def counted(running: Running, name: str) -> float:
    families = text_string_to_metric_families(running.http.get("/metrics").text)
    return sum(
        sample.value for family in families for sample in family.samples if sample.name == name
    )


def test_the_prediction_log_is_off_until_a_file_is_named(
    interface: Callable[[str], Interface], tmp_path: Path
):
    row = interface("binary").example()
    log = tmp_path / "new folder" / "predictions.jsonl"
    log.parent.mkdir()
    log.write_text('{"at": "cut o', encoding="utf-8")  # a service that was killed
    with start(interface("binary"), tmp_path, "--stub", MODEL_API_PREDICTION_LOG=str(log)) as one:
        single = one.post("/v1/predict", row, **{"x-request-id": "mine"}).json()
        one.post("/v1/predict/batch", {"rows": [row, row | {"mean_area": 1.5}]})
        one.post("/v1/predict", {})
    written = [json.loads(line) for line in log.read_text("utf-8").splitlines()[1:]]
    assert len(written) == 3
    assert written[0] == {
        "at": written[0]["at"],
        "request_id": "mine",
        "model": "stub",
        "stub": True,
        "features": row,
        "prediction": single["prediction"],
        "score": single["score"],
    }
    assert written[2]["features"]["mean_area"] == 1.5
    assert written[0]["at"].endswith("Z")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full on this system")
def test_a_full_disk_costs_the_log_and_not_the_answer(
    interface: Callable[[str], Interface], tmp_path: Path
):
    row = interface("binary").example()
    with start(
        interface("binary"), tmp_path, "--stub", MODEL_API_PREDICTION_LOG="/dev/full"
    ) as one:
        for _ in range(3):
            assert one.post("/v1/predict", row).status_code == 200
        assert "model_api_unlogged_rows_total 3.0" in one.http.get("/metrics").text
        assert one.err.read_text().count("The prediction log cannot be written") == 1


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits another process")
def test_a_line_that_was_cut_off_is_counted_and_ended_before_the_next(
    logging: Running, row: dict[str, Any], tmp_path: Path
):
    pid, log = logging.process.pid, tmp_path / LOG
    logging.post("/v1/predict/batch", {"rows": [row] * 5})
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (log.stat().st_size + 100, before[1]))
    for _ in range(3):
        assert logging.post("/v1/predict", row).status_code == 200
    resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
    logging.post("/v1/predict", row, **{"x-request-id": "later"})
    assert counted(logging, "model_api_unlogged_rows_total") == 3
    assert [line["request_id"] for line in whole(log)[5:]] == ["later"]
    assert len(log.read_text("utf-8").splitlines()) == 7
    assert logging.err.read_text().count("The prediction log cannot be written: [Errno 27]") == 1


def test_a_log_that_is_moved_away_is_followed_by_a_new_one(
    logging: Running, row: dict[str, Any], tmp_path: Path
):
    log, old = tmp_path / LOG, tmp_path / "predictions.jsonl.1"
    assert log.stat().st_mode & 0o777 == 0o600
    for name in ("first", "second"):
        logging.post("/v1/predict", row, **{"x-request-id": name})
    log.rename(old)
    logging.process.send_signal(signal.SIGHUP)
    logging.post("/v1/predict", row, **{"x-request-id": "third"})
    assert [line["request_id"] for line in whole(old)] == ["first", "second"]
    assert [line["request_id"] for line in whole(log)] == ["third"]
    assert log.stat().st_mode & 0o777 == 0o600
    log.unlink()
    tmp_path.chmod(0o500)  # as root this is no obstacle, and the log is there again
    assert logging.post("/v1/predict", row).status_code == 200
    tmp_path.chmod(0o700)


def test_nobody_who_reads_costs_the_log_and_not_the_answer(
    interface: Callable[[str], Interface], row: dict[str, Any], tmp_path: Path
):
    queue = tmp_path / LOG
    os.mkfifo(queue)
    reads, writes = os.pipe()
    fcntl.fcntl(writes, fcntl.F_SETPIPE_SZ, 16384)
    binary = interface("binary")
    environment = binary.environment({"MODEL_API_PREDICTION_LOG": str(queue)})
    command = [sys.executable, "-m", f"{PACKAGE}.cli", "--stub"]
    with serving(command, binary.root, environment, tmp_path, writes) as running:
        for _ in range(200):
            assert running.post("/v1/predict", row).status_code == 200
        assert counted(running, "model_api_unlogged_requests_total") > 50
        assert counted(running, "model_api_unlogged_rows_total") > 0
        lines = os.read(reads, 65536).decode().splitlines()
        assert {json.loads(line)["status"] for line in lines} == {200}
        before = counted(running, "model_api_unlogged_requests_total")
        running.post("/v1/predict", row, **{"x-request-id": "read-again"})
        assert counted(running, "model_api_unlogged_requests_total") == before
        assert '"read-again"' in os.read(reads, 65536).decode()
    os.close(reads)
    os.close(writes)
