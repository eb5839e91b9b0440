"""Files of a work tree as an update meets them: plain ones, links, and folders in their place."""

import os
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from .ownership import Files

LINK = b"\0link to "  # no text begins so, so that nobody merges it


def contents(root: Path, paths: Iterable[str]) -> dict[str, bytes]:
    """The content of those files that are there; that of a link is where it leads."""
    read = ((path, _read(root / path)) for path in paths)
    return {path: content for path, content in read if content is not None}


def _read(path: Path) -> bytes | None:
    if path.is_symlink():
        return LINK + os.fsencode(path.readlink())
    return path.read_bytes() if path.is_file() else None


def put_back(root: Path, files: Files) -> None:
    """Write those files that have another content."""
    for name, content in files.items():
        path = root / name
        if _read(path) == content:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        link = content.startswith(LINK)
        if link or path.is_symlink():
            path.unlink(missing_ok=True)
        if link:
            path.symlink_to(os.fsdecode(content.removeprefix(LINK)))
        else:
            path.write_bytes(content)


def obstacle(root: Path, path: str) -> str | None:
    """The part of a path at which no plain file can be written, as there is something else."""
    for folder in reversed(PurePosixPath(path).parents[:-1]):
        if (root / folder).is_symlink() or (root / folder).is_file():
            return folder.as_posix()
    there = root / path
    return path if there.is_symlink() or there.is_dir() else None
