"""`lab setup` with programs that follow a script. Git is the real one."""

import os
import re
import shlex
import shutil
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab import git
from lab.cli import main
from lab.errors import LabError
from lab.programs import Ended
from lab.project import Project
from lab.update import setup
from lab.update.outer_hooks import CONFIG, hooks_of
from lab.update.setup import AGAIN, set_up

PROGRAMS = ("git", "uv", "dvc", "mkdocs", "nox", "pre-commit")
REPRO = Ended(
    0,
    (
        "Running stage 'data':",
        "> python -m mail.pipeline.data",
        "wrote data/dataset.parquet (569 rows)",
        "note: one row is odd",
        "",
        "Running stage 'train':",
        "wrote models/candidate (3 seeds)",
        "Use `dvc push` to send your updates to remote storage.",
    ),
)
CHECKS = Ended(
    0,
    (
        "nox > Running session lint",
        "All checks passed!",
        "nox > * lint: success, took 0 seconds",
        "============ 37 passed in 2.51s ============",
        "nox > * tests: success, took 3 seconds",
    ),
)
ANSWERS = {
    "uv sync": Ended(0, ("Resolved 174 packages",)),
    "dvc repro": REPRO,
    "nox": CHECKS,
    "mkdocs build": Ended(0, ()),
    "pre-commit install": Ended(0, ("pre-commit installed at .git/hooks/pre-commit",)),
}


