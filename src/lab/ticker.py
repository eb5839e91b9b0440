"""A last line in the terminal that says what runs, and for how long, while somebody waits."""

import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType

from .terminal import cut, is_terminal, style

EVERY = 0.5  # seconds
CLEAR = "\r\x1b[K"


class Ticker:
    """Prints lines, and below them what runs; in a pipe the lines alone, each at once."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._what, self._since = "", clock()
        self._lock, self._over = threading.Lock(), threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> "Ticker":
        if is_terminal():
            self._thread = threading.Thread(target=self._tick, daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._thread:
            self._over.set()
            self._thread.join()
            self._write(CLEAR)

    def turn_to(self, what: str) -> None:
        """Something else runs from now on."""
        with self._lock:
            self._what, self._since = what, self._clock()

    def say(self, line: str) -> None:
        """Print a line that stays."""
        with self._lock:
            self._write(f"{CLEAR if self._thread else ''}{line}\n")

    def _tick(self) -> None:
        while not self._over.wait(EVERY):
            with self._lock:
                if self._what:
                    self._write(CLEAR + style(cut(self._line(), 78), "dim"))

    def _line(self) -> str:
        return f"{self._what}: {self._clock() - self._since:.0f} s"

    @staticmethod
    def _write(text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()
