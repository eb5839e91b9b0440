"""Projects in which a team has worked: every line that it wrote survives an update.

Every file is edited in some way, because an update takes seconds however much it has to merge: so
a fixed seed tries a hundred files at once, where a search for one example would try one. The way
depends on the path alone, so that a new file of the template changes nothing for the others. The
oracle knows nothing of merging: what a team has written carries a number that occurs nowhere else.
"""

import random
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from render.reading import files
from rendering import commit, git, release

import lab.update.copier
from lab.project import Project
from lab.update.ownership import plain

from .releases import CLASSES, NEXT, NOW, VERSIONS, History, begin, classes_of, everything

FIXED = (".copier-answers.yml", "lab/path-classes.json", "copier.yml")
OURS = "oursline-"  # which occurs in no file of the template
MARKERS = (b"<<<<<<< before updating", b">>>>>>> after updating")
JINJA = re.compile(r"\{[%{#].*?[%}#]\}", re.DOTALL)


def is_text(content: bytes) -> bool:
    return b"\0" not in content and bool(content.strip())


class Team:
    """A team that edits every file in one way or another, and remembers what it wrote.

    Attributes:
        written: its lines in each file, in the order in which they stand there.
        whole: files that are wholly its own, and folders of these.
        gone: what it has deleted.
        executable: what it has made executable.
    """

    def __init__(self, project: Path, seed: int) -> None:
        self.project, self.seed = project, seed
        self.random = random.Random(seed)
        self.written: dict[str, list[bytes]] = {}
        self.whole: set[str] = set()
        self.gone: list[str] = []
        self.executable: list[str] = []
        self.number = 0

    def works(self) -> None:
        ways: dict[Callable[[str], None], int] = {
            self.put_in: 8,
            self.replace: 8,
            self.take_out: 4,
            self.write_anew: 2,
            self.write_crlf: 3,
            self.write_latin: 1,
            self.make_executable: 1,
            self.delete: 3,
            self.rename: 3,
            self.binary: 2,
            self.folder: 1,
            self.link: 1,
        }
        for path, content in files(self.project).items():
            if path in FIXED or not is_text(content):
                continue
            self.random = random.Random(f"{self.seed} {path}")
            if CLASSES.of(path) == "shared":
                self.put_in(path)
            else:
                (way,) = self.random.choices([*ways], [*ways.values()])
                way(path)
        commit(self.project)
        now = files(self.project)
        assert all(ours_in(now[path]) == lines for path, lines in self.written.items())

    def put_in(self, path: str) -> None:
        lines = self.lines(path)
        for _ in range(3):
            lines.insert(self.random.randint(0, len(lines)), self.line())
        self.write(path, lines)

    def replace(self, path: str) -> None:
        lines = self.lines(path)
        for place in self.random.sample(range(len(lines)), min(3, len(lines))):
            lines[place] = self.line()
        self.write(path, lines)

    def take_out(self, path: str) -> None:
        lines = self.lines(path)
        del lines[self.random.randrange(len(lines))]
        lines.append(self.line().rstrip(b"\n"))  # and no line end at the end
        self.write(path, lines)

    def write_anew(self, path: str) -> None:
        self.write(path, [self.line() for _ in range(4)])

    def write_crlf(self, path: str) -> None:
        self.put_in(path)
        content = (self.project / path).read_bytes()
        (self.project / path).write_bytes(content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))

    def write_latin(self, path: str) -> None:
        self.write(path, [*self.lines(path), self.line().replace(b"\n", b" caf\xe9\n")])

    def make_executable(self, path: str) -> None:
        self.put_in(path)
        (self.project / path).chmod(0o755)
        self.executable.append(path)

    def delete(self, path: str) -> None:
        (self.project / path).unlink()
        self.gone.append(path)

    def rename(self, path: str) -> None:
        new = f"{path} {OURS}größe \"x\" 'y'"
        (self.project / path).rename(self.project / new)
        self.whole.add(new)
        self.gone.append(path)

    def binary(self, path: str) -> None:
        (self.project / path).write_bytes(b"\0" + self.random.randbytes(300))
        self.whole.add(path)

    def folder(self, path: str) -> None:
        (self.project / path).unlink()
        (self.project / path).mkdir()
        (self.project / path / "ours.md").write_bytes(self.line())
        self.whole.add(path)

    def link(self, path: str) -> None:
        (self.project / path).unlink()
        (self.project / path).symlink_to("ours.md")
        self.whole.add(path)

    def lines(self, path: str) -> list[bytes]:
        return (self.project / path).read_bytes().splitlines(keepends=True)

    def line(self) -> bytes:
        self.number += 1
        return f"{OURS}{self.number:04}\n".encode()

    def write(self, path: str, lines: Sequence[bytes]) -> None:
        (self.project / path).write_bytes(b"".join(lines))
        self.written[path] = ours_in(b"".join(lines))