@dataclass(frozen=True)
class Scripted(Project):
    """A project whose programs answer as they are told to; git does, where it is told."""

    answers: dict[str, Ended | LabError] = field(default_factory=lambda: dict(ANSWERS))
    ran: list[str] = field(default_factory=list)

    def run(
        self,
        *command: str,
        heard: Callable[[str], None] | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> Ended:
        words = command[2:] if command[:2] == (sys.executable, "-m") else command
        line = " ".join(words)
        answer = self.answer(line)
        assert answer, line
        if heard:
            for printed in answer.lines:
                heard(printed)
        return answer

    def answer(self, line: str) -> Ended | None:
        """What a command is told to answer."""
        self.ran.append(line)
        told = (answer for start, answer in self.answers.items() if line.startswith(start))
        found = next(told, None)
        if isinstance(found, LabError):
            raise found
        return found

    def git(self, *arguments: str) -> list[str]:
        """What git prints, without a trace in what was run."""
        ended = Project(self.root).run("git", *arguments)
        assert ended.code == 0, ended
        return list(ended.lines)

    def says(self) -> list[str]:
        """What is said when it is set up, without the seconds."""
        said: list[str] = []
        set_up(self, said.append)
        return [re.sub(r"\(\d+\.\d s\)|in \d+ s", "(s)", line) for line in said]

    def fails(self) -> str:
        with pytest.raises(LabError) as failed:
            set_up(self, lambda line: None)
        return str(failed.value)


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The programs of this machine; a test takes away what should be missing."""
    programs = set(PROGRAMS)
    monkeypatch.setattr(
        shutil, "which", lambda name, path=None: f"/bin/{name}" if name in programs else None
    )
    return programs


@pytest.fixture
def project(root: Path, installed: set[str], monkeypatch: pytest.MonkeyPatch) -> Scripted:
    """A fresh project, with a site of two pages that the scripted builder is said to have made."""
    site = root / "build/site"
    (site / "team").mkdir(parents=True)
    (site / "index.html").touch()
    (site / "team/index.html").touch()
    (root / ".gitignore").write_text("/build/\n")
    project, run = Scripted(root), git.run

    def answered(where: Path, *arguments: str, **more: Any) -> bytes:
        project.answer(" ".join(["git", *arguments]))
        return run(where, *arguments, **more)

    monkeypatch.setattr(git, "run", answered)
    return project


# ------------------------------------------------------------------ when all goes well


def test_every_step_says_what_it_made(project: Scripted):
    assert project.says() == [
        f"Setting up {project.root}",
        "[1/8] repository",
        "      made one, on branch main (s)",
        "[2/8] tool",
        "      comes from where pyproject.toml says (s)",
        "[3/8] environment",
        "      .venv holds what uv.lock says (s)",
        "[4/8] pipeline and checks",
        "      checks    run beside the pipeline",
        "      data      runs",
        "      data      wrote data/dataset.parquet (569 rows)",
        "      data      note: one row is odd",
        "      data      is done (s)",
        "      train     runs",
        "      train     wrote models/candidate (3 seeds)",
        "      train     is done (s)",
        "      checks    lint: success, tests: success, 37 passed in 2.51s",
        "      ran 2 stages (s)",
        "[5/8] test set",
        "      left to you: lab testset register (s)",
        "[6/8] site",
        "      built 2 pages (s)",
        "[7/8] hooks",
        "      run at each commit and push (s)",
        "[8/8] first commit",
        "      committed 12 files (s)",
        "",
        "Ready (s).",
        "          candidate status quo, on 171 held-out examples (sample data)",
        "  recall      0.812      0.688",
        "  roc_auc     0.938",
        "",
        "  stages/                 what we believe, try and learn: start with stages/4-experiments",
        "  params.yaml             change something, then: uv run dvc repro",
        "  evaluation/             the tables, metrics and plots that it writes",
        "  build/site/index.html   the site: open it in a browser",
        "  README.md               everything else",
    ]


def test_the_programs_run_in_order(project: Scripted):
    project.says()
    programs = [line for line in project.ran if not line.startswith("git")]
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert programs[0] == f"uv sync --python {running}"
    assert set(programs[1:3]) == {"dvc repro", "nox"}
    assert programs[3:] == ["mkdocs build --strict --clean", "pre-commit install"]
    assert project.ran.index("git init --initial-branch=main") < project.ran.index(programs[0])
    assert project.ran.index("git add --all") > project.ran.index("pre-commit install")


def test_the_checks_run_beside_the_pipeline(project: Scripted, monkeypatch: pytest.MonkeyPatch):
    """Each waits for the other to have begun."""
    both = threading.Barrier(2, timeout=60)
    alone = Scripted.run

    def run(self: Scripted, *command: str, heard: Callable[[str], None] | None = None) -> Ended:
        if command[0] in ("dvc", "nox"):
            both.wait()
        return alone(self, *command, heard=heard)

    monkeypatch.setattr(Scripted, "run", run)
    assert project.says()


def test_the_commit_holds_everything_and_knows_who_made_it(project: Scripted):
    project.says()
    assert project.git("log", "--format=%s|%an|%ae") == [
        "Start from agile-ml-template|Tess Tester|tess@localhost"
    ]
    assert project.git("branch", "--show-current") == ["main"]
    assert project.git("status", "--porcelain") == []
    assert {"dvc.yaml", "evaluation/metrics.json"} <= set(project.git("ls-files"))
    assert not any(name.startswith("build") for name in project.git("ls-files"))


def test_a_second_run_repeats_nothing(project: Scripted):
    project.says()
    project.ran.clear()
    project.answers["dvc repro"] = Ended(0, ("Stage 'data' didn't change, skipping",))
    said = project.says()
    for line in ("is there already", "the pipeline is up to date", "nothing to commit"):
        assert f"      {line} (s)" in said
    assert not any(line.startswith(("git init", "git add", "git commit")) for line in project.ran)
    assert len(project.git("log", "--format=%H")) == 1


def test_the_work_of_a_person_is_counted_and_never_committed(project: Scripted):
    project.says()
    (project.root / "team/README.md").write_text("# Our team\n")
    (project.root / "new.md").touch()
    assert "      left to you: 2 changed files (s)" in project.says()
    assert len(project.git("log", "--format=%H")) == 1
    assert project.git("status", "--porcelain") == [" M team/README.md", "?? new.md"]


def test_a_commit_of_a_person_is_left_alone(project: Scripted):
    project.git("init")
    project.git("commit", "--allow-empty", "--message", "Mine")
    said = project.says()
    assert "      is there already (s)" in said
    assert any("left to you: " in line for line in said)
    assert project.git("log", "--format=%s") == ["Mine"]


def test_a_folder_of_a_repository_stays_in_it(project: Scripted):
    around = project.root.parent
    Project(around).run("git", "init")
    install = f"pre-commit install --config={around / CONFIG}"
    project.answers[install] = project.answers.pop("pre-commit install")
    said = project.says()
    assert f"      is that of {around.as_posix()}, of which this is a folder (s)" in said
    assert project.git("rev-parse", "--show-toplevel") == [around.as_posix()]
    assert not any(line.startswith("git commit") for line in project.ran)
    assert any(line.startswith("      left to you: ") for line in said)
    hooks = yaml.safe_load((around / CONFIG).read_text(encoding="utf-8"))
    (entry,) = hooks["repos"]
    assert [hook["entry"] for hook in entry["hooks"]] == [
        "uv run --no-sync --directory project nox -s lint types records",
        "uv run --no-sync --directory project lab drift --if-reachable",
    ]
    assert re.match(entry["hooks"][0]["files"], "project/src/mail/model.py")

    before = (around / CONFIG).read_bytes()
    project.says()
    assert (around / CONFIG).read_bytes() == before


def test_hooks_of_a_repository_are_its_own_and_the_lines_are_said(project: Scripted):
    around = project.root.parent
    Project(around).run("git", "init")
    (around / CONFIG).write_text("repos: []\n", encoding="utf-8")
    said = project.says()
    assert "            entry: uv run --no-sync --directory project nox -s lint types records" in [
        line.removeprefix("  ") for line in said
    ]
    assert any("left to you: put these lines into the list" in line for line in said)
    assert (around / CONFIG).read_text(encoding="utf-8") == "repos: []\n"


@pytest.mark.parametrize("folder", ["teams/churn model", "v1.2/c++", "it's"])
def test_any_folder_has_hooks_that_can_be_read(folder: str):
    (entry,) = yaml.safe_load(hooks_of(folder))
    hook = entry["hooks"][0]
    assert shlex.split(hook["entry"])[4] == folder
    assert re.match(hook["files"], f"{folder}/params.yaml")


def test_a_folder_that_a_repository_ignores_has_its_own(project: Scripted):
    around = project.root.parent
    Project(around).run("git", "init")
    (around / ".gitignore").write_text("/project/\n")
    said = project.says()
    why = f"because {around.as_posix()} ignores this folder"
    assert f"      made one of its own, {why}, on branch main (s)" in said
    assert project.git("rev-parse", "--show-toplevel") == [project.root.as_posix()]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no mode that makes a hook run")
def test_hooks_do_not_stand_in_the_way_of_the_first_commit(project: Scripted):
    project.git("init")
    hook = project.root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    assert "      committed 12 files (s)" in project.says()


@pytest.mark.parametrize("known", ["", "[user]\nname = Tess\n", "[user]\nemail = tess@localhost\n"])
def test_without_an_identity_the_first_person_commits(
    project: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, known: str
):
    (tmp_path / "gitconfig").write_text(known)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    said = project.says()
    hint = "git does not know you yet: set user.name and user.email with `git config --global`"
    assert f"      {hint}" in said
    assert project.git("log", "--format=%an <%ae>") == ["Ann Example <ann@localhost>"]
    assert (tmp_path / "gitconfig").read_text() == known


def test_with_an_identity_nobody_is_told_to_set_one(project: Scripted):
    assert not any("git does not know you" in line for line in project.says())


def test_without_uv_the_environment_is_used_as_it_is(project: Scripted, installed: set[str]):
    installed.remove("uv")
    said = project.says()
    assert f"      uses {sys.prefix} as it is, because uv is not on the path (s)" in said
    assert not any(line.startswith("uv ") for line in project.ran)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Ended(1, ("looking", "core.hooksPath is set")), "not installed: core.hooksPath is set"),
        (Ended(1, ()), "not installed: pre-commit failed"),
        (LabError("pre-commit cannot be run"), "not installed: pre-commit cannot be run"),
    ],
)
def test_hooks_that_cannot_be_installed_are_no_failure(
    project: Scripted, answer: Ended | LabError, said: str
):
    project.answers["pre-commit install"] = answer
    assert f"      {said} (s)" in project.says()
    assert len(project.git("log", "--format=%H")) == 1


def test_a_model_without_metrics_is_ready_too(project: Scripted):
    path = project.root / "evaluation/metrics.json"
    path.write_text('{"source": "files", "examples": 3, "candidate": {}, "status_quo": {}}')
    assert "Ready (s)." in project.says()


# ------------------------------------------------------------------ when something is missing


def test_without_git_nothing_is_begun(project: Scripted, installed: set[str]):
    installed.remove("git")
    said = project.fails()
    assert said == (
        "git is not on the path: install it from https://git-scm.com. "
        "Then run `uv run lab setup` again: it goes on where it stopped."
    )
    assert project.ran == []
    assert not (project.root / ".git").exists()


@pytest.mark.parametrize("missing", ["dvc", "mkdocs", "nox", "pre-commit"])
def test_without_uv_every_program_has_to_be_there(
    project: Scripted, installed: set[str], missing: str
):
    installed -= {"uv", missing}
    assert project.fails() == (
        f"{missing} is not in this environment, and uv is not on the path: "
        f"run `python -m pip install uv`. {AGAIN}"
    )
    assert "dvc repro" not in project.ran


@pytest.mark.parametrize(
    "line",
    [
        "error: Failed to fetch: `https://index.example/simple/dvc/`",
        "  Caused by: dns error: failed to lookup address information",
        "  Caused by: tcp connect error: Could not connect",
        "  Caused by: operation timed out",
    ],
)
def test_an_index_out_of_reach_is_told_from_a_fault(project: Scripted, line: str):
    project.answers["uv sync"] = Ended(2, ("Resolving", line))
    assert project.fails() == (
        f"The package index cannot be reached:\n    Resolving\n    {line}\n"
        f"Check the network or the proxy. {AGAIN}"
    )


def test_another_fault_of_uv_is_shown(project: Scripted):
    project.answers["uv sync"] = Ended(1, ("error: Failed to parse: `pyproject.toml`",))
    assert project.fails() == (
        f"uv sync failed:\n    error: Failed to parse: `pyproject.toml`\nFix what it names. {AGAIN}"
    )
    assert "dvc repro" not in project.ran


@pytest.mark.parametrize(
    ("line", "reason", "remedy"),
    [
        (
            "  cause: Hash mismatch for `agile-ml-lab`",
            "A package is not the one that was locked",
            "git checkout -- lab uv.lock",
        ),
        (
            "  cause: Git operation failed: failed to fetch commit abc",
            "The template's repository cannot be read",
            "lab update --data tool=vendored",
        ),
    ],
)
def test_a_tool_that_cannot_be_had_comes_with_a_way_out(
    project: Scripted, line: str, reason: str, remedy: str
):
    project.answers["uv sync"] = Ended(1, (line,))
    failed = project.fails()
    assert failed.startswith(f"{reason}:\n")
    assert f"`{remedy}`" in failed


def test_a_tool_that_is_not_in_the_project_yet_is_put_there_before_all_else(
    project: Scripted, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(setup, "is_provided", lambda project: False)
    monkeypatch.setattr(setup, "provide", lambda project: project.ran.append("provide") or "lab/x")
    assert "      lab/x (s)" in project.says()
    assert project.ran.index("provide") < project.ran.index("dvc repro")


def test_without_uv_no_wheel_is_built(
    project: Scripted, installed: set[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(setup, "is_provided", lambda project: False)
    installed.remove("uv")
    assert any("its wheel is built by uv" in line for line in project.says())


def test_the_failing_stage_is_named_with_the_end_of_its_output(project: Scripted):
    lines = ("Running stage 'data':", "Running stage 'train':", *map(str, range(40)))
    project.answers["dvc repro"] = Ended(255, lines)
    tail = "\n".join(f"    {number}" for number in range(15, 40))
    assert project.fails() == (
        f"The pipeline is broken: stage 'train' failed.\n{tail}\n"
        f"Fix it, and see it work with `uv run dvc repro`. {AGAIN}"
    )
    assert "mkdocs build --strict --clean" not in project.ran


def test_a_pipeline_that_cannot_begin_is_named(project: Scripted):
    project.answers["dvc repro"] = Ended(255, ("ERROR: 'dvc.yaml' is invalid.",))
    said = project.fails()
    assert said.startswith("The pipeline is broken: dvc repro failed.\n    ERROR: 'dvc.yaml'")


def test_failing_checks_are_shown_once_the_pipeline_has_run(project: Scripted):
    project.answers["nox"] = Ended(1, ("FAILED tests/test_own.py", "nox > * tests: failed"))
    said: list[str] = []
    with pytest.raises(LabError) as failed:
        set_up(project, said.append)
    assert str(failed.value) == (
        "The project's own checks fail:\n    FAILED tests/test_own.py\n    nox > * tests: failed\n"
        f"Fix it, and see it pass with `uv run nox`. {AGAIN}"
    )
    assert said[-2] == "      train     wrote models/candidate (3 seeds)"
    assert "git add --all" not in project.ran


def test_of_two_failures_the_pipeline_is_told_first(project: Scripted):
    project.answers.update({"dvc repro": Ended(1, ()), "nox": Ended(1, ())})
    assert project.fails().startswith("The pipeline is broken")


SIGNED = "[user]\nname = T\nemail = t@localhost\n[commit]\ngpgsign = true\n[gpg]\nprogram = false\n"


def breaking(command: str, answer: Ended | LabError) -> Callable[[Scripted], None]:
    """A project in which a command goes wrong."""
    return lambda project: project.answers.update({command: answer})


def writing(path: str, content: str) -> Callable[[Scripted], None]:
    """A project in which a file went wrong; git's own settings are one of them."""

    def write(project: Scripted) -> None:
        (project.root / os.path.expandvars(path)).write_text(content, encoding="latin-1")

    return write


def nobody(project: Scripted) -> None:
    writing("team/people.yml", "people: []\n")(project)
    writing("$GIT_CONFIG_GLOBAL", "")(project)


BREAKS: dict[str, Callable[[Scripted], None]] = {
    "git init failed: cannot mkdir .git": breaking(
        "git init", git.GitError("git init failed: cannot mkdir .git")
    ),
    "uv cannot be run (": breaking("uv sync", LabError("uv cannot be run (Permission denied).")),
    "nox cannot be run (": breaking("nox", LabError("nox cannot be run (No such file).")),
    "The site does not build:\n    WARNING -  broken link": breaking(
        "mkdocs build", Ended(1, ("INFO -  building", "WARNING -  broken link"))
    ),
    "{root}/evaluation/metrics.json is not JSON": writing("evaluation/metrics.json", ""),
    "{root}/evaluation/metrics.json is not there yet": lambda project: (
        project.root / "evaluation/metrics.json"
    ).unlink(),
    "{root}/team/README.md is not UTF-8": writing("team/README.md", "ü"),
    "git add failed: unable to index file": breaking(
        "git add", git.GitError("git add failed: unable to index file")
    ),
    "git commit failed: gpg failed to sign the data": writing("$GIT_CONFIG_GLOBAL", SIGNED),
    "team/people.yml names nobody": nobody,
}


@pytest.mark.parametrize(("said", "breaks"), BREAKS.items(), ids=BREAKS)
def test_every_failure_ends_with_how_to_go_on_and_exit_code_1(
    project: Scripted,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    said: str,
    breaks: Callable[[Scripted], None],
):
    settings = shutil.copy(os.environ["GIT_CONFIG_GLOBAL"], tmp_path / "gitconfig")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setattr("lab.commands.setup.project_here", lambda: project)
    breaks(project)
    assert main(["setup"]) == 1
    output = capsys.readouterr()
    assert output.err.startswith(f"lab: {said.format(root=project.root)}")
    assert output.err.endswith(f" {AGAIN}\n")
    assert output.err.count(AGAIN) == 1
    assert "Ready" not in output.out


def test_after_a_failure_it_goes_on_where_it_stopped(project: Scripted):
    project.answers["nox"] = Ended(1, ())
    project.fails()
    project.answers["nox"] = CHECKS
    said = project.says()
    assert "      is there already (s)" in said
    assert "      committed 12 files (s)" in said


def test_every_step_is_one_of_setup():
    assert list(setup.STEPS) == [
        "repository",
        "tool",
        "environment",
        "pipeline and checks",
        "test set",
        "site",
        "hooks",
        "first commit",
    ]
