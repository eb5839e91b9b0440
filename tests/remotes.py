"""Servers on this machine that stand for those a team fetches the tool from: an index, and git."""

import html
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit


@contextmanager
def index_of(folder: Path, *wheels: Path) -> Iterator[str]:
    """A package index over HTTP that holds some wheels; its address.

    Source: the simple repository API, PEP 503.
    """
    for wheel in wheels:
        name = wheel.name.split("-")[0].replace("_", "-").lower()
        place = folder / "simple" / name
        place.mkdir(parents=True, exist_ok=True)
        shutil.copy(wheel, place)
        digest = sha256(wheel.read_bytes()).hexdigest()
        link = f'<a href="{html.escape(wheel.name)}#sha256={digest}">{html.escape(wheel.name)}</a>'
        (place / "index.html").write_text(f"<!doctype html><body>{link}</body>", encoding="utf-8")
    (folder / "simple").mkdir(parents=True, exist_ok=True)
    with _served(partial(_Files, directory=str(folder))) as address:
        yield f"{address}simple/"


@contextmanager
def git_over_http(folder: Path) -> Iterator[str]:
    """A server of the repositories in a folder, which may be read; its address."""
    with _served(partial(_Git, folder)) as address:
        yield address


@contextmanager
def _served(handler: "partial[BaseHTTPRequestHandler]") -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Files(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        """Nobody reads it."""


class _Git(BaseHTTPRequestHandler):
    """What a web server does for git: it calls `git http-backend`, as CGI (RFC 3875) says."""

    def __init__(self, folder: Path, *arguments: Any) -> None:
        self.folder = folder
        super().__init__(*arguments)

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def log_message(self, format: str, *arguments: object) -> None:
        """Nobody reads it."""

    def _answer(self, body: bytes) -> None:
        asked = urlsplit(self.path)
        told = {
            "GIT_PROJECT_ROOT": str(self.folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "REQUEST_METHOD": self.command,
            "PATH_INFO": unquote(asked.path),
            "QUERY_STRING": asked.query,
            "CONTENT_TYPE": self.headers.get("Content-Type") or "",
            "CONTENT_LENGTH": f"{len(body)}",
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding") or "",
            "GIT_PROTOCOL": self.headers.get("Git-Protocol") or "",
        }
        command = ("git", "http-backend")
        ended = subprocess.run(command, input=body, capture_output=True, env=os.environ | told)
        head, _, content = ended.stdout.partition(b"\r\n\r\n")
        lines = [line.partition(": ") for line in head.decode().splitlines()]
        headers = {name: value for name, _, value in lines}
        self.send_response(int(headers.pop("Status", "200").split()[0]))
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", f"{len(content)}")
        self.end_headers()
        self.wfile.write(content)
