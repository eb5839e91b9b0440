"""One site over many projects: what each believes, decides and learned, and who is waited for.

It is made of what `lab export` has written, or reads the projects where they lie, and knows nothing
else of them. Its pages are tables, which a script sorts and searches, as on a project's own site.
"""

import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

from markupsafe import Markup

from ..errors import LabError
from ..project import LANDMARKS, Project
from ..proof.export import state_of
from ..records.state import State, read_state
from ..records.store import read_store
from .build import ASSETS, BUILDER
from .layout import environment
from .markup import front_matter, text

PAGES = {
    "index.md": "Projects",
    "waiting.md": "Waiting",
    "beliefs.md": "Beliefs",
    "decisions.md": "Decisions",
    "learnings.md": "Learnings",
    "testsets.md": "Test sets",
    "templates.md": "Templates",
}
SETTINGS = "mkdocs.yml"
MADE_BY = "# Written by `lab portfolio`: what you write here is lost the next time.\n"
OLD = timedelta(days=7)  # an export that says less than it seems to
NUMBERED = re.compile(r"v?(\d+(?:\.\d+)*)")


@dataclass(frozen=True)
class Unread:
    """What was named and could not be read, and why."""

    where: str
    why: str


@dataclass(frozen=True)
class Summary:
    """A project in numbers: what is believed and not decided yet, urgent, or used up."""

    open: int
    urgent: int
    spent: int


def gather(places: Iterable[Path]) -> tuple[list[State], list[Unread]]:
    """The states of projects, by name.

    Args:
        places: files of `lab export`, projects, and folders that hold any of these.
    """
    states, unread = [], []
    for place in places:
        found = list(_below(place))
        if not found:
            unread.append(Unread(str(place), "holds no project, and no file of `lab export`"))
        for path in found:
            try:
                states.append(_read(path))
            except (LabError, OSError) as error:
                unread.append(Unread(str(path), str(error)))
    return sorted(states, key=lambda state: state.project.name.casefold()), unread


def _below(place: Path) -> Iterable[Path]:
    if place.is_file() or _is_project(place):
        return [place]
    if not place.is_dir():
        return []
    inside = sorted(path for path in place.iterdir() if not path.name.startswith("."))
    return [path for path in inside if path.suffix == ".json" or _is_project(path)]


def _is_project(folder: Path) -> bool:
    return all((folder / landmark).exists() for landmark in LANDMARKS)


def _read(path: Path) -> State:
    if path.is_dir():
        return state_of(read_store(path))
    return read_state(path.read_bytes(), str(path))


def build_portfolio(states: Sequence[State], unread: Sequence[Unread], folder: Path) -> Path:
    """Write the pages and build the site in a folder; give its first page.

    Raises:
        LabError: the folder holds something else, or the builder finds a fault.
    """
    settings = folder / SETTINGS
    if folder.exists() and not _is_ours(folder, settings):
        raise LabError(
            f"{folder} holds something else: name a folder that is empty, or not there yet."
        )
    pages = folder / "pages"
    shutil.rmtree(pages, ignore_errors=True)
    (pages / "assets").mkdir(parents=True)
    for name in ASSETS:
        content = (files("lab.site") / "assets" / name).read_bytes()
        (pages / "assets" / name).write_bytes(content)
    for path, page in pages_of(states, unread).items():
        (pages / path).write_bytes(page.encode())
    listed = "".join(f"  - {title}: {path}\n" for path, title in PAGES.items())
    template = (files("lab.site") / "templates/portfolio" / SETTINGS).read_text(encoding="utf-8")
    settings.write_text(f"{MADE_BY}{template}\nnav:\n{listed}", encoding="utf-8")
    built = Project(folder).run(*BUILDER, "build", "--strict", "--clean")
    if built.code:
        raise LabError(f"The site does not build:\n{built.tail()}")
    return folder / "site/index.html"


def _is_ours(folder: Path, settings: Path) -> bool:
    if not folder.is_dir():
        return False
    if settings.is_file():
        return settings.read_text(encoding="utf-8", errors="replace").startswith(MADE_BY)
    return not any(folder.iterdir())


def pages_of(states: Sequence[State], unread: Sequence[Unread]) -> dict[str, str]:
    """Each page as Markdown, by its path."""
    shown = {
        "states": states,
        "unread": unread,
        "newest": newest_versions(states),
        "behind": behind,
        "stale": stale(states),
        "named": named(states),
        "summed": {id(state): summed(state) for state in states},
        "key": id,
        "joined": ", ".join,
    }
    pages = {}
    for path, title in PAGES.items():
        made = environment().get_template(f"portfolio/{path}").render(shown)
        body = re.sub(r"\n{3,}", "\n\n", made).strip("\n")
        pages[path] = front_matter(title, ("navigation", "toc")) + f"# {text(title)}\n\n{body}\n"
    return pages


def summed(state: State) -> Summary:
    """A project in numbers."""
    return Summary(
        open=sum(belief.outcome is None for belief in state.beliefs),
        urgent=sum(need.urgent for need in state.waiting),
        spent=sum(
            testset.taken >= testset.budget for testset in state.testsets if not testset.retired
        ),
    )


def named(states: Sequence[State]) -> Mapping[int, Markup]:
    """The name of each project, as a link where its address is known, by its place."""
    return {
        id(state): Markup('<a href="{}">{}</a>').format(address, text(state.project.name))
        if (address := state.project.address) and address.startswith("https://")
        else text(state.project.name)
        for state in states
    }


def newest_versions(states: Iterable[State]) -> dict[str, str]:
    """By template: the newest version that any of the projects has."""
    newest: dict[str, str] = {}
    for state in states:
        template, version = state.project.template, state.project.version
        if template and version and NUMBERED.match(version):
            newest[template] = max(newest.get(template, version), version, key=_number)
    return newest


def behind(state: State, newest: Mapping[str, str]) -> bool | None:
    """Has a project an older version than another one of its template? None: nobody can tell."""
    template, version = state.project.template, state.project.version
    if not template or not version or template not in newest or not NUMBERED.match(version):
        return None
    return _number(version) < _number(newest[template])


def _number(version: str) -> tuple[int, ...]:
    """The parts of a version that are numbers, those of a fork's own label included."""
    numbers = [int(part) for part in re.findall(r"\d+", re.sub(r"-g[0-9a-f]+$", "", version))]
    return tuple(numbers)


def stale(states: Sequence[State]) -> set[int]:
    """The states that are much older than the newest of them."""
    newest = max((state.as_of for state in states), default=None)
    return {id(state) for state in states if newest and newest - state.as_of > OLD}
