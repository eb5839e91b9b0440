"""One world, played and built once, and one look at all of its pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing.looking import look
from browsing.visits import TURNS, Visit, chromium, pages_of, served, visit
from played.world import World
from played.year import NOW, make_world
from playwright.sync_api import Browser
from sharing import Factory, shared

EPOCH = str(int(NOW.timestamp()))


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest tests/site --shots DIR` keeps a picture of every page in every setting."""
    parser.addoption("--shots", metavar="DIR", type=Path, help="keep screenshots in this folder")


@pytest.fixture(scope="module", autouse=True)
def standing_clock() -> Iterator[None]:
    """It is the last day of the world."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAB_NOW", f"{NOW:%Y-%m-%dT%H:%M:%SZ}")
        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        yield


@pytest.fixture(scope="session")
def world(template: Path, tmp_path_factory: Factory) -> World:
    """The project of fifty-odd records, with its site. Do not change it: copy it first."""

    def make(folder: Path) -> None:
        world = make_world(template, folder / "project")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
            world.lab("ann", "site", "build")

    return World(shared(tmp_path_factory, "world", make) / "project", now=NOW)


@pytest.fixture(scope="session")
def site(world: World) -> Path:
    """The built site."""
    return world.root / "build/site"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Where the site is served."""
    with served(site) as address:
        yield address


@pytest.fixture(scope="session")
def visited(site: Path, address: str, request: pytest.FixtureRequest) -> Visit:
    """What was found on a walk through all pages in light, and through every third in dark.

    What is dark follows from the same classes on all pages. Pictures are taken of every one.
    """
    shots = request.config.getoption("--shots")
    light = pages_of(site)
    dark = light if shots else light[::3]
    walks = zip((light, dark), TURNS, strict=True)
    seen = [visit(address, names, look(shots), [turn]) for names, turn in walks]
    return Visit([fault for walk in seen for fault in walk.faults])
