"""A command that cannot read some files: Landlock, where the system has it.

    python -I enclosure.py SCRATCH DENIED… -- COMMAND…

Landlock grants and never forbids: what is not named cannot be read. So every neighbour of a denied
path, and of each folder above it, is named. Listing folders stays allowed, or Python could not
import. The constants are those of Linux's `landlock.h`; the system calls have the same numbers on
every processor. It is started by its path and isolated, so nothing of the project stands in for it.

Source: the kernel's documentation, "Landlock: unprivileged access control".
"""

import ctypes
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

READ_FILE = 1 << 2
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
BENEATH, VERSION, NO_NEW_PRIVILEGES = 1, 1, 38
KIND: Literal["landlock"] = "landlock"


class _Ruleset(ctypes.Structure):
    _fields_ = (("handled_access_fs", ctypes.c_uint64),)


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def is_possible() -> bool:
    """Has this system Landlock?"""
    return sys.platform == "linux" and _libc().syscall(CREATE_RULESET, None, 0, VERSION) > 0


def enclosed(denied: Iterable[Path], scratch: Path) -> tuple[str, ...]:
    """What starts a command that cannot read some paths; empty where the system has no way.

    Args:
        denied: files and folders; what is not there is left out.
        scratch: a folder for what the command keeps for a while.
    """
    paths = [str(path.resolve()) for path in denied if path.exists()]
    if not paths or not is_possible():
        return ()
    return (sys.executable, "-I", __file__, str(scratch), *paths, "--")


def neighbours(denied: Sequence[Path]) -> Iterator[Path]:
    """The paths that together are all but the denied ones."""
    above = {folder for path in denied for folder in path.parents}
    for folder in sorted(above):
        try:
            entries = sorted(folder.iterdir())
        except OSError:
            continue
        for entry in entries:
            if not _leads_to(entry, denied):
                yield entry


def _leads_to(entry: Path, denied: Sequence[Path]) -> bool:
    """Is a denied path behind an entry: itself, below it, or where a link points to?"""
    try:
        place = entry.resolve()
    except (OSError, RuntimeError):
        return True
    return any(path == place or place in path.parents for path in denied)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _enclose(denied: Sequence[Path]) -> None:
    libc = _libc()
    handled = _Ruleset(READ_FILE)
    ruleset = libc.syscall(CREATE_RULESET, ctypes.byref(handled), ctypes.sizeof(handled), 0)
    if ruleset < 0:
        raise OSError(ctypes.get_errno(), "Landlock does not make a set of rules")
    for path in neighbours(denied):
        try:
            descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue
        rule = _Beneath(READ_FILE, descriptor)
        libc.syscall(ADD_RULE, ruleset, BENEATH, ctypes.byref(rule), 0)
        os.close(descriptor)
    if libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) or libc.syscall(RESTRICT_SELF, ruleset, 0):
        raise OSError(ctypes.get_errno(), "Landlock does not restrict this process")
    os.close(ruleset)


def main(words: Sequence[str]) -> None:
    """Become the command, without a way to the denied paths."""
    end = words.index("--")
    scratch, *denied = words[:end]
    os.environ["TMPDIR"] = scratch
    _enclose([Path(word) for word in denied])
    os.execvp(words[end + 1], list(words[end + 1 :]))


if __name__ == "__main__":
    main(sys.argv[1:])
