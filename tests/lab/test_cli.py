"""What people type, what they read then, and the exit codes."""

import argparse
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
from playing import write_project

from lab import commands
from lab.cli import main
from lab.commands import COMMANDS
from lab.commands.parser import build_parser, commands_of, module_of, whole_parser
from lab.errors import LabError
from lab.git import GitError
from lab.proof.tool import tool_in_use

Replace = Callable[[Callable[..., object]], None]
Parser = argparse.ArgumentParser


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, *arguments], env=os.environ | environment, capture_output=True, timeout=60
    )


def stopped(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[object, str, str]:
    """Exit code, output and errors of a command that argparse ends."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    output, errors = capsys.readouterr()
    return ended.value.code, output, errors


@pytest.fixture
def set_up(monkeypatch: pytest.MonkeyPatch, root: Path) -> Replace:
    """Put another function in the place of the one that sets a project up."""
    monkeypatch.chdir(root)
    return lambda double: monkeypatch.setattr("lab.commands.setup.set_up", double)


def parsers(parser: Parser, words: tuple[str, ...] = ()) -> dict[tuple[str, ...], Parser]:
    """Every command with what parses it; `("site", "build")` is one of two words."""
    found = {words: parser} if words else {}
    for name, inner in commands_of(parser).items():
        found |= parsers(inner, (*words, name))
    return found


PARSERS = parsers(whole_parser())


@pytest.mark.parametrize("command", PARSERS, ids=" ".join)
def test_the_help_of_every_command_has_an_example(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
):
    code, output, errors = stopped([*command, "--help"], capsys)
    assert (code, errors) == (0, "")
    assert f"usage: lab {' '.join(command)} " in output
    (example,) = re.findall(r"^example: (.*)$", output, re.MULTILINE)  # in one line
    words = [word for word in shlex.split(example) if word not in ("uv", "run")]
    if words[0] == "eval":
        words = ["lab", *command, "bash"]
    assert tuple(words[1 : 1 + len(command)]) == command
    assert callable(build_parser().parse_args(words[1:]).run)


def test_the_help_lists_the_commands_in_their_groups(capsys: pytest.CaptureFixture[str]):
    code, output, _ = stopped(["--help"], capsys)
    assert code == 0
    for title, group in COMMANDS.items():
        listed = output.partition(f"\n{title}:\n")[2].partition("\n\n")[0]
        assert [line.split()[0] for line in listed.splitlines()] == list(group)


def test_every_command_is_a_module_with_arguments_and_every_such_module_a_command():
    folder = Path(commands.__file__).parent
    defining = {path.stem for path in folder.glob("*.py") if "\ndef arguments(" in path.read_text()}
    named = {name for group in COMMANDS.values() for name in group}
    assert {module_of(name).removeprefix(".") for name in named} == defining


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["dance"],
        ["site"],
        ["site", "dance"],
        ["setup", "--fast"],
        ["setup", "here"],
        ["list", "--js"],
        ["show"],
        ["show", ""],
    ],
    ids=" ".join,
)
def test_what_nobody_knows_is_a_fault_of_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
):
    code, output, errors = stopped(arguments, capsys)
    assert (code, output) == (2, "")
    assert errors.startswith("usage: lab")
    assert "error: " in errors


@pytest.mark.parametrize(
    ("words", "usage", "message"),
    [
        (["strat"], "lab ", '"strat" is unknown. Did you mean start?'),
        (["site", "biuld"], "lab site ", '"biuld" is unknown. Did you mean build?'),
        (["vote", "x", "maybe"], "lab vote ", '"maybe" is unknown. Choose from yes, no.'),
        (["block", "x", "--why", "y", "--bye=ann"], "lab block ", "--bye=ann. Did you mean --by?"),
        (["log", "x", "--bye", "ann"], "lab log ", "unknown: --bye. Did you mean --by?"),
        (["show", "x", "y"], "lab show ", "unknown: y"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_a_fault_of_usage_shows_the_usage_of_its_command_and_what_may_be_meant(
    words: list[str], usage: str, message: str, capsys: pytest.CaptureFixture[str]
):
    code, _, errors = stopped(words, capsys)
    assert code == 2
    assert errors.startswith(f"usage: {usage}")
    assert errors.endswith(f"{message}\n")


@pytest.mark.parametrize("how", [["-m", "lab"], ["-c", "from lab.cli import main; main()"]])
def test_the_version_is_that_of_the_package(how: list[str]):
    ended = python(*how, "--version")
    assert ended.returncode == 0
    first, last = ended.stdout.decode().splitlines()  # a checkout has no commit of its own
    assert first == f"lab {version('agile-ml-lab')}"
    assert last == f"digest {tool_in_use().digest}"


def test_a_step_that_ends_well_gives_zero(
    set_up: Replace, capsys: pytest.CaptureFixture[str], root: Path
):
    set_up(lambda project, say, _: say(f"found {project.root}"))
    assert main(["setup"]) == 0
    assert capsys.readouterr() == (f"found {root}\n", "")


def test_the_site_says_what_it_wrote(
    monkeypatch: pytest.MonkeyPatch, root: Path, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(root / "team")
    double = lambda project: project.root / "index.html"  # noqa: E731
    monkeypatch.setattr("lab.commands.site.build_site", double)
    assert main(["site", "build"]) == 0
    assert capsys.readouterr() == (f"wrote {root / 'index.html'}\n", "")


def test_what_a_person_can_fix_is_one_message(set_up: Replace, capsys: pytest.CaptureFixture[str]):
    def fail(*_: object) -> None:
        raise LabError("the cat sits on it: lift the cat.")

    set_up(fail)
    assert main(["setup"]) == 1
    assert capsys.readouterr() == ("", "lab: the cat sits on it: lift the cat.\n")


OUTSIDE = [
    *(["setup"], ["site", "build"], ["list"], ["show", "x"], ["board", "--json"], ["status"]),
    *(["new", "HYP", "x"], ["start", "x"], ["log", "x", "y"], ["check"]),
]


def test_what_git_cannot_say_is_not_verified(set_up: Replace, capsys: pytest.CaptureFixture[str]):
    def fail(*_: object) -> None:
        raise GitError("git is not on the path", "Install it from https://git-scm.com.")

    set_up(fail)
    assert main(["setup"]) == 3
    message = "lab: git is not on the path. Install it from https://git-scm.com.\n"
    assert capsys.readouterr().err == message


@pytest.mark.parametrize("command", OUTSIDE, ids=" ".join)
def test_outside_a_project_it_says_where_to_go(
    command: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.chdir(tmp_path)
    assert main(command) == 1
    output, errors = capsys.readouterr()
    assert output == ""
    assert errors.startswith(f"lab: {tmp_path} is not inside a project")
    assert errors.count("\n") == 1


def test_in_a_folder_that_was_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert main(["list"]) == 1
    assert "this folder does not exist any more" in capsys.readouterr().err


def test_a_message_cannot_steer_the_terminal(set_up: Replace, capsys: pytest.CaptureFixture[str]):
    def fail(*_: object) -> None:
        raise LabError("a \x1b[31mcat\x07\n  on a mat")

    set_up(fail)
    assert main(["setup"]) == 1
    assert capsys.readouterr().err == "lab: a  [31mcat \n  on a mat\n"


@pytest.mark.parametrize(
    "words", [["log", "x", "--by", "ann", "a text"], ["log", "--by", "ann", "x", "a text"]]
)
def test_options_stand_where_people_put_them(words: list[str]):
    typed = build_parser().parse_args(words)
    assert (typed.id, typed.by, typed.text) == ("x", "ann", ["a text"])


def test_a_text_may_begin_with_a_dash():
    assert build_parser().parse_args(["log", "x", "--", "-1 day"]).text == ["-1 day"]
    assert build_parser().parse_args(["block", "x", "--why=-1 day"]).why == "-1 day"


def test_texts_are_one_clean_line():
    assert build_parser().parse_args(["block", "x", "--why", " a\n\x07b "]).why == "a  b"


def test_a_fault_of_ours_is_not_hidden(set_up: Replace):
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    set_up(fail)
    with pytest.raises(ZeroDivisionError):
        main(["setup"])


def test_an_interrupt_is_no_fault(set_up: Replace, capsys: pytest.CaptureFixture[str]):
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    set_up(interrupt)
    assert main(["setup"]) == 130
    output, errors = capsys.readouterr()
    assert output == ""
    assert errors.strip() == (
        "lab: stopped; nothing is lost, and the same command can be run again."
    )


SAYS = """
import sys, lab.cli
import lab.commands.setup
lab.commands.setup.project_here = lambda: None
lab.commands.setup.set_up = lambda project, say, _: [say({line}) for _ in range({times})]
sys.exit(lab.cli.main(["setup"]))
"""


def test_a_reader_that_goes_away_is_no_fault():
    code = SAYS.format(line="'x' * 1000", times=10_000)
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


def test_a_letter_that_the_console_lacks_is_no_fault():
    ended = python("-c", SAYS.format(line="'caf\\u2713'", times=1), PYTHONIOENCODING="ascii")
    assert (ended.returncode, ended.stdout.strip(), ended.stderr) == (0, b"caf?", b"")


NUMERIC = {"numpy", "polars", "scipy", "sklearn", "shtab"}


def test_asking_for_help_imports_no_command():
    code = (
        "import sys, lab.cli\ntry: lab.cli.main(['--help'])\nexcept SystemExit: print(*sys.modules)"
    )
    loaded = set(python("-c", code).stdout.decode().splitlines()[-1].split())
    ours = {name for name in loaded if name.startswith("lab.")}
    assert ours == {
        *("lab.cli", "lab.errors", "lab.terminal", "lab.commands", "lab.commands.parser")
    }
    assert loaded & {*NUMERIC, "msgspec", "yaml"} == set()


def test_completing_loads_no_library_that_only_commands_need():
    code = "import sys, lab.commands.parser as p; p.whole_parser(); print(*sys.modules)"
    loaded = set(python("-c", code).stdout.decode().split())
    assert "lab.commands.lift" in loaded
    assert loaded & NUMERIC == set()


@pytest.mark.parametrize(
    ("words", "module"),
    [
        (["check"], "lab.proof.audit"),
        (["vote", "finds-tumours", "yes"], "lab.commands.vote"),
        (["monitor", "gone.jsonl", "--by", "nobody"], "lab.commands.monitor"),
    ],
    ids=lambda one: one[0] if isinstance(one, list) else "",
)
def test_no_command_loads_a_library_that_only_others_need(
    tmp_path: Path, words: list[str], module: str
):
    write_project(tmp_path)
    there = f"import os, sys, lab.cli; os.chdir({str(tmp_path)!r})"
    ended = python("-c", f"{there}; lab.cli.main({words}); print(*sys.modules)")
    loaded = set(ended.stdout.decode().split())
    assert module in loaded
    assert loaded & NUMERIC == set()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no device that is full")
@pytest.mark.parametrize("words", [["--version"], ["check", "--list"]])
def test_a_full_disk_ends_in_a_sentence(words: list[str]):
    with open("/dev/full", "wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "lab", *words], stdout=full, stderr=subprocess.PIPE, timeout=60
        )
    assert ended.returncode == 1
    said = "lab: No space left on device. Make room, and run the same command again.\n"
    assert ended.stderr.decode() == said


def test_a_pipe_that_is_closed_ends_without_a_word():
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(
        [sys.executable, "-m", "lab", "check", "--list"],
        stdout=writing, stderr=subprocess.PIPE, timeout=60,
    )  # fmt: skip
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (1, b"")


def test_what_the_system_refuses_is_a_sentence(capsys: pytest.CaptureFixture[str], set_up: Replace):
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", "stages/x.md")

    set_up(refuse)
    assert main(["setup"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("lab: stages/x.md: Permission denied. Put it right,")
