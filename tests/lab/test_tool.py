"""The tool is known: one digest whichever way it came, and the commit where there is one."""

import json
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from rendering import ROOT, git, snapshot

from lab.proof.tool import FOLDER, digest_of_files, files_in, files_in_wheel, path_of, tool_in_use

SAY = (
    "import json; from dataclasses import asdict; from lab.proof.tool import *; "
    "print(json.dumps(asdict(tool_in_use()) | {'installed': asdict(read_installed())}))"
)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of what lies here, tagged and clean."""
    return snapshot(tmp_path_factory.mktemp("tool") / "checkout")


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    uv("build", "--quiet", "--wheel", "--out-dir", str(folder), str(checkout))
    (found,) = folder.glob("*.whl")
    return found


def uv(*words: str) -> None:
    ended = subprocess.run(["uv", *words], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr


def install(folder: Path, *what: str) -> Path:
    """An environment with nothing but the tool; its Python."""
    uv("venv", "--quiet", "--python", sys.executable, str(folder))
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    uv("pip", "install", "--quiet", "--no-deps", "--python", str(python), *what)
    return python


def said(python: Path, **more: str) -> dict[str, Any]:
    """What the tool in an environment says of itself."""
    ended = subprocess.run(
        [str(python), "-c", SAY], capture_output=True, text=True, env=os.environ | more
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def package(python: Path) -> Path:
    """Where an environment keeps the tool."""
    (found,) = python.parents[1].glob("[Ll]ib/**/site-packages/lab")
    return found


@pytest.mark.parametrize("way", ["git", "wheel", "index", "folder", "editable"])
def test_the_digest_is_the_same_whichever_way_it_came(
    way: str, checkout: Path, wheel: Path, tmp_path: Path
):
    what = {
        "git": (f"agile-ml-lab @ git+{checkout.as_uri()}",),
        "wheel": (str(wheel),),
        "index": (
            "--no-index",
            "--find-links",
            str(wheel.parent),
            "--prerelease=allow",
            "agile-ml-lab",
        ),
        "folder": (str(checkout),),
        "editable": ("--editable", str(checkout)),
    }[way]
    found = said(install(tmp_path / "environment", *what))
    assert found["digest"] == digest_of_files(files_in(checkout / "src/lab"))
    assert found["digest"] == digest_of_files(files_in_wheel(wheel))
    commit = git("rev-parse", "HEAD", cwd=checkout).strip()
    assert found["commit"] == (commit if way == "git" else None)
    installed = found["installed"]
    assert installed["way"] == ("folder" if way == "editable" else way)
    assert installed["changed"] == []
    if way == "wheel":
        assert path_of(installed["address"]) == wheel


def test_the_digest_follows_the_files_and_not_what_runs_beside_them(checkout: Path, tmp_path: Path):
    files = files_in(checkout / "src/lab")
    known = digest_of_files(files)
    assert digest_of_files(dict(reversed(files.items()))) == known
    assert digest_of_files(files | {"cli.py": files["cli.py"] + b"\n"}) != known
    assert digest_of_files(files | {"more.py": b""}) != known
    assert digest_of_files({f"x{path}": content for path, content in files.items()}) != known
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__/cli.cpython-311.pyc").write_bytes(b"compiled")
    (tmp_path / "cli.py").write_bytes(b"")
    assert list(files_in(tmp_path)) == ["cli.py"]


def test_an_edit_of_what_was_installed_is_seen(wheel: Path, tmp_path: Path):
    python = install(tmp_path / "environment", "--link-mode=copy", str(wheel))
    honest = said(python)
    path = package(python) / "evidence/judge.py"
    path.write_text(path.read_text("utf-8") + "# bent\n", encoding="utf-8")
    (package(python) / "more.py").touch()
    (package(python) / "site/assets/lab.css").unlink()
    found = said(python)
    assert found["installed"]["changed"] == ["evidence/judge.py", "more.py", "site/assets/lab.css"]
    assert found["digest"] != honest["digest"]


def test_a_package_that_stands_before_the_installed_one_is_seen(
    checkout: Path, wheel: Path, tmp_path: Path
):
    python = install(tmp_path / "environment", str(wheel))
    found = said(python, PYTHONPATH=str(checkout / "src"))
    assert found["installed"]["way"] == "folder"
    assert Path(found["installed"]["address"]) == checkout / "src/lab"


@pytest.mark.parametrize(
    "name",
    [
        "sitecustomize.py",
        "agile_ml_lab.pth",
        "lab/__pycache__/cli.cpython-311.pyc",
        "lab/cli.pyc",
        "numpy/__init__.py",
    ],
)
def test_a_wheel_with_more_than_the_tool_is_none(name: str, wheel: Path, tmp_path: Path):
    bent = tmp_path / wheel.name
    bent.write_bytes(wheel.read_bytes())
    with zipfile.ZipFile(bent, "a") as archive:
        archive.writestr(name, "")
    with pytest.raises(ValueError, match=f"it holds {name}, which is no source of the tool"):
        files_in_wheel(bent)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_wheel_says_so(content: bytes, tmp_path: Path):
    (tmp_path / "tool.whl").write_bytes(content)
    with pytest.raises(ValueError, match=r"it is no wheel that can be read|does not hold the tool"):
        files_in_wheel(tmp_path / "tool.whl")


def test_it_is_asked_for_in_a_moment():
    begun = time.process_time()
    tool = tool_in_use()
    assert time.process_time() - begun < 0.5  # 0.03 s on an idle machine
    assert tool.digest == digest_of_files(files_in(FOLDER))
    assert FOLDER == ROOT / "src/lab"
