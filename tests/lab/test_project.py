"""Finding the project, and running commands inside it."""

import os
import stat
import sys
from pathlib import Path

import pytest

from lab.errors import LabError
from lab.programs import Ended
from lab.project import Project, find_project


def python(project: Project, code: str, *arguments: str) -> Ended:
    return project.run(sys.executable, "-c", code, *arguments)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_a_project_is_found_from_any_folder_inside_it(root: Path):
    assert find_project(root) == Project(root)
    assert find_project(root / "stages/1-requirements/templates") == Project(root)


def test_the_nearest_project_wins(root: Path):
    inner = root / "stages/inner"
    (inner / "stages").mkdir(parents=True)
    (inner / "dvc.yaml").touch()
    assert find_project(inner / "stages") == Project(inner)


@pytest.mark.parametrize("landmark", ["stages", "dvc.yaml"])
def test_half_a_project_is_none(root: Path, landmark: str):
    (root / landmark).rename(root / "elsewhere")
    with pytest.raises(LabError, match=r"no parent folder holds stages and dvc\.yaml") as refused:
        find_project(root / "team")
    assert str(refused.value).startswith(f"{root / 'team'} is not inside a project")
    assert "Go to the folder that `copier copy` made" in str(refused.value)


def test_the_exit_code_and_the_lines_are_given_in_order(project: Project):
    ended = python(
        project,
        "import sys; print('one'); print('two', file=sys.stderr); print('three'); sys.exit(7)",
    )
    assert ended == Ended(7, ("one", "two", "three"))


def test_a_command_runs_in_the_root_without_a_shell_and_without_input(project: Project):
    code = "import os, sys; print(os.getcwd()); print(sys.argv[1]); print(repr(sys.stdin.read()))"
    ended = python(project, code, "$HOME && *")
    assert ended.lines == (os.path.realpath(project.root), "$HOME && *", "''")


def test_lines_are_heard_while_the_command_still_runs(
    project: Project, monkeypatch: pytest.MonkeyPatch
):
    """It goes on only once its first line has been heard."""
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    code = (
        "import pathlib, sys, time\n"
        "print('first')\n"
        "ends = time.monotonic() + 20\n"
        "while not pathlib.Path('heard').exists():\n"
        "    assert time.monotonic() < ends\n"
        "    time.sleep(0.01)\n"
        "print('second')\n"
    )
    heard = []

    def hear(line: str) -> None:
        heard.append(line)
        (project.root / "heard").touch()

    ended = project.run(sys.executable, "-c", code, heard=hear)
    assert ended == Ended(0, ("first", "second"))
    assert heard == ["first", "second"]


@pytest.mark.parametrize(
    ("printed", "lines"),
    [
        (rb"\x1b[1;31mred\x1b[0m \x1b[?25lplain\n", ("red plain",)),
        (rb"10 %\r20 %\rdone\n", ("done",)),
        (rb"10 %\rdone\x1b[K\r\n", ("done",)),
        (rb"Windows\r\nlines\r\n", ("Windows", "lines")),
        (rb"  indented  \n\nlast without end", ("  indented", "", "last without end")),
        (rb"caf\xe9 \xc3\xa9\n", ("caf\ufffd é",)),
        (rb"", ()),
    ],
)
def test_what_is_printed_is_cleaned(project: Project, printed: bytes, lines: tuple[str, ...]):
    code = f"import sys; sys.stdout.buffer.write(b'{printed.decode()}')"
    assert python(project, code) == Ended(0, lines)


def test_programs_write_utf_8_whatever_the_machine_says(
    project: Project, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    assert python(project, "print('\u2713')").lines == ("\u2713",)


@pytest.mark.skipif(os.name == "nt", reason="Windows runs no scripts by their first line")
def test_programs_of_this_environment_come_first(project: Project, monkeypatch: pytest.MonkeyPatch):
    for folder in ("environment", "machine"):
        program = project.root / folder / "greet"
        program.parent.mkdir()
        program.write_text(f"#!/bin/sh\necho {folder}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(sys, "executable", str(project.root / "environment/python"))
    monkeypatch.setenv("PATH", str(project.root / "machine"), prepend=os.pathsep)
    assert project.run("greet").lines == ("environment",)
    (project.root / "environment/greet").unlink()
    assert project.run("greet").lines == ("machine",)


def test_a_missing_program_is_named(project: Project):
    with pytest.raises(LabError, match=r"^no-such-program cannot be run \((No such|The system)"):
        project.run("no-such-program", "--help")


def test_the_tail_holds_the_last_lines_indented():
    ended = Ended(1, ("one", "two", "three"))
    assert ended.tail(2) == "    two\n    three"
    assert ended.tail() == "    one\n    two\n    three"
    assert Ended(1, ()).tail() == ""
