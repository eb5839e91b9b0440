"""Writing files so that nothing is lost: whole, or not at all."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from ..errors import LabError

LARGEST = 64_000_000  # bytes of a file that is read as one text
LARGEST_TABLE = 2_000_000_000
LARGEST_DATA = 4_000_000_000  # of a team's own rows, which a pipeline holds in memory


def see_that_fits(path: Path, most: int) -> None:
    """Look at how large a file is, before anything of it is read.

    Raises:
        LabError: it is larger than `most` bytes.
        OSError: it is not there.
    """
    size = path.stat().st_size
    if size > most:
        raise LabError(
            f"{path} has {size / 1e6:,.0f} MB, and {most / 1e6:,.0f} MB is the most that is read: "
            "restore it, or make it smaller."
        )


def read_whole(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        LabError: it cannot be read, or is too large for a text.
    """
    try:
        see_that_fits(path, LARGEST)
        return path.read_bytes()
    except OSError as error:
        raise LabError(f"{path} cannot be read ({error.strerror}): restore it.") from None


def replace(path: Path, before: bytes, text: str) -> None:
    """Put a new text into a file that still holds what was read from it.

    Raises:
        LabError: somebody changed the file meanwhile, or it cannot be written; it is as it was.
    """
    content = _encoded(path, text)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        _write(fresh, content)
        shutil.copymode(path, fresh)
        if read_whole(path) != before:
            raise LabError(f"{path} was changed meanwhile, and is left as it is: try again.")
        os.replace(fresh, path)
    except OSError as error:
        raise LabError(f"{path} cannot be written ({error.strerror}): it is as it was.") from None
    finally:
        with suppress(OSError):
            fresh.unlink()


def create(path: Path, text: str) -> None:
    """Write a file that does not exist yet, with the folders that it needs.

    Raises:
        LabError: it exists, or it cannot be written; then nothing of it is left.
    """
    content = _encoded(path, text)
    if os.path.lexists(path):
        raise LabError(f"{path} exists already, and is left as it is.")
    missing = [folder for folder in path.parents if not folder.exists()]
    made = False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "xb"):
            made = True
        _write(path, content)
    except OSError as error:
        with suppress(OSError):
            if made:
                path.unlink()
            for folder in missing:
                folder.rmdir()
        if isinstance(error, FileExistsError) and os.path.lexists(path):
            raise LabError(f"{path} exists already, and is left as it is.") from None
        raise LabError(f"{path} cannot be written ({error.strerror}): nothing was.") from None


def _encoded(path: Path, text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        letter = f"U+{ord(text[error.start]):04X}"
        raise LabError(f"{path} cannot hold {letter}, which is no letter: leave it out.") from None


def _write(path: Path, content: bytes) -> None:
    """Bytes that are on the disk when this returns, so that no crash leaves half of them."""
    with open(path, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
