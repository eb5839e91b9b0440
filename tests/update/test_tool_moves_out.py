"""From version 1.0.0, which held the tool in each project, by that project's own `lab update`."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from rendering import commit, git, release

from lab.cli import main

from .releases import NEXT, OWN_TOOL, begin, edit, source_of

pytestmark = pytest.mark.long

EDITED = "lab/src/lab/terminal.py"
UGLY = "import os, sys\n"


def test_what_a_team_changed_in_the_tool_is_kept_and_named(
    releases: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In a folder of a larger repository; a member of the workspace of its own is a conflict."""
    history = begin(releases, tmp_path, {}, "v1.0.0")
    larger = tmp_path / "larger"
    project = shutil.copytree(
        history.project, larger / "project", ignore=shutil.ignore_patterns(".git")
    )
    git("init", "--quiet", cwd=larger)
    with (project / EDITED).open("a", encoding="utf-8") as file:
        file.write(UGLY)
    edit(project / "pyproject.toml", 'members = ["lab", "api"', 'members = ["lab", "api", "tools"')
    commit(project)

    done = replace(history, project=project, tool=project / OWN_TOOL).update()
    assert (done.conflicts, done.kept) == (["pyproject.toml"], [EDITED])
    left = [path for path in (project / "lab/src").rglob("*") if path.is_file()]
    assert left == [project / EDITED]
    assert not (project / "lab/pyproject.toml").exists()

    monkeypatch.chdir(project)
    main(["drift", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert {"path": "lab/src", "how": "left over"} in found
    git("checkout", "--theirs", "pyproject.toml", cwd=project)
    subprocess.run([sys.executable, "-m", "ruff", "check", "--quiet"], cwd=project, check=True)
    commit(project)

    edit(source_of(history.template, ".editorconfig"), "root = true", "root = true\n# later")
    release(history.template, NEXT)
    assert main(["update"]) == 0
    said = capsys.readouterr().out
    assert "Left over: the process tool is not in the project any more" in said
    assert "  lab/src\n" in said
    assert (project / EDITED).read_text(encoding="utf-8").endswith(UGLY)
