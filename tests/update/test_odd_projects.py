"""`lab update` where a project, a machine or a person is not as one would like them to be.

Nothing is lost, nothing hangs, and where an update is impossible, one sentence says why.
"""

import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from render.reading import files
from rendering import commit, git, release

from lab.cli import main
from lab.errors import LabError
from lab.update.repository import Repository

from .releases import NEXT, History, edit, everything, source_of

OWNED, MERGED, NEW = "noxfile.py", ".editorconfig", "lab/NEW.md"
ANSWERS = ".copier-answers.yml"
OURS = "# ours, with two spaces at its end  \n"
BLOCK = re.MULTILINE | re.DOTALL
LATIN = "caf\xe9\n".encode("latin-1")


def both_change(history: History) -> None:
    """One file in which both change the same line, one in which both change others, a new one."""
    line = "nox.options.error_on_external_run = False"
    edit(history.project / OWNED, line, "nox.options.error_on_external_run = True  # ours")
    edit(history.project / MERGED, "root = true\n", f"{OURS}root = true\n")
    commit(history.project)
    edit(source_of(history.template, OWNED), line, "# theirs")
    merged = source_of(history.template, MERGED)
    merged.write_text(f"{merged.read_text('utf-8')}# theirs\n", encoding="utf-8")
    source_of(history.template, "lab").joinpath("NEW.md").write_text("theirs\n", encoding="utf-8")
    release(history.template, NEXT)


def assert_both_are_there(project: Path) -> None:
    """What an update makes of these changes."""
    conflict = (project / OWNED).read_text(encoding="utf-8")
    assert re.search(r"^<<<<<<< .*= True  # ours\n.*^=======\n# theirs\n>>>>>>> ", conflict, BLOCK)
    merged = (project / MERGED).read_text(encoding="utf-8")
    assert merged.startswith(OURS)
    assert merged.endswith("# theirs\n")
    assert (project / NEW).read_text(encoding="utf-8") == "theirs\n"
    assert not (project / f"{OWNED}.rej").exists()


