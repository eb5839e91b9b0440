"""Copier, which makes projects from the template and updates them; it is run, never imported."""

import shutil
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from ..errors import LabError
from ..git import neutral_environment
from ..programs import Ended
from ..project import Project
from ..records.answers import ANSWERS
from .addresses import as_taken
from .ownership import Files
from .repository import Repository, temporary_folder
from .work_tree import contents

COPIER = "copier~=9.19"
CURRENT = ":current:"  # its name for the version that a project has
NO_TRUST = 4  # its exit code where a template wants to run code and may not
DOWNGRADING = "Downgrades are not supported"  # as it says where a version is older


class NeedsTrustError(LabError):
    """The update runs a migration, and nobody has said that it may."""


class OlderError(LabError):
    """The version that an update would go to is older than that of the project."""


@contextmanager
def fresh_project(
    project: Project, source: str, version: str | None
) -> Generator[tuple[Path, Files]]:
    """The project as `make_fresh` makes it, for a while: its folder, and its files."""
    with temporary_folder() as folder:
        made = folder / "fresh"
        make_fresh(project, source, version, made)
        paths = [path for path in made.rglob("*") if path.is_file()]
        yield made, contents(made, (path.relative_to(made).as_posix() for path in paths))


def make_fresh(project: Project, source: str, version: str | None, folder: Path) -> None:
    """The project as a version of the template makes it from the answers, in an empty folder.

    Args:
        project: whose answers it takes.
        source: the template, as git reaches it.
        version: None is the newest.
        folder: it is made in here.

    Raises:
        LabError: the template cannot be reached, or has no such version.
    """
    if (taken := as_taken(source)) != source:
        raise LabError(
            f"_src_path in {ANSWERS} is {source}, which Copier takes for a folder: write "
            f"_src_path: {taken}, and commit."
        )
    ended = _copier(
        project,
        *("copy", "--quiet", "--defaults", *([f"--vcs-ref={version}"] if version else [])),
        *(f"--data-file={project.root / ANSWERS}", source, str(folder)),
    )
    if ended.code:
        raise LabError(
            f"{version or 'the newest version'} of {source} cannot be made:\n{_said(ended)}\n"
            f"Look at _src_path and _commit in {ANSWERS}: they have to lead to the template, and "
            "git has to get there without asking for a password."
        )


def make_copy(
    project: Project,
    source: str,
    version: str | None,
    answers: Mapping[str, str],
    folder: Path,
    skip: bool = False,
) -> None:
    """`copier copy` into a folder; with `skip`, every file that is there stays as it is.

    Raises:
        LabError: the template cannot be reached, or an answer is refused.
    """
    ended = _copier(
        project,
        *("copy", "--quiet", "--defaults", *(["--skip=*"] if skip else [])),
        *([f"--vcs-ref={version}"] if version else []),
        *(f"--data={name}={answer}" for name, answer in answers.items()),
        *(as_taken(source), str(folder)),
    )
    if ended.code:
        raise LabError(f"{source} cannot be copied:\n{_said(ended)}")


def run_update(
    project: Project,
    to: str | None,
    answers: Mapping[str, str],
    trust: bool,
    without: Sequence[str] = (),
) -> None:
    """`copier update` of a project, in place.

    Args:
        project: it is under git, and clean.
        to: the version; None is the newest.
        answers: what is answered otherwise than before.
        trust: may the template run its migrations?
        without: paths at which nothing is written.

    Raises:
        NeedsTrustError: it may not, and has some.
        OlderError: the version is older than the project's.
        LabError: Copier says what is wrong.
    """
    ended = _copier(
        project,
        *("update", "--quiet", "--defaults", "--conflict=inline"),
        *([f"--vcs-ref={to}"] if to else []),
        *(f"--data={name}={answer}" for name, answer in answers.items()),
        *(["--trust"] if trust else []),
        *(f"--exclude=/{path}" for path in without),
        # Copier makes repositories that share objects with the project's.
        GIT_DEFAULT_HASH=Repository(project.root).object_format(),
    )
    if ended.code == NO_TRUST and not trust:
        raise NeedsTrustError(
            "this update runs a migration, code of the template's, so somebody has to allow it: "
            "read UPGRADING.md of the template, then run `lab update --trust`; nothing was changed."
        )
    if ended.code and any(DOWNGRADING in line for line in ended.lines):
        raise OlderError(
            f"{to or 'the newest version'} is older than the version that this project has, and an "
            "update only goes forward; nothing was changed."
        )
    if ended.code:
        raise LabError(f"copier update failed, and nothing was changed:\n{_said(ended)}")


def _said(ended: Ended) -> str:
    """What Copier said; of a traceback, what git said to Copier, or else its last line."""
    if not any(line.startswith("Traceback ") for line in ended.lines):
        return ended.tail()
    _, git, printed = "\n".join(ended.lines).rpartition("\nStderr:")
    if not git:
        return ended.tail(1)
    lines = [line.partition("|")[2].strip() for line in printed.splitlines()]
    return "\n".join(f"    {line}" for line in lines if line)


def _copier(project: Project, *arguments: str, **more: str) -> Ended:
    """Run Copier in an environment of its own: the project's may be older than the template.

    `more` are further variables for the git that it runs.
    """
    environment = neutral_environment() | more
    if shutil.which("uv"):
        command = ("uv", "tool", "run", "--quiet", "--from", COPIER, "copier")
        return project.run_apart(*command, *arguments, environment=environment)
    if shutil.which("copier"):
        return project.run_apart("copier", *arguments, environment=environment)
    raise LabError("neither uv nor copier is on the path: run `python -m pip install uv`.")
