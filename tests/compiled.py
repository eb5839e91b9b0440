"""What Python compiles for one environment, lent to others that hold the same packages.

Each environment lies at a path of its own, and so does what Python compiles of it: ten seconds of
work, each time. A module that is another one there is of another time or size: Python sees that,
and compiles it again.
"""

import os
import shutil
from contextlib import suppress
from pathlib import Path

SHELF = "environments"


def lend(environment: Path) -> None:
    """Let a new environment begin with what others have compiled."""
    if (prefix := _prefix()) and not _place(prefix, environment).exists():
        _link(prefix / SHELF, _place(prefix, environment))


def keep(environment: Path) -> None:
    """Keep for others what an environment has compiled."""
    if prefix := _prefix():
        _link(_place(prefix, environment), prefix / SHELF)


def _prefix() -> Path | None:
    given = os.environ.get("PYTHONPYCACHEPREFIX")
    return Path(given) if given else None


def _place(prefix: Path, environment: Path) -> Path:
    """Where Python keeps it: at the same path, below the prefix."""
    return prefix.joinpath(*environment.absolute().parts[1:])


def _link(source: Path, target: Path) -> None:
    """The same files at another place. Python replaces them, and never writes into them."""

    def link(old: str, new: str) -> None:
        with suppress(OSError):  # it is there already, or is just being replaced
            os.link(old, new)

    if source.exists():
        shutil.copytree(source, target, copy_function=link, dirs_exist_ok=True)
