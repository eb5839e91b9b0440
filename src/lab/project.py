"""The project that `lab` works on."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import LabError
from .programs import Ended, run_in

LANDMARKS = ("stages", "dvc.yaml")


@dataclass(frozen=True)
class Project:
    """A generated project, found by its root folder."""

    root: Path

    def run(
        self,
        *command: str,
        heard: Callable[[str], None] | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> Ended:
        """Run a program in the root, with further variables in its environment.

        Args:
            command: the program and its arguments; no shell is involved.
            heard: called with each line as soon as it is printed.
            variables: beside those of this process.

        Raises:
            LabError: there is no such program.
        """
        environment = {**os.environ, **(variables or {})}
        return run_in(self.root, command, environment, heard, apart=False)

    def run_apart(self, *command: str, environment: Mapping[str, str]) -> Ended:
        """Run a program that can ask nobody anything, and that ends if the wait for it does.

        Raises:
            LabError: there is no such program.
        """
        return run_in(self.root, command, environment, None, apart=True)


def find_project(start: Path) -> Project:
    """The project that a folder belongs to: the nearest parent with the landmarks of one."""
    for folder in (start, *start.parents):
        if all((folder / landmark).exists() for landmark in LANDMARKS):
            return Project(folder)
    raise LabError(
        f"{start} is not inside a project: no parent folder holds {' and '.join(LANDMARKS)}. "
        "Go to the folder that `copier copy` made, and try again."
    )
