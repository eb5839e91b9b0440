"""The server: connections with limits, and several processes on one port.

uvicorn speaks HTTP/1.1; what is here is only when to stop listening. Whoever connects at the limit
takes the place of the connection that has been idle longest, so that connections which do nothing
keep nobody out; if all of them are being answered, the new one is told to come back.

Several processes share the port and nothing else: each has a core and a model of its own.
"""

import asyncio
import os
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .problems import BUSY, problem
from .settings import METRICS, Settings

PIPELINED = 32  # requests that one connection may have waiting
UNREAD = 1_048_576  # bytes of a body that nobody reads any more
YOUNG = 10.0  # seconds: who ends by itself before has not come to serve
PAUSE = 1.0


def limited(settings: Settings, refused: Callable[[int], None]) -> type[HttpToolsProtocol]:
    """The protocol for uvicorn.

    Args:
        settings: the limits.
        refused: called with the status of each refusal that no route sees.
    """
    limits = {"settings": settings, "refused": staticmethod(refused)}
    return type("Limited", (Connection,), limits)


class Connection(HttpToolsProtocol):
    """One connection, and what it has cost so far."""

    settings: Settings
    refused: Callable[[int], None]

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.idle_since = self.loop.time()
        self._in_head, self._head, self._unread = True, 0, 0
        self._patience: asyncio.TimerHandle | None = None

    @property
    def is_idle(self) -> bool:
        """Is there nothing to answer?"""
        return self.cycle is None or self.cycle.response_complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take it, or refuse it, or let another go for it."""
        super().connection_made(transport)
        self._wait_for_head()
        if len(self.connections) <= self.settings.max_connections:
            return
        others = [
            other
            for other in self.connections
            if isinstance(other, Connection) and other is not self and other.is_idle
        ]
        open_ones = [other for other in others if not other.transport.is_closing()]
        if open_ones:
            min(open_ones, key=lambda other: other.idle_since).transport.abort()
        elif not others:
            self._refuse(503, BUSY)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget what was waited for."""
        self._head_arrived()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read, unless it was refused before."""
        if self.transport.is_closing():
            return
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._in_head:
            self._head += len(data)
            if self._head > self.settings.max_header:
                self._refuse(431)
            elif self._patience is None:
                self._wait_for_head()
        elif self._patience is not None:
            self._head_arrived()

    def on_message_begin(self) -> None:
        """A request begins."""
        if len(self.pipeline) >= PIPELINED:
            raise ValueError("too many requests at once on one connection")
        self._in_head, self._head = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Its headers have arrived."""
        self._in_head, self._unread = False, 0
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > self.settings.max_header:
            self._refuse(431)
        else:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of a body, which may be too late to matter."""
        if self.transport.is_closing():
            return
        if self.is_idle:
            self._unread += len(body)
            if self._unread > UNREAD:
                self.transport.abort()
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request has arrived; the next one is waited for."""
        if not self.transport.is_closing():
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """An answer has gone out."""
        self.idle_since = self.loop.time()
        super().on_response_complete()

    def timeout_keep_alive_handler(self) -> None:
        """No further request: close, and wait only so long for a reader who does not read."""
        super().timeout_keep_alive_handler()
        if self.transport.get_write_buffer_size():
            self.loop.call_later(self.settings.read_timeout, self.transport.abort)

    def _wait_for_head(self) -> None:
        self._patience = self.loop.call_later(self.settings.read_timeout, self._too_slow)

    def _head_arrived(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _too_slow(self) -> None:
        if self.transport.is_closing():
            return
        if self._head:
            self._refuse(408)
        else:
            self.transport.close()  # it never asked anything

    def _refuse(self, status: int, headers: Mapping[str, str] | None = None) -> None:
        """Answer with a problem, and close."""
        self.refused(status)
        response = problem(None, status)
        response.headers.update({"connection": "close", **(headers or {})})
        lines = [f"{name}: {value}" for name, value in response.headers.items()]
        head = "\r\n".join([f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *lines, "", ""])
        self.transport.write(head.encode("latin-1") + bytes(response.body))
        self.transport.close()


# ---------------------------------------------------------------------------
# Several processes.
# ---------------------------------------------------------------------------


def supervise(count: int, serve: Callable[[], int]) -> int:
    """Run `serve` in so many processes until a signal ends them; whoever dies is replaced.

    Args:
        count: how many processes.
        serve: what each does. It gives an exit code; one that is not 0, soon after the start, ends
            all.
    """
    with tempfile.TemporaryDirectory(prefix="model-api-") as folder:
        os.environ[METRICS] = folder
        ending, code = _Workers(serve).run(count)
    if ending:
        signal.signal(ending, signal.SIG_DFL)
        os.kill(os.getpid(), ending)
    return code


class _Workers:
    """The processes that run, and when each was started."""

    def __init__(self, serve: Callable[[], int]) -> None:
        self._serve, self._ending = serve, 0
        self._began: dict[int, float] = {}
        self._alive = os.pipe()  # closed by the end of this process, whatever ends it

    def run(self, count: int) -> tuple[int, int]:
        """Keep so many running; give the signal that ended them, or the code of one that failed."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda number, _: self._end(number))
        for _ in range(count):
            self._start()
        while self._began:
            process, status = os.wait()
            lived = time.monotonic() - self._began.pop(process)
            code = os.waitstatus_to_exitcode(status)
            if code > 0 and lived < YOUNG and not self._ending:
                self._end(signal.SIGTERM)
                while self._began:
                    self._began.pop(os.wait()[0])
                return 0, code
            if not self._ending:
                time.sleep(PAUSE)
                self._start()
        return self._ending, 0

    def _end(self, number: int) -> None:
        self._ending = number
        for process in list(self._began):
            os.kill(process, number)

    def _start(self) -> None:
        if self._ending:
            return
        process = os.fork()
        if process == 0:
            self._work()
        self._began[process] = time.monotonic()
        if self._ending:
            os.kill(process, self._ending)

    def _work(self) -> None:
        code = 1
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            os.close(self._alive[1])
            threading.Thread(target=self._follow, daemon=True).start()
            code = self._serve()
        except KeyboardInterrupt:
            code = 130
        finally:
            os._exit(code)

    def _follow(self) -> None:
        """End with the process that started this one."""
        os.read(self._alive[0], 1)
        os.kill(os.getpid(), signal.SIGTERM)