def refused(project: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What `lab update` says, which has to change nothing."""
    before = everything(project)
    assert main(["update"]) == 3
    assert everything(project) == before
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("lab: ")
    assert "Traceback" not in said.err
    return said.err


# What a person has set for git.

SETTINGS = """
[apply]
    whitespace = fix
[commit]
    gpgSign = true
[core]
    hooksPath = {folder}/hooks
[diff]
    noprefix = true
    external = false
[gpg]
    program = false
[init]
    templateDir = {folder}
[merge]
    conflictStyle = zdiff3
[status]
    showUntrackedFiles = no
"""
HOOKS = ("post-checkout", "pre-commit", "prepare-commit-msg", "commit-msg", "reference-transaction")


@pytest.fixture
def refusing(tmp_path: Path) -> Path:
    """Settings of git that fit nothing, and hooks that refuse everything."""
    folder = tmp_path / "refusing"
    (folder / "hooks").mkdir(parents=True)
    for name in HOOKS:
        (folder / "hooks" / name).write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
        (folder / "hooks" / name).chmod(0o755)
    neutral = Path(os.environ["GIT_CONFIG_GLOBAL"]).read_text(encoding="utf-8")
    settings = tmp_path / "gitconfig"
    settings.write_text(neutral + SETTINGS.format(folder=folder), encoding="utf-8")
    return settings


def test_settings_and_hooks_of_a_person_are_not_in_the_way(
    started: History, refusing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a hook of git itself, which names its own repository in the environment."""
    both_change(started)
    with monkeypatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", str(refusing))
        patch.setenv("GIT_DIR", str(started.project / ".git"))
        patch.setenv("GIT_INDEX_FILE", str(started.project / ".git/index"))
        patch.setenv("GIT_DEFAULT_HASH", "sha256")
        done = started.update()
    assert (done.conflicts, done.kept) == ([OWNED], [])
    assert_both_are_there(started.project)


# Where a project lies, and what is in it.

PLACE = "our projects/größe \"x\" 'y' [z]"
NAMES = (
    "a b.md",
    "back\\slash.md",
    '"q".md',
    "größe.md",
    "-dash.md",
    "*.md",
    "tab\t.md",
    "new\nline.md",
    "x.rej",
)


def test_a_project_in_a_folder_of_a_larger_repository(
    started: History,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Of which there is only a shallow clone, with a detached HEAD, as on a forge."""
    larger = tmp_path / "larger"
    shutil.copytree(started.project, larger / PLACE, ignore=shutil.ignore_patterns(".git"))
    for folder in (larger, larger / PLACE, larger / PLACE / "lab"):
        for name in NAMES:
            (folder / name).write_text("ours\n", encoding="utf-8")
    (larger / PLACE / ANSWERS).open("a", encoding="utf-8").write("our_own_key: 1\n")
    git("init", "--quiet", cwd=larger)
    inside = History(started.template, larger / PLACE)
    both_change(inside)
    git("clone", "--quiet", "--depth=1", larger.as_uri(), str(tmp_path / "clone"), cwd=tmp_path)
    git("checkout", "--quiet", "--detach", cwd=tmp_path / "clone")
    project = tmp_path / "clone" / PLACE

    for name, value in {"COUNT": "1", "KEY_0": "core.quotePath", "VALUE_0": "false"}.items():
        monkeypatch.setenv(f"GIT_CONFIG_{name}", value)
    monkeypatch.chdir(project)
    before = everything(tmp_path / "clone")
    assert main(["preflight", "--json"]) == 1
    would = json.loads(capsys.readouterr().out)
    assert everything(tmp_path / "clone") == before
    assert main(["update", "--json"]) == 1
    done = json.loads(capsys.readouterr().out)
    assert done == would
    assert (done["conflicts"], done["kept"]) == ([OWNED], [])
    assert_both_are_there(project.resolve())
    after = everything(tmp_path / "clone")
    touched = {name.removeprefix(f"{PLACE}/") for name in after if after[name] != before.get(name)}
    assert touched == {ANSWERS, MERGED, OWNED, NEW, "pyproject.toml"}


def test_what_stands_in_the_place_of_a_file_of_the_template_is_kept(
    started: History, tmp_path: Path
) -> None:
    """A folder, a link or a file, in a work tree beside another one. The rest is updated."""
    project = tmp_path / "beside"
    git("worktree", "add", "--quiet", "--detach", str(project), cwd=started.project)
    for path in (".pre-commit-config.yaml", "api/README.md", "lab/CHANGELOG.md"):
        (project / path).unlink()
    (project / "api/README.md").mkdir()
    (project / "api/README.md/ours.md").write_text("ours\n", encoding="utf-8")
    (project / "lab/CHANGELOG.md").symlink_to("../pyproject.toml")
    (project / ".pre-commit-config.yaml").symlink_to("/nowhere/at/all")
    (project / ".github/ISSUE_TEMPLATE").rename(project / "ours")
    (project / ".github/ISSUE_TEMPLATE").symlink_to("../ours")
    shutil.rmtree(project / "stages/4-experiments/templates")
    (project / "stages/4-experiments/templates").write_text("ours\n", encoding="utf-8")
    (project / "tests/ours").write_text("ours\n", encoding="utf-8")
    (project / "lab/a b.md").write_text("ours\n", encoding="utf-8")
    (project / "ours.md").symlink_to("team/retros/README.md")  # in which lines will be replaced
    # And beside these, what an update might take for something else.
    (project / "large.csv").write_text("0.123456789,1\n" * 600_000, encoding="utf-8")
    (project / "large.bin").write_bytes(bytes(range(256)) * 40_000)
    (project / "ours.txt").write_bytes(LATIN)
    readme = project / "team/README.md"
    readme.write_bytes(readme.read_bytes() + LATIN)
    (project / OWNED).chmod(0o755)
    (project / "lab/path-classes.json").chmod(0o755)
    history = History(started.template, project)
    replaced = [
        *(".github/ISSUE_TEMPLATE", ".pre-commit-config.yaml", "api/README.md"),
        *("lab/CHANGELOG.md", "stages/4-experiments/templates"),
    ]
    for path in (
        *(".github/ISSUE_TEMPLATE/task.yml", ".pre-commit-config.yaml", "api/README.md"),
        *("lab/CHANGELOG.md", "stages/4-experiments/templates/SPK.md", "team/README.md"),
    ):
        file = source_of(started.template, path)
        file.write_text(f"# theirs\n{file.read_text('utf-8')}", encoding="utf-8")
    retros = started.template / "template/team/retros/README.md"
    retros.write_text("theirs\n", encoding="utf-8")
    new = started.template / "template/tests/ours/test_theirs.py"
    new.parent.mkdir()
    new.write_text('"""Theirs."""\n', encoding="utf-8")
    (started.template / "template/lab/a b.md").write_text("theirs\n", encoding="utf-8")
    both_change(history)
    before = everything(project)

    done = history.update()
    after = everything(project)
    assert done.kept == [*replaced, "team/README.md"]
    assert done.left == ["tests/ours/test_theirs.py"]
    assert done.conflicts == ["lab/a b.md", OWNED]
    both = (project / "lab/a b.md").read_text(encoding="utf-8").splitlines()
    assert both[1:4] == ["ours", "=======", "theirs"]
    assert_both_are_there(project)
    assert {name for name in after if after[name] != before.get(name)} == {
        *(ANSWERS, MERGED, NEW, OWNED, "lab/a b.md", "pyproject.toml", "team/retros/README.md"),
    }
    assert before.keys() <= after.keys()
    assert after[OWNED][0] == before[OWNED][0]


def test_a_link_out_of_the_project_is_named(
    started: History,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Copier writes nothing outside of a project, and stops."""
    templates = started.project / "stages/4-experiments/templates"
    templates.rename(tmp_path / "elsewhere")
    templates.symlink_to(tmp_path / "elsewhere")
    both_change(started)
    elsewhere = files(tmp_path / "elsewhere")
    monkeypatch.chdir(started.project)
    said = refused(started.project, capsys)
    assert "stages/4-experiments/templates is a link out of the project" in said
    assert files(tmp_path / "elsewhere") == elsewhere


def test_what_git_was_told_to_overlook_is_not_lost(started: History) -> None:
    """A change that is only here, and that git does not report; nor where an update fails."""
    both_change(started)
    edit(source_of(started.template, "lab/CHANGELOG.md"), "# Changelog", "# theirs\n# Changelog")
    release(started.template, "v99.2.0")
    git("update-index", "--skip-worktree", "lab/CHANGELOG.md", cwd=started.project)
    edit(started.project / "lab/CHANGELOG.md", "# Changelog", "# only here\n# Changelog")
    before = (started.project / "lab/CHANGELOG.md").read_bytes()
    with pytest.raises(LabError, match="no question colour"):
        started.update({"colour": "blue"})
    assert (started.project / "lab/CHANGELOG.md").read_bytes() == before
    assert started.update().kept == ["lab/CHANGELOG.md"]
    assert (started.project / "lab/CHANGELOG.md").read_bytes() == before
    assert_both_are_there(started.project)


def test_a_name_that_is_not_in_utf_8_is_named(
    started: History,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Copier would fail on it, and not say on which."""
    (started.project / os.fsdecode(b"lab/caf\xe9.py")).write_text("ours\n", encoding="utf-8")
    git("add", ".", cwd=started.project)
    git("commit", "--quiet", "--message", "Ours", cwd=started.project)
    monkeypatch.chdir(started.project)
    assert "caf\\udce9" in refused(started.project, capsys)


def test_what_the_system_refuses_is_said(
    started: History, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a disk that is full, or a folder that belongs to somebody else."""
    (started.project / ".git/lab-update.lock").mkdir()
    monkeypatch.chdir(started.project)
    assert "Is a directory" in refused(started.project, capsys)


# What somebody has written into the answers file.


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('_commit: "v99.0.0"\n', "", "has no _src_path or no _commit"),
        ('"v99.0.0"', '"v3.2.1"', "v3.2.1 of "),
        ('"v99.0.0"', "1.0", "has no _src_path or no _commit"),
        ('"v99.0.0"', "[", "is not valid YAML"),
        (
            'task: "binary"',
            "task: x\ntask: y",
            "project/.copier-answers.yml is not valid YAML in line 12: the key `task` stands",
        ),
    ],
    ids=["no version", "unknown version", "a number", "broken", "twice"],
)
def test_an_answers_file_that_leads_nowhere_is_said(
    started: History,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    old: str,
    new: str,
    says: str,
) -> None:
    edit(started.project / ANSWERS, old, new)
    commit(started.project)
    monkeypatch.chdir(started.project)
    assert says in refused(started.project, capsys)


# What goes on at the same time. Here everything runs as a user would run it.


def own_lab(folder: Path) -> dict[str, str]:
    """The environment in which `python -m lab` is the tool, and a folder is for what passes."""
    return os.environ | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "TMPDIR": str(folder),
    }


