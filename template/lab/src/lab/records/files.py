"""Writing files so that nothing is lost: whole, or not at all."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from ..errors import LabError


def read_whole(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        LabError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise LabError(f"{path} cannot be read ({error.strerror}): restore it.") from None


def replace(path: Path, before: bytes, text: str) -> None:
    """Put a new text into a file that still holds what was read from it.

    Raises:
        LabError: somebody changed the file meanwhile, or it cannot be written; it is as it was.
    """
    if read_whole(path) != before:
        raise LabError(f"{path} was changed meanwhile, and is left as it is: try again.")
    fresh = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        fresh.write_bytes(text.encode())
        shutil.copymode(path, fresh)
        os.replace(fresh, path)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink()
        raise LabError(f"{path} cannot be written ({error.strerror}): it is as it was.") from None


def create(path: Path, text: str) -> None:
    """Write a file that does not exist yet, with the folders that it needs.

    Raises:
        LabError: it exists, or it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "xb") as file:
            file.write(text.encode())
    except FileExistsError:
        raise LabError(f"{path} exists already, and is left as it is.") from None
    except OSError as error:
        raise LabError(f"{path} cannot be written ({error.strerror}): nothing was.") from None