def template_writes(template: Path, seed: int) -> None:
    """Change two lines in most of the files that an update brings; drop some."""
    for file in sorted((template / "template").rglob("*")):
        path = file.relative_to(template / "template").as_posix().removesuffix(".jinja")
        if path in FIXED or CLASSES.of(path) not in ("owned", "shared") or not file.is_file():
            continue
        text = file.read_text(encoding="utf-8")
        if not is_text(text.encode()):
            continue
        chance = random.Random(f"{seed} template {path}")
        if chance.random() < 0.1 and CLASSES.of(path) == "owned":
            file.unlink()
        elif chance.random() < 0.8:
            file.write_text(changed(text, chance), encoding="utf-8")
    release(template, NEXT)


def changed(text: str, chance: random.Random) -> str:
    """Two other lines. Jinja and marker lines stay, and so does what a Jinja block covers."""
    lines = text.splitlines(keepends=True)
    for_jinja = {
        number
        for block in JINJA.finditer(text)
        for number in range(
            text.count("\n", 0, block.start()), text.count("\n", 0, block.end()) + 1
        )
    }
    free = [
        number
        for number, line in enumerate(lines)
        if number not in for_jinja and "team: " not in line
    ]
    for number in chance.sample(free, min(2, len(free))):
        lines[number] = f"theirs {number}\n"
    return "".join(lines)


CRLF = 2  # the seed of a checkout in which every line ends so
CASES = [
    *((version, 1) for version in VERSIONS if version != NOW),
    *((version, CRLF) for version in VERSIONS),
]


@pytest.mark.long
@pytest.mark.parametrize(("version", "seed"), CASES)
def test_every_line_of_the_team_survives(
    releases: Path, newest: Path, tmp_path: Path, version: str, seed: int
) -> None:
    """From every version to a made one that comes after the work tree."""
    history = begin(newest if version == NOW else releases, tmp_path, {}, version)
    project = history.project
    if history.tool and history.tool.is_dir():  # as it was before the team has edited it
        history = replace(history, tool=shutil.copytree(history.tool, tmp_path / "tool"))
    if seed == CRLF:
        git("config", "core.autocrlf", "true", cwd=project)
    template_writes(history.template, seed)
    team = Team(project, seed)
    team.works()
    before, classes = everything(project), classes_of(project)

    done = history.update(trust=True)
    after = everything(project)

    assert (done.before, done.after) == (version, NEXT)
    assert set(done.conflicts) == set(unmerged(project))
    for path, lines in team.written.items():
        assert [one for one in ours_in(after[path][1]) if one in lines] == lines, path
    whole = {path for path in before if team.whole & {path, path.rpartition("/")[0]}}
    assert {path: after.get(path) for path in whole} == {path: before[path] for path in whole}
    assert [path for path in team.gone if path in after] == []
    assert [path for path in team.executable if not after[path][0] & 0o100] == []
    seeded = {path for path in before if classes.of(path) in ("seeded", None)}
    assert {path: after.get(path) for path in seeded} == {path: before[path] for path in seeded}
    new = {path for path in after.keys() - before.keys() if CLASSES.of(path) == "seeded"}
    assert new == {"AGENTS.md"} - before.keys()  # which the first release did not have
    marked = [path for path, (_, text) in after.items() if any(one in text for one in MARKERS)]
    assert marked == done.conflicts
    assert [path for path in after if path.endswith(".rej")] == []
    # What the template did not change is as it was, but for line ends, which are up to git.
    base, fresh = (made(history, one, tmp_path / one) for one in (version, NEXT))
    same = {path for path in base if base[path] == fresh.get(path)} & before.keys()
    assert [path for path in same if plain(after[path][1]) != plain(before[path][1])] == []
    # The test would prove nothing if neither side had got in the other's way.
    merged = [path for path in team.written if b"theirs " in after[path][1]]
    assert len(merged) > len(done.conflicts) > 5
    assert len(done.kept) > 5
    assert len(same & team.written.keys()) > 5


def made(history: History, version: str, folder: Path) -> dict[str, bytes]:
    """The project as a version makes it."""
    source = str(history.template)
    lab.update.copier.make_fresh(Project(history.project), source, version, folder)
    return files(folder)


def unmerged(project: Path) -> list[str]:
    lines = git("ls-files", "--unmerged", cwd=project).splitlines()
    return sorted({line.partition("\t")[2] for line in lines})


def ours_in(content: bytes) -> list[bytes]:
    """What the team wrote, in the order in which it stands there, each once."""
    found = [line.strip() for line in content.splitlines() if OURS.encode() in line]
    return list(dict.fromkeys(found))
