"""The gateway of the page on serving, as nginx runs it."""

import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
from waiting import PATIENCE, wait_for

from .conftest import start
from .serving import Interface, Running

PAGE = Path(__file__).parents[2] / "docs/how-to/call-and-serve-the-model.md"
KEY = {"x-api-key": "key-of-the-website"}
pytestmark = pytest.mark.skipif(
    not (shutil.which("nginx") and shutil.which("openssl")), reason="it needs nginx and openssl"
)


@pytest.fixture
def gateway(
    interface: Callable[[str], Interface], tmp_path: Path
) -> Iterator[tuple[Running, httpx2.Client]]:
    """A stub, and a client of the gateway before it, which lets one request a minute through."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2")
    named = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    files = ("-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem"))
    subprocess.run([*made, *named, *files], check=True, capture_output=True, timeout=PATIENCE)
    (site,) = re.findall(r"```nginx\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    with start(interface("binary"), tmp_path / "logs", "--stub") as running:
        site = site.replace("127.0.0.1:8000", f"127.0.0.1:{running.port}")
        site = site.replace("8443", f"127.0.0.1:{port}").replace("50r/s", "1r/m")
        places = "\n".join(
            f"{name}_temp_path {tmp_path}/{name};"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (tmp_path / "nginx.conf").write_text(
            f"daemon off; pid {tmp_path}/pid; error_log {tmp_path}/error.log;\n"
            f"events {{}}\nhttp {{ access_log off; {places}\n{site} }}\n"
        )
        command = ["nginx", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
        nginx = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        trusted = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))
        url = f"https://localhost:{port}"
        with httpx2.Client(base_url=url, verify=trusted, timeout=PATIENCE) as http:
            wait_for(lambda: _answers(http), "nginx answers")
            yield running, http
        nginx.terminate()
        nginx.wait(PATIENCE)


def _answers(http: httpx2.Client) -> bool:
    try:
        return http.get("/health").status_code == 404
    except httpx2.TransportError:
        return False


def test_the_gateway_asks_who_calls_encrypts_and_shares_out(
    interface: Callable[[str], Interface], gateway: tuple[Running, httpx2.Client]
):
    running, http = gateway
    row = interface("binary").example()
    assert http.post("/v1/predict", json=row).status_code == 401
    assert http.post("/v1/predict", json=row, headers={"x-api-key": "guessed"}).status_code == 401
    for path in ("/metrics", "/ready", "/openapi.json"):
        assert http.get(path, headers=KEY).status_code == 404
    asked = http.post("/v1/predict", json=row, headers=KEY | {"x-request-id": "mine"})
    assert asked.json()["stub"] is True
    assert asked.headers["x-request-id"] == "mine"
    statuses = [http.get("/v1/model", headers=KEY).status_code for _ in range(105)]
    assert statuses == [200] * 100 + [429] * 5
    lines = running.requests(101)
    assert lines[0]["request_id"] == "mine"
    assert all(re.fullmatch("[0-9a-f]{32}", line["request_id"]) for line in lines[1:])
