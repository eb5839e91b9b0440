"""GitLab's pipeline of a project, run by gitlab-ci-local in shells of this machine."""

import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from project.using import InUse, Ran, find_pythons, run, set_up
from rendering import Answers

from .conftest import commit
from .reading import BIN

RUNNER = "node_modules/gitlab-ci-local/dist/index.js"
CARD = "stages/4-experiments/HYP-20261105-linear-model-finds-tumours/index.md"
REPORT = "gl-code-quality-report.json"
SHELLS = ("--force-shell-executor", "--shell-isolation")

pytestmark = pytest.mark.skipif(not shutil.which("rsync"), reason="rsync is not installed here")


@pytest.fixture(scope="module")
def on_gitlab(render: Callable[[Answers], Path], tmp_path_factory: pytest.TempPathFactory) -> InUse:
    """A project that is set up, and that knows a repository on GitLab."""
    root = tmp_path_factory.mktemp("on-gitlab") / "project"
    shutil.copytree(render({"ci": "gitlab"}), root)
    project = set_up(root, next(iter(find_pythons().values())))
    project.ok("git", "remote", "add", "origin", "https://gitlab.example.com/team/project.git")
    (root / ".git/info/exclude").write_text(".gitlab-ci-local/\n", encoding="utf-8")
    return project


def pipeline(project: InUse, packages: Path, *arguments: str) -> Ran:
    """Run jobs as GitLab would, but for the container around them."""
    mine = str(Path(sys.executable).parent)
    path = [place for place in os.environ["PATH"].split(os.pathsep) if place != mine]
    command = [str(BIN / "node"), str(packages / RUNNER), *arguments, *SHELLS]
    return run(command, project.root, project.environment() | {"PATH": os.pathsep.join(path)})


def test_a_push_runs_every_job_but_those_of_a_merge_request(
    on_gitlab: InUse, packages: Path
) -> None:
    listed = json.loads(pipeline_list(on_gitlab, packages))
    assert [job["name"] for job in listed if job["when"] != "never"] == [
        "lint", "typing", "tests: [3.11]", "tests: [3.12]", "tests: [3.13]", "records",
        "pipeline", "evidence", "site", "pages",
    ]  # fmt: skip


def pipeline_list(project: InUse, packages: Path) -> str:
    said = pipeline(project, packages, "--list-json").output
    return said[said.index("[\n") : said.rindex("]") + 1]


def test_its_jobs_pass(on_gitlab: InUse, packages: Path) -> None:
    names = ("lint", "typing", "records", "pipeline", "evidence", "site")
    ran = pipeline(on_gitlab, packages, *names)
    assert ran.code == 0, ran.output
    assert ran.output.count(" PASS ") == len(names)
    assert "holds: the pipeline writes what is committed" in ran.output


def test_a_fault_in_a_record_is_in_the_report_and_in_the_log(
    on_gitlab: InUse, packages: Path, tmp_path: Path
) -> None:
    project = InUse(shutil.copytree(on_gitlab.root, tmp_path / "project", symlinks=True))
    project.change(CARD, "\ntimebox: ", "\ntimebax: ")
    commit(project, "Break a record")
    ran = pipeline(project, packages, "records")
    assert ran.code != 0
    assert "timebax" in ran.output
    kept = next((project.root / ".gitlab-ci-local").rglob(REPORT))
    report = json.loads(kept.read_text(encoding="utf-8"))
    assert any("timebax" in one["description"] for one in report)
    assert {one["location"]["path"] for one in report} == {CARD}
