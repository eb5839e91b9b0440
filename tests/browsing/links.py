"""Links of a built site, read from its files: where they lead, and whether there is anything."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

BASE = "http://site.invalid/"
LINKING = {"a": "href", "area": "href", "link": "href"}
LOADING = {"img": "src", "script": "src", "iframe": "src", "source": "src", "object": "data"}
LOADING |= {"image": "href", "use": "href"}
RUNNING = ("javascript:", "vbscript:", "data:text/html")
OUTSIDE = ("mailto:", "data:")


@dataclass
class Read(HTMLParser):
    """The anchors and the links of one page."""

    anchors: set[str] = field(default_factory=set)
    links: list[tuple[str, str]] = field(default_factory=list)  # tag, address as it is written
    running: list[str] = field(default_factory=list)  # attributes and links that are scripts

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element is called and where it leads."""
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if given.get(name)}
        self.running += [f"<{tag} {name}>" for name in given if name.startswith("on")]
        self.running += [
            f"<{tag} {name}={value!r}>"
            for name, value in given.items()
            if value.strip().lower().startswith(RUNNING)
        ]
        name = (LINKING | LOADING).get(tag)
        if name in given:
            self.links.append((tag, given[name]))


def read_site(site: Path) -> dict[str, Read]:
    """Every page by its path."""
    pages = {}
    for path in sorted(site.rglob("*.html")):
        page = Read()
        page.feed(path.read_text(encoding="utf-8"))
        pages[path.relative_to(site).as_posix()] = page
    return pages


def broken_links(site: Path) -> Iterator[str]:
    """Each link of a page that leads nowhere, with its page."""
    pages = read_site(site)
    for name, page in pages.items():
        for tag, target in page.links:
            if fault := _fault(site, pages, name, target):
                yield f"{name}: <{tag}> {target!r}: {fault}"


def _fault(site: Path, pages: dict[str, Read], name: str, target: str) -> str | None:
    if target.strip().lower().startswith(RUNNING):
        return "it runs a script"
    if target.startswith(OUTSIDE):
        return None
    full = urljoin(BASE + name, target)
    if not full.startswith(BASE):
        return None  # a link to elsewhere is the reader's own choice; nothing is loaded from it
    parts = urlsplit(full)
    path = unquote(parts.path).lstrip("/")
    path = path + "index.html" if path in ("", ".") or path.endswith("/") else path
    if not (site / path).is_file():
        return "there is no such file"
    anchor = unquote(parts.fragment)
    if anchor and path in pages and anchor not in pages[path].anchors:
        return "there is no such anchor"
    return None


def loaded_from_elsewhere(site: Path) -> Iterator[str]:
    """Each thing that a page would load from another machine."""
    for name, page in read_site(site).items():
        for tag, target in page.links:
            if tag in LOADING and not urljoin(BASE + name, target).startswith((BASE, "data:")):
                yield f"{name}: <{tag}> {target!r}"


def feeds(site: Path) -> dict[str, ET.Element]:
    """Every Atom feed by its path."""
    found = {}
    for path in sorted(site.rglob("*.xml")):
        root = ET.parse(path).getroot()
        if root.tag.endswith("}feed"):
            found[path.relative_to(site).as_posix()] = root
    return found


def links_of_feed(name: str, feed: ET.Element) -> list[str]:
    """Where the entries of a feed lead, as paths in the site if they are relative."""
    atom = "{http://www.w3.org/2005/Atom}"
    here = PurePosixPath(name).parent
    return [
        urljoin(f"{BASE}{here}/", link.get("href", ""))
        for link in feed.iter(f"{atom}link")
        if link.get("rel", "alternate") == "alternate"
    ]
