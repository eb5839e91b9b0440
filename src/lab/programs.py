"""Programs that are run in a folder, and what they print."""

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

COLOUR = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")


@dataclass(frozen=True)
class Ended:
    """A command that has run to its end, and what it printed."""

    code: int
    lines: tuple[str, ...]

    def tail(self, lines: int = 25) -> str:
        """The last lines that it printed, indented."""
        return "\n".join(f"    {line}" for line in self.lines[-lines:])


def run_in(
    root: Path,
    command: Sequence[str],
    environment: Mapping[str, str],
    heard: Callable[[str], None] | None,
    apart: bool,
) -> Ended:
    """Run a program in a folder, with this environment's own first on the path.

    Args:
        root: the folder.
        command: the program and its arguments; no shell is involved.
        environment: the variables that it gets, but for the path.
        heard: called with each line, as soon as it is printed.
        apart: can it ask nobody anything, and does it end if the wait for it does?

    Raises:
        LabError: there is no such program.
    """
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


def hand_over(root: Path, command: Sequence[str]) -> int:
    """Run a program in a folder that has the terminal, as if it had been typed; its exit code.

    Raises:
        LabError: there is no such program.
    """
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    try:
        return subprocess.run(command, cwd=root, env={**os.environ, "PATH": path}).returncode
    except OSError as error:
        raise LabError(f"{command[0]} cannot be run ({error.strerror}): install it.") from None
    except KeyboardInterrupt:  # it was for the program, too
        return 0


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
