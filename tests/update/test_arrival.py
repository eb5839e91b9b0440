"""A project of version 1.0.0 that has judged, brought to the work tree as UPGRADING.md says it.

Everything here runs as it runs for a user: the project's own environments, uv, DVC and nox.
"""

import sys
from pathlib import Path

import pytest
from project.test_life import CARDS, experiment, lab
from project.using import InUse, commit
from rendering import git

from .releases import CLASSES, NOW, OWN_TOOL, begin

pytestmark = pytest.mark.long

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
CARD, VERDICT = CARDS["binary"]


def test_what_was_judged_with_the_first_release_still_holds(releases: Path, tmp_path: Path) -> None:
    history = begin(releases, tmp_path, {}, "v1.0.0")
    project = InUse(history.project)
    project.ok("uv", "sync", "--quiet", "--python", PYTHON)
    project.repro()
    lab(project, "testset", "register", "TS-2026-11", "--by", "ann")
    lab(project, "start", CARD)
    commit(project, "Start")
    experiment(project, "binary")
    assert lab(project, "judge", CARD).lower().startswith(VERDICT)
    commit(project, "Judge")
    proved = lab(project, "audit").partition("\n")[0]
    assert "verdicts computed again: 1." in proved
    judged = git("rev-parse", "HEAD", cwd=project.root).strip()

    assert f"v1.0.0 -> {NOW}" in project.ok("uv", "run", "lab", "update")
    commit(project, "Update")  # as where a pull request of `lab forge update` is merged
    said = project.ok("uv", "run", "--python", PYTHON, "lab", "setup")
    assert "holds it" in said
    assert "the pipeline is up to date" in said
    assert "records: success" in said
    commit(project, "Set up")
    assert "holds" in lab(project, "check")
    assert lab(project, "audit").partition("\n")[0] == proved
    lab(project, "drift")
    changed = git("diff", "--name-only", "--diff-filter=a", judged, cwd=project.root).splitlines()
    assert [path for path in changed if CLASSES.of(path) == "seeded"] == []
    assert [path for path in changed if path.startswith("lab/src/")] != []
    assert not (project.root / OWN_TOOL).exists()
