"""Links: the way from one page to another, and what the links and marks of a text lead to."""

from collections.abc import Callable
from posixpath import dirname, join, normpath, relpath
from urllib.parse import quote, unquote

from markupsafe import Markup

from ..proof.references import REFERENCE, value_of
from .prose import Place
from .world import World

Parts = Callable[[str, str], str | None]


def address(target: str, here: str) -> Markup:
    """The address of a page as another one links it in HTML; both are paths of their sources."""
    path, hash_, anchor = target.partition("#")
    way = way_to(path, here)
    if way.endswith("README.md"):
        way = f"{way.removesuffix('README.md')}index.md"
    page = f"{way.removesuffix('.md')}.html" if way.endswith(".md") else way
    return Markup(f"{quote(page)}{hash_}{quote(anchor)}")


def page_of_person(handle: str) -> str:
    """The source of somebody's page."""
    return f"team/people/{handle}.md"


def way_to(path: str, here: str) -> str:
    """A path from the folder of another, with slashes; both are relative to the same root."""
    return relpath(path, dirname(here) or ".")


def place_of(
    path: str, world: World, part: Parts = lambda id_, name: None, base: str | None = None
) -> Place:
    """The surroundings of a document.

    Args:
        path: of its source, relative to the root.
        world: everything that is known.
        part: what the site draws for a record and a name.
        base: the page that shows it, where that is another one.
    """

    def value(reference: str) -> str | None:
        found = REFERENCE.fullmatch(reference)
        return value_of(found, world.store) if found else None

    here = base or path

    def record(id_: str) -> str | None:
        found = world.store.get(id_)
        known = found and found.path != here
        return way_to(found.path, here) if found and known else None

    return Place(lambda url: locate(url, path, world, here), value, part, record)


def locate(url: str, path: str, world: World, base: str) -> str | None:
    """Where a relative link of the document at `path` leads from the page `base`.

    What lies in the repository, and not on the site, is None. What lies nowhere stays as it is:
    the builder names it.
    """
    target, hash_, anchor = url.partition("#")
    target, _, _ = target.partition("?")
    if not target:
        return url
    found = normpath(join(dirname(path), unquote(target)))
    folder, _, name = found.rpartition("/log/")
    if any(entry.name == name for entry in world.logs.get(folder.rpartition("/")[2], ())):
        hash_, anchor, found = "#", f"log-{name.removesuffix('.md')}", f"{folder}/index.md"
    for source in (found, f"{found}/index.md", f"{found}/README.md"):
        if source in world.files:
            return f"{quote(way_to(source, base))}{hash_}{anchor}"
    if found.startswith("..") or not (world.store.root / found).exists():
        return url
    return None
