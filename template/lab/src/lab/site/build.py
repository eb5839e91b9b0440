"""`lab site build`: read the project, write its pages, run the builder over them."""

import json
import shutil
import sys
from collections import defaultdict
from collections.abc import Sequence
from html import unescape
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import Any

from ..errors import LabError
from ..project import Project
from ..records.document import Document, parse_yaml, read_document, read_text
from ..records.store import read_store
from ..rules.references import resolved
from .pages import home_page, record_page, results_page, stage_page
from .plots import read_plots

NUMBER = (int, float)
SHOWN = {
    "metrics": {"source": str, "examples": int, "candidate": dict, "status_quo": dict},
    "lift": {"unit": str, "examples": int}
    | dict.fromkeys(("random", "status_quo", "perfect", "potential", "risk"), NUMBER),
}
PAGES = Path("build/pages")
SITE = Path("build/site")
SHELVES = ("stages", "team")


def build_site(project: Project) -> Path:
    """Write the pages to `build/pages` and the site to `build/site`; give its first page.

    Raises:
        LabError: a document or a table cannot be read, or the builder finds a fault.
    """
    found = _on_shelves(project.root)
    pages = _pages(project.root, [path for path in found if path.suffix == ".md"])
    target = project.root / PAGES
    shutil.rmtree(target, ignore_errors=True)
    for path, content in pages.items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_text(content, encoding="utf-8", newline="\n")
    # Pictures, tables and whatever else lies beside the documents; settings stay out.
    for path in (path for path in found if path.suffix not in (".md", ".yml", ".yaml")):
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(project.root / path, target / path)
    built = project.run(sys.executable, "-m", "mkdocs", "build", "--strict", "--clean")
    if built.code:
        faults = [line for line in built.lines if line.startswith(("WARNING", "ERROR", "Error"))]
        listed = "\n".join(f"    {line}" for line in faults) or built.tail()
        raise LabError(f"The site does not build:\n{listed}\nMend the pages that it names.")
    return project.root / SITE / "index.html"


def _pages(root: Path, paths: Sequence[PurePosixPath]) -> dict[PurePosixPath, str]:
    """Every page of the site, by its path below `build/pages`, from the documents at `paths`."""
    documents = {path: read_document(root / path) for path in paths}
    store = read_store(root)
    below: dict[PurePosixPath, list[PurePosixPath]] = defaultdict(list)
    for path in paths:
        below[path.parent].append(path)
    records = {path: document for path, document in documents.items() if document.front}
    pages = {}
    for path, document in documents.items():
        if path in records:
            log = below[path.parent / "log"]
            told = Document(document.front, resolved(document.body, store))
            pages[path] = record_page(told, [entry.relative_to(path.parent) for entry in log])
        elif path.name == "README.md" and path.parent.name not in SHELVES:
            inside = [
                (found.relative_to(path.parent), record)
                for found, record in records.items()
                if found.is_relative_to(path.parent)
            ]
            pages[path] = stage_page(document, inside)
        else:
            pages[path] = document.body
    settings = _settings(root)
    metrics, lift = read_numbers(root, "metrics"), read_numbers(root, "lift")
    pages[PurePosixPath("index.md")] = home_page(*settings, metrics, lift)
    pages[PurePosixPath("results.md")] = results_page(metrics, lift, read_plots(root))
    style = files("lab.site") / "assets/lab.css"
    pages[PurePosixPath("assets/lab.css")] = style.read_text(encoding="utf-8")
    return pages


def _on_shelves(root: Path) -> list[PurePosixPath]:
    """Every file of the shelves but templates, links and hidden files, in order."""
    found = (
        (path, PurePosixPath(path.relative_to(root).as_posix()))
        for shelf in SHELVES
        for path in sorted((root / shelf).rglob("*"))
    )
    return [
        inside
        for path, inside in found
        if path.is_file()
        and not path.is_symlink()
        and not any(part == "templates" or part.startswith(".") for part in inside.parts)
    ]


def _settings(root: Path) -> tuple[str, str]:
    """Name and description of the site; `mkdocs.yml` holds them escaped for its theme."""
    path = root / "mkdocs.yml"
    # Only these lines: the rest may hold tags that no parser but the builder's understands.
    keys = ("site_name:", "site_description:")
    lines = [line for line in read_text(path).splitlines() if line.startswith(keys)]
    match parse_yaml("\n".join(lines), path):
        case {"site_name": name, **others}:
            return unescape(str(name)), unescape(str(others.get("site_description") or ""))
    raise LabError(f"{path} has no site_name: add a line `site_name: ` with one.")


def read_numbers(root: Path, name: str) -> dict[str, Any]:
    """What the pipeline wrote to `evaluation/<name>.json`, `metrics` or `lift`.

    Raises:
        LabError: the file is missing, is not JSON, or lacks what the site shows.
    """
    path = root / "evaluation" / f"{name}.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise LabError(f"{path} is not there yet: run `uv run dvc repro` first.") from None
    except ValueError as error:
        raise LabError(f"{path} is not JSON ({error}): run `uv run dvc repro --force`.") from None
    found = content if isinstance(content, dict) else {}
    for key, kind in SHOWN[name].items():
        value = found.get(key)
        values = value.values() if isinstance(value, dict) else ()
        if not isinstance(value, kind) or not all(isinstance(item, NUMBER) for item in values):
            raise LabError(
                f"{path} gives {value!r} for {key!r}, which the site cannot show: "
                "mend the stage that writes it, and run `uv run dvc repro`."
            )
    return found
