"""The two logs: a line for each request on standard output, and the prediction log.

Neither ever holds up an answer: where a line cannot be written at once, because a disk is full or
nobody reads, it is counted and left out.

The prediction log has each row and what was predicted, for the checks of a monitoring plan. It
holds what callers sent, so it is off until somebody who may decide that switches it on.
`lab monitor` compares it with the training data.
"""

import json
import os
import select
import stat
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .messages import ModelInfo, Row
from .models import Prediction

APPENDED = os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
AT_ONCE = getattr(os, "O_NONBLOCK", 0)  # a pipe may have to be waited for: then it is an error
PIECE = 4096  # bytes that a pipe takes at once, if it takes any


class Lines:
    """Whole lines for an open file; what was cut off is ended before the next one.

    A file that may have to be waited for, such as a pipe, is asked before each piece.
    """

    def __init__(self, file: int) -> None:
        self.file, self.fault = file, ""
        self._torn, self._asked = False, None
        if not stat.S_ISREG(os.fstat(file).st_mode) and hasattr(select, "poll"):
            self._asked = select.poll()
            self._asked.register(file, select.POLLOUT)

    def write(self, text: str) -> bool:
        """Write lines at once; False if not all of it was taken."""
        rest = memoryview((("\n" if self._torn else "") + text + "\n").encode())
        try:
            while rest:  # a file may take less than it was given
                if self._asked and not self._asked.poll(0):
                    raise BlockingIOError("nobody reads it")
                written = os.write(self.file, rest[:PIECE] if self._asked else rest)
                self._torn = bytes(rest[written - 1 : written]) != b"\n"
                rest = rest[written:]
        except OSError as error:
            self.fault = str(error)
            return False
        return True


class RequestLog:
    """A line of JSON for each request, on standard output."""

    def __init__(self) -> None:
        out = sys.__stdout__
        self._lines = Lines(os.dup(out.fileno()) if out else os.open(os.devnull, os.O_WRONLY))

    def write(self, event: str, **facts: Any) -> bool:
        """Write what happened, but for what is None; False if it was not taken."""
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        known = {name: value for name, value in facts.items() if value is not None}
        return self._lines.write(json.dumps({"at": at, "event": event} | known))


class PredictionLog:
    """A file of JSON lines, one for each row; another file once that one was moved away."""

    def __init__(self, path: Path) -> None:
        """Open the file to append to it; a new one is for its owner alone.

        Raises:
            OSError: it cannot be written.
        """
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._open()
        self._complained = False

    def write(
        self,
        request_id: str,
        info: ModelInfo,
        rows: Sequence[Row],
        predictions: Sequence[Prediction],
    ) -> bool:
        """Append every row of a request at once; False if the disk did not take it."""
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        known = {"at": at, "request_id": request_id, "model": info.version, "stub": info.stub}
        lines = [
            json.dumps(known | {"features": row} | prediction.model_dump())
            for row, prediction in zip(rows, predictions, strict=True)
        ]
        try:
            self._follow()
            written, fault = self._lines.write("\n".join(lines)), self._lines.fault
        except OSError as error:
            written, fault = False, str(error)
        if not written and not self._complained:  # once is enough: the metric counts the rest
            print(f"The prediction log cannot be written: {fault}.", file=sys.stderr)
            self._complained = True
        return written

    def _follow(self) -> None:
        """Open the path again where another file, or none, is there: the log was rotated."""
        try:
            there = os.stat(self._path)
            same = os.path.samestat(there, os.fstat(self._lines.file))
        except FileNotFoundError:
            same = False
        if not same:
            old = self._lines.file
            self._open()
            os.close(old)

    def _open(self) -> None:
        file = os.open(self._path, os.O_RDWR | APPENDED | AT_ONCE, 0o600)
        self._lines = Lines(file)
        if stat.S_ISREG(os.fstat(file).st_mode) and (size := os.lseek(file, 0, os.SEEK_END)):
            os.lseek(file, size - 1, os.SEEK_SET)
            if os.read(file, 1) != b"\n":  # a service was killed while it wrote
                self._lines.write("")
