"""A team of seven, half a year after it has begun with an old version, updates unattended.

What it wrote, it wrote with the tool of that version, which that version's own tests play.
Everything here runs as it runs for a user: the project's own `lab`, and Copier through uv. It takes
longest and is named to be the first, so that another process has time for all other tests.
"""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from rendering import commit, git, release

from .releases import CLASSES, NEXT, NOW, VERSIONS, edit, everything, of_version

PLAY = """
import json, sys
from pathlib import Path
from lab.records.edits import stamp
from played.year import LOOSE_ENDS, NOW, make_world
make_world(Path(sys.argv[1]), Path(sys.argv[2]))
print(json.dumps([stamp(NOW), LOOSE_ENDS]))
"""
SEEDED = "tests/test_later.py"


@dataclass(frozen=True)
class Year:
    """A project on the last day of its half year.

    Attributes:
        project: its folder.
        now: what time it is there.
        loose_ends: the codes of the rules that do not hold.
    """

    project: Path
    now: str
    loose_ends: list[str]

    def lab(self, *words: str) -> tuple[int, str]:
        """The exit code of the project's own tool, in no terminal, and what it prints."""
        ended = subprocess.run(
            [sys.executable, "-m", "lab", *words],
            cwd=self.project,
            env=environment(self.project / "lab/src") | {"LAB_NOW": self.now},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
            start_new_session=True,
            timeout=600,
        )
        assert ended.stderr == ""
        return ended.returncode, ended.stdout

    def broken(self) -> tuple[int, list[str]]:
        """The errors that `lab check` finds."""
        code, said = self.lab("check", "--format=json")
        found = json.loads(said)["findings"]
        return code, sorted(one["code"] for one in found if one["level"] == "error")

    def audited(self) -> tuple[int, str]:
        """Whether `lab audit` can prove what it has to, and how much that was."""
        code, said = self.lab("audit")
        return code, said.partition("\n")[0]


def environment(*paths: Path) -> dict[str, str]:
    return os.environ | {
        "OMP_NUM_THREADS": "1",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONDONTWRITEBYTECODE": "1",
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
    return Year(project, *json.loads(said))


def later(template: Path) -> None:
    """A version after the work tree, with a change in a file of every class."""
    files = template / "template"
    edit(files / "noxfile.py", "import nox\n", "import nox  # later\n")
    edit(files / "pyproject.toml.jinja", "[project]\n", "# later\n[project]\n")
    (files / SEEDED).write_text('"""Later."""\n', encoding="utf-8")
    edit(files / "README.md.jinja", "# ", "# Later: ")
    release(template, NEXT)


# The oldest release and the newest one; as long as there is none, the work tree.
@pytest.mark.parametrize("version", dict.fromkeys([VERSIONS[0], VERSIONS[-2:][0]]))
def test_half_a_year_of_a_team_survives(releases: Path, tmp_path: Path, version: str) -> None:
    template = of_version(releases, tmp_path / "template", version)
    year = play(template, tmp_path / "project")
    assert len(year.loose_ends) > 0
    assert year.broken() == (1, year.loose_ends)
    audited = year.audited()
    assert audited[0] == 0
    assert re.match(r"holds; locked hypotheses: [1-9]", audited[1])
    git("fetch", "--quiet", "--tags", "origin", cwd=template)
    git("checkout", "--quiet", NOW, cwd=template)
    later(template)
    before = everything(year.project)
    records = [path for path in before if path.endswith("/index.md") and "/templates/" not in path]
    assert len(records) > 50

    code, said = year.lab("update", "--json")
    done = json.loads(said)
    after = everything(year.project)
    assert (code, done["before"], done["after"]) == (0, version, NEXT)
    assert (done["conflicts"], done["kept"], done["left"]) == ([], [], [])
    assert SEEDED in done["added"]
    assert b"import nox  # later" in after["noxfile.py"][1]
    theirs = {path for path in before if CLASSES.of(path) in ("seeded", None)}
    assert {path: after.get(path) for path in theirs} == {path: before[path] for path in theirs}
    listed = git("status", "--porcelain", "-z", "--untracked-files=all", cwd=year.project)
    touched = {entry[3:] for entry in listed.split("\0") if entry}
    assert touched == set(done["changed"])
    assert {path for path in touched if CLASSES.of(path) not in ("owned", "shared")} == {
        *done["added"]
    }
    assert year.broken() == (1, year.loose_ends)

    commit(year.project)
    assert year.broken() == (1, year.loose_ends)
    assert year.audited() == audited
    code, said = year.lab("update")
    assert (code, said) == (0, f"The project is up to date with {NEXT} of the template.\n")
    assert everything(year.project) == after
