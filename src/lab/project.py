"""The project that `lab` works on: the folder, and the commands that run inside it."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
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
        return _run(self.root, command, os.environ, heard, apart=False)

    def run_apart(self, *command: str, environment: Mapping[str, str]) -> Ended:
        """Run a command that can ask nobody anything, and that ends if the wait for it does.

        Args:
            command: the program and its arguments; no shell is involved.
            environment: the variables that it gets; the path is changed as in `run`.

        Raises:
            LabError: there is no such program.
        """
        return _run(self.root, command, environment, None, apart=True)


def _run(
    root: Path,
    command: Sequence[str],
    environment: Mapping[str, str],
    heard: Callable[[str], None] | None,
    apart: bool,
) -> Ended:
    path = [str(Path(sys.executable).parent), environment.get("PATH", "")]
    try:
        started = subprocess.Popen(
            command,
            cwd=root,
            env={
                **environment,
                "PATH": os.pathsep.join(path),
                "PYTHONIOENCODING": "utf-8",
                "PYTHONUNBUFFERED": "1",
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=apart,  # without a terminal, and so without a prompt for a password
        )
    except OSError as error:
        raise LabError(
            f"{command[0]} cannot be run ({error.strerror}): install it, or put it on the path."
        ) from None
    with started as process:
        lines = []
        try:
            for line in _lines(process):
                lines.append(line)
                if heard:
                    heard(line)
        except BaseException:
            if apart:
                _end(process)
            raise
    return Ended(process.returncode, tuple(lines))


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a command that runs apart, and all that it has started."""
    if sys.platform == "win32":
        process.terminate()
        process.wait()
        return
    with suppress(ProcessLookupError, PermissionError):  # all of it has ended
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
        for _ in range(100):  # what it has started may take a moment longer
            os.killpg(process.pid, 0)
            time.sleep(0.02)


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
