"""The tool itself: its version, its commit, and a digest over the files that are in use.

The digest is the same whichever way the tool came: from the template's repository, as a wheel,
from a package index, or from a checkout. It is computed from the files, and not read from what an
installer wrote about them. Nothing here is read, and
little imported, before it is asked for.
"""

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from importlib.metadata import Distribution

NAME, PACKAGE = "agile-ml-lab", "lab"
FOLDER = Path(__file__).parents[1]
BYTECODE = (".pyc", ".pyo")
VERSION = "v1"


@dataclass(frozen=True)
class Tool:
    """What a verdict says of the tool that computed it; `commit` is None where nothing proves one.

    `digest` is `v1:` and 64 hexadecimal digits.
    """

    version: str
    commit: str | None
    digest: str


@dataclass(frozen=True)
class Installed:
    """How the tool in use came here, as its installer left it.

    Attributes:
        way: git | wheel | index | folder; `folder` is a checkout that is used as it lies there,
            a build from one, or files that belong to no installation at all.
        version: of the package.
        commit: that of a git installation.
        address: where it came from; None for an index.
        changed: the files of the package that are not what the installer wrote, relative to it.
    """

    way: str
    version: str
    commit: str | None = None
    address: str | None = None
    changed: tuple[str, ...] = ()


def tool_in_use() -> Tool:
    """The tool that runs now."""
    installed = read_installed()
    return Tool(installed.version, installed.commit, digest_of_files(files_in(FOLDER)))


def digest_of_files(files: Mapping[str, bytes]) -> str:
    """The digest of a package: SHA-256 over the sorted paths and the SHA-256 of each content.

    Args:
        files: contents by path, relative to the package's folder, with slashes.
    """
    lines = (f"{hashlib.sha256(files[path]).hexdigest()}  {path}\n" for path in sorted(files))
    return f"{VERSION}:{hashlib.sha256(''.join(lines).encode()).hexdigest()}"


def files_in(folder: Path) -> dict[str, bytes]:
    """The files of a package's folder, but for bytecode; by path relative to it, with slashes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not _is_bytecode(path.relative_to(folder).as_posix())
    }


def files_in_wheel(wheel: Path | bytes) -> dict[str, bytes]:
    """The files of the package inside a wheel, by path relative to it.

    Args:
        wheel: the file, or its content.

    Raises:
        ValueError: it is no wheel of this package, or it holds more than the package: bytecode
            would run in place of the source, a file beside it at each start of Python.
    """
    import zipfile
    from io import BytesIO

    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(BytesIO(wheel) if isinstance(wheel, bytes) else wheel) as archive:
            for name in archive.namelist():
                top, _, path = name.partition("/")
                if name.endswith("/") or (
                    top.startswith("agile_ml_lab-") and top.endswith(".dist-info")
                ):
                    continue
                if top != PACKAGE or not path or _is_bytecode(path):
                    raise ValueError(f"it holds {name}, which is no source of the tool")
                found[path] = archive.read(name)
    except (OSError, zipfile.BadZipFile, RuntimeError) as error:
        raise ValueError(f"it is no wheel that can be read ({error})") from None
    if not found:
        raise ValueError("it does not hold the tool")
    return found


def read_installed() -> Installed:
    """How the tool in use came here."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        known = distribution(NAME)
    except PackageNotFoundError:
        return Installed("folder", "unknown", address=str(FOLDER))
    about = json.loads(known.read_text("direct_url.json") or "{}")
    address = about.get("url")
    if Path(str(known.locate_file(PACKAGE))).resolve() != FOLDER.resolve():
        return Installed("folder", known.version, address=str(FOLDER))
    commit = about.get("vcs_info", {}).get("commit_id")
    if commit:
        way = "git"
    elif address is None:
        way = "index"
    else:
        way = "wheel" if address.endswith(".whl") else "folder"
    return Installed(way, known.version, commit, address, tuple(_changed(known)))


def path_of(address: str) -> Path | None:
    """The file of a `file:` address; None for an address of another machine."""
    from urllib.request import url2pathname

    parts = urlsplit(address)
    return Path(url2pathname(parts.path)) if parts.scheme == "file" else None


def _changed(known: "Distribution") -> list[str]:
    """Where the files in use are not those of which the installer wrote the digests."""
    written = {
        file.as_posix().removeprefix(f"{PACKAGE}/"): file.hash
        for file in known.files or ()
        if file.parts[0] == PACKAGE and not _is_bytecode(file.as_posix())
    }
    files = files_in(FOLDER)
    differing = written.keys() ^ files.keys()
    for path, hash_ in written.items():
        if path in files and (hash_ is None or hash_.value != _recorded(files[path], hash_.mode)):
            differing.add(path)
    return sorted(differing)


def _recorded(content: bytes, mode: str) -> str:
    """A digest in the form of RECORD."""
    return urlsafe_b64encode(hashlib.new(mode, content).digest()).rstrip(b"=").decode()


def _is_bytecode(path: str) -> bool:
    return path.endswith(BYTECODE) or "__pycache__" in path.split("/")
