"""Which tool a project names: by its answers, by the pin in pyproject.toml and by uv.lock.

All of it is read from texts, so that it can be asked of any commit.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from ..errors import LabError
from ..records.answers import ANSWERS
from ..records.document import parse_yaml
from .tool import NAME

PYPROJECT, LOCK = "pyproject.toml", "uv.lock"
NAMING = (ANSWERS, PYPROJECT, LOCK)
WAYS = ("git", "vendored", "index")
GIT_PIN = re.compile(rf"{NAME}@git\+(?P<address>.+)@(?P<commit>[0-9a-f]{{40}}|[0-9a-f]{{64}})")
VERSION_PIN = re.compile(rf"{NAME}==(?P<version>[0-9][0-9A-Za-z.+!-]*)")
DESCRIBED = re.compile(r"(?:.*-g)?([0-9a-f]{7,64})")  # what git describes a commit without a tag as
PACKAGES = re.compile(r"^\[\[package\]\]$", re.MULTILINE)


@dataclass(frozen=True)
class Template:
    """What the answers of a project name: the template, its version, and the way to the tool."""

    address: str
    version: str
    way: str | None


@dataclass(frozen=True)
class Locked:
    """The tool's entry in uv.lock: version, source by its kind, and the digests of its files."""

    version: str
    source: tuple[tuple[str, str], ...]
    hashes: frozenset[str]


@dataclass(frozen=True)
class Pins:
    """What one state of a project says of its tool.

    Attributes:
        template: None where no answers name one.
        requirements: those of pyproject.toml on the tool, without spaces.
        source: what `tool.uv.sources` says of it.
        locked: its entry in uv.lock; None where there is none, or more than one.
    """

    template: Template | None
    requirements: tuple[str, ...]
    source: tuple[tuple[str, str], ...]
    locked: Locked | None

    @property
    def commit(self) -> str | None:
        """The commit that is pinned, if one is."""
        found = GIT_PIN.fullmatch(self.requirements[0]) if self.requirements else None
        return found["commit"] if found else None

    @property
    def version(self) -> str | None:
        """The version that is pinned, if one is."""
        found = VERSION_PIN.fullmatch(self.requirements[0]) if self.requirements else None
        return found["version"] if found else None

    @property
    def wheel(self) -> str | None:
        """The path of the wheel that is pinned, if one is."""
        path = dict(self.source).get("path")
        return path if path == f"lab/agile_ml_lab-{self.version}-py3-none-any.whl" else None


def read_pins(text_of: Callable[[str], str | None]) -> Pins:
    """What a project says of its tool; `text_of` gives the text of a file, or None."""
    requirements, source = _pins_in(text_of(PYPROJECT) or "")
    return Pins(
        _template_in(text_of(ANSWERS) or ""), requirements, source, _locked_in(text_of(LOCK) or "")
    )


def faults_of_pins(pins: Pins, has_lock: bool) -> Iterator[tuple[str, str]]:
    """Where pin and lock are not what the template's version makes of the answers.

    Yields:
        The file, and what is wrong with it.
    """
    template, locked = pins.template, pins.locked
    if template is None:
        yield ANSWERS, "it does not say which version of which template made the project"
        return
    if template.way not in WAYS:
        yield ANSWERS, "it does not say which way the project gets its tool"
        return
    if len(pins.requirements) != 1:
        many = f"{len(pins.requirements)} times" if pins.requirements else "nowhere"
        yield PYPROJECT, f"it names {NAME} {many}, and a project names its tool once"
        return
    if fault := {"git": _git, "vendored": _vendored, "index": _index}[template.way](pins, template):
        yield PYPROJECT, fault
    elif not locked:
        if has_lock or template.way == "vendored":
            yield LOCK, f"it does not hold exactly one {NAME}"
    elif not _is_locked_as_pinned(pins, locked):
        where = ", ".join(f"{kind} {place}" for kind, place in locked.source)
        yield LOCK, f"it holds {NAME} {locked.version} from {where}, and that is not the pin"


def same_address(one: str, other: str) -> bool:
    """Do two addresses lead to the same repository?"""
    return _plain(address_of(one)) == _plain(address_of(other))


def git_address(source: str) -> str:
    """A template's address as git takes it; Copier has short forms for two forges."""
    for short, forge in (("gh:", "https://github.com/"), ("gl:", "https://gitlab.com/")):
        if source.startswith(short):
            return f"{forge}{source.removeprefix(short).strip('/').removesuffix('.git')}.git"
    return source.removeprefix("git+")


