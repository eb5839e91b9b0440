"""Places: where a text stands, what its links lead to, and what its marks stand for."""

from collections.abc import Callable
from posixpath import dirname, join, normpath
from urllib.parse import quote, unquote

from ..proof.references import REFERENCE, value_of
from .parts import way_to
from .prose import Place
from .world import World

Parts = Callable[[str, str], str | None]


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
    for one in (found, f"{found}/index.md", f"{found}/README.md"):
        if one in world.files:
            return f"{quote(way_to(one, base))}{hash_}{anchor}"
    if found.startswith("..") or not (world.store.root / found).exists():
        return url
    return None
