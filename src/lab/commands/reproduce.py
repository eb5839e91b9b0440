"""`lab reproduce`: the pipeline run again, and whether it writes what is committed."""

import argparse

from .. import git
from ..errors import LabError
from ..project import Project
from ..proof.forgery import LOCK, stages_in, sums_of
from ..proof.history import History
from ..proof.reproduction import differences
from ..terminal import style
from .parser import Command
from .session import project_here

REMEDY = "Run `uv run dvc repro`, look at what changed, and commit it."


def arguments(command: Command) -> None:
    """It takes none."""
    command.describe(
        "Run whatever of the pipeline is not in DVC's cache, and compare what it writes with the "
        "dvc.lock, metrics and plots of the last commit. The bytes of models may differ, what "
        "they answer may not. Exit codes: 0 holds, 1 does not.",
        "lab reproduce",
        run,
    )


def run(typed: argparse.Namespace) -> int:
    """Run the pipeline, and say what it writes otherwise than the last commit has it.

    Raises:
        LabError: nothing is committed to compare with, or the pipeline is broken.
    """
    project = project_here()
    history = History(project.root)
    committed = history.show("HEAD", LOCK) if history.exists else None
    if committed is None:
        raise LabError(f"{LOCK} is not committed, so there is nothing to compare with. {REMEDY}")
    _bring_data(project)
    ended = project.run("dvc", "repro", heard=lambda line: print(line, flush=True))
    if ended.code:
        raise LabError("The pipeline is broken: fix what it names, and run `uv run dvc repro`.")
    again = (project.root / LOCK).read_text(encoding="utf-8")
    found = [*differences(committed, again), *_changed(project, again)]
    for line in found:
        print(f"{style('differs', 'red')} {line}. {REMEDY}")
    if not found:
        print(f"{style('holds', 'green')}: the pipeline writes what is committed.")
    return 1 if found else 0


def _bring_data(project: Project) -> None:
    """The team's own data from DVC's remote: git holds only their names."""
    named = git.entries(git.run(project.root, "ls-files", "-z", "*.dvc"))
    if named and (ended := project.run("dvc", "pull", *named)).code:
        raise LabError(
            f"DVC cannot bring the data:\n{ended.tail()}\n"
            "See that its remote can be read from here."
        )


def _changed(project: Project, lock: str) -> list[str]:
    """Outputs that git itself keeps, such as metrics, and that are not as committed."""
    outputs = [path for stage in stages_in(lock).values() for path in sums_of(stage, "outs")]
    differing = ("diff", "-z", "--name-only", "--relative", "HEAD", "--", *outputs)
    changed = git.entries(git.run(project.root, *differing))
    return [f"{path} is not what the pipeline writes" for path in changed]
