"""The prediction log: each row and what was predicted, for the checks of a monitoring plan.

It holds what callers sent, so it is off until somebody who may decide that switches it on.
`lab monitor` compares it with the training data.
"""

import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from .messages import ModelInfo
from .models import Prediction
from .predictor import Row


class PredictionLog:
    """A file of JSON lines, one for each row."""

    def __init__(self, path: Path) -> None:
        """Open the file to append to it.

        Raises:
            OSError: it cannot be written.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab+", buffering=0)
        if self._file.seek(0, os.SEEK_END):
            self._file.seek(-1, os.SEEK_END)
            if self._file.read(1) != b"\n":  # a service was killed while it wrote
                self._file.write(b"\n")
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
            self._file.write(("\n".join(lines) + "\n").encode())
        except OSError as error:
            if not self._complained:  # once is enough: the metric counts the rest
                print(f"The prediction log cannot be written: {error}.", file=sys.stderr)
            self._complained = True
            return False
        return True
