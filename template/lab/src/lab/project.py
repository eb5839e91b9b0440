"""The project that `lab` works on: the folder, and the commands that run inside it."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .errors import LabError

LANDMARKS = ("stages", "dvc.yaml")
COLOUR = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")


@dataclass(frozen=True)
class Ended:
    """A command that has run to its end, and what it printed."""

    code: int
    lines: tuple[str, ...]

    def tail(self, lines: int = 25) -> str:
        """The last lines that it printed, indented."""
        return "\n".join(f"    {line}" for line in self.lines[-lines:])


@dataclass(frozen=True)
class Project:
    """A generated project, found by its root folder."""

    root: Path

    def run(self, *command: str, heard: Callable[[str], None] | None = None) -> Ended:
        """Run a command in the root, with this environment's programs first on the path.

        Args:
            command: the program and its arguments; no shell is involved.
            heard: called with each line, as soon as it is printed.

        Raises:
            LabError: there is no such program.
        """
        environment = os.environ | {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
            "PYTHONIOENCODING": "utf-8",
            "PYTHONUNBUFFERED": "1",
        }
        try:
            started = subprocess.Popen(
                command,
                cwd=self.root,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        except OSError as error:
            raise LabError(
                f"{command[0]} cannot be run ({error.strerror}): install it, or put it on the path."
            ) from None
        with started as process:
            lines = []
            for line in _lines(process):
                lines.append(line)
                if heard:
                    heard(line)
        return Ended(process.returncode, tuple(lines))


def _lines(process: subprocess.Popen[bytes]) -> Iterator[str]:
    """What a process prints, line by line, without colours and progress bars."""
    for line in process.stdout or ():
        plain = COLOUR.sub("", line.decode("utf-8", errors="replace")).rstrip()
        yield plain.rpartition("\r")[2]


def find_project(start: Path) -> Project:
    """The project that a folder belongs to: the nearest parent with the landmarks of one."""
    for folder in (start, *start.parents):
        if all((folder / landmark).exists() for landmark in LANDMARKS):
            return Project(folder)
    raise LabError(
        f"{start} is not inside a project: no parent folder holds {' and '.join(LANDMARKS)}. "
        "Go to the folder that `copier copy` made, and try again."
    )
