"""`lab site serve`: the site while it is written, built again whenever a source changes.

Pages are written only where their bytes changed, and the builder's own server, which watches
them, builds those alone and reloads the browser. A fault in a record is said, and the last good
pages stay.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from ..errors import LabError
from ..project import Project
from ..terminal import count
from .build import BUILDER, write_pages
from .world import SETTINGS, SHELVES

WATCHED = (*SHELVES, "evaluation")
PAUSE = 0.25  # seconds between two looks
ENDINGS = ("SIGTERM", "SIGHUP")  # of a process manager, and of a terminal that is closed
Stamp = dict[str, tuple[int, int]]


def serve_site(project: Project, address: str, say: Callable[[str], None]) -> int:
    """Serve until somebody presses Ctrl+C; give the exit code.

    Raises:
        LabError: the pages cannot be written the first time, or the builder does not start.
    """
    root = project.root
    before = stamp(root)
    write_pages(root, is_dated=False)
    command = [*BUILDER, "serve", "--dirty", "--quiet", "--dev-addr", address]
    quiet = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    for name in ENDINGS:
        if number := getattr(signal, name, None):
            signal.signal(number, _leave)
    server = subprocess.Popen(command, cwd=root, env=quiet, stdin=subprocess.DEVNULL)
    say(f"http://{address}/ shows the site as you write. Stop it with Ctrl+C.")
    try:
        while server.poll() is None:
            time.sleep(PAUSE)
            now = stamp(root)
            if now != before:
                before = now
                say(rewritten(root))
    except KeyboardInterrupt:
        return 0
    finally:
        server.terminate()
        server.wait()
    raise LabError(f"The builder stopped (exit code {server.returncode}): read what it said.")


def _leave(*_: object) -> None:
    """End as after Ctrl+C, so that the builder's server ends, too."""
    raise KeyboardInterrupt


def rewritten(root: Path) -> str:
    """Write the pages again, and say what changed, or why nothing could."""
    began = time.monotonic()
    try:
        changed = write_pages(root, is_dated=False)
    except LabError as error:
        return f"{error}"
    pages = [path for path in changed if path.endswith(".md")]
    took = time.monotonic() - began
    named = ", ".join(pages[:3]) + (", …" if len(pages) > 3 else "")
    return f"{count(len(pages), 'page')} changed ({took:.1f} s){': ' if pages else ''}{named}"


def stamp(root: Path) -> Stamp:
    """Size and time of every file that the pages are made from."""
    found: Stamp = {}
    for path in (*_below(root), *(root / name for name in SETTINGS)):
        try:
            state = os.stat(path)
        except OSError:
            continue  # it went away while we looked, or never was there
        found[str(path)] = (state.st_mtime_ns, state.st_size)
    return found


def _below(root: Path) -> Iterator[str]:
    for folder in WATCHED:
        for where, _, names in os.walk(root / folder):
            yield from (os.path.join(where, name) for name in names)
