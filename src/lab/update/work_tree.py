"""Files of a work tree as an update meets them: plain ones, links, and folders in their place."""

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path, PurePosixPath

from .ownership import Files, plain

LINK = b"\0link to "  # no text begins so, so that nobody merges it
FOLDER = b"\0folder"


def contents(root: Path, paths: Iterable[str]) -> dict[str, bytes]:
    """The content of those files that are there; that of a link is where it leads."""
    read = ((path, content_of(root / path)) for path in paths)
    return {path: content for path, content in read if content not in (None, FOLDER)}


def content_of(path: Path) -> bytes | None:
    """What is at a path: the content of a file, where a link leads, FOLDER, or None."""
    if path.is_symlink():
        return LINK + os.fsencode(path.readlink())
    if path.is_dir():
        return FOLDER
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def executable(path: Path) -> bool:
    """May a plain file be run as a program? Never on Windows, which does not say so."""
    return os.name != "nt" and path.is_file() and not path.is_symlink() and os.access(path, os.X_OK)


def write(path: Path, content: bytes) -> None:
    """Write a file or a link where there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if content.startswith(LINK):
        path.symlink_to(os.fsdecode(content.removeprefix(LINK)))
    else:
        path.write_bytes(content)


def put_back(root: Path, files: Files) -> None:
    """Write those files that have another content."""
    for name, content in files.items():
        path = root / name
        there = content_of(path)
        if there == content:
            continue
        if there is not None and (path.is_symlink() or content.startswith(LINK)):
            path.unlink()
        write(path, content)


def swap(path: Path, before: bytes | None, after: bytes | None, runs: bool) -> bool:
    """Put one content in the place of another, unless a person has written there meanwhile.

    What is there is moved aside before it is compared, and nothing is ever written over: so a
    person who saves the file at this very moment keeps it. A process may be killed at any
    moment in here, and the same call goes on where it stopped.

    Args:
        path: the file.
        before: what was there; None is no file.
        after: what is to be there.
        runs: is it to be executable?

    Returns:
        Whether the new content is there; else a person's is.
    """
    aside, fresh = (path.with_name(f".{path.name}.{end}") for end in ("lab-before", "lab-after"))
    if (left := content_of(aside)) is not None:  # a process was killed here
        written = not same(left, before)
        if content_of(path) is None or (written and same(content_of(path), after)):
            os.replace(aside, path)
        elif not written:
            aside.unlink()
    fresh.unlink(missing_ok=True)
    there = content_of(path)
    if not same(there, after):
        if not same(there, before):
            return False
        if after is not None:
            write(fresh, after)
            if path.is_file() and not (path.is_symlink() or fresh.is_symlink()):
                shutil.copymode(path, fresh)
        if before is not None:
            os.replace(path, aside)
        free = before is None or same(content_of(aside), before)
        placed = free and (after is None or _place(fresh, path))
        fresh.unlink(missing_ok=True)
        if before is not None and not same(content_of(aside), before):  # written just now
            os.replace(aside, path)
            return False
        aside.unlink(missing_ok=True)
        if not placed:
            return False
    if after is None:
        _remove_empty(path.parent)
    elif executable(path) != runs and not path.is_symlink():
        mode = path.stat().st_mode
        path.chmod(mode | (mode & 0o444) >> 2 if runs else mode & ~0o111)
    return True


def _place(fresh: Path, path: Path) -> bool:
    """Move a file to a path at which there is nothing; False if there is something."""
    try:
        os.link(fresh, path, follow_symlinks=False)
    except FileExistsError:
        return False
    except (OSError, NotImplementedError):  # a file system without hard links
        if content_of(path) is not None:
            return False
        os.replace(fresh, path)
    return True


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):  # there is something in it
        while True:
            folder.rmdir()
            folder = folder.parent


def same(here: bytes | None, there: bytes | None) -> bool:
    """Are two contents the same, but for line ends, which are up to git?"""
    if here is None or there is None:
        return here is there
    return plain(here) == plain(there)


def obstacle(root: Path, path: str) -> str | None:
    """The part of a path at which no plain file can be written, as there is something else."""
    for folder in reversed(PurePosixPath(path).parents[:-1]):
        if (root / folder).is_symlink() or (root / folder).is_file():
            return folder.as_posix()
    there = root / path
    return path if there.is_symlink() or there.is_dir() else None