UPDATE = [sys.executable, "-m", "lab", "update"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_what_a_person_writes_while_an_update_is_broken_off_stays(
    started: History, tmp_path: Path, number: signal.Signals
) -> None:
    """And nothing else is changed, also if Copier outlives the tool; the next call does it all."""
    both_change(started)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with subprocess.Popen(
        UPDATE,
        cwd=started.project,
        env=own_lab(scratch),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        # Where these tests run in the background, a shell lets them ignore it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        while not [*scratch.glob(f"lab-update-*/copy/{NEW}")]:
            assert process.poll() is None
            time.sleep(0.01)
        (copy,) = scratch.glob("lab-update-*/copy")
        assert running_in(copy)
        (started.project / "notes.md").write_text("a person's\n", encoding="utf-8")
        edit(started.project / OWNED, "import nox", "import nox  # a person's")
        before = everything(started.project)
        process.send_signal(number)
        if number == signal.SIGKILL:
            os.waitpid(process.pid, 0)
            while running_in(copy):
                time.sleep(0.05)
        out, err = process.communicate(timeout=60)
    assert out == ""
    assert running_in(copy) == []
    assert everything(started.project) == before
    if number != signal.SIGKILL:
        assert err.strip() == (
            "lab: stopped; nothing is lost, and the same command can be run again."
        )
        assert not copy.exists()

    with pytest.raises(LabError, match=r"is not committed \(2 in all\)"):
        started.update()
    commit(started.project)
    assert started.update().conflicts == [OWNED]
    assert "# a person's" in (started.project / OWNED).read_text(encoding="utf-8")
    assert len(git("worktree", "list", cwd=started.project).splitlines()) == 1
    assert not copy.exists()


def running_in(folder: Path) -> list[str]:
    """The processes that are in a folder, where the system lists them."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        with suppress(OSError):  # it has ended, or is not ours
            if link.readlink() == folder:
                found.append((link.parent / "cmdline").read_text(encoding="utf-8"))
    return found


def test_two_updates_at_once_do_not_get_in_each_others_way(
    started: History, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(started.project)
    with Repository(started.project).alone():
        assert "another update of this repository is running" in refused(started.project, capsys)


class AsksForAPassword(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="template"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:  # type: ignore[override]
        pass


@contextmanager
def server() -> Generator[str]:
    """The address of a template that asks for a password."""
    with ThreadingHTTPServer(("127.0.0.1", 0), AsksForAPassword) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}/template.git"
        listening.shutdown()


def test_a_template_that_asks_for_a_password_is_said_and_not_waited_for(started: History) -> None:
    """Also where there is a terminal to ask at, as in a loop over all projects."""
    with server() as address:
        edit(started.project / ANSWERS, str(started.template), address)
        commit(started.project)
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(started.project)
            os.execve(sys.executable, UPDATE, own_lab(started.project.parent))
        said, last = b"", time.monotonic() + 60
        with suppress(OSError):  # the terminal is closed
            while time.monotonic() < last:
                if select.select([terminal], [], [], 1)[0]:
                    said += os.read(terminal, 10_000)
        hung = time.monotonic() >= last
        if hung:
            os.kill(child, signal.SIGKILL)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        os.close(terminal)
    assert (hung, ended) == (False, 3), said
    assert b"git has to get there without asking for a password" in said
