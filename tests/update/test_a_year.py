"""A team of seven, half a year after it has begun with an old version, updates unattended.

What it wrote, it wrote with the tool of that version, which that version's own tests play.
Everything here runs as it runs for a user: the project's own `lab`, and Copier through uv.
"""

import json
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from rendering import commit, git, release

from .releases import (
    CLASSES,
    NEXT,
    NOW,
    OWN_TOOL,
    VERSIONS,
    classes_of,
    edit,
    everything,
    of_version,
)

PLAY = """
import json, sys
from pathlib import Path
from lab.records.edits import stamp
from played.year import LOOSE_ENDS, NOW, make_world
make_world(Path(sys.argv[1]), Path(sys.argv[2]))
print(json.dumps([stamp(NOW), LOOSE_ENDS]))
"""
MERGED = {"owned", "shared"}
SEEDED = "tests/test_later.py"


@dataclass(frozen=True)
class Year:
    """A project on the last day of its half year.

    Attributes:
        project: its folder.
        tool: the folder of the tool that it uses.
        now: what time it is there.
        loose_ends: the codes of the rules that do not hold.
    """

    project: Path
    tool: Path
    now: str
    loose_ends: list[str]

    def lab(self, *words: str) -> tuple[int, str]:
        """The exit code of the project's own tool, in no terminal, and what it prints."""
        ended = subprocess.run(
            [sys.executable, "-m", "lab", *words],
            cwd=self.project,
            env=environment(self.tool) | {"LAB_NOW": self.now},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
            start_new_session=True,
            timeout=600,
        )
        assert ended.stderr == ""
        return ended.returncode, ended.stdout

    def broken(self) -> list[str]:
        """The errors that `lab check` finds, and the loose ends of which it only warns."""
        _, said = self.lab("check", "--format=json")
        found = json.loads(said)["findings"]
        return sorted(
            one["code"]
            for one in found
            if one["level"] == "error"
            or (one["level"] == "warning" and one["code"] in self.loose_ends)
        )

    def audited(self) -> tuple[int, str]:
        """Whether `lab audit` can prove what it has to, and how much that was."""
        code, said = self.lab("audit")
        return code, said.partition("\n")[0]


def environment(*paths: Path) -> dict[str, str]:
    return os.environ | {
        "OMP_NUM_THREADS": "1",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
    }


def play(template: Path, project: Path) -> Year:
    """The half year, as the version that is checked out there plays it."""
    said = subprocess.run(
        [sys.executable, "-c", PLAY, str(template), str(project)],
        env=environment(template / "tests", template / "template/lab/src"),
        check=True,
        stdout=subprocess.PIPE,
    ).stdout
    return Year(project, project / OWN_TOOL, *json.loads(said))


def install(project: Path, folder: Path) -> Path:
    """The tool that a project names, in a folder of its own."""
    named = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    (tool,) = [
        requirement
        for requirement in named["dependency-groups"]["tool"]
        if isinstance(requirement, str) and requirement.startswith("agile-ml-lab ")
    ]
    into = ("--python", sys.executable, "--target", str(folder))
    subprocess.run(["uv", "pip", "install", "--quiet", "--no-deps", *into, tool], check=True)
    return folder


def later(template: Path) -> None:
    """A version after the work tree, with a change in a file of every class."""
    files = template / "template"
    edit(files / "noxfile.py", "import nox\n", "import nox  # later\n")
    edit(files / "pyproject.toml.jinja", "[project]\n", "# later\n[project]\n")
    (files / SEEDED).write_text('"""Later."""\n', encoding="utf-8")
    edit(files / "README.md.jinja", "# ", "# Later: ")
    release(template, NEXT)


@pytest.mark.long
def test_half_a_year_of_a_team_survives(releases: Path, tmp_path: Path) -> None:
    version = VERSIONS[0]
    template = of_version(releases, tmp_path / "template", version)
    year = play(template, tmp_path / "project")
    assert len(year.loose_ends) > 0
    assert year.broken() == year.loose_ends
    audited = year.audited()
    assert audited[0] == 0
    assert re.match(r"holds; locked hypotheses: [1-9]", audited[1])
    git("fetch", "--quiet", "--tags", "origin", cwd=template)
    git("checkout", "--quiet", NOW, cwd=template)
    later(template)
    before, classes = everything(year.project), classes_of(year.project)
    records = [path for path in before if path.endswith("/index.md") and "/templates/" not in path]
    assert len(records) > 50

    code, said = year.lab("update", "--json", "--data=tool=git")
    done = json.loads(said)
    after = everything(year.project)
    assert (code, done["before"], done["after"]) == (0, version, NEXT)
    assert (done["conflicts"], done["kept"], done["left"]) == ([], [], [])
    assert SEEDED in done["added"]
    assert b"import nox  # later" in after["noxfile.py"][1]
    theirs = {path for path in before if classes.of(path) in ("seeded", None)}
    assert {path: after.get(path) for path in theirs} == {path: before[path] for path in theirs}
    listed = git("status", "--porcelain", "-z", "--untracked-files=all", cwd=year.project)
    touched = {entry[3:] for entry in listed.split("\0") if entry}
    assert touched == set(done["changed"])
    merged = {path for path in touched if {classes.of(path), CLASSES.of(path)} & MERGED}
    assert touched - merged == set(done["added"])

    year = replace(year, tool=install(year.project, tmp_path / "tool"))
    commit(year.project)
    assert year.broken() == year.loose_ends
    assert year.audited() == audited
    code, said = year.lab("update")
    assert (code, said) == (0, f"The project is up to date with {NEXT} of the template.\n")
    assert everything(year.project) == after
