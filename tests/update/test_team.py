"""Projects in which a team has worked: every line that it wrote survives an update.

Each case makes many edits at once, because an update takes seconds: lines put in, replaced and
taken out, files deleted, renamed, replaced by binaries, and checked out with CRLF. The oracle
knows nothing of merging: what a team has written carries a number that occurs nowhere else.
"""

import random
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from render.reading import files
from rendering import commit, git, release

from .releases import CLASSES, NEXT, History, source_of

FIXED = (".copier-answers.yml", "lab/path-classes.json", "copier.yml")
OURS = "oursline-"  # which occurs in no file of the template
JINJA = re.compile(r"\{[%{#].*?[%}#]\}", re.DOTALL)


def is_text(content: bytes) -> bool:
    return b"\0" not in content and bool(content.strip())


class Team:
    """A team that edits files at random, and remembers what it wrote."""

    def __init__(self, project: Path, seed: int) -> None:
        self.project = project
        self.random = random.Random(seed)
        self.written: dict[str, list[bytes]] = {}
        self.whole: dict[str, bytes] = {}
        self.number = 0

    def works(self) -> None:
        """Edit a few dozen files of every class, in every way."""
        content = files(self.project)
        paths = [path for path in sorted(content) if path not in FIXED and is_text(content[path])]
        shared = [path for path in paths if CLASSES.of(path) == "shared"]
        chosen = [*shared, *self.random.sample([one for one in paths if one not in shared], 60)]
        ways = [self.put_in, self.put_in, self.replace, self.take_out, self.crlf]
        for number, path in enumerate(chosen):
            if path in shared:
                self.put_in(path)
            elif number % 10 == 0:
                (self.project / path).unlink()
            elif number % 10 == 1:
                self.rename(path)
            elif number % 10 == 2:
                self.binary(path)
            else:
                self.random.choice(ways)(path)
        commit(self.project)
        for path, lines in self.written.items():
            content = (self.project / path).read_bytes()
            assert all(line in content for line in lines)

    def put_in(self, path: str) -> None:
        lines = self.lines(path)
        for _ in range(3):
            lines.insert(self.random.randint(0, len(lines)), self.line(path))
        self.write(path, lines)

    def replace(self, path: str) -> None:
        lines = self.lines(path)
        for _ in range(3):
            place = self.random.randrange(len(lines))
            if OURS.encode() not in lines[place]:
                lines[place] = self.line(path)
        self.write(path, lines)

    def take_out(self, path: str) -> None:
        lines = self.lines(path)
        del lines[self.random.randrange(len(lines))]
        lines.append(self.line(path).rstrip(b"\n"))  # and no line end at the end
        self.write(path, lines)

    def crlf(self, path: str) -> None:
        self.put_in(path)
        content = (self.project / path).read_bytes()
        (self.project / path).write_bytes(content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))

    def rename(self, path: str) -> None:
        new = f"{path}.{OURS}renamed"
        (self.project / path).rename(self.project / new)
        self.whole[new] = (self.project / new).read_bytes()

    def binary(self, path: str) -> None:
        self.whole[path] = b"\0" + self.random.randbytes(300)
        (self.project / path).write_bytes(self.whole[path])

    def lines(self, path: str) -> list[bytes]:
        return (self.project / path).read_bytes().splitlines(keepends=True)

    def line(self, path: str) -> bytes:
        self.number += 1
        text = f"{OURS}{self.number:04}\n".encode()
        self.written.setdefault(path, []).append(text.strip())
        return text

    def write(self, path: str, lines: Sequence[bytes]) -> None:
        (self.project / path).write_bytes(b"".join(lines))
        # Kept in the order in which they stand in the file.
        self.written[path] = [line.strip() for line in lines if OURS.encode() in line]


def template_writes(history: History, seed: int) -> None:
    """Change two lines in every file that an update brings; drop and add some files."""
    chance = random.Random(seed)
    content = files(history.project)
    for path in sorted(content):
        if path in FIXED or not is_text(content[path]) or CLASSES.of(path) is None:
            continue
        file = source_of(history.template, path)
        if not file.is_file():
            continue  # the name of the package is in it
        text = file.read_text(encoding="utf-8")
        lines = text.splitlines(keepends=True)
        # Jinja and marker lines stay, and so does what a Jinja block covers.
        for_jinja = {
            number
            for block in JINJA.finditer(text)
            for number in range(
                text.count("\n", 0, block.start()), text.count("\n", 0, block.end()) + 1
            )
        }
        plain = [
            number
            for number, line in enumerate(lines)
            if number not in for_jinja and "team: " not in line
        ]
        if chance.random() < 0.1 and CLASSES.of(path) == "owned":
            file.unlink()
            continue
        for number in chance.sample(plain, min(2, len(plain))):
            lines[number] = f"theirs {number}\n"
        file.write_text("".join(lines), encoding="utf-8")
    release(history.template, NEXT)


@pytest.mark.parametrize("seed", range(4))
def test_every_line_of_the_team_survives(started: History, seed: int) -> None:
    if seed == 3:  # a checkout in which every line ends with CRLF
        git("config", "core.autocrlf", "true", cwd=started.project)
    team = Team(started.project, seed)
    team.works()
    template_writes(started, seed)
    before = files(started.project)

    done = started.update()
    after = files(started.project)

    assert done.after == NEXT
    assert set(done.conflicts) == set(unmerged(started.project))
    for path, lines in team.written.items():
        assert [one for one in ours_in(after[path]) if one in lines] == lines, path
    assert {path: after.get(path) for path in team.whole} == team.whole
    seeded = {path for path in before if CLASSES.of(path) in ("seeded", None)}
    assert {path: after.get(path) for path in seeded} == {path: before[path] for path in seeded}
    assert {path for path in after.keys() - before.keys() if CLASSES.of(path) == "seeded"} == set()
    # The test would prove nothing if neither side had got in the other's way.
    assert done.conflicts
    assert done.kept
    assert any(b"theirs " in after[path] for path in team.written)


def unmerged(project: Path) -> list[str]:
    lines = git("ls-files", "--unmerged", cwd=project).splitlines()
    return sorted({line.partition("\t")[2] for line in lines})


def ours_in(content: bytes) -> list[bytes]:
    """What the team wrote, in the order in which it stands there, each once."""
    found = [line.strip() for line in content.splitlines() if OURS.encode() in line]
    return list(dict.fromkeys(found))
