"""The stages of `dvc.yaml`: each reads files, calls pure functions, writes files."""

import sys
from collections.abc import Callable
from pathlib import Path

from ..errors import ProjectError


def run(stage: Callable[[], None]) -> None:
    """Run a stage; a mistake that a person can fix ends it with one message, not a traceback."""
    try:
        stage()
    except ProjectError as error:
        sys.exit(str(error))


def wrote(path: Path | str, what: str) -> None:
    """Say what a stage has written."""
    print(f"wrote {path}: {what}", flush=True)
