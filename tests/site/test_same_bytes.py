"""The same records give the same site, to the byte, wherever and whenever it is built."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from played.world import World

pytestmark = pytest.mark.xdist_group("bytes")

BUILD = "import sys; from lab.cli import main; sys.exit(main(['site', 'build']))"
LATER = 2_000_000_000  # seconds since 1970


@pytest.fixture(scope="module")
def elsewhere(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same project, made in another order and at another time, and built far away."""
    root = tmp_path_factory.mktemp("elsewhere") / "another name"
    files = [path for path in world.root.rglob("*") if path.is_file()]
    for number, path in enumerate(sorted(files, reverse=True)):
        inside = path.relative_to(world.root)
        if inside.parts[0] == "build":
            continue
        (root / inside).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, root / inside)
        os.utime(root / inside, (LATER + number, LATER + number))
    there = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "C", "PYTHONHASHSEED": "7"}
    subprocess.run([sys.executable, "-c", BUILD], cwd=root, env=os.environ | there, check=True)
    return root


def different(one: Path, other: Path) -> list[str]:
    """The files that two folders do not hold alike."""
    names = {
        path.relative_to(folder).as_posix()
        for folder in (one, other)
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert len(names) > 50
    return sorted(
        name
        for name in names
        if not all((folder / name).is_file() for folder in (one, other))
        or (one / name).read_bytes() != (other / name).read_bytes()
    )


def test_the_pages_are_the_same(world: World, elsewhere: Path):
    assert different(world.root / "build/pages", elsewhere / "build/pages") == []


def test_the_built_site_is_the_same(world: World, elsewhere: Path):
    """The builder stamps the day on its map of the site; SOURCE_DATE_EPOCH holds it still."""
    assert different(world.root / "build/site", elsewhere / "build/site") == []


def test_only_what_tells_an_age_changes_with_the_day(world: World, elsewhere: Path):
    """A week later the records are the same: those of finished work show the same pages."""
    as_of = (b"2026-11-19", b"2026-11-26")
    before = {
        path: path.read_bytes().replace(*as_of)
        for path in (elsewhere / "build/pages/stages").rglob("index.md")
        if b"done" in path.read_bytes()
    }
    later = os.environ | {"LAB_NOW": "2026-11-26T12:00:00Z"}
    subprocess.run([sys.executable, "-c", BUILD], cwd=elsewhere, env=later, check=True)
    closed = [
        path for path in before if any(f"-{slug}/" in path.as_posix() for slug in ("archive",
        "radius-alone", "one-number", "queue-service", "upside-down", "texture-matters"))
    ]  # fmt: skip
    assert len(closed) >= 5
    after = {path: path.read_bytes().replace(*as_of) for path in closed}
    assert [path for path in closed if after[path] != before[path]] == []
