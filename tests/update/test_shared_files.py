"""The team's part of shared files: what tools write into them survives, with no conflict."""

import subprocess
import tomllib
from pathlib import Path

import pytest
from rendering import commit, release

from lab.cli import main

from .releases import NEXT, History, edit, source_of

PYPROJECT = "pyproject.toml"
TEAM = "# --- team: begin ---\n"


def uv(project: Path, *words: str) -> None:
    """What `uv add` writes, without making an environment or asking an index."""
    subprocess.run(["uv", "add", "--quiet", "--frozen", *words], cwd=project, check=True)


def works(project: Path) -> None:
    """A week of a team's: packages, a local one, settings of ruff and pytest, git lfs."""
    (project / "libs/mine/src/mine").mkdir(parents=True)
    (project / "libs/mine/src/mine/__init__.py").touch()
    (project / "libs/mine/pyproject.toml").write_text(
        '[project]\nname = "mine"\nversion = "1.0"\nrequires-python = ">=3.11"\n', encoding="utf-8"
    )
    uv(project, "--editable", "./libs/mine")
    uv(project, "requests>=2.30", "pyarrow>=20")
    uv(project, "--dev", "rope>=1.13", "pytest-randomly>=3")
    uv(project, "--group", "pipeline", "dvc-s3>=3")
    settings = project / PYPROJECT
    edit(settings, f"{TEAM}# --- team: end ---\n\n[tool.ruff]", f"{TEAM}theirs = {{ git = "
         '"https://git.example.com/theirs.git" }\n# --- team: end ---\n\n[tool.ruff]')  # fmt: skip
    edit(settings, '"D107"]\n', '"D107"]\nextend-select = ["PERF"]\n')
    edit(settings, 'filterwarnings = ["error"]\n',
         'filterwarnings = ["error"]\nmarkers = ["slow: takes minutes"]\n')  # fmt: skip
    attributes = project / ".gitattributes"
    tracked = "*.bin filter=lfs diff=lfs merge=lfs -text\n"  # as `git lfs track` appends it
    attributes.write_text(attributes.read_text("utf-8") + tracked, encoding="utf-8")
    commit(project)


def evolves(template: Path) -> None:
    """The template changes the lines beside all of these."""
    settings = source_of(template, PYPROJECT)
    for line in settings.read_text(encoding="utf-8").splitlines():
        if line.startswith('    "') and "~=" in line:
            edit(settings, line, line.replace("~=", "~=1", 1))
    edit(settings, '"D107"]\n', '"D107", "D203"]\n')
    edit(settings, 'filterwarnings = ["error"]\n', 'filterwarnings = ["error", "default"]\n')
    edit(
        source_of(template, ".gitattributes"), "*.skops binary\n", "*.skops binary\n*.npz binary\n"
    )
    release(template, NEXT)


@pytest.fixture
def worked(started: History, monkeypatch: pytest.MonkeyPatch) -> History:
    works(started.project)
    monkeypatch.chdir(started.project)
    return started


def test_what_a_team_adds_is_no_drift(worked: History, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["drift"]) == 0, capsys.readouterr().out
    edit(worked.project / PYPROJECT, "line-length = 100", "line-length = 88")
    assert main(["drift"]) == 1


def test_all_of_it_survives_an_update_without_a_conflict(worked: History) -> None:
    before = tomllib.loads((worked.project / PYPROJECT).read_text(encoding="utf-8"))
    evolves(worked.template)
    done = worked.update()
    assert (done.conflicts, done.kept) == ([], [])
    after = tomllib.loads((worked.project / PYPROJECT).read_text(encoding="utf-8"))
    for package in ("mine", "requests>=2.30", "pyarrow>=20"):
        assert package in after["project"]["dependencies"]
    assert "numpy~=12.2" in after["project"]["dependencies"]
    assert "rope>=1.13" in after["dependency-groups"]["dev"]
    assert "dvc-s3>=3" in after["dependency-groups"]["pipeline"]
    assert after["tool"]["uv"]["sources"] == before["tool"]["uv"]["sources"]
    assert after["tool"]["uv"]["workspace"] == {"members": ["api", "libs/mine"]}
    assert after["tool"]["ruff"]["lint"]["extend-select"] == ["PERF"]
    assert "D203" in after["tool"]["ruff"]["lint"]["ignore"]
    assert after["tool"]["pytest"]["ini_options"]["markers"] == ["slow: takes minutes"]
    attributes = (worked.project / ".gitattributes").read_text(encoding="utf-8")
    assert "*.bin filter=lfs" in attributes
    assert "*.npz binary" in attributes


def test_a_line_that_both_change_is_still_a_persons_to_settle(worked: History) -> None:
    edit(worked.project / PYPROJECT, '"joblib~=1.5"', '"joblib==1.5.1"')
    commit(worked.project)
    evolves(worked.template)
    assert worked.update().conflicts == [PYPROJECT]
    text = (worked.project / PYPROJECT).read_text(encoding="utf-8")
    assert "|||||||" not in text
    assert "joblib==1.5.1" in text


def test_a_table_that_would_be_there_twice_stops_the_update(
    worked: History, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = worked.project / PYPROJECT
    settings.write_text(settings.read_text("utf-8") + "\n[tool.later]\na = 1\n", encoding="utf-8")
    commit(worked.project)
    edit(
        source_of(worked.template, PYPROJECT),
        "[tool.ruff]\n",
        "[tool.later]\nb = 1\n\n[tool.ruff]\n",
    )
    release(worked.template, NEXT)
    before = settings.read_bytes()
    assert main(["update"]) == 3
    assert "pyproject.toml could not be read" in capsys.readouterr().err
    assert settings.read_bytes() == before
