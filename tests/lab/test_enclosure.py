"""A command cannot read what is denied to it, and everything else as before."""

import subprocess
import sys
from pathlib import Path

import pytest

from lab.enclosure import enclosed, is_possible, neighbours

READ = "import sys; print(open(sys.argv[1]).read(), end='')"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("sealed/labels", "open/rows", "scratch/x"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("inside")
    return tmp_path


@pytest.mark.skipif(not is_possible(), reason="this system has no Landlock")
def test_a_denied_file_cannot_be_read(folder: Path):
    before = enclosed([folder / "sealed", folder / "not there"], folder / "scratch")

    def read(name: str) -> subprocess.CompletedProcess[str]:
        command = [*before, sys.executable, "-c", READ, str(folder / name)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    assert read("open/rows").stdout == "inside"
    assert read("scratch/x").stdout == "inside"
    refused = read("sealed/labels")
    assert refused.returncode == 1
    assert "PermissionError" in refused.stderr


def test_the_neighbours_are_all_but_the_denied_and_what_holds_it(folder: Path):
    found = list(neighbours([folder / "sealed"]))
    assert {folder / "open", folder / "scratch"} <= set(found)
    assert not {folder / "sealed", folder, folder.parent, Path("/")} & set(found)


def test_with_nothing_to_deny_nothing_stands_before_a_command(folder: Path):
    assert enclosed([folder / "not there"], folder) == ()
