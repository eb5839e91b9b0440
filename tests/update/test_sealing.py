"""`lab data adopt`: a project of version 1.0.0 that has judged seals its held-out set.

The whole of it runs as it runs for a user: the project's own environments, uv and DVC.
"""

import shutil
import sys
from pathlib import Path

import pytest
import yaml
from project.test_life import CARDS, experiment, lab
from project.using import FEW_TESTS, PACKAGE, InUse, commit
from rendering import git

from lab.cli import main
from lab.update.wiring import template

from .releases import History, begin, edit

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
CARD, VERDICT = CARDS["binary"]
AGAIN = "HYP-20261201-linear-model-finds-them-again"
FOLDER = "stages/4-experiments"


@pytest.fixture
def old(releases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> History:
    """A project of version 1.0.0 that is updated and committed, and where we are."""
    history = begin(releases, tmp_path, {}, "v1.0.0")
    history.update()
    commit(InUse(history.project), "Update")
    monkeypatch.chdir(history.project)
    return history


def test_it_says_what_it_would_do_and_what_is_in_the_way(
    old: History, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a terminal it shows; and nothing changes until all of it can."""
    project = old.project
    assert main(["data", "adopt"]) == 0
    shown = capsys.readouterr().out
    assert "Nothing was changed. To do it: lab data adopt --yes\n" in shown
    assert f"  src/{PACKAGE}/train.py: new: the train command" in shown
    assert '+  salt: "2"  ' in shown
    assert "  +    commands: dict[str, str] | None = None\n" in shown
    assert git("status", "--porcelain", cwd=project) == ""

    def refused(told: str) -> None:
        assert main(["data", "adopt", "--yes"]) != 0
        assert told in capsys.readouterr().err
        assert not (project / f"src/{PACKAGE}/train.py").exists()

    edit(project / "dvc.yaml", "      - data/raw\n", "      - data/raw\n      - geo.csv\n")
    refused("dvc.yaml is not committed (1 in all)")
    edit(project / f"src/{PACKAGE}/model.py", "def compute(", "def computing(")
    commit(InUse(project), "Ours")
    refused("  stage `data` has geo.csv in `deps`\n  src/my_ml_project/model.py has no `compute`\n")
    git("revert", "--no-edit", "HEAD", cwd=project)

    lock = 'lock: {at: "2026-11-30T09:00:00Z", by: ann, digest: v1:0, alpha: "0.005", slot: 1}'
    edit(project / FOLDER / CARD / "index.md", "lock: null", lock)
    commit(InUse(project), "Lock")
    refused(f"{CARD} is locked and has no verdict")
    git("revert", "--no-edit", "HEAD", cwd=project)

    git("mv", f"src/{PACKAGE}", "src/ours", cwd=project)
    commit(InUse(project), "Rename")
    refused(f"src/{PACKAGE} is not there")
    git("revert", "--no-edit", "HEAD", cwd=project)

    edit(project / "params.yaml", "test_share: 0.5 ", "test_share: 5 ")
    commit(InUse(project), "Break")
    refused("params.yaml does not fit, at split.test_share")
    git("revert", "--no-edit", "HEAD", cwd=project)

    for name in ("train", "predict"):
        (project / f"src/{PACKAGE}/{name}.py").write_text('"""Ours."""\n', encoding="utf-8")
    edit(project / f"src/{PACKAGE}/model.py", "def compute(", "def computing(")
    commit(InUse(project), "Commands of our own")
    assert main(["data", "adopt", "--yes"]) == 0
    assert not (project / f"src/{PACKAGE}/jobs.py").exists()
    commit(InUse(project), "Adopt")
    capsys.readouterr()
    assert main(["data", "adopt", "--yes"]) == 1
    assert "the held-out set is sealed" in capsys.readouterr().err


def test_what_is_replaced_is_what_the_first_release_made(releases: Path) -> None:
    made = git("show", "v1.0.0:template/dvc.yaml.jinja", cwd=releases)
    stages = template("stages-1.0.0.yaml").replace("PACKAGE", "{{ package_name }}")
    assert f"stages:\n{stages}\n# Shown" in made


@pytest.mark.long
def test_a_project_that_has_judged_seals_its_set_and_judges_on(
    releases: Path, tmp_path: Path
) -> None:
    history = begin(releases, tmp_path, {}, "v1.0.0")
    project = InUse(history.project)
    project.ok("uv", "sync", "--quiet", "--python", PYTHON)
    project.repro()
    lab(project, "testset", "register", "TS-2026-11", "--by", "ann")
    shutil.copytree(project.root / FOLDER / CARD, project.root / FOLDER / AGAIN)
    project.change(f"{FOLDER}/{AGAIN}/index.md", f"id: {CARD}", f"id: {AGAIN}")
    lab(project, "start", CARD)
    commit(project, "Start")
    experiment(project, "binary")
    lab(project, "judge", CARD)
    commit(project, "Judge")
    project.ok("uv", "run", "lab", "update")
    commit(project, "Update")
    project.ok("uv", "run", "--python", PYTHON, "lab", "setup", **FEW_TESTS)
    commit(project, "Set up")

    said = project.ok("uv", "run", "lab", "data", "adopt", "--yes")
    assert AGAIN in said
    _, _, removing = said.partition("  git rm -r ")
    unused = removing.partition("\n")[0].split()
    assert f"src/{PACKAGE}/pipeline" in unused
    assert not (project.root / "data/test.parquet").exists()
    assert project.yaml("team/testsets/TS-2026-11.yml")["retired"]["by"] == "ann"
    assert project.repro().stages() == ["data", "train", "evaluate", "lift"]
    lab(project, "testset", "register", "TS-2026-12")
    project.change(f"{FOLDER}/{AGAIN}/index.md", "testset: TS-2026-11", "testset: TS-2026-12")
    commit(project, "Adopt")
    project.ok("git", "rm", "-r", "--quiet", *unused)
    project.ok("uv", "run", "--no-sync", "pytest", "-q")
    project.ok("uv", "run", "--no-sync", "ruff", "check")
    commit(project, "Remove what nothing calls")

    lab(project, "start", AGAIN)
    commit(project, "Start again")
    project.change("params.yaml", "[0.03, 0.3, 3.0]", "[0.02, 0.2, 2.0]")
    assert project.repro().stages() == ["train", "evaluate"]
    lab(project, "judge", AGAIN)
    commit(project, "Judge again")
    verdict = project.json(f"{FOLDER}/{AGAIN}/verdict.json")
    assert verdict["mode"] == "confirmatory", verdict["reasons"]
    assert verdict["opening"]["dry_run"] == 50
    assert "holds" in lab(project, "check")
    assert "verdicts computed again: 2." in lab(project, "audit")
    assert yaml.safe_load(project.text(".copier-answers.yml"))["sealed"] is True