def address_of(source: str) -> str:
    """A template's address as a URL, from all forms that Copier and git know."""
    address = git_address(source)
    if "://" in address:
        return address
    if re.match(r"[^/\\:]{2,}:", address):
        return "ssh://" + re.sub(r"^([^/:]+):/?", r"\1/", address)
    return Path(address).expanduser().absolute().as_uri()


def _plain(address: str) -> str:
    parts = urlsplit(address)
    host = (parts.hostname or "") + (f":{parts.port}" if parts.port else "")
    path = unquote(parts.path).rstrip("/").removesuffix(".git").strip("/")
    return f"{parts.scheme.lower()}://{host}/{path}"


def _git(pins: Pins, template: Template) -> str | None:
    found = GIT_PIN.fullmatch(pins.requirements[0])
    if not found or pins.source:
        return f"it does not pin {NAME} to a commit of {template.address}"
    if not same_address(found["address"], template.address):
        return f"it takes {NAME} from {found['address']}, and the template is {template.address}"
    described = DESCRIBED.fullmatch(template.version)
    if described and not found["commit"].startswith(described[1]):
        return (
            f"it pins {NAME} to {found['commit'][:10]}, and the template's version is "
            f"{template.version}"
        )
    return None


def _vendored(pins: Pins, template: Template) -> str | None:
    if not pins.version or not pins.wheel or len(pins.source) != 1:
        return f"it does not pin {NAME} to a wheel in lab/"
    return None


def _index(pins: Pins, template: Template) -> str | None:
    if not pins.version or dict(pins.source).keys() - {"index"}:
        return f"it does not pin one version of {NAME} in a package index"
    return None


def _is_locked_as_pinned(pins: Pins, locked: Locked) -> bool:
    source = dict(locked.source)
    pinned = GIT_PIN.fullmatch(pins.requirements[0])
    if pinned:
        address, _, commit = source.get("git", "").partition("#")
        return commit == pinned["commit"] and same_address(
            address.partition("?")[0], pinned["address"]
        )
    if pins.wheel:
        return source == {"path": pins.wheel} and locked.version == pins.version
    return source.keys() == {"registry"} and locked.version == pins.version


@lru_cache(maxsize=256)
def _template_in(text: str) -> Template | None:
    try:
        said = parse_yaml(text, Path(ANSWERS))
    except LabError:
        return None
    match said:
        case {"_src_path": str(address), "_commit": str(version), **answers}:
            way = answers.get("tool")
            return Template(address, version, way if isinstance(way, str) else None)
    return None


@lru_cache(maxsize=256)
def _pins_in(text: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    content = _toml(text)
    project = _mapping(content.get("project"))
    lists = [project.get("dependencies")]
    lists += _mapping(project.get("optional-dependencies")).values()
    lists += _mapping(content.get("dependency-groups")).values()
    named = {
        "".join(entry.split())
        for entries in lists
        if isinstance(entries, list)
        for entry in entries
        if isinstance(entry, str) and _is_tool(re.split(r"[^A-Za-z0-9._-]", entry.strip())[0])
    }
    sources = _mapping(_mapping(_mapping(content.get("tool")).get("uv")).get("sources"))
    source = next((one for name, one in sources.items() if _is_tool(name)), {})
    return tuple(sorted(named)), _flat(source)


@lru_cache(maxsize=256)
def _locked_in(text: str) -> Locked | None:
    """The tool's entry; only the blocks that speak of it are parsed, for the file is long."""
    found = []
    for block in PACKAGES.split(text)[1:]:
        if NAME in block:
            entry = _toml(block.partition("\n[[")[0])
            if _is_tool(str(entry.get("name"))):
                found.append(entry)
    if len(found) != 1:
        return None
    files = [_mapping(one) for one in [*_list(found[0].get("wheels")), found[0].get("sdist")]]
    hashes = frozenset(str(file["hash"]) for file in files if "hash" in file)
    return Locked(str(found[0].get("version")), _flat(found[0].get("source")), hashes)


def _is_tool(name: str) -> bool:
    return re.sub(r"[-_.]+", "-", name).lower() == NAME


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _flat(value: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict):
        return (("", str(value)),)  # such as a list of sources by platform
    return tuple(sorted((str(key), str(said)) for key, said in value.items()))
