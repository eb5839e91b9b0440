"""Where an output of the pipeline is kept, by its content: the work tree, or DVC's cache."""

import configparser
import re
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..data.params import MAGIC
from ..data.pipeline import HELD_OUT, OPENINGS, md5_of
from ..errors import LabError
from ..project import Project

if TYPE_CHECKING:
    from ..data.params import Data

DIGEST = re.compile(r"[0-9a-f]{32}")
CONFIGS = (".dvc/config", ".dvc/config.local")


def find(root: Path, path: str, digest: str) -> Path | None:
    """A file that holds a content, or None; a damaged copy is none.

    Args:
        root: the project.
        path: where the pipeline writes it, relative to the root.
        digest: the MD5 of the content.
    """
    if not DIGEST.fullmatch(digest):
        return None
    for place in (root / path, cache_of(root) / digest[:2] / digest[2:]):
        try:
            if place.is_file() and md5_of(place) == digest:
                return place
        except OSError:
            continue
    return None


def cache_of(root: Path) -> Path:
    """The folder in which DVC keeps contents by their MD5."""
    folder = _configured(root, "cache", "dir")
    return (root / ".dvc" / (folder or "cache")) / "files" / "md5"


def holding_labels(root: Path, data: "Data") -> list[Path]:
    """All that holds the labels of held-out rows: no command of the team's may read it."""
    found = [root / HELD_OUT, root / OPENINGS, cache_of(root).parent]  # with what is set aside
    if data.source != "file":
        return found
    file = root / data.file
    return [*found, file.parent if set(MAGIC) & set(file.name) else file]


@contextmanager
def set_aside(root: Path) -> Generator[None]:
    """Let the cache be empty for a while: DVC believes what lies there under a digest.

    Afterwards it holds what it held, and what was made meanwhile. After a breakdown the next call
    brings back what was set aside.
    """
    cache = cache_of(root)
    earlier = cache.with_name("earlier")
    _bring_back(earlier, cache)
    if cache.is_dir():
        cache.rename(earlier)
    try:
        yield
    finally:
        _bring_back(earlier, cache)


def _bring_back(earlier: Path, cache: Path) -> None:
    for path in [*earlier.rglob("*")] if earlier.is_dir() else ():
        place = cache / path.relative_to(earlier)
        if path.is_file() and not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            path.rename(place)
    shutil.rmtree(earlier, ignore_errors=True)


def fetch(root: Path) -> None:
    """Bring every version of the outputs from DVC's remote into its cache, if there is one."""
    if not _has_remote(root):
        return
    try:
        Project(root).run("dvc", "fetch", "--all-commits", "--quiet")
    except LabError:
        return  # without DVC there is nothing to be had


def get(root: Path, path: str, digest: str, commit: str, folder: Path) -> Path | None:
    """A file of an earlier commit from today's remote, or None.

    Fetching all commits takes each one's own configuration: a remote that was added later is
    not in it.
    """
    if not _has_remote(root):
        return None
    got = folder / digest
    try:
        Project(root).run(
            *("dvc", "get", "--quiet", "--rev", commit, "--config", CONFIGS[0]),
            *("--out", str(got), ".", path),
        )
        return got if got.is_file() and md5_of(got) == digest else None
    except (LabError, OSError):
        return None


def _has_remote(root: Path) -> bool:
    return any('remote "' in _text(root / name) for name in CONFIGS)


def _configured(root: Path, section: str, key: str) -> str | None:
    found = None
    for name in CONFIGS:
        parser = configparser.ConfigParser(interpolation=None, strict=False)
        try:
            parser.read_string(_text(root / name))
        except configparser.Error:
            continue
        found = parser.get(section, key, fallback=found)
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", errors="replace")
    except OSError:
        return ""
