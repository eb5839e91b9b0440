"""What is made once for all processes of a test session."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

Factory = pytest.TempPathFactory


def shared(factory: Factory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that is made once, by whichever process of the tests needs it first."""
    root = factory.getbasetemp()
    root = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root
    return once(root / name, make)


def once(folder: Path, make: Callable[[Path], object]) -> Path:
    """A folder that is made where it is not there yet, by one process while others wait."""
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            try:
                make(folder)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
    return folder
