"""How a project differs from what its version of the template makes."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ..errors import LabError
from ..project import Project
from ..records.answers import ANSWERS, read_origin
from .copier import fresh_project
from .ownership import Classes, Files, holds_template_part, plain, read_classes
from .repository import Repository
from .work_tree import contents, obstacle, put_back

# Where the process tool was as long as each project held a copy of it.
OLD_TOOL = ("lab/pyproject.toml", "lab/src")


class How(StrEnum):
    """In which way a file differs."""

    CHANGED = "changed"
    OUTSIDE = "changed outside the marker lines"
    MISSING = "missing"
    LEFT_OVER = "left over"
    KEPT_OUT = "kept out"

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return REMEDIES[self]


REMEDIES = {
    How.CHANGED: "an update merges your change, and may end in a conflict: take it back by editing "
    "the file, or move your part into a file of your own",
    How.OUTSIDE: "an update merges your change, and may end in a conflict: move it between the "
    "marker lines",
    How.MISSING: "no update brings it back; `lab drift --restore PATH` does",
    How.LEFT_OVER: "the process tool is not in the project any more, so this has no effect: "
    "delete it",
    How.KEPT_OUT: "yours was there before the template, whose own was kept out: take from that "
    "what you need",
}

HARMLESS = (How.LEFT_OVER, How.KEPT_OUT)  # these are only named


@dataclass(frozen=True)
class Drift:
    """A file that is not as the template makes it, and its content there and here."""

    path: str
    how: How
    theirs: bytes = b""
    ours: bytes = b""


def find_drift(project: Project) -> list[Drift]:
    """The template's files that are changed or missing, and what stands in the way of it.

    A seeded file is only named where it was there before the template: nobody has seen then what
    the template would have written.

    Raises:
        LabError: the template cannot be reached, or its version is gone.
    """
    origin = read_origin(project.root)
    repository = Repository(project.root)
    with fresh_project(project, origin.source, origin.version) as (_, fresh):
        ours = contents(project.root, fresh)
        earlier = repository.before_the_template(ANSWERS) if repository.begun() else set()
        left_over = [
            Drift(path, How.LEFT_OVER) for path in OLD_TOOL if (project.root / path).exists()
        ]
        return sorted(
            [*_drifted(fresh, ours, read_classes(fresh), earlier), *left_over],
            key=lambda drift: drift.path,
        )


def restore(project: Project, paths: Sequence[str]) -> None:
    """Bring back files that the project's version of the template makes, whoever's they are.

    Raises:
        LabError: the template makes no such file, or there is something in its place; then
            nothing was brought back.
    """
    origin = read_origin(project.root)
    with fresh_project(project, origin.source, origin.version) as (_, fresh):
        for path in paths:
            if path not in fresh:
                near = difflib.get_close_matches(path, fresh, 1)
                hint = f" Did you mean {near[0]}?" if near else ""
                raise LabError(
                    f"{path} is no file that the template makes from your answers.{hint}"
                )
            if there := obstacle(project.root, path):
                raise LabError(f"{there} is in the way of {path}: move it aside first.")
            if (project.root / path).exists():
                raise LabError(f"{path} is there; `lab drift --diff` shows how it differs.")
        put_back(project.root, {path: fresh[path] for path in paths})


def _drifted(fresh: Files, ours: Files, classes: Classes, earlier: set[str]) -> Iterator[Drift]:
    for path, theirs in fresh.items():
        here, whose = ours.get(path), classes.of(path)
        if path == ANSWERS or whose is None:
            continue
        if whose == "seeded":
            if here is not None and path in earlier and plain(here) != plain(theirs):
                yield Drift(path, How.KEPT_OUT, theirs, here)
        elif here is None:
            yield Drift(path, How.MISSING, theirs)
        elif whose == "owned" and plain(here) != plain(theirs):
            yield Drift(path, How.CHANGED, theirs, here)
        elif whose == "shared" and not holds_template_part(here, theirs):
            yield Drift(path, How.OUTSIDE, theirs, here)
