"""Texts that people write, read strictly: what could be understood differently is refused."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..errors import LabError
from .fields import convert
from .finding import Fault
from .yaml import parse_strict

LARGEST = 1024 * 1024


def read_strictly(path: str | Path) -> tuple[str | None, list[Fault]]:
    """The text of a file that people write, with plain line ends, or why there is none."""
    try:
        state = os.lstat(path)
        if not stat.S_ISREG(state.st_mode):
            return None, [Fault("REC001", 1, "this is no plain file", "Put a text file here.")]
        if state.st_size > LARGEST:
            what = f"the file has {state.st_size / LARGEST:.1f} MB, and 1 MB is the most"
            return None, [Fault("REC001", 1, what, "Move data and pictures out of it.")]
        with open(path, "rb") as file:
            content = file.read()
    except OSError as error:
        return None, [unreadable(error)]
    faults = []
    if content.startswith(b"\xef\xbb\xbf"):
        content = content[3:]
        remedy = "Save the file as UTF-8 without it."
        faults.append(Fault("REC002", 1, "a byte-order mark stands first", remedy, "warning"))
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return None, [Fault("REC002", line, "this is not UTF-8", "Save the file in that encoding.")]
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        remedy = "Save the file as UTF-8, without it."
        return None, [Fault("REC002", line, "there is a NUL byte in this line", remedy)]
    if "\r" in text:
        line = text.count("\n", 0, text.index("\r")) + 1
        remedy = "Save it with plain line ends (LF), as .gitattributes asks for."
        faults.append(Fault("REC002", line, "the file has Windows line ends", remedy, "warning"))
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text, faults


def read_every(folder: Path, kind: type[Any]) -> Iterator[tuple[Path, Any]]:
    """Each YAML file of a folder as a type, by its name.

    Raises:
        LabError: one of them cannot be read; it names the line and the remedy.
    """
    for path in sorted(folder.glob("*.yml")):
        content, faults = read_as(path, kind)
        if faults:
            fault = faults[0]
            raise LabError(f"{path}:{fault.line}: {fault.message}. {fault.remedy}")
        yield path, content


def read_as(path: Path, kind: type[Any]) -> tuple[Any, list[Fault]]:
    """The content of a YAML file as a type, or None and why it is none."""
    text, faults = read_strictly(path)
    if text is None:
        return None, faults
    data, more = parse_strict(text)
    if more:
        return None, [*faults, *more]
    content, more = convert(data if data is not None else {}, kind, text)
    return content, [*faults, *more]


def unreadable(error: OSError) -> Fault:
    """Why a file or a folder cannot be read, which is not known to be its author's fault."""
    what = f"it cannot be read ({error.strerror or error})"
    return Fault("REC001", 1, what, "Let the file be read, or restore it.", "unverified")
