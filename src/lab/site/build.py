"""`lab site build`: read the project, write its pages, run the builder over them."""

import os
import sys
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path, PurePosixPath

from ..errors import LabError
from ..project import Project
from ..records.document import read_document
from .feed import DECISIONS, FEED, decisions_feed, lessons_feed
from .layout import Page, written
from .pages.board import board_page
from .pages.exploration import exploration_page
from .pages.flow import flow_page
from .pages.glossary import glossary_page
from .pages.home import home_page
from .pages.hypotheses import hypotheses_page
from .pages.iterations import iterations_page
from .pages.learnings import learnings_page, lessons
from .pages.lift import lift_page
from .pages.live import live_page
from .pages.model_cards import cards_page
from .pages.person import person_pages
from .pages.record import record_page
from .pages.results import results_page
from .pages.stage import document_page, stage_page
from .pages.team import start_page, team_page
from .pages.trust import trust_page
from .world import SHELVES, World, read_world

PAGES = Path("build/pages")
SITE = Path("build/site")
BESIDE = frozenset({"templates"})
ASSETS = ("lab.css", "lab.js", "logo.svg")
BUILDER = (sys.executable, "-m", "mkdocs")
OVERVIEW = {
    "index.md": home_page,
    "board.md": board_page,
    "hypotheses.md": hypotheses_page,
    "iterations.md": iterations_page,
    "learnings.md": learnings_page,
    "results.md": results_page,
    "lift.md": lift_page,
    "live.md": live_page,
    "flow.md": flow_page,
    "trust.md": trust_page,
    "exploration.md": exploration_page,
    "cards.md": cards_page,
    "start.md": start_page,
    "glossary.md": glossary_page,
}


def build_site(project: Project) -> Path:
    """Write the pages to `build/pages` and the site to `build/site`; give its first page.

    Raises:
        LabError: a record or a table cannot be read, or the builder finds a fault.
    """
    write_pages(project.root)
    built = project.run(*BUILDER, "build", "--strict", "--clean")
    if built.code:
        faults = [line for line in built.lines if line.startswith(("WARNING", "ERROR", "Error"))]
        listed = "\n".join(f"    {line}" for line in faults) or built.tail()
        raise LabError(f"The site does not build:\n{listed}\nFix the pages that it names.")
    return project.root / SITE / "index.html"


def write_pages(root: Path, is_dated: bool = True) -> list[str]:
    """Write every page whose bytes changed, and remove what is no page any more.

    Args:
        root: the project.
        is_dated: whether each page says as of which day and commit it is.

    Returns:
        The paths that were written or removed, below `build/pages`.

    Raises:
        LabError: a record or a table cannot be read; the last pages stay.
    """
    found = on_shelves(root)
    wanted: dict[str, bytes] = {}
    for path, content in pages_of(root, found, is_dated).items():
        wanted[path] = content.encode()
    target = root / PAGES
    there = set(_below(str(target), ""))
    beside = {path: root / path for path in found if not path.endswith(".md")}
    changed = sorted(there - wanted.keys() - beside.keys())
    for path in changed:
        (target / path).unlink()
    for path, content in wanted.items():
        changed += [path] if _is_new(target / path, content) else []
    # Pictures, tables and whatever else lies beside the documents.
    for path, source in beside.items():
        changed += [path] if _is_new(target / path, source.read_bytes()) else []
    return changed


def _is_new(path: Path, content: bytes) -> bool:
    """Was a file written? One that holds the same already is left alone."""
    try:
        if path.read_bytes() == content:
            return False
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return True


def pages_of(root: Path, found: Iterable[str], is_dated: bool = True) -> dict[str, str]:
    """Every page of the site, by its path below `build/pages`.

    Args:
        root: the project.
        found: the files of its shelves.
        is_dated: whether each page says as of which day and commit it is.
    """
    found = list(found)
    logged = {path for path in found if PurePosixPath(path).parent.name == "log"}
    world = read_world(root, frozenset(found) - logged, is_dated)
    records = {record.path: record for record in world.store.records.values()}
    pages = {path: record_page(record, world) for path, record in records.items()}
    for path in found:
        if path.endswith(".md") and path not in records and path not in logged:
            pages[path] = _document(path, world)
    pages |= {path: made(world) for path, made in OVERVIEW.items()} | person_pages(world)
    shown = {path: written(page, path, world) for path, page in pages.items()}
    feeds = {FEED: lessons_feed(lessons(world), world), DECISIONS: decisions_feed(world)}
    return shown | feeds | _assets()


def _document(path: str, world: World) -> Page:
    """The page of a document that is no record."""
    document = read_document(world.store.root / path)
    folder, _, name = path.rpartition("/")
    if path == "team/README.md":
        return team_page(document, world)
    if name == "README.md" and folder not in SHELVES:
        inside = [
            record
            for record in world.store.records.values()
            if record.path.startswith(f"{folder}/")
        ]
        return stage_page(path, document, inside, world)
    return document_page(path, document, world)


def _assets() -> dict[str, str]:
    """What the pages need to look and to sort as they should."""
    folder = files("lab.site") / "assets"
    return {f"assets/{name}": (folder / name).read_text(encoding="utf-8") for name in ASSETS}


def on_shelves(root: Path) -> list[str]:
    """Every file of the shelves but templates, settings, links and hidden files, in order."""
    return sorted(
        path
        for shelf in SHELVES
        for path in _below(str(root / shelf), f"{shelf}/", BESIDE)
        if not path.endswith((".yml", ".yaml"))
    )


def _below(folder: str, path: str, without: frozenset[str] = frozenset()) -> Iterator[str]:
    """The files below a folder, without links, hidden ones and folders of these names."""
    try:
        entries = os.scandir(folder)
    except FileNotFoundError:
        return
    with entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.is_symlink():
                continue
            if entry.is_dir():
                if entry.name not in without:
                    yield from _below(entry.path, f"{path}{entry.name}/", without)
            else:
                yield f"{path}{entry.name}"
